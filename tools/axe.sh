#!/bin/sh
# Puts axe-core (MPL-2.0), with which the browser tests look at the pages beside our own checks, into .tools/axe with
# npm: this version, and these bytes. It is never in a page and never in a package of gladi.
set -eu

version=4.10.3
sha256=880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb
target=.tools/axe

if [ -f "$target/axe.min.js" ] && echo "$sha256  $target/axe.min.js" | sha256sum --check --status; then
  exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
  echo "axe-core is fetched with npm, which is not here: https://nodejs.org" >&2
  exit 3
fi
mkdir -p "$target"
npm install --prefix "$target" --no-fund --no-audit --ignore-scripts --silent "axe-core@$version"
cp "$target/node_modules/axe-core/axe.min.js" "$target/axe.min.js.part"
echo "$sha256  $target/axe.min.js.part" | sha256sum --check --status || {
  echo "axe-core $version is not the file that was pinned here" >&2
  exit 1
}
mv "$target/axe.min.js.part" "$target/axe.min.js"
