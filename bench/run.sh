#!/bin/sh
# `make bench`: every measurement in turn. Each prints a ratio to a peer from the same run; quote ratios, not times.
# usage: run.sh BUILD [HASHES]
# HASHES: how many near search is measured with (1,000,000 unless given; 10,000,000 takes 5 GB of memory).
set -eu
build=$1
hashes=${2:-1000000}
ninja -C "$build" all bench >/dev/null
for program in pdq jpeg kernels lists tr; do
    echo "== bench_$program"
    "$build/bench/bench_$program"
done
echo "== VICS reader against jq --stream"
sh bench/bench_vics.sh "$build"
for shape in uniform pdq; do
    for batch in 1 1000; do
        echo "== near search, $hashes hashes, $shape, $batch at once"
        "$build/seventh" bench near --size "$hashes" --shape $shape --batch $batch
    done
done
for shape in clustered prefix copies bucket; do
    echo "== near search, $hashes hashes, $shape"
    "$build/seventh" bench near --size "$hashes" --shape $shape --queries 2000
done
echo "== near search: a cold file, and a set that changes by one hash"
"$build/seventh" bench near --size "$hashes" --queries 2000 --cold --changing
if [ -x "$build/bench/compare_faiss" ]; then
    echo "== near search and FAISS, the same hashes; Debian's FAISS has no popcount instruction: see the native scan"
    folder=$(mktemp -d "${TMPDIR:-/var/tmp}/seventh-bench-XXXXXX")
    trap 'rm -rf "$folder"' EXIT
    "$build/seventh" bench near --size "$hashes" --queries 500 --save "$folder" --json
    "$build/bench/compare_faiss" "$folder/hashes" "$hashes" "$folder/queries" 500 31 5
fi
echo "== sets of kernels"
sh bench/bench_sets.sh "$build"
echo "== digest look-ups"
"$build/seventh" bench exact
echo "== list files"
"$build/seventh" bench list
echo "== reading VICS"
"$build/seventh" bench vics
echo "== stacks of near-duplicates"
"$build/seventh" bench stacks
echo "== the web server and nginx"
sh bench/bench_web.sh "$build"
