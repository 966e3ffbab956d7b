#!/bin/sh
# The large counts, under AddressSanitizer where that is the point: ten thousand mutated pictures and lists, two hundred
# kills of a scan, a two-gigabyte case file. Takes an hour or so.
set -u
status=0
export SEVENTH_FUZZ_RUNS="${SEVENTH_FUZZ_RUNS:-10000}" SEVENTH_SOAK=1
here=$(dirname "$0")
[ -f build/build.ninja ] || meson setup build || exit 1
ninja -C build || exit 1
sh "$here/test.sh" build --suite soak -t 30 || status=1
[ -f build-asan/build.ninja ] || meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false || exit 1
ASAN_OPTIONS=detect_leaks=0 ninja -C build-asan || exit 1
sh "$here/test.sh" build-asan --no-rebuild --suite soak-asan --suite fuzz -t 60 || status=1
exit $status
