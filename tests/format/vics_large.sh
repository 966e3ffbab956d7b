#!/bin/sh
# Generated VICS documents: every counter is right, compact and indented; memory stays flat.
# $1: build root; SEVENTH_VICS_BYTES: size (4 MB; the soak suite reads 2 GB).
make=$1/tests/format/make-vics
count=$1/tests/format/list-count
bytes=${SEVENTH_VICS_BYTES:-4000000}
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
number=0
failed=0
check() { # description, status
    number=$((number + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        failed=1
    fi
}
for form in "" "--pretty" "--clean"; do
    for seed in 7 8; do
        # shellcheck disable=SC2086
        "$make" --bytes "$bytes" --seed $seed $form --counts "$folder/planted" |
            "$count" >"$folder/counted"
        head -n 1 "$folder/planted" >"$folder/planted.1"
        head -n 1 "$folder/counted" >"$folder/counted.1"
        cmp -s "$folder/planted.1" "$folder/counted.1"
        same=$?
        if [ $same -ne 0 ]; then
            sed 's/^/# planted /' "$folder/planted.1"
            sed 's/^/# counted /' "$folder/counted.1"
        fi
        check "counters of seed $seed $form" $same
        sed -n '2s/^/# /p' "$folder/counted"
        peak=$(sed -n 's/.*"peak_kib":\([0-9]*\).*/\1/p' "$folder/counted")
        [ -n "$peak" ] && [ "$peak" -lt 65536 ]
        check "peak of ${peak:-?} KiB is under 64 MiB" $?
    done
done
echo "1..$number"
exit $failed
