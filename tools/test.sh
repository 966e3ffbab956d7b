#!/bin/sh
# Runs Meson's tests of one build folder and prints, last, `N passed, N failed`. Counts are added to $SEVENTH_COUNTS when set.
# usage: test.sh BUILD [meson test arguments]
set -u
build=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
meson test -C "$build" --print-errorlogs "$@" 2>&1 | tee "$log"
count() {
    awk -v label="$1" '$0 ~ "^" label { n = $NF } END { print n + 0 }' "$log"
}
passed=$(($(count "Ok:") + $(count "Expected Fail:")))
failed=$(($(count "Fail:") + $(count "Unexpected Pass:") + $(count "Timeout:")))
# No closing table means that the runner itself failed.
grep -q '^Ok:' "$log" || failed=$((failed + 1))
[ -n "${SEVENTH_COUNTS:-}" ] && echo "$passed $failed" >>"$SEVENTH_COUNTS"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
