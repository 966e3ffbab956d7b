# `seventh admin init|user|backup|restore|check`: a node's life from its first day to its restored copy, and what is
# refused on the way: a refusal says why, ends with another code than 0, and leaves nothing behind.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
work=$(mktemp -d) || exit 99
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 99
SEVENTH_LISTEN=127.0.0.1:0
SEVENTH_LANG=en
SEVENTH_FOLDER=$work/node
export SEVENTH_LISTEN SEVENTH_LANG SEVENTH_FOLDER

# run [VERB…]: with what it said in out and err, and how it ended in $code.
run() {
    "$seventh" admin "$@" >out 2>err
    code=$?
}
# run_on FOLDER VERB…: the same for another node.
run_on() {
    folder=$work/$1
    shift
    SEVENTH_FOLDER=$folder "$seventh" admin "$@" >out 2>err
    code=$?
}
# restore FOLDER BACKUP [OPTION…]: with the shares in the file given. Not in a pipeline, which would lose $code.
restore() {
    to=$1
    shift
    run_on "$to" restore "$@" <given
}
links() { grep -c 'http://127.0.0.1:0/first-sign-in?token=[0-9a-f]\{64\}$' out; }
# refused PATTERN PATH: not 0, no crash, one sentence on standard error that fits, nothing at PATH.
refused() {
    [ "$code" -gt 0 ] && [ "$code" -lt 126 ] && [ "$(wc -l <err)" = 1 ] && grep -q "$1" err && [ ! -e "$2" ] && return 0
    sed "s/^/# $code /" err
    ls -A "$2" 2>/dev/null | sed 's/^/# left: /'
    return 1
}
# open_to_others FOLDER: how many secrets there can be read by others, or are not there at all.
open_to_others() {
    wrong=0
    for file in node store.db keys/node keys/ring keys/ledger; do
        [ "$(stat -c %a "$1/$file" 2>/dev/null)" = 600 ] || wrong=$((wrong + 1))
    done
    echo $((wrong + $(find "$1" "$1/keys" "$1/ledger" -maxdepth 0 ! -perm 700 | wc -l)))
}
# put_wrong FILE: one byte in its middle becomes another.
put_wrong() {
    half=$(($(stat -c %s "$1") / 2))
    byte=$(od -An -tu1 -j "$half" -N 1 "$1" | tr -d ' ')
    printf "\\$(printf %03o $(((byte + 1) % 256)))" | dd of="$1" bs=1 seek="$half" conv=notrunc 2>/dev/null
}

# --- init

run init --country XYZ
check "init refuses what is no country" refused 'two letters' node
run init --administrator "$(printf '%0300d' 0)"
check "and a name that is too long" refused 'too long' node
run init --shares 2 --needed 3
check "and more shares needed than there are" refused 'More shares' node
mkdir node
run init --country XYZ
check "an empty folder that was there stays" equal "$code $(ls -A node | wc -l)" "2 0"
if [ -c /dev/full ]; then
    "$seventh" admin init >/dev/full 2>err
    check "no node without its shares on paper" equal "$? $(ls -A node | wc -l)" "74 0"
fi
run user north
check "user asks for a node" refused 'There is no node' node/node
run init --name node.example/ledger --unit 'Unit One' --country MA --languages 'fr ar' --time-zone Africa/Casablanca \
    --administrator first --shares 5 --needed 3
check "init makes a node with its administrator's link" equal "$code $(links) $(cat err)" "0 1 "
grep '^recovery-share-' out >shares
check "and prints the shares" equal "$(sort -u shares | wc -l)" 5
check "which are kept nowhere" equal "$(grep -rlaF -f shares node | wc -l)" 0
check "secrets are their owner's only" equal "$(open_to_others node)" 0
cp node/node identity
run init
check "a second node in the same folder is refused" refused 'is not empty' nothing
run init --unit 'Unit Two'
check "also under another name" refused 'is not empty' nothing
check "and the first is as it was" cmp node/node identity

# --- user, check

run user north --role analyst
check "user adds a person and prints the link" equal "$code $(links) $(cat err)" "0 1 "
run user north
check "a second link for the same person" equal "$code $(links)" "0 1"
run user north --role analyst
check "roles are not changed so" refused 'is there already' nothing
run user south --role no-such
check "an unknown role is refused" refused 'no role “no-such”' nothing
run check
check "check finds nothing wrong" equal "$code $(grep -c '^Wrong' out) $(tail -n 1 out)" \
    "0 0 Nothing is wrong with the node in $work/node."
check "and tells where settings come from" grep -q "^folder = $work/node  # environment" out

# --- backup

run backup backup
check "backup" equal "$code $(grep -c 'is written and checked' out) $(cat err)" "0 1 "
check "the backup is its owner's only" equal "$(stat -c %a backup) $(find backup -maxdepth 1 -type f ! -perm 600)" "700 "
check "no key lies in it open" equal "$(grep -rlaF -e "$(cat node/keys/node)" -e "$(cat node/keys/ledger)" backup | wc -l)" 0
cp -r backup first-backup
generation=$(basename backup/store-*.note .note)
run user south --role analyst
check "something changes after the backup" equal "$code $(links)" "0 1"
run_on other init
grep '^recovery-share-' out >other-shares
run_on other backup backup
check "another node's backup does not go to the same folder" refused . nothing
check "and changes nothing there" diff -r backup first-backup

# --- restore: what is refused

head -n 2 shares >given
restore new backup
check "a share too few is refused" refused 'share' new
sed -n '1p;2p;2p' shares >given
restore new backup
check "the same share twice" refused 'not enough different shares' new
{ head -n 2 shares && head -n 1 other-shares; } >given
restore new backup
check "a share of another key" refused 'not enough different shares' new
head -n 3 shares | sed '2s/.$/?/' >given
restore new backup
check "a miscopied share" refused 'a letter of it is wrong' new
echo 'four words nobody guesses' >given
restore new backup
check "what is no recovery key" refused 'not a share of a recovery key' new
echo recovery-secret-aaaaa >given
restore new backup
check "a miscopied secret" refused 'not the secret of a recovery key' new
: >given
restore new backup
check "nothing at all" refused 'recovery key' new
head -n 2 other-shares >given
restore new backup
check "another recovery key" refused 'the recovery key is another one' new
head -n 3 shares >given
restore new nowhere
check "no backup" refused 'does not exist' new
head -n 3 shares >given
restore new backup -g store-20200101T000000Z
check "no such generation" refused 'does not exist' new
for file in keys.sealed ring.sealed copies.sealed "$generation.sealed" "$generation.note" ledger/checkpoint \
    $(cd backup && find ledger/tile/0 -type f | tail -n 1); do
    rm -rf damaged
    cp -r backup damaged
    put_wrong "damaged/$file"
    head -n 3 shares >given
    restore new damaged
    check "a wrong byte in $(echo "$file" | sed "s/$generation/store/")" refused . new
    cp "backup/$file" whole
    head -c "$(($(stat -c %s whole) / 2))" whole >"damaged/$file"
    head -n 3 shares >given
    restore new damaged
    check "and half of it" refused . new
done
cp -r node node-before
head -n 3 shares >given
restore node backup
check "a node is never restored over" refused 'is not empty' nothing
check "and stays as it was" diff -r node node-before

# --- restore: what works

sed -n '5p;2p;4p' shares | tr a-z A-Z >given

restore restored backup
check "any three of five shares restore, in either case" equal "$code $(grep -c "$generation" out) $(cat err)" "0 1 "
check "secrets are their owner's only again" equal "$(open_to_others restored)" 0
check "the same node with the same keys" cmp node/keys/ledger restored/keys/ledger
run_on restored check
check "which passes check" equal "$code $(grep -c '^Wrong' out)" "0 0"
"$seventh" ledger verify restored/ledger --key node/ledger.pub >out 2>err
check "its ledger verifies with the first node's key" equal "$? $(cat err)$(sed -n 2p out)" "0 It is signed by node.example/ledger."
"$seventh" ledger verify restored/ledger --key node/ledger.pub --earlier backup/ledger/checkpoint >out 2>err
check "and continues what was published" equal "$? $(cat err)" "0 "
"$seventh" ledger show restored/ledger --kind backup-restored --json >out
check "it says that it was restored" equal "$(wc -l <out)" 1
run_on restored user north --role analyst
check "who was there is there" refused 'is there already' nothing
run_on restored user south --role analyst
check "who came later is not" equal "$code $(links)" "0 1"
run_on restored backup backup
check "the restored node is backed up to the same folder" equal "$code $(cat err)" "0 "
run check
check "the first node is still whole" equal "$code $(grep -c '^Wrong' out)" "0 0"

# --- a node that was made by serve has no recovery key; init gives it one

SEVENTH_FOLDER=$work/served
"$seventh" serve --ready ready >said 2>&1 &
server=$!
tries=0
while [ ! -f ready ] && kill -0 "$server" 2>/dev/null && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
run init
check "nothing is done to a node that is served" refused . nothing
kill -TERM "$server"
wait "$server"
server=
run backup late-backup
check "a node without a recovery key is not backed up" refused 'No recovery key is set' late-backup
run init --unit 'Unit Two'
check "nor made a second time" refused 'is not empty' nothing
run init --shares 3 --needed 2
check "init gives it the key" equal "$code $(grep -c '^recovery-share-' out) $(cat err)" "0 3 "
grep '^recovery-share-' out >late-shares
run init
check "once" refused 'is not empty' nothing
run backup late-backup
check "and it is backed up" equal "$code $(cat err)" "0 "
sed -n '3p;1p' late-shares >given
restore late late-backup
check "and restored with two of three" equal "$code $(cat err)" "0 "
run_on late check
check "and whole" equal "$code $(grep -c '^Wrong' out)" "0 0"
tap_end
