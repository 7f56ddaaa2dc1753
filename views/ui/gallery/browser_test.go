package gallery_test

import (
	"os"
	"testing"

	"semaforo/static/browsertest"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }
