#!/bin/sh
# Everything that `make check` leaves out: the same tests under AddressSanitizer and UndefinedBehaviorSanitizer, under
# ThreadSanitizer what is threaded, a clang build with warnings as errors, fault sweeps, the store on a PostgreSQL server of
# its own, a longer fuzz replay, and the kernels for aarch64 under QEMU.
set -u
status=0
own_counts=
if [ -z "${SEVENTH_COUNTS:-}" ]; then
    SEVENTH_COUNTS=$(mktemp)
    export SEVENTH_COUNTS
    own_counts=yes
fi
here=$(dirname "$0")
export SEVENTH_FUZZ_RUNS="${SEVENTH_FUZZ_RUNS:-2000}"

# build_and_test FOLDER COMPILER "meson options" "test arguments"
build_and_test() {
    echo "== $1"
    [ -f "$1/build.ninja" ] || CC=$2 meson setup "$1" $3 || {
        echo "0 1" >>"$SEVENTH_COUNTS"
        status=1
        return
    }
    # The build runs tools of ours, which may leave their memory to the system when they end.
    if ! ASAN_OPTIONS=detect_leaks=0 ninja -C "$1"; then
        echo "0 1" >>"$SEVENTH_COUNTS"
        status=1
        return
    fi
    sh "$here/test.sh" "$1" --no-rebuild $4 || status=1
}

build_and_test build-full gcc "-Dwerror=true" "--suite full"
build_and_test build-clang clang "-Dwerror=true -Dbuildtype=debugoptimized" "--suite quick"
# The font libraries keep what they loaded until the process ends.
LSAN_OPTIONS=suppressions=$(pwd)/tests/leaks.txt:print_suppressions=0 \
    ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 \
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    build_and_test build-asan gcc "-Db_sanitize=address,undefined -Db_lundef=false" "--suite quick -t 6"
TSAN_OPTIONS=halt_on_error=1 \
    build_and_test build-tsan clang "-Db_sanitize=thread -Db_lundef=false" "--suite threads -t 6"
sh "$here/check_arm.sh" build-arm || status=1
sh "$here/lint.sh" build-clang || {
    echo "0 1" >>"$SEVENTH_COUNTS"
    status=1
}
if [ -n "$own_counts" ]; then
    awk '{ passed += $1; failed += $2 } END { print passed + 0 " passed, " failed + 0 " failed" }' "$SEVENTH_COUNTS"
    rm -f "$SEVENTH_COUNTS"
fi
exit $status
