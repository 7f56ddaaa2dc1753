# The whole build, for people and for .ci/run. `make run` shows the program, `make test` checks everything.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:

# One setting for every go command: changing it rebuilds the standard library.
export CGO_ENABLED := 0

ADDR    ?= 127.0.0.1:8080
DEMO_DB ?= demo.db

LIBRARIES := static/node_modules/.package-lock.json
MANIFEST  := static/dist/manifest.json

.PHONY: run build assets generate pictures test bench lint clean

run: build ## builds what is needed and serves the demonstration
	bin/semaforo serve --demo --addr $(ADDR) --db $(DEMO_DB)

build: assets ## leaves the program in bin/
	go build -o bin/semaforo ./cmd/semaforo

assets: $(MANIFEST) ## bundles the browser's files, when their sources changed

$(LIBRARIES): static/package.json static/package-lock.json static/.npmrc
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or later" >&2; exit 1; }
	npm ci --prefix static
	@touch $@

$(MANIFEST): $(LIBRARIES) $(shell find static/src -type f) $(wildcard static/gen/*.go) static/static.go
	go run ./static/gen
	@touch $@

generate: ## writes the *_templ.go files beside their templates
	go tool templ generate

pictures: assets ## takes the golden pictures and the README's anew; look at them before committing
	go test -count=1 ./cmd/semaforo/pictures -update

test: ## sets up what is missing, then every check and every test
	@bash .ci/test

bench: assets ## prints the figures of ARCHITECTURE.md, each beside its raw limit
	@bash .ci/bench

lint: assets ## formatting, vet, staticcheck, generated files, modules
	@bash .ci/test lint

clean:
	rm -rf bin static/node_modules
	find static/dist -type f ! -name .gitignore -delete
