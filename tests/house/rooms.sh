# The rules of the house that a compiler does not check: who may include whom, which outside library belongs to which
# room, size limits, banned calls and names.
cd "$SEVENTH_SOURCE_ROOT" || exit 99
number=0
failed=0
# verdict NAME OFFENDERS: one TAP line; offenders are listed when there are any.
verdict() {
    number=$((number + 1))
    if [ -z "$2" ]; then
        echo "ok $number - $1"
    else
        failed=$((failed + 1))
        echo "not ok $number - $1"
        printf '%s\n' "$2" | sed 's/^/# /'
    fi
}

rooms=$(sed -n "s/^subdir('\([a-z]*\)').*/\1/p" src/meson.build)
sources=$(find src -name '*.[ch]' | sort)

# ARCHITECTURE.md names the rooms in the same order.
documented=$(grep -o '^| `[a-z]*/` ' ARCHITECTURE.md | tr -d '|`/ ' | grep -Fx "$rooms" | tr '\n' ' ')
built=$(echo "$rooms" | tr '\n' ' ')
verdict "ARCHITECTURE.md lists the rooms in their order" "$([ "$documented" = "$built" ] || echo "documented: $documented / built: $built")"

offenders=$(awk -v order="$built" '
    BEGIN { n = split(order, rooms, " "); for (i = 1; i <= n; i++) rank[rooms[i]] = i; rank["api"] = rank["scan"] }
    /^#include "/ {
        split(FILENAME, part, "/")
        from = part[2]
        match($0, /"[^"]*"/)
        path = substr($0, RSTART + 1, RLENGTH - 2)
        if (path !~ /\//) { if (path != "seventh.h") print FILENAME ": " path " does not name its room"; next }
        split(path, to, "/")
        if (to[1] == from || part[3] == "") next
        if (!(to[1] in rank)) { if (path !~ /^generated\//) print FILENAME ": unknown room " path; next }
        if (rank[to[1]] >= rank[from]) print FILENAME ": " path " stands below " from
    }' $sources)
verdict "a room includes only rooms above it" "$offenders"

offenders=$(grep -n '^#include "' src/media/worker/*.[ch] 2>/dev/null |
    grep -v -e '"base/' -e '"kernels/' -e '"hash/' -e '"sandbox/' -e '"media/wire' -e '"media/worker/' -e '"media/limits' -e '"crypto/')
verdict "the worker sees only base, kernels, hash, sandbox and the wire" "$offenders"

# owner PATTERN ROOM…: only these rooms include headers that match.
owner() {
    pattern=$1
    shift
    allowed=$(printf '|^src/%s/' "$@" | cut -c2-)
    grep -lE "^#include <($pattern)" $sources | grep -vE "$allowed"
}
offenders=$(
    owner 'unicode/' language
    owner 'openssl/|sodium' crypto
    owner 'sqlite3' format store
    owner 'libpq' store
    owner 'microhttpd|zlib\.h' web
    owner 'expat' format
    owner 'seccomp\.h|linux/landlock' sandbox
    owner 'jpeglib|png\.h|webp/|tiff|gif_lib|libheif|libexif|archive\.h|archive_entry|libav|libsw' media/worker
)
verdict "each outside library is included by its room only" "$offenders"

offenders=$(find src demo tests tools bench fuzz examples -name '*.[ch]' 2>/dev/null | xargs wc -l | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines" }')
verdict "no source file is over 800 lines" "$offenders"

offenders=$(awk '
    FNR == 1 { start = 0 }
    /^[a-zA-Z_].*\)[^;]*\{$/ || (/^[^ \t#}\/].*\{$/ && previous ~ /\($|,$/) { start = FNR; name = $0 }
    /^    .*\) \{$/ && start == 0 && previous ~ /^[a-zA-Z].*,$/ { start = FNR; name = previous }
    /^}/ { if (start > 0 && FNR - start - 1 > 80) print FILENAME ":" start ": " FNR - start - 1 " lines"; start = 0 }
    { previous = $0 }' $(find src demo -name '*.c'))
verdict "no function is over 80 lines" "$offenders"

offenders=$(find src demo tests tools bench fuzz -iname '*util*' -o -iname 'misc*' -o -iname 'common*' -o -iname 'helper*')
verdict "no file is called util, misc, common or helpers" "$offenders"

offenders=$(grep -nwE 'strcpy|strcat|sprintf|vsprintf|strtok|gets|gmtime|localtime|ctime|asctime|atoi|atol|atof|mktemp|tmpnam|system|popen' \
    $sources $(find demo -name '*.[ch]') | grep -E '\b(strcpy|strcat|sprintf|vsprintf|strtok|gets|gmtime|localtime|ctime|asctime|atoi|atol|atof|mktemp|tmpnam|system|popen) ?\(' | grep -vE ':[[:space:]]*//')
verdict "no banned call" "$offenders"

library="src/base src/crypto src/kernels src/hash src/index src/format src/sandbox src/scan src/store src/ledger src/records"
offenders=$(grep -nE '\b(printf|fprintf|puts|putchar|perror|exit|abort|syslog) ?\(' $(find $library src/media -name '*.c' ! -path '*/worker/*') |
    grep -vE 'snprintf|strbuf_printf|:[[:space:]]*//|_exit ?\(')
verdict "library rooms never print or exit" "$offenders"

# A state change is one function, one transaction, one ledger entry: there is no other road.
offenders=$(grep -nE 'STORE_QUEUED|ledger_log_(append|erase|note) ?\(' $(find src -name '*.c' ! -path 'src/store/*' ! -path 'src/ledger/*' ! -path 'src/records/change.c') | grep -vE ':[[:space:]]*//')
verdict "records change by records_change only" "$offenders"

offenders=$(for file in $sources; do
    head -n 1 "$file" | grep -qE '^(//|/\*)' || echo "$file"
done)
verdict "every source file says first what it is" "$offenders"

echo "1..$number"
[ "$failed" = 0 ]
