# `seventh list …`: creating, showing, verifying, signing and exporting lists, and everything that must be refused.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH

abc=900150983cd24fb0d6963f7d28e17f72
cat >set.csv <<END
md5,category
$abc,1
0cc175b9c0f1b6a831c399e269772661,2
92eb5ffee6ae2fec3ad71c777531578f0,2
d41d8cd98f00b204e9800998ecf8427e,1
4a8a08f09d37b73795649038408b5f33,
END
i=0
while [ $i -lt 4 ]; do
    printf '%s\tpdq-%d\n' "$(printf '%d' $i | sha256sum | cut -c1-64)" $i
    i=$((i + 1))
done >hashes.pdq
printf 'abc' >abc
sha256sum abc >sums.sha256

"$seventh" list create set.s7list set.csv hashes.pdq --name "Set 1" --issuer "Unit 7" --version 3 \
    --scheme vic-us >out 2>err
check "list create succeeds" equal "$? $(cat err)" "0 "
check "and says how many records" grep -q '^set.s7list holds 7 records.$' out
check "and why values were rejected" equal "$(grep -c -e 'not 32 hexadecimal digits' -e 'empty file' out)" 2
"$seventh" list info --json set.s7list >info.json
check "list info --json: the list itself" equal \
    "$(jq -c '[.name,.issuer,.version,.entries,.created]' info.json)" '["Set 1","Unit 7",3,7,"2023-11-14T22:13:20Z"]'
check "list info --json: kinds" equal "$(jq -c .kinds info.json)" \
    '{"md5":3,"sha1":0,"sha256":0,"pdq":4,"photodna":0,"vpdq":0,"vpdq_pictures":0,"tombstones":0}'
check "list info --json: schemes" equal "$(jq -c .schemes info.json)" \
    '[{"scheme":"vic-us","version":"2.0","categories":{"1":1,"2":1},"uncategorised":5}]'
check "list info --json: sources" equal \
    "$(jq -c '[.sources[]|[.file,.format,.records,.accepted,.rejected]]' info.json)" \
    '[["set.csv","csv",5,3,{"bad-md5":1,"empty-file":1,"no-hash":2}],["hashes.pdq","pdq-text",4,4,{}]]'
check "list info for a person" equal "$("$seventh" list info set.s7list | grep -c -e '^MD5 *3$' -e '^Issuer *Unit 7$' -e '^vic-us *2.0 *1 *1$' -e 'set.csv .* the empty file')" 4
check "list info of a hash list that is no list file" equal "$("$seventh" list info --json set.csv | jq -c '[.name,.entries]')" '["set",3]'

"$seventh" list create again.s7list set.csv hashes.pdq --name "Set 1" --issuer "Unit 7" --version 3 --scheme vic-us >/dev/null
check "the same input gives the same bytes" cmp -s set.s7list again.s7list

"$seventh" list create set.s7list set.csv >out 2>err
check "an existing output is not replaced" equal "$? $(wc -c <out) $(grep -c 'exists already' err)" "73 0 1"
"$seventh" list create --force -o again.s7list set.csv >/dev/null
check "unless told to" equal "$? $("$seventh" list info --json again.s7list | jq -r .name)" "0 again"
"$seventh" list create --force set.csv set.csv 2>err
check "an input is never the output" equal "$? $(grep -c 'both input and output' err)" "2 1"
"$seventh" list create new.s7list "$SEVENTH_SOURCE_ROOT/LICENSE" 2>err
check "what is no list is refused, and nothing written" equal "$? $(test -e new.s7list; echo $?) $(grep -c LICENSE err)" "69 1 1"
: >nothing
"$seventh" list create new.s7list nothing 2>/dev/null
check "an empty file is no list" equal "$? $(test -e new.s7list; echo $?)" "69 1"
"$seventh" list create new.s7list missing 2>/dev/null
check "a missing file" equal $? 66
"$seventh" list create new.s7list set.csv --scheme us-vic 2>err
check "an unknown scheme is refused and the known ones are named" equal "$? $(grep -c 'vic-us.*interpol-baseline' err)" "2 1"
"$seventh" list create new.s7list set.csv --scheme vic-us --scheme-version 9 2>err
check "an unknown version of a scheme" equal $? 2
"$seventh" list create local.s7list set.csv --scheme local-unit --scheme-version 4 >/dev/null
check "schemes of the operator's own" equal "$("$seventh" list info --json local.s7list | jq -c '.schemes[0]|[.scheme,.version]')" '["local-unit","4"]'
"$seventh" list create only.s7list 2>err
check "at least one input" equal $? 2

# Compressed and packed.
gzip -k hashes.pdq
xz -k sums.sha256 2>/dev/null || cp sums.sha256 sums.sha256.xz
"$seventh" list create packed.s7list hashes.pdq.gz sums.sha256.xz >/dev/null 2>err
check "gzip and xz" equal "$? $("$seventh" list info --json packed.s7list | jq -c '[.entries,.kinds.sha256,.kinds.pdq]')" "0 [5,1,4]"
if command -v zip >/dev/null; then
    printf 'hello' >readme.txt
    zip -q two.zip set.csv readme.txt hashes.pdq
    "$seventh" list create zip.s7list two.zip >out 2>err
    check "a zip with several members, one of them no list" equal \
        "$? $("$seventh" list info --json zip.s7list | jq -r '[.sources[].file]|join(" ")') $(grep -c 'two.zip!/readme.txt' err)" \
        "0 two.zip!/set.csv two.zip!/hashes.pdq 1"
    gzip -k set.csv
    zip -q deep.zip set.csv.gz
    "$seventh" list create deep.s7list deep.zip >/dev/null
    check "a gzip inside a zip" equal "$("$seventh" list info --json deep.s7list | jq .entries)" 3
    zip -q none.zip readme.txt
    "$seventh" list create new.s7list none.zip 2>err
    check "an archive without any list" equal "$? $(grep -c none.zip err)" "69 1"
    zip -q -P secret locked.zip set.csv
    "$seventh" list create new.s7list locked.zip 2>err
    check "an encrypted archive" equal "$? $(grep -c encrypted err)" "69 1"
fi
if command -v sqlite3 >/dev/null; then
    sqlite3 rds.db "create table PKG(package_id integer,name text); insert into PKG values(1,'p');
        create table FILE(sha256 text,sha1 text,md5 text,crc32 text,file_name text,file_size integer,package_id integer);
        insert into FILE values('$(sha256sum <abc | cut -c1-64)','A9993E364706816ABA3E25717850C26C9CD0D89D','$abc','0','abc',3,1);"
    gzip rds.db
    "$seventh" list create rds.s7list rds.db.gz >/dev/null
    check "a compressed NSRL database" equal "$? $("$seventh" list info --json rds.s7list | jq -c '[.entries,.kinds.sha256,.sources[0].format]')" \
        '0 [1,1,"nsrl-sqlite"]'
fi
"$seventh" list create merged.s7list set.s7list packed.s7list >/dev/null
check "list files are inputs as well" equal "$("$seventh" list info --json merged.s7list | jq -c '[.entries,.sources[0].format]')" '[12,"s7list"]'
mkfifo pipe
cat hashes.pdq >pipe &
"$seventh" list create piped.s7list pipe >/dev/null
check "a pipe is an input" equal "$? $("$seventh" list info --json piped.s7list | jq .entries)" "0 4"

printf 'hash,name\n' >named.csv
cat >places.txt <<END
%%%% HASHDEEP-1.0
%%%% size,md5,filename
3,$abc,/secret/place/abc
END
"$seventh" list create with.s7list places.txt >/dev/null
"$seventh" list create without.s7list --no-locations places.txt >/dev/null
check "--no-locations leaves file names out" equal \
    "$(grep -c /secret/place with.s7list) $(grep -c /secret/place without.s7list)" "1 0"

# Verifying.
"$seventh" list verify set.s7list packed.s7list >out
check "list verify of whole lists" equal "$? $(grep -c 'is whole' out)" "0 2"
cp set.s7list broken.s7list
printf '\252' | dd of=broken.s7list bs=1 seek=5000 conv=notrunc 2>/dev/null
"$seventh" list verify broken.s7list 2>err
check "list verify sees a changed byte and says where" equal "$? $(grep -c broken.s7list err) $(grep -c '4.\{0,1\}096' err)" "65 1 1"
head -c 5000 set.s7list >broken.s7list
"$seventh" list verify broken.s7list 2>/dev/null
check "list verify sees a cut" equal $? 65
"$seventh" list verify set.csv 2>err
check "list verify takes list files only" equal "$? $(grep -c 'not a list file' err)" "65 1"

# Signing.
"$seventh" list keygen --no-password >out
check "list keygen" equal "$? $(stat -c %a seventh.key)" "0 600"
"$seventh" list keygen --no-password 2>/dev/null
check "list keygen replaces no key" equal $? 73
"$seventh" list sign set.s7list >/dev/null
check "list sign" equal "$? $(grep -c 'timestamp:1700000000' set.s7list.minisig)" "0 1"
"$seventh" list verify -p seventh.pub set.s7list >out
check "list verify with the key" equal "$? $(grep -c 'was signed by the key' out)" "0 1"
"$seventh" list verify -p "$(tail -n 1 seventh.pub)" set.s7list >/dev/null
check "list verify with the key on the command line" equal $? 0
"$seventh" list verify -p seventh.pub packed.s7list >/dev/null 2>&1
check "with a key, an unsigned list is refused" equal $? 77
cp again.s7list forged.s7list && cp set.s7list.minisig forged.s7list.minisig
"$seventh" list verify -p seventh.pub forged.s7list >/dev/null 2>err
check "a signature of another list is refused" equal $? 77
"$seventh" list keygen --no-password -s other.key -p other.pub >/dev/null
"$seventh" list verify -p other.pub set.s7list >/dev/null 2>err
check "another key is refused" equal $? 77
"$seventh" list sign broken.s7list 2>/dev/null
check "a damaged list is not signed" equal "$? $(test -e broken.s7list.minisig; echo $?)" "65 1"
if command -v minisign >/dev/null; then
    minisign -V -q -p seventh.pub -m set.s7list
    check "minisign verifies our signature" equal $? 0
    minisign -G -W -f -p tool.pub -s tool.key >/dev/null
    cp packed.s7list tool.s7list
    minisign -S -W -s tool.key -m tool.s7list >/dev/null
    "$seventh" list verify -p tool.pub tool.s7list >/dev/null
    check "we verify the tool's signature" equal $? 0
    minisign -S -l -s tool.key -m tool.s7list >/dev/null 2>&1 </dev/null
    "$seventh" list verify -p tool.pub tool.s7list >/dev/null
    check "and its older form" equal $? 0
    "$seventh" list sign -s tool.key packed.s7list >/dev/null && minisign -V -q -p tool.pub -m packed.s7list
    check "we sign with the tool's key" equal $? 0
    minisign -S -s seventh.key -m abc >/dev/null 2>&1 </dev/null && minisign -V -q -p seventh.pub -m abc
    check "the tool signs with our key" equal $? 0
fi

# Exporting: what was exported can be read again.
for form in vics2 icse csv ncmec hashlookup jsonl; do
    "$seventh" list export --to $form set.s7list -o export.$form 2>/dev/null &&
        "$seventh" list create --force back.s7list export.$form >/dev/null 2>&1
    check "list export --to $form, read again" equal "$? $("$seventh" match --json back.s7list --hash $abc | jq '.matches|length')" "0 1"
done
"$seventh" list export --to csv set.s7list >out
check "list export to standard output" cmp -s out export.csv
"$seventh" list export --to csv set.s7list -o export.csv 2>/dev/null
check "list export replaces nothing" equal $? 73
"$seventh" list export --to pdf set.s7list 2>err
check "an unknown form" equal "$? $(grep -c hashlookup err)" "2 1"
tap_end
