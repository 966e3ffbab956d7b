# Killed at any moment and resumed, a scan gives the same bytes as one that was let through.
# KILLS: how many scans (4), each killed up to ATTEMPTS times (2).
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
"$1/seventh-demo" --plain --count "${DEMO_COUNT:-8}" demo >/dev/null || exit 99
cd demo || exit 99
small_picture >device/small.png
if command -v zip >/dev/null; then
    zip -q -r device/all.zip device/DCIM device/Pictures
fi
# Replaces the shell it runs in, so that its process is the one to kill.
execute() { exec "$seventh" scan --list lists/known* --known-good lists/good* --jobs 2 "$@" device; }
run() { "$seventh" scan --list lists/known* --known-good lists/good* --jobs 2 "$@" device; }
run --json want.json --vics want.vics --report want >want.txt 2>/dev/null

# The time of an uninterrupted run in milliseconds; kills are spread over it.
begin=$(date +%s%N)
run --json timed.json >/dev/null 2>&1
span=$((($(date +%s%N) - begin) / 1000000))
check "two runs give the same bytes" cmp -s want.json timed.json

number=0
wrong=0
killed=0
while [ $number -lt "${KILLS:-4}" ]; do
    number=$((number + 1))
    rm -f state got.json
    # Killed again and again, each time a little later, until it gets through.
    attempt=0
    while [ $attempt -lt "${ATTEMPTS:-2}" ]; do
        attempt=$((attempt + 1))
        (execute --resume state --json got.json --vics got.vics --report got >got.txt 2>got.err) &
        pid=$!
        delay=$(awk -v n="$number" -v a="$attempt" -v span="$span" \
            'BEGIN { srand(n * 100 + a); printf "%.3f", (0.002 + rand() * span * (a == 1 ? 1 : 0.7)) / 1000 }')
        sleep "$delay"
        kill -9 $pid 2>/dev/null && killed=$((killed + 1))
        wait $pid 2>/dev/null
    done
    run --resume state --json got.json --vics got.vics --report got >got.txt 2>got.err
    cmp -s want.json got.json && cmp -s want.vics got.vics && cmp -s want/index.html got/index.html &&
        [ "$(grep -v index.html want.txt)" = "$(grep -v index.html got.txt)" ] || wrong=$((wrong + 1))
done
echo "# killed $killed times"
check "killed and resumed: the same JSON, VICS, page and summary" equal "$wrong" 0
check "kills did happen" [ "$killed" -gt 0 ]

# Ctrl-C.
rm -f state got.json
(execute --resume state --json got.json >got.txt 2>got.err) &
pid=$!
sleep "$(awk -v span="$span" 'BEGIN { printf "%.3f", span / 4000 }')"
kill -INT $pid
wait $pid
status=$?
if [ $status = 0 ]; then
    echo "# it had finished before the interruption"
else
    check "interrupted: exit status 130" equal $status 130
    check "and says how to go on" grep -q "state" got.err
    check "and writes no result" [ ! -e got.json ]
fi
run --resume state --json got.json >got.txt 2>got.err
check "it goes on after an interruption" cmp -s want.json got.json

# Finished, and run again: nothing is examined twice.
run --resume state --json got.json >got.txt 2>got.err
check "a finished scan resumed gives the same" cmp -s want.json got.json

# A torn end, and damage in the middle.
size=$(wc -c <state)
head -c $((size - 37)) state >torn
run --resume torn --json got.json >/dev/null 2>err
check "a torn end costs a record, not the scan" cmp -s want.json got.json
check "and is mentioned" grep -q damaged err
cp state damaged
printf 'XXXX' | dd of=damaged bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
run --resume damaged --json got.json >/dev/null 2>&1
check "damage in the middle costs what follows, not the scan" cmp -s want.json got.json

# What the state belongs to.
"$seventh" scan --list lists/known-icse.csv --resume state device >/dev/null 2>err
check "other lists are refused" equal "$? $(grep -c 'hash lists' err)" "75 1"
run --resume state --radius 20 >/dev/null 2>err
check "another radius is refused" equal $? 75
"$seventh" scan --list lists/known* --known-good lists/good* --resume state device/DCIM >/dev/null 2>err
check "other paths are refused" equal $? 75
"$seventh" scan --list lists/known* --resume lists/known-icse.csv device >/dev/null 2>err
check "a file that is no state is refused and kept" equal "$? $(head -c 3 lists/known-icse.csv)" "65 MD5"

# A file changed since.
printf 'other bytes now' >device/small.png
"$seventh" scan --list lists/known* --known-good lists/good* --json want2.json device >/dev/null 2>&1
run --resume state --json got.json >/dev/null 2>&1
check "a file changed since is examined again" cmp -s want2.json got.json
tap_end
