#!/bin/sh
# Puts toxiproxy-server into .tools/bin: from the PATH if it is there, else built with Go from the pinned module,
# else downloaded from the project's release and checked against the pinned digest.
set -eu

version=2.12.0
target=.tools/bin/toxiproxy-server

if command -v toxiproxy-server >/dev/null 2>&1 || [ -x "$target" ]; then
  exit 0
fi
mkdir -p .tools/bin

if command -v go >/dev/null 2>&1; then
  echo "building toxiproxy-server $version with $(go version)"
  if GOBIN="$PWD/.tools/bin" go install \
    -ldflags "-s -w -X github.com/Shopify/toxiproxy/v2.Version=$version" \
    "github.com/Shopify/toxiproxy/v2/cmd/server@v$version"; then
    mv .tools/bin/server "$target"
    exit 0
  fi
  echo "go could not build it; trying the release" >&2
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux-amd64 ;;
  Linux-aarch64) platform=linux-arm64 ;;
  *) echo "no release of toxiproxy is pinned for $(uname -s) $(uname -m): install Go or toxiproxy-server" >&2; exit 3 ;;
esac
base="https://github.com/Shopify/toxiproxy/releases/download/v$version"
echo "downloading toxiproxy-server $version for $platform"
curl --fail --location --silent --show-error --output "$target.part" "$base/toxiproxy-server-$platform"
curl --fail --location --silent --show-error --output .tools/checksums.txt "$base/checksums.txt"
wanted=$(grep "toxiproxy-server-$platform\$" .tools/checksums.txt | cut -d' ' -f1)
found=$(sha256sum "$target.part" | cut -d' ' -f1)
if [ -z "$wanted" ] || [ "$wanted" != "$found" ]; then
  rm -f "$target.part"
  echo "the download does not have the digest its release states: $found instead of $wanted" >&2
  exit 3
fi
chmod +x "$target.part"
mv "$target.part" "$target"
