#!/bin/sh
# `make bench`: every measurement in turn. Each prints a ratio to a peer from the same run; quote ratios, not times.
# usage: run.sh BUILD
set -eu
build=$1
ninja -C "$build" all bench >/dev/null
for program in pdq jpeg kernels lists tr; do
    echo "== bench_$program"
    "$build/bench/bench_$program"
done
echo "== VICS reader against jq --stream"
sh bench/bench_vics.sh "$build"
for shape in uniform pdq clustered flooded; do
    for batch in 1 1000; do
        echo "== near search, 1,000,000 hashes, $shape, $batch at once"
        "$build/seventh" bench near --size 1000000 --shape $shape --batch $batch
    done
done
echo "== digest look-ups"
"$build/seventh" bench exact
echo "== list files"
"$build/seventh" bench list
echo "== reading VICS"
"$build/seventh" bench vics
echo "== stacks of near-duplicates"
"$build/seventh" bench stacks
