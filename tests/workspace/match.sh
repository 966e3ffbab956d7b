# `seventh match`: hashes, query files and pictures against lists of several kinds; answers as JSON.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

mkdir pictures
small_picture >pictures/a.png
printf 'abc' >pictures/abc.txt
pdq=$("$seventh" hash --kind pdq --json pictures/a.png | jq -r .pdq)
abc=900150983cd24fb0d6963f7d28e17f72
# The first digit with its lowest bit changed: one bit away.
first=$(printf '%s' "$pdq" | cut -c1)
other=$(printf '%x' $((0x$first ^ 1)))
near=$other$(printf '%s' "$pdq" | cut -c2-)
printf '%s\tclose\n' "$near" >near.pdq
cat >exact.csv <<END
id,md5,category
r1,$abc,1
,0cc175b9c0f1b6a831c399e269772661,
END
printf 'abc' | sha256sum | sed 's/-/abc/' >sums.txt
"$seventh" list create --scheme vic-us --name Known exact.s7list exact.csv >/dev/null

check "an exact match, in full" equal "$("$seventh" match exact.s7list --json --hash $abc)" \
    "{\"query\":\"$abc\",\"matches\":[{\"list\":\"Known\",\"entry\":\"r1\",\"kind\":\"exact\",\"algorithm\":\"md5\",\"distance\":0,\"scheme\":\"vic-us\",\"scheme_version\":\"2.0\",\"category\":\"1\"}]}"
check "a record without an id has its number; no category is null" equal \
    "$("$seventh" match exact.s7list --json --hash 0CC175B9C0F1B6A831C399E269772661 | jq -c '[.query,.matches[0].entry,.matches[0].category]')" \
    '["0cc175b9c0f1b6a831c399e269772661","#2",null]'
check "a near match" equal "$("$seventh" match near.pdq --json --hash "$pdq" | jq -c '.matches[0]|[.list,.entry,.kind,.algorithm,.distance]')" \
    '["near","close","near","pdq",1]'
check "--radius 0 leaves it out" equal "$("$seventh" match near.pdq --radius 0 --json --hash "$pdq" | jq -c .matches)" "[]"
check "64 digits are a SHA-256 as well" equal \
    "$("$seventh" match sums.txt --json --hash "$(printf abc | sha256sum | cut -c1-64)" | jq -r '.matches[0].algorithm')" sha256
check "SHA-1 in base32" equal "$(printf 'hash\na9993e364706816aba3e25717850c26c9cd0d89d\n' >s.csv
    "$seventh" match s.csv --json --hash VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5 | jq -r '.matches[0].algorithm')" sha1
check "several lists, several hashes, a line each" equal \
    "$("$seventh" match exact.s7list exact.csv near.pdq --json --hash $abc "$pdq" | jq -r '[.matches[].list]|join(" ")' | tr '\n' '|')" \
    "Known exact|near|"
"$seventh" match exact.s7list --json --hash ffffffffffffffffffffffffffffffff >out
check "nothing found is no error" equal "$? $(jq -c .matches out)" "0 []"

printf '%s\tfirst\nnonsense\n\n  %s  \r\n' "$abc" "$(echo $abc | tr a-f A-F)" >queries
"$seventh" match exact.s7list --json --queries queries >out 2>err
check "a file of queries" equal "$? $(jq -r '"\(.id) \(.matches|length)"' out | tr '\n' '|')" "0 first 1|null 1|"
check "with bad lines told by number" equal "$(grep -c '2.*queries' err) $(wc -l <err)" "1 1"
check "queries from standard input" equal "$("$seventh" match exact.s7list --json --queries - <queries 2>/dev/null)" "$(cat out)"
head -c 200000 /dev/zero | tr '\0' a >long
printf '\n%s\n' $abc >>long
check "an endless line is passed over" equal "$("$seventh" match exact.s7list --json --queries long 2>err | jq -c '.matches|length') $(wc -l <err)" "1 1"

"$seventh" match exact.s7list near.pdq pictures --json >out
check "files and folders behind the lists" equal "$(jq -r '"\(.query) \(.matches[0].list) \(.matches[0].kind) \(.matches[0].distance)"' out | tr '\n' '|')" \
    "pictures/a.png near near 1|pictures/abc.txt Known exact 0|"
"$seventh" hash --kind pdq --dihedral --json pictures/a.png | jq -r .pdq_rot180 >turned.pdq
check "a turned picture is not found" equal "$("$seventh" match turned.pdq pictures/a.png --json | jq -c .matches)" "[]"
check "but with --dihedral" equal "$("$seventh" match turned.pdq pictures/a.png --dihedral --json | jq -c '.matches|map([.turn,.distance])')" '[["rot180",0]]'
"$seventh" match exact.s7list missing --json >out 2>err
check "a missing file" equal $? 66
printf '\211PNG\r\n\032\n and nothing of a picture' >damaged.png
"$seventh" match exact.s7list damaged.png --json >out 2>err
check "a picture that cannot be decoded is said and still asked by digest" equal \
    "$? $(jq -c '[(.error|type),.matches]' out) $(grep -c damaged.png err)" '0 ["string",[]] 1'

"$seventh" match exact.s7list --hash $abc >out
check "for a person" equal "$(grep -c -e 'exact match by md5: record r1 of Known, category 1 of vic-us 2.0' -e '^1 query was asked; 1 matched.$' out)" 2
check "never a verdict" equal "$(grep -c -i -e illegal -e guilty out)" 0
"$seventh" match exact.s7list 2>err
check "nothing to look for" equal $? 2
"$seventh" match exact.s7list --hash 123 2>err
check "no hash" equal "$? $(grep -c 123 err)" "2 1"
"$seventh" match exact.s7list --radius 49 --hash $abc 2>err
check "too large a radius" equal $? 2
"$seventh" match "$SEVENTH_SOURCE_ROOT/LICENSE" --hash $abc 2>err
check "the first operand must be a list" equal $? 69
head -c 4500 exact.s7list >cut.s7list
"$seventh" match exact.s7list cut.s7list --hash $abc 2>err
check "a damaged list is an error, never passed over" equal $? 65
tap_end
