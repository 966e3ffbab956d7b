# Lists of videos: from the public text form and from `seventh hash --json`, shown, verified, exported.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
make_video=$1/tests/media/make_video
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH

mkdir videos
"$make_video" "avi raw" 35 10 >videos/one.avi
"$make_video" "mkv mpeg4" 50 10 >videos/two.mkv
small_picture >videos/p.png
"$seventh" hash --vpdq-text videos/one.avi >one.vpdq.txt
"$seventh" hash --json videos >hashes.json

"$seventh" list create text.s7list one.vpdq.txt >out 2>err
check "the public text form is one record" equal "$? $(cat err) $(grep -c 'holds 1 record' out)" "0  1"
kinds() { "$seventh" list info --json "$1" | jq -c '[.kinds.vpdq,.kinds.vpdq_pictures,.kinds.pdq,.sources[0].format]'; }
check "list info counts it" equal "$(kinds text.s7list)" '[1,4,0,"vpdq-text"]'
"$seventh" list verify text.s7list >/dev/null
check "list verify" equal $? 0
"$seventh" list create folder.s7list hashes.json >out 2>err
check "a folder hashed as JSON becomes a list" equal "$? $(kinds folder.s7list)" '0 [2,9,1,"seventh-json"]'
"$seventh" list verify folder.s7list >/dev/null
check "and verifies" equal $? 0
gzip -c one.vpdq.txt >clip.gz
"$seventh" list create packed.s7list clip.gz >/dev/null
check "compressed too" equal "$? $(kinds packed.s7list)" '0 [1,4,0,"vpdq-text"]'
"$seventh" list create again.s7list folder.s7list >/dev/null
check "a list file's videos are taken over" equal "$? $(kinds again.s7list)" '0 [2,9,1,"s7list"]'

"$seventh" list export --to jsonl folder.s7list >back.json 2>err
check "exported as JSON lines nothing is left out" equal "$? $(cat err)" "0 "
frames() { jq -c 'select(.vpdq)|[.path,.width,.sha256,.vpdq]' "$1"; }
frames hashes.json >a && frames back.json >b
check "number, quality, hash and time of every picture are kept" cmp -s a b
"$seventh" list export --to vics2 folder.s7list >out.vics 2>err
check "VICS has a place for them" equal "$? $(cat err) $(jq '[..|objects|select(.HashName=="vPDQ")]|length' out.vics)" "0  2"
"$seventh" list export --to csv folder.s7list >out.csv 2>err
check "CSV has none and says so" equal "$? $(grep -c '^2 hashes' err)" "0 1"
"$seventh" list export --to csv text.s7list >out.csv 2>err
check "nor for a record that is nothing else" equal "$? $(grep -c '^1 record was left out' err)" "0 1"

size=$(wc -c <folder.s7list)
for at in 4200 $((size / 2)) $((size - 200)); do
    cp folder.s7list bad.s7list
    printf 'X~' | dd of=bad.s7list bs=1 seek=$at conv=notrunc 2>/dev/null
    "$seventh" list verify bad.s7list >/dev/null 2>&1
    check "damage at $at is seen" test $? -ne 0
done
cp folder.s7list new.s7list
printf '\002' | dd of=new.s7list bs=1 seek=8 conv=notrunc 2>/dev/null
"$seventh" list info new.s7list >out 2>err
check "a list file of a later version is named as that" equal "$? $(grep -c 'of a version that this program does not read' err)" "69 1"
tap_end
