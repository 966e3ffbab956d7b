#!/bin/sh
# The VICS reader on one core, and jq --stream on the same file in the same run.
# $1: build root; $2: bytes (60 MB). Prints JSON.
build=${1:-build}
bytes=${2:-60000000}
make=$build/tests/format/make-vics
count=$build/tests/format/list-count
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
for form in "--clean" "--clean --pretty"; do
    # shellcheck disable=SC2086
    "$make" --bytes "$bytes" $form >"$folder/list.json"
    "$count" <"$folder/list.json" >"$folder/counted" # the first run warms the cache
    best=0
    for run in 1 2 3 4 5; do
        speed=$("$count" <"$folder/list.json" | sed -n 's/.*"mb_per_second":\([0-9]*\).*/\1/p')
        [ "${speed:-0}" -gt "$best" ] && best=$speed
    done
    # Processor time of both: the machine may be busy.
    ms=$( (jq --stream -c empty <"$folder/list.json" >"$folder/jq"; times) | awk 'NR == 2 {
        n = split($1 " " $2, t, /[ms ]+/); print int((t[1] * 60 + t[2] + t[3] * 60 + t[4]) * 1000) }')
    peer=$((bytes / 1000 / ms))
    echo "{\"form\":\"${form#--clean}\",\"bytes\":$bytes,\"vics_mb_per_second\":$best,\"jq_stream_mb_per_second\":$peer,\"ratio\":$((best / (peer > 0 ? peer : 1)))}"
done
