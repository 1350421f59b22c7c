#!/bin/sh
# Puts sirekap-objects, the object store of the reference stack's full profile, into .tools/bin: built with Go from
# deploy/objects, whose go.sum pins every module by digest. There is no release to download: it is our own program
# of a hundred lines around Versity's S3 gateway (see deploy/objects/main.go for why).
set -eu

target=.tools/bin/sirekap-objects
sources=deploy/objects

if [ -x "$target" ] && [ -z "$(find "$sources" -newer "$target" -type f)" ]; then
  exit 0
fi
if ! command -v go >/dev/null 2>&1; then
  echo "sirekap-objects is built with Go 1.25 or newer, which is not here: https://go.dev/doc/install" >&2
  exit 3
fi
mkdir -p .tools/bin
echo "building sirekap-objects with $(go version)"
built=$PWD/$target.part
(cd "$sources" && go build -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w" -o "$built" .)
mv "$built" "$target"
