#!/bin/sh
# Draws near search's queries a second as an SVG on standard output, for light and dark pages.
# usage: performance_chart.sh MEASURED.jsonl
set -eu
measured=$1

# Size, label, kind (ours or peer), queries a second or nothing. Peers of several runs: the fastest.
rows() {
    jq -rs '
        def of($id): map(select(.id == $id).result.queries_per_second) | max;
        def faiss($id; $index): map(select(.id == $id and .result.index == $index).result.queries_per_second) | max;
        def flat($size): map(select(.result.size == $size and .result.flat_queries_per_second > 0)
                             .result.flat_queries_per_second) | max;
        (["1 million hashes", "Seventh, one at a time", "ours", of("near-1m-uniform-1")],
         ["1 million hashes", "Seventh, 1000 at once", "ours", of("near-1m-uniform-1000")],
         ["1 million hashes", "Flat scan with popcount, native", "peer", flat(1000000)],
         ["1 million hashes", "FAISS Flat, Debian’s build", "peer", faiss("faiss-1m"; "faiss-flat-debian")],
         ["1 million hashes", "FAISS MultiHash, Debian’s build", "peer", faiss("faiss-1m"; "faiss-multihash-16x16-nflip1-debian")],
         ["10 million hashes", "Seventh, one at a time", "ours", of("near-10m-uniform-1")],
         ["10 million hashes", "Seventh, 1000 at once", "ours", of("near-10m-uniform-1000")],
         ["10 million hashes", "Flat scan with popcount, native", "peer", flat(10000000)],
         ["10 million hashes", "FAISS Flat, Debian’s build", "peer", faiss("faiss-10m"; "faiss-flat-debian")],
         ["10 million hashes", "FAISS MultiHash, Debian’s build", "peer", faiss("faiss-10m"; "faiss-multihash-16x16-nflip1-debian")],
         ["100 million hashes", "Seventh, one at a time", "ours", of("near-100m-fast-1")],
         ["100 million hashes", "Seventh, 1000 at once", "ours", of("near-100m-fast-1000")],
         ["100 million hashes", "Flat scan with popcount, native", "peer", flat(100000000)],
         ["100 million hashes", "FAISS Flat and MultiHash", "peer", null])
        | map(. // "") | @tsv' "$measured"
}

rows | awk -F '\t' '
function log10(x) { return log(x) / log(10) }
function number(x,   text, whole, grouped) {
    if (x < 100)
        return sprintf("%.1f", x)
    whole = sprintf("%.0f", x)
    grouped = ""
    while (length(whole) > 3) {
        grouped = "," substr(whole, length(whole) - 2) grouped
        whole = substr(whole, 1, length(whole) - 3)
    }
    return whole grouped
}
function place(x) { return LEFT + (x < 1 ? 0 : log10(x)) * DECADE }
{ size[NR] = $1; label[NR] = $2; kind[NR] = $3; rate[NR] = $4 }
END {
    LEFT = 250; DECADE = 76; ROW = 22; HEAD = 34; TOP = 46
    y = TOP
    body = ""
    for (i = 1; i <= NR; i++) {
        if (size[i] != size[i - 1]) {
            y += HEAD - ROW + (i > 1 ? 6 : 0)
            body = body sprintf("<text class=\"size\" x=\"12\" y=\"%d\">%s</text>\n", y + 15, size[i])
            y += ROW
        }
        body = body sprintf("<text class=\"label\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT - 8, y + 15, label[i])
        if (rate[i] != "") {
            body = body sprintf("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\"/>\n",
                                kind[i], LEFT, y + 4, place(rate[i]) - LEFT > 1 ? place(rate[i]) - LEFT : 1)
            body = body sprintf("<text class=\"value\" x=\"%.1f\" y=\"%d\">%s</text>\n",
                                place(rate[i]) + 6, y + 15, number(rate[i]))
        } else
            body = body sprintf("<text class=\"none\" x=\"%d\" y=\"%d\">not measured</text>\n", LEFT + 6, y + 15)
        y += ROW
    }
    bottom = y + 6
    height = bottom + 34
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 780 %d\" role=\"img\" " \
           "aria-labelledby=\"title description\">\n", height
    print "<title id=\"title\">Near search: queries a second, radius 31, one core</title>"
    print "<desc id=\"description\">Bars on a logarithmic scale; docs/performance.md has the same figures as a table.</desc>"
    print "<style>"
    print "svg { font: 13px system-ui, sans-serif; background: #ffffff; color-scheme: light dark }"
    print "text { fill: #1c2024 } .label { text-anchor: end } .size, .head { font-weight: 600 }"
    print ".none, .tick { fill: #60666d } .tick { text-anchor: middle; font-size: 12px }"
    print ".ours { fill: #0b6e8a } .peer { fill: #9aa3ab } line { stroke: #d7dbdf }"
    print ".page { fill: #ffffff } .value, .none { paint-order: stroke; stroke: #ffffff; stroke-width: 5px }"
    print "@media (prefers-color-scheme: dark) {"
    print "  svg { background: #15181b } .page { fill: #15181b } .value, .none { stroke: #15181b } text { fill: #e6e9ec } .none, .tick { fill: #a1a8b0 }"
    print "  .ours { fill: #4cc0dd } .peer { fill: #6b747d } line { stroke: #343a40 }"
    print "}"
    print "</style>"
    printf "<rect class=\"page\" width=\"780\" height=\"%d\"/>\n", height
    print "<text class=\"head\" x=\"12\" y=\"24\">Queries a second, radius 31, one core, uniform hashes (logarithmic scale)</text>"
    for (d = 0; d <= 6; d++) {
        printf "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", LEFT + d * DECADE, TOP, LEFT + d * DECADE, bottom
        printf "<text class=\"tick\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT + d * DECADE, bottom + 18, d < 2 ? 10 ^ d : number(10 ^ d)
    }
    printf "%s</svg>\n", body
}'
