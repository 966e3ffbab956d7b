# `seventh ledger …` on the published folder of a node, as it grows and after an erasure.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
make_node=$1/tests/ledger/make_node
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

"$make_node" node 300 || exit 99
"$seventh" ledger verify node/ledger --key node/ledger.pub >out 2>err
check "verify" equal "$? $(cat err) $(head -n 1 out)" "0  node/ledger is whole: 302 entries."
check "with the node's public key" grep -q 'signed by node.example/ledger' out
cp node/ledger/checkpoint earlier
"$seventh" ledger show node/ledger --kind record-erased --json >out 2>err
check "show the erasure" equal "$? $(wc -l <out) $(jq -r .index out)" "0 1 301"
"$seventh" ledger prove node/ledger --entry 1 -o proof.tlog-proof >out 2>err
check "prove the erased entry" equal "$? $(head -n 1 proof.tlog-proof)" "0 c2sp.org/tlog-proof@v1"
"$seventh" ledger verify proof.tlog-proof --key node/ledger.pub >out 2>err
check "verify the proof" equal "$?" 0
"$seventh" ledger keygen --witness inspector.example inspector.key -p inspector.pub >out
"$seventh" ledger witness node/ledger --secret inspector.key --key node/ledger.pub --state seen --attach >out 2>err
check "witness" equal "$? $(cat err)" "0 "
"$seventh" ledger verify node/ledger --key node/ledger.pub --witness inspector.pub >out 2>err
check "is found" grep -q 'inspector.example witnessed' out
"$seventh" ledger export node/ledger --key node/ledger.pub --witness inspector.pub -o page.html >out 2>err
check "export" equal "$? $(cat err)" "0 "
"$seventh" ledger verify page.html --key node/ledger.pub >out 2>err
check "verify the page" equal "$?" 0

"$make_node" node 50 || exit 99
"$seventh" ledger verify node/ledger --key node/ledger.pub --earlier earlier >out 2>err
check "the node goes on from a witnessed checkpoint" equal "$? $(cat err) $(head -n 1 out)" "0  node/ledger is whole: 353 entries."
"$seventh" ledger witness node/ledger --secret inspector.key --key node/ledger.pub --state seen --attach >out 2>err
check "and is witnessed again" equal "$? $(cat err)" "0 "
tap_end
