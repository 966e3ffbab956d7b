#!/bin/sh
# A room's test programs on a real PostgreSQL server. Arguments: build folder; room; only or without; names of test programs.
build=$1
room=$2
choice=$3
if [ -z "${SEVENTH_STORE:-}" ]; then
    exec sh "$SEVENTH_SOURCE_ROOT/tests/store/with_postgres.sh" sh "$0" "$@"
fi
shift 3
number=0
failed=0
for program in "$build/tests/test_${room}"_*; do
    name=${program##*/test_"${room}"_}
    case " $* " in
    *" $name "*) chosen=only ;;
    *) chosen=without ;;
    esac
    case $name in
    *.p) continue ;;
    esac
    [ "$chosen" = "$choice" ] || continue
    number=$((number + 1))
    if output=$("$program" 2>&1); then
        echo "ok $number - $name"
    else
        failed=$((failed + 1))
        echo "not ok $number - $name"
        echo "$output" | sed 's/^/# /'
    fi
done
echo "1..$number"
[ "$failed" = 0 ] && [ "$number" -gt 0 ]
