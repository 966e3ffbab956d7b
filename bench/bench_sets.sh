#!/bin/sh
# The sets of kernels beside one another in one run: near search, one query at a time and by the thousand, and the PDQ of a
# 12-megapixel picture; each as a ratio to the best set of this processor. Also says whether all find the same.
# usage: bench_sets.sh BUILD [HASHES]
set -eu
build=$1
size=${2:-1000000}
best=$("$build/seventh" bench near --size 1 --queries 1 --json | jq -r .kernels)
sets=$(for set in avx512 avx2 sse4 neon scalar; do
    # A set that this processor has not gives way to the best below it.
    named=$("$build/seventh" bench near --size 1 --queries 1 --kernels $set --json 2>/dev/null | jq -r .kernels) || continue
    [ "$named" != "$set" ] || echo $set
done)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for batch in 1 1000; do
    for set in $sets; do
        "$build/seventh" bench near --size "$size" --batch $batch --kernels "$set" --json >"$work/$set"
    done
    echo "near search, $size hashes, $batch at once:"
    for set in $sets; do
        jq -rs --arg set "$set" '
            (.[0].queries_per_second / .[1].queries_per_second * 100 | round / 100) as $ratio
            | "  \($set)\t\(.[0].queries_per_second) queries a second\t\($ratio) of \(.[1].kernels)"
              + (if .[0].found == .[1].found and .[0].recall == 1 then "" else "\tANSWERS DIFFER" end)' \
            "$work/$set" "$work/$best"
    done
done
echo "PDQ of 4000×3000 pixels in memory, eight orientations:"
ninja -C "$build" bench/bench_pdq >/dev/null
"$build/bench/bench_pdq" | awk -v best="$best" '
    $1 == "4000x3000" && $2 == "pdq" { order[++n] = $4; ms[$4] = $5; differs[$4] = /DIFFER/ ? "\tBITS DIFFER" : "" }
    END { for (i = n; i > 0; i--) printf "  %s\t%.2f ms\t%.2f of %s%s\n", order[i], ms[order[i]], ms[best] / ms[order[i]], best, differs[order[i]] }'
