#!/bin/sh
# Puts autocannon, which `python -m tests.benchmarks load_speed` measures our load driver beside, into
# .tools/peers/autocannon with npm: this version, its dependencies as the registry resolves them.
set -eu

version=9.0.0
target=.tools/peers/autocannon

if [ -f "$target/node_modules/autocannon/autocannon.js" ]; then
  exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
  echo "autocannon needs Node.js with npm, which is not here: https://nodejs.org" >&2
  exit 3
fi
mkdir -p "$target"
npm install --prefix "$target" --no-fund --no-audit --ignore-scripts --silent "autocannon@$version"
node "$target/node_modules/autocannon/autocannon.js" --version
