#!/bin/sh
# `make run`: makes the synthetic demo set once, scans it with its lists, says where the report is, starts the workspace.
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

# The workspace with this scan as a training case. Without a terminal (continuous integration) it is started once, shows
# its links, and is stopped.
SEVENTH_FOLDER=$(cd "$folder" && pwd)/node
export SEVENTH_FOLDER
if [ -t 0 ]; then
    exec "$build/seventh" serve --training "$folder/scan.json"
fi
rm -f "$folder/ready"
SEVENTH_LISTEN=127.0.0.1:0 "$build/seventh" serve --training "$folder/scan.json" --ready "$folder/ready" &
server=$!
tries=0
while [ ! -f "$folder/ready" ] && kill -0 "$server" 2>/dev/null && [ "$tries" -lt 300 ]; do
    sleep 0.2
    tries=$((tries + 1))
done
[ -f "$folder/ready" ]
kill "$server"
wait "$server"
