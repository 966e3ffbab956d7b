#!/bin/sh
# Drives the workspace in Debian's Chromium (packages chromium, nodejs, npm). usage: run.sh BUILD SCAN.json
set -eu
build=$(cd "$1" && pwd)
scan=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
here=$(cd "$(dirname "$0")" && pwd)
# node_modules stays out of the source tree.
mkdir -p "$build/browser"
cp "$here"/*.mjs "$here"/package*.json "$build/browser/"
[ -d "$build/browser/node_modules" ] || (cd "$build/browser" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null)
folder=$(mktemp -d)
SEVENTH_FOLDER=$folder/node SEVENTH_LISTEN=127.0.0.1:0 SEVENTH_LANG=en "$build/seventh" serve --training "$scan" \
    --ready "$folder/ready" >"$folder/said" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
tries=0
while [ ! -f "$folder/ready" ] && [ "$tries" -lt 150 ]; do
    sleep 0.2
    tries=$((tries + 1))
done
node "$build/browser/workspace.mjs" "$folder/said" "$scan"
