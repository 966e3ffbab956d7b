#!/bin/sh
# Puts what was measured into the tables of docs/performance.md, between its markers, and prints the
# whole page.
# usage: performance_tables.sh MEASURED.jsonl PAGE.md
set -eu
measured=$1
page=$2

# NAME: the table that stands between <!-- NAME --> and <!-- /NAME -->.
table() {
    jq -rs --arg table "$1" '
        def grouped: tostring | explode | reverse | [range(0; length) as $i | (if $i > 0 and $i % 3 == 0 then 44 else empty end), .[$i]]
                     | reverse | implode;
        def whole: if . == null then "" else round | grouped end;
        def decimals($n): if . == null then "" else (. * pow(10; $n) | round / pow(10; $n)) | tostring end;
        def rate: if . == null then "" elif . < 100 then decimals(1) else whole end;
        def size: if . >= 1000000 then "\(. / 1000000) M" else whole end;
        def row: "| " + (map(if . == null then "" else tostring end) | join(" | ")) + " |";
        def command: "`\(.command)`";
        def head: row, (map("---") | row);
        def nears: map(select(.result.ratio_to_flat != null));
        if $table == "machine" then
            (map(select(.id == "machine"))[0].result) as $m |
            "\($m.machine), \($m.processors) processors, \($m.memory) GB of memory, \($m.system); measured on \($m.date)."
        elif $table == "near" then
            (["hashes", "data", "layout", "kernels", "at once", "queries a second", "flat scan, same run", "times", "recall", "bytes a hash", "built in, s", "command"] | head),
            (nears | map(select(.id | test("^near-")))[] | .result as $r |
             [($r.size | size), $r.shape, $r.layout, $r.kernels, ($r.batch | whole), ($r.queries_per_second | rate),
              ($r.flat_queries_per_second | rate), "**\($r.ratio_to_flat | whole)**", ($r.recall | decimals(6)),
              ($r.bytes_per_hash | decimals(1)), ($r.build_seconds | decimals(1)), command] | row)
        elif $table == "dense" then
            (["data", "ordinary query, µs", "query into the dense part, µs", "times", "answers each", "slowest, ms", "recall", "command"] | head),
            (map(select(.result.dense_ratio != null))[] | .result as $r |
             [$r.shape, ($r.ordinary_us | decimals(1)), ($r.dense_us | decimals(1)), ($r.dense_ratio | decimals(1)),
              ($r.dense_found | decimals(0)), ([$r.dense_slowest_least_ms, $r.slowest_least_ms] | max | decimals(2)),
              ($r.recall | decimals(6)), command] | row)
        elif $table == "changing" then
            (["hashes", "adding one, ms (half within; slowest)", "finding it", "removing it", "not finding it", "the disk’s flush", "adding beside a merge", "first answer from a cold file, ms", "command"] | head),
            (map(select(.result.add_median_ms != null))[] | .result as $r |
             [($r.size | size)] + [["add", "find", "remove", "miss", "flush"][] as $k |
              "\($r[$k + "_median_ms"] | decimals(3)); \($r[$k + "_worst_ms"] | decimals(3))"] +
             ["\($r.beside_add_p99_ms | decimals(3)) (99 of 100); \($r.beside_add_worst_ms | decimals(3))",
              ($r.cold_first_answer_ms | decimals(1)), command] | row)
        elif $table == "faiss" then
            (["index", "hashes", "queries a second", "to the native scan", "recall", "bytes a hash", "built in, s"] | head),
            (map(select(.id | test("^faiss-")))[] | .result as $r |
             [($r.index // "Seventh"), ($r.size | size), ($r.queries_per_second | rate),
              (if $r.index == "native-scan" then "1" else (($r.ratio_to_native_scan // $r.ratio_to_flat) | decimals(2)) end),
              ($r.recall | decimals(4)), ($r.bytes_per_hash | decimals(1)), ($r.build_seconds | decimals(1))] | row)
        else
            (["run", "figure", "value"] | head),
            (map(select(.id | test("^(exact|list|vics|hash|stacks)")))[] | .command as $c |
             (.result | to_entries[]) | select(.value | type != "array" and type != "object") |
             ["`\($c)`", .key, (if .value | type != "number" then .value elif .value >= 1000 then .value | whole else .value end)] | row)
        end' "$measured"
}

while IFS= read -r line; do
    case $line in
    '<!-- /'*)
        is_inside=no
        printf '%s\n' "$line"
        ;;
    '<!-- '*' -->')
        name=${line#<!-- }
        name=${name% -->}
        printf '%s\n' "$line"
        table "$name"
        is_inside=yes
        ;;
    *) [ "${is_inside:-no}" = yes ] || printf '%s\n' "$line" ;;
    esac
done <"$page"
