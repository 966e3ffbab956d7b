# `seventh scan`: classes, archives, problems, exclusion of its own files, refusals.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

mkdir -p set/sub
small_picture >set/a.png
cp set/a.png set/sub/copy.png
{ small_picture && printf 'other bytes behind the end'; } >set/near.png
head -c 60 set/a.png >set/cut.png
printf '\211PNG\r\n\032\n and nothing of a picture' >set/damaged.png
printf 'harmless\n' >set/harmless.txt
printf 'some text\n' >set/note.txt
: >set/empty
printf 'x' >"set/$(printf 'bad\377byte\033[31m')"
ln -s nowhere set/link
mkfifo set/pipe
printf 'MD5\n%s\n' "$(md5sum <set/a.png | cut -d' ' -f1)" >known.csv
"$seventh" hash --kind pdq set/a.png | jq -r .pdq >near.txt
sha256sum set/harmless.txt >good.txt

item() { jq -r --arg path "$1" "(.items[] | select(.path == \$path)) | $2" out.json; }

"$seventh" scan --list known.csv --list near.txt --known-good good.txt --json out.json set >summary 2>err
check "exit status 0" equal "$?" 0
check "one JSON document" equal "$(jq -r '"\(.seventh) \(.version) \(.radius)"' out.json)" "scan 1 31"
check "the lists with their roles" equal "$(jq -r '.lists|map("\(.name) \(.entries) \(.role)")|join(", ")' out.json)" \
    "known 1 known, near 1 known, good 1 known-good"
check "a list's digest is that of its file" equal "$(jq -r '.lists[0].digest' out.json)" "$(sha256sum <known.csv | cut -d' ' -f1)"
check "exactly known" equal "$(item set/a.png '"\(.class) \(.matches[0].kind) \(.matches[0].algorithm) \(.matches[0].distance)"')" \
    "known exact md5 0"
check "a copy takes after the first" equal "$(item set/sub/copy.png '"\(.class) \(.duplicate_of)"')" "known set/a.png"
check "probably known" equal "$(item set/near.png '"\(.class) \(.matches[0].kind) \(.matches[0].algorithm) \(.matches[0].list)"')" \
    "probably-known near pdq near"
check "harmless" equal "$(item set/harmless.txt .class)" "known-good"
check "no picture" equal "$(item set/note.txt .class) $(item set/empty .class)" "other other"
check "damaged is a problem, listed" equal "$(item set/damaged.png .class) $(jq -r '.problems|map(.path)|join(" ")' out.json)" \
    "problem set/cut.png set/damaged.png"
check "links and pipes are listed" equal "$(jq -r '.skipped|map("\(.path) \(.reason)")|join(", ")' out.json)" \
    "set/link link, set/pipe special-file"
check "each file counts once" equal \
    "$(jq '.totals|.known+.probably_known+.known_good+.duplicates+.unknown+.other+.problems == .files' out.json)" true
check "items in the order of the paths" equal "$(jq -c '[.items[].path] | . == sort' out.json)" true
check "each item on a line of its own" equal "$(grep -c '^{"path":.*"class":' out.json)" "$(jq '.items|length' out.json)"
check "nothing that acts on a terminal in the summary" equal "$(grep -c "$(printf '\033')" summary)" 0

# The document as a whole. To renew it: SCAN_GOLDEN=renew.
golden=$SEVENTH_SOURCE_ROOT/tests/workspace/scan.golden.json
[ "${SCAN_GOLDEN:-}" = renew ] && cp out.json "$golden"
check "the document is as it was agreed" cmp -s out.json "$golden"
check "in another language only sentences differ" equal "$(
    SEVENTH_LANG=en-XA "$seventh" scan --list known.csv --list near.txt --known-good good.txt --json - set 2>/dev/null |
        jq -c 'del(.problems[].message)')" "$(jq -c 'del(.problems[].message)' out.json)"

"$seventh" scan --list known.csv missing.s7list --json - set >/dev/null 2>err
check "a list that cannot be read is an error before the scan" [ $? -ne 0 ]
"$seventh" scan --list set/note.txt --json never.json set >/dev/null 2>err
check "what is no list is an error" [ $? -ne 0 ]
check "and nothing is written" [ ! -e never.json ]
"$seventh" scan --list known.csv --json no/such/folder/out.json set >/dev/null 2>err
check "an output that cannot be written is an error" [ $? -ne 0 ]
"$seventh" scan set >/dev/null 2>err
check "without any list there is nothing to do" equal $? 2

"$seventh" scan --list known.csv near.txt --known-good good.txt --json - set 2>summary2 >stdout.json
check "--json - writes to standard output" equal "$(jq -r .seventh stdout.json)" scan
args="--list known.csv --list near.txt --known-good good.txt"
"$seventh" scan $args --jobs 1 --json one.json set >one.txt 2>/dev/null
"$seventh" scan $args --jobs 7 --json seven.json set >seven.txt 2>/dev/null
check "the same result with 1 and 7 jobs" cmp -s one.json seven.json
check "the same summary with 1 and 7 jobs" cmp -s one.txt seven.txt
"$seventh" scan $args --json overlap.json set/sub set ./set/a.png >/dev/null 2>&1
check "paths inside other paths count once" cmp -s one.json overlap.json

# The scan's own files lie in the folder that is scanned.
cp -a set own
"$seventh" scan $args --resume own/state --json own/out.json own >/dev/null 2>&1
cp own/out.json first.json
"$seventh" scan $args --resume own/state --json own/out.json own >/dev/null 2>&1
check "its own outputs and state are no evidence" cmp -s own/out.json first.json

# Archives.
if command -v zip >/dev/null && command -v 7z >/dev/null; then
    mkdir arc && (
        cd set && zip -q ../inner.zip a.png note.txt && zip -q -0 ../enc.zip -P secret near.png && cd .. &&
            tar cf outer.tar inner.zip set/near.png enc.zip && 7z a -bd -y arc/all.7z outer.tar >/dev/null &&
            cp inner.zip arc && head -c 400 inner.zip >arc/cut.zip && gzip -c set/near.png >arc/near.png.gz
    )
    "$seventh" scan $args --json out.json arc >/dev/null 2>err
    check "archives inside archives" equal \
        "$(jq -r '.items[].path' out.json | grep '^arc/all' | tr '\n' ' ')" \
        "arc/all.7z arc/all.7z!/outer.tar arc/all.7z!/outer.tar!/enc.zip arc/all.7z!/outer.tar!/enc.zip!/near.png arc/all.7z!/outer.tar!/inner.zip arc/all.7z!/outer.tar!/inner.zip!/a.png arc/all.7z!/outer.tar!/inner.zip!/note.txt arc/all.7z!/outer.tar!/set/near.png "
    check "members are matched" equal "$(item 'arc/all.7z!/outer.tar!/inner.zip!/a.png' .class)" known
    check "what lies in an archive is a copy of the same outside" equal \
        "$(item 'arc/inner.zip!/a.png' .duplicate_of)" 'arc/all.7z!/outer.tar!/inner.zip!/a.png'
    check "a compressed file is unpacked" equal "$(item 'arc/near.png.gz!/near.png' .duplicate_of)" 'arc/all.7z!/outer.tar!/set/near.png'
    check "an encrypted member is a problem" equal \
        "$(item 'arc/all.7z!/outer.tar!/enc.zip!/near.png' '"\(.class) \(.error)"')" "problem encrypted"
    check "a damaged archive is a problem" equal "$(item 'arc/cut.zip' .class)" problem
    "$seventh" scan $args --jobs 1 --json one.json arc >/dev/null 2>&1
    check "the same with 1 job" cmp -s one.json out.json
fi
tap_end
