#!/bin/sh
# Puts k6, which `python -m tests.benchmarks load_speed` and `load_on_time` measure our load driver beside, into
# .tools/bin: built with Go from the pinned module, whose digest the Go checksum database knows.
set -eu

version=1.3.0
target=.tools/bin/k6

if [ -x "$target" ] && "$target" version 2>/dev/null | grep -q "v$version"; then
  exit 0
fi
if ! command -v go >/dev/null 2>&1; then
  echo "k6 is built with Go 1.24 or newer, which is not here: https://go.dev/doc/install" >&2
  exit 3
fi
mkdir -p .tools/bin
echo "building k6 $version with $(go version), some minutes"
GOBIN="$PWD/.tools/bin" go install -trimpath -ldflags "-s -w" "go.k6.io/k6@v$version"
