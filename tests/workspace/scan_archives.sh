# Limits of archives: depth, bombs, members too large to hold. Each is a listed problem, and what
# lies beside it is still examined.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
command -v zip >/dev/null || {
    echo "1..0 # SKIP zip is not installed"
    exit 0
}
mkdir set
small_picture >a.png
printf 'MD5\n%s\n' "$(md5sum <a.png | cut -d' ' -f1)" >known.csv
scan() { "$seventh" scan --list known.csv --json out.json set >/dev/null 2>err; }
problems() { jq -r '.problems|map("\(.path) \(.error)")|join(", ")' out.json; }

# Ten archives inside one another; eight are opened.
cp a.png inner
for level in 1 2 3 4 5 6 7 8 9 10; do
    rm -f next.zip
    zip -q next.zip inner a.png
    mv next.zip inner
done
mv inner set/deep.zip
scan
check "the depth of archives is limited" equal "$(problems)" \
    "set/deep.zip!/inner!/inner!/inner!/inner!/inner!/inner!/inner!/inner archive-depth"
check "and what lies above is examined" equal "$(jq '[.items[]|select(.class=="known")]|length' out.json)" 8
rm set/deep.zip

# A picture of 160 MB, and more than one GiB of nothing in 1 MB.
{ printf 'BM\066\000\000\012\000\000\000\000\066\000\000\000\050\000\000\000\100\037\000\000\000\033\000\000\001\000\030\000' &&
    head -c 168000000 /dev/zero; } >large.bmp
cp a.png z.png
zip -q -1 set/large.zip a.png large.bmp z.png
large=$(sha256sum <large.bmp | cut -d' ' -f1)
rm large.bmp
head -c 1300000000 /dev/zero | zip -q -9 bomb.zip -
zip -q set/bomb.zip a.png bomb.zip z.png
scan
check "what is too large or a bomb is a problem" equal "$(problems)" \
    "set/bomb.zip archive-limit, set/bomb.zip!/bomb.zip archive-limit, set/bomb.zip!/bomb.zip!/- archive-limit, set/large.zip!/large.bmp too-large"
check "the large one has its digests all the same" equal \
    "$(jq -r '.items[]|select(.path=="set/large.zip!/large.bmp")|.sha256' out.json)" "$large"
check "what stands before and behind is examined" equal \
    "$(jq -r '[.items[]|select(.class=="known")|.path]|join(" ")' out.json)" \
    "set/bomb.zip!/a.png set/large.zip!/a.png set/large.zip!/z.png"
rm set/*.zip

# Many members under one name, names that lead outside, names with escapes.
tar cf set/names.tar a.png
tar rf set/names.tar a.png
tar -P -r -f set/names.tar --transform='s|^|../../|' a.png
cp a.png "$(printf 'red\033[31m\nline.png')"
tar rf set/names.tar "$(printf 'red\033[31m\nline.png')"
scan
check "members with odd names are all there" equal "$(jq '[.items[]|select(.class=="known")]|length' out.json)" 4
check "nothing was written outside" [ ! -e ../../a.png ]
tap_end
