#!/bin/sh
# `make run`: makes the synthetic demo set once, scans it with its lists, and says where the report is.
# usage: run_demo.sh BUILD FOLDER
set -eu
build=$1
folder=$2
if [ ! -f "$folder/truth/expected.json" ]; then
    rm -rf "$folder"
    "$build/seventh-demo" "$folder"
fi
"$build/seventh" scan --list "$folder"/lists/known* --known-good "$folder"/lists/good* --json "$folder/scan.json" \
    --vics "$folder/scan-vics.json" --report "$folder/report" "$folder/device"
