# `seventh ledger …`: verifying, showing, proving, exporting and witnessing a published ledger.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
make_ledger=$1/tests/workspace/make_ledger
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH

"$seventh" ledger keygen node.example/ledger node.key -p node.pub >out 2>err
check "ledger keygen makes two files" equal "$? $(cat err) $(cut -d+ -f1 node.pub) $(stat -c %a node.key)" "0  node.example/ledger 600"
"$seventh" ledger keygen node.example/ledger node.key -p other.pub >out 2>err
check "and never replaces one" equal "$?" 73
"$seventh" ledger keygen 'two words' x.key 2>err
check "a name with blanks is refused" equal "$?" 2
"$seventh" ledger keygen --witness inspector.example inspector.key -p inspector.pub >out
"$seventh" ledger keygen node.example/ledger false.key -p false.pub >out

"$make_ledger" log node.key 300 || exit 99
cp log/checkpoint at-300
"$seventh" ledger verify log >out 2>err
check "ledger verify without a key" equal "$? $(cat err) $(head -n 1 out)" "0  log is whole: 300 entries."
check "says that the signature was not checked" grep -q 'was not checked: give the ledger' out
"$seventh" ledger verify log --key node.pub --witness inspector.pub >out 2>err
check "with the key" equal "$? $(sed -n 2,3p out)" "0 It is signed by node.example/ledger.
inspector.example has not witnessed this state of it."
"$seventh" ledger verify log --key "$(cat node.pub)" >out 2>err
check "the key may be given itself" equal "$?" 0
"$seventh" ledger verify log --key false.pub >out 2>err
check "another key of the same name is refused" equal "$? $(grep -c checkpoint err)" "77 1"

"$seventh" ledger witness log --secret inspector.key --key node.pub --state seen --attach >out 2>err
check "ledger witness signs into the folder" equal "$? $(cat out err)" "0 "
"$seventh" ledger verify log --key node.pub --witness inspector.pub >out
check "and the signature is found" grep -q 'inspector.example witnessed it at 2023-11-14T22:13:20Z' out
"$make_ledger" log node.key 700 || exit 99
"$seventh" ledger prove log --since 300 -o request
"$seventh" ledger witness request --secret inspector.key --key node.pub --state seen >line 2>err
check "ledger witness takes a request from a file" equal "$? $(cut -d' ' -f2 line)" "0 inspector.example"
"$seventh" ledger witness request --secret inspector.key --key node.pub --state seen >out 2>err
check "the same request a second time starts from the wrong size" equal "$? $(grep -c 700 err)" "75 1"
"$seventh" ledger witness log --secret inspector.key --key inspector.pub --state seen >out 2>err
check "an unknown ledger is refused" equal "$?" 66
cp -r log back
"$make_ledger" split node.key 700 20 || exit 99
"$seventh" ledger witness split --secret inspector.key --key node.pub --state seen >out 2>err
check "another history is not witnessed" equal "$? $(grep -c 'Two histories' err)" "75 1"
"$seventh" ledger verify split --key node.pub --earlier at-300 >out 2>err
check "another history is found against an earlier checkpoint" equal "$? $(grep -c 'history was changed' err)" "75 1"
"$seventh" ledger verify log --key node.pub --earlier at-300 >out 2>err
check "the true one continues it" equal "$? $(cat err)" "0 "
"$seventh" ledger witness log --secret inspector.key --key node.pub --state seen --attach >out 2>err

"$seventh" ledger show log --from 12 --count 1 --json >out
check "ledger show --json" equal "$(cat out)" '{"index":12,"time":"2023-11-14T22:13:32Z","kind":"case-viewed","person":"00000000000000000000000003","unit":"00000000000000000000000007","purpose":"victim-identification","case":"00000000000000000000000002","count":1,"commitment":"Ig3eJ6/uTVN8rJbYXWVG+CUVO5DoKJMbdOEDgHVBvEI="}'
"$seventh" ledger show log --case 00000000000000000000000002 --json >out
check "filters by case" equal "$(wc -l <out)" 64
"$seventh" ledger show log --kind ledger-opened >out
check "shows a table" equal "$(grep -c 'Ledger opened' out)" 1
"$seventh" ledger show log --kind no-such 2>err
check "an unknown kind is an error" equal "$?" 2

"$seventh" ledger prove log --entry 699 -o entry.tlog-proof
"$seventh" ledger verify entry.tlog-proof --key node.pub >out 2>err
check "ledger prove makes a proof that verifies" equal "$? $(head -n 1 out)" "0 entry.tlog-proof proves entry 699 of a ledger of 700 entries."
sed 's/^index 699/index 698/' entry.tlog-proof >wrong.tlog-proof
"$seventh" ledger verify wrong.tlog-proof --key node.pub >out 2>err
check "and not for another entry" equal "$?" 65
"$seventh" ledger prove log --entry 700 2>err
check "there is no entry past the end" equal "$?" 65
"$seventh" ledger prove log 2>err
check "one must say what to prove" equal "$?" 2

"$seventh" ledger export log --key node.pub --witness inspector.pub --earlier at-300 --case 00000000000000000000000002 -o page.html >out 2>err
check "ledger export writes a page" equal "$? $(cat out err)" "0 page.html holds 64 entries with their proofs."
"$seventh" ledger verify page.html --key node.pub >out 2>err
check "which verifies" equal "$? $(head -n 1 out)" "0 page.html is whole: 64 entries, proven to be of a ledger of 700."
check "with its witness" grep -q 'inspector.example witnessed it' out
check "the page reaches out to nobody" equal "$(grep -cE 'https?://|src=|url\(' page.html)" 0
LC_ALL=ar "$seventh" ledger export log --key node.pub --count 2 -o arabic.html >out 2>err
check "and is written in the reader's language" grep -q '<html lang="ar" dir="rtl">' arabic.html
sed 's/victim-identification/idle-curiosity/' page.html >changed.html
"$seventh" ledger verify changed.html --key node.pub >out 2>err
check "what the table says beside the data is not believed" equal "$?" 0
sed 's/^entry c2V2ZW50aC9lbnRye/entry c2V2ZW50aC9lbnRyf/' page.html >changed.html
"$seventh" ledger verify changed.html --key node.pub >out 2>err
check "changed data is found" equal "$?" 65

if perl -MDigest::SHA -e 1 2>/dev/null && openssl version >/dev/null 2>&1; then
    perl "$SEVENTH_SOURCE_ROOT/tests/workspace/verify_ledger.pl" log node.pub inspector.pub >out 2>err
    check "an independent verifier agrees" equal "$(cat err out)" "$(head -n 3 log/checkpoint | tr '\n' ' ' | sed 's/ $//')"
    printf 'x' | dd of=log/tile/0/001 bs=1 seek=40 conv=notrunc 2>/dev/null
    perl "$SEVENTH_SOURCE_ROOT/tests/workspace/verify_ledger.pl" log node.pub >out 2>err
    check "also about damage" equal "$? $(tail -n 1 err)" "255 tile/0/001 is wrong"
    "$seventh" ledger verify log --key node.pub >out 2>err
    check "whose place is told" equal "$? $(grep -c 'Entry 257 .*tile/0/001.* 32' err)" "65 1"
fi
tap_end
