#!/bin/sh
# Builds the kernels and the perceptual hash for aarch64 and runs their tests under QEMU, so that NEON is held to the same
# bits as the scalar set on machines that have it not. Part of `make check-all`; the last line is `N passed, N failed`.
# usage: check_arm.sh [FOLDER]
set -u
folder=${1:-build-arm}
root=$(cd "$(dirname "$0")/.." && pwd)

skip() {
    echo "SKIPPED: the kernels for aarch64 were not tested: $1"
    exit 0
}
[ "$(uname -m)" != aarch64 ] || skip "this machine is one, and the tests of the build have run there."
sh "$root/tools/packages.sh" check-arm || skip "the cross compiler or the emulator cannot be had."
cc=aarch64-linux-gnu-gcc
run=qemu-aarch64-static
command -v $cc >/dev/null && command -v $run >/dev/null || skip "$cc or $run is not there."

# What Meson passes (meson.build, src/kernels/meson.build): above all, nothing may be contracted into fused operations.
flags="-std=gnu17 -O2 -g -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-field-initializers
  -fno-common -ffp-contract=off -fno-strict-aliasing -DHAVE_KERNELS_ARM"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$root" || exit 1

passed=0
failed=0
objects=
build() { # SOURCE [FLAG…]: one object
    source=$1
    shift
    object=$folder/$(echo "$source" | tr / _).o
    $cc $flags "$@" -Isrc -Iinclude -Itests -Itests/hash -Itests/kernels -c "$source" -o "$object" || {
        echo "not ok - $source does not compile for aarch64"
        failed=$((failed + 1))
    }
    objects="$objects $object"
}
check() { # NAME OBJECT…: links and runs one test program; each of its tests counts
    name=$1
    shift
    echo "== $name on aarch64"
    : >"$folder/$name.tap"
    $cc -static "$@" $objects -lm -lpthread -o "$folder/$name" &&
        SEVENTH_SOURCE_ROOT=$root $run "$folder/$name" >"$folder/$name.tap" 2>&1
    status=$?
    cat "$folder/$name.tap"
    passed=$((passed + $(grep -c '^ok' "$folder/$name.tap")))
    failed=$((failed + $(grep -c '^not ok' "$folder/$name.tap")))
    # A program that died says nothing of the tests it did not reach.
    [ $status = 0 ] || grep -q '^not ok' "$folder/$name.tap" || failed=$((failed + 1))
}

for source in src/base/*.c src/kernels/kernels.c src/kernels/dct_matrix.c src/kernels/neon.c src/hash/*.c \
    tests/hash/pdq_textbook.c tests/hash/pictures.c; do
    # Digests are OpenSSL's, which is not there for aarch64, and no test here asks for one.
    [ "$source" = src/hash/digests.c ] || build "$source"
done
build src/kernels/scalar.c -fno-tree-vectorize -fno-tree-slp-vectorize
build tests/t.c -DSOURCE_ROOT="\"$root\""
check test_kernels $flags -Isrc -Itests -Itests/kernels tests/kernels/test_kernels.c tests/kernels/lanes4.c
check test_edges $flags -Isrc -Itests -Itests/kernels tests/kernels/test_edges.c tests/kernels/lanes4.c
check test_pdq $flags -Isrc -Itests -Itests/hash tests/hash/test_pdq.c
check test_vpdq $flags -Isrc -Itests -Itests/hash tests/hash/test_vpdq.c

[ -z "${SEVENTH_COUNTS:-}" ] || echo "$passed $failed" >>"$SEVENTH_COUNTS"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
