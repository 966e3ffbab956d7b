#!/bin/sh
# Measures every figure of docs/performance.md and draws its chart and tables anew.
# usage: figures.sh BUILD [--large] [--only PATTERN] [--draw]
#   --large         also 100 million hashes and digests (22 GB of memory, half an hour)
#   --only PATTERN  only runs whose name fits, e.g. 'dense-*'; the others stay as they were
#   --draw          only draw what was measured before
# FIGURES_RUN: a command that every measurement is started through (taskset -c 1, …).
# What was measured goes to docs/performance.jsonl: one line a run, with its command.
set -eu
build=$1
shift
is_large=no
is_drawn_only=no
only='*'
while [ $# -gt 0 ]; do
    case $1 in
    --large) is_large=yes ;;
    --draw) is_drawn_only=yes ;;
    --only)
        only=$2
        shift
        ;;
    *)
        echo "usage: figures.sh BUILD [--large] [--only PATTERN] [--draw]" >&2
        exit 2
        ;;
    esac
    shift
done
through=${FIGURES_RUN:-}
docs=$(dirname "$0")/../docs
measured=$docs/performance.jsonl

# ID: notes the place of this run's lines in the file; false when it is not to be measured now.
is_wanted() {
    echo "$1" >>"$measured.order"
    case $1 in *100m*) [ $is_large = yes ] || return 1 ;; esac
    # shellcheck disable=SC2254
    case $1 in $only) return 0 ;; *) return 1 ;; esac
}

# ID ARGUMENTS…: one run of a verb, and its line in the file.
run() {
    id=$1
    shift
    is_wanted "$id" || return 0
    echo "$id: seventh $*" >&2
    if result=$($through "$build/seventh" "$@" --json); then
        jq -c --arg id "$id" --arg command "seventh $*" '{$id, $command, result: .}' <<END >>"$measured.new"
$result
END
    else
        echo "$id: failed, left out" >&2
    fi
}

# SIZE MILLIONS QUERIES: FAISS over the very hashes and queries of a run of ours.
run_faiss() {
    size=$1 millions=$2 queries=$3 before=$only
    is_wanted "faiss-${millions}m" || {
        echo "faiss-${millions}m-ours" >>"$measured.order"
        return 0
    }
    [ -x "$build/bench/compare_faiss" ] || {
        echo "faiss-${millions}m: compare_faiss is not built (tools/packages.sh bench), left out" >&2
        echo "faiss-${millions}m-ours" >>"$measured.order"
        return 0
    }
    folder=$(mktemp -d "${TMPDIR:-/var/tmp}/seventh-bench-XXXXXX")
    trap 'rm -rf "$folder"' EXIT
    only='*'
    run "faiss-${millions}m-ours" bench near --size "$size" --queries "$queries" --save "$folder"
    only=$before
    sed -i "s| --save $folder||" "$measured.new"
    echo "faiss-${millions}m: compare_faiss" >&2
    $through "$build/bench/compare_faiss" "$folder/hashes" "$size" "$folder/queries" "$queries" 31 10 |
        jq -c --arg id "faiss-${millions}m" \
            --arg command "seventh bench near --size $size --queries $queries --save FOLDER; compare_faiss FOLDER/hashes $size FOLDER/queries $queries 31 10" \
            '{$id, $command, result: .}' >>"$measured.new"
    rm -rf "$folder"
    trap - EXIT
}

measure() {
    rm -f "$measured.new" "$measured.order"
    echo machine >"$measured.order"
    machine=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    jq -cn --arg machine "${machine:-$(uname -m)}" --arg processors "$(nproc)" \
        --arg memory "$(awk '/^MemTotal/ { printf "%.0f", $2 / 1e6 }' /proc/meminfo)" \
        --arg system "$(uname -sr)" --arg date "$(date -u +%Y-%m-%d)" \
        '{id: "machine", result: {$machine, $processors, $memory, $system, $date}}' >"$measured.new"
    for shape in uniform pdq; do
        for batch in 1 1000; do
            run "near-1m-$shape-$batch" bench near --size 1000000 --shape $shape --batch $batch --queries 100000
            run "near-10m-$shape-$batch" bench near --size 10000000 --shape $shape --batch $batch --queries 50000
        done
    done
    for kernels in avx2 scalar; do
        run "near-10m-$kernels" bench near --size 10000000 --kernels $kernels --queries 20000
    done
    for shape in clustered prefix copies flooded bucket equal; do
        run "dense-10m-$shape" bench near --size 10000000 --shape $shape --queries 3000
    done
    run dense-10m-crowded bench near --size 10000000 --shape crowded --queries 60
    run changing-10m bench near --size 10000000 --queries 1000 --cold --changing
    run_faiss 1000000 1 2000
    run_faiss 10000000 10 400
    run exact-10m bench exact --size 10000000
    run list-1m bench list --size 1000000
    run vics-compact bench vics
    run vics-pretty bench vics --pretty
    # Verbs that this build may not have.
    for verb in hash stacks; do
        "$build/seventh" bench $verb --help >/dev/null 2>&1 || continue
        run "$verb" bench $verb
    done
    for batch in 1 1000; do
        run "near-100m-fast-$batch" bench near --size 100000000 --batch $batch --queries 20000
        run "near-100m-compact-$batch" bench near --size 100000000 --compact --batch $batch --queries 20000
    done
    run changing-100m bench near --size 100000000 --compact --queries 1000 --changing
    run exact-100m bench exact --size 100000000
}

if [ $is_drawn_only = no ]; then
    measure
    # What was not measured now stays as it was.
    [ -f "$measured" ] || : >"$measured"
    jq -cn --rawfile order "$measured.order" --slurpfile new "$measured.new" --slurpfile old "$measured" '
        $order | split("\n")[] | select(. != "") | . as $id |
        [$new[] | select(.id == $id)] as $now | [$old[] | select(.id == $id)] as $before |
        if $now == [] then $before[] else $now[] end' >"$measured.merged"
    mv "$measured.merged" "$measured"
    rm -f "$measured.new" "$measured.order"
fi
sh "$(dirname "$0")/performance_chart.sh" "$measured" >"$docs/performance.svg.new"
mv "$docs/performance.svg.new" "$docs/performance.svg"
sh "$(dirname "$0")/performance_tables.sh" "$measured" "$docs/performance.md" >"$docs/performance.md.new"
mv "$docs/performance.md.new" "$docs/performance.md"
