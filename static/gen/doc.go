// Command gen builds static/dist from static/src and the packages npm ci put into
// static/node_modules: it bundles the style sheets and scripts, collects the icons into one sprite,
// names every file after its content, compresses each, and writes the manifest.
//
// Run it from the project's root: npm ci --prefix static && go run ./static/gen
package main
