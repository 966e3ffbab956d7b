# A scan of a synthetic device: what was planted is found, what brute force finds is found, the number
# of jobs and the kernels change nothing, and little memory is enough.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
pairs=$1/tests/workspace/near_pairs
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
"$1/seventh-demo" --plain --count "${DEMO_COUNT:-10}" demo >/dev/null || exit 99
cd demo || exit 99
lists="--list $(echo lists/known*) --known-good $(echo lists/good*)"

"$seventh" scan $lists --jobs 3 --json scan.json --vics vics.json --report report device >summary 2>err
check "exit status 0" equal "$? $(grep -c seventh: err)" "0 0"
# What was cut off on purpose may be used as far as it goes, or be a problem.
jq -r '.[]|select(.expect!="damaged")|[.sha256,.expect]|@tsv' truth/edits.json | LC_ALL=C sort >want
jq -r --slurpfile edits truth/edits.json '($edits[0]|map({key:.sha256,value:.expect})|from_entries) as $expect|
    .items[]|select($expect[.sha256] != null and $expect[.sha256] != "damaged")|
    [.sha256,({"known":"known-exact","probably-known":"known-near"}[.class] // .class)]|@tsv' scan.json | LC_ALL=C sort >got
check "every picture is what the truth says" cmp -s want got
jq -r '.[]|[.sha256,.expect]|@tsv' truth/videos.json | LC_ALL=C sort >want
jq -r --slurpfile videos truth/videos.json '($videos[0]|map(.sha256)) as $made|.items[]|select(.sha256 as $is|$made|index($is))|
    [.sha256,(if .flags|index("partly-known") then "partly-known" else ({"probably-known":"known-near"}[.class] // .class) end)]|@tsv' scan.json | LC_ALL=C sort >got
check "so is every video" cmp -s want got
check "the stretch of the known video is told" equal \
    "$(jq -c '.items[]|select(.path|test("compilation")).matches[0].segments|[.[0].query_begin,.[-1].query_end,.[0].target_begin]' scan.json)" '[8,15,0]'
check "broken pictures are problems" equal "$(jq '[.problems[]|select(.path|test("broken"))]|length' scan.json)" \
    "$(find device -name '*broken*' | wc -l)"

# Brute force over the hashes of all pictures, with a list of the first 15 pictures' hashes.
jq -r '.items[]|select(.quality != null and .quality >= 50)|[.path,.pdq]|@tsv' scan.json >hashes.tsv
cut -f2 hashes.tsv >all.txt
head -n 15 all.txt >some.txt
"$pairs" 31 all.txt some.txt | while read -r i j distance; do
    printf '%s\t%s\t%s\n' "$(sed -n "${i}p" all.txt)" "$(sed -n "${j}p" some.txt)" "$distance"
done | LC_ALL=C sort -u >brute
awk -F'\t' '{ print $1 "\tp" NR }' some.txt >named.txt
"$seventh" scan --list named.txt --json near.json device >/dev/null 2>&1
jq -r --rawfile names named.txt '($names|split("\n")|map(select(. != "")|split("\t")|{key:.[1],value:.[0]})|from_entries) as $hash |
    .items[]|select(.quality != null and .quality >= 50)|.pdq as $pdq|.matches[]|[$pdq, $hash[.entry], .distance]|@tsv' near.json |
    LC_ALL=C sort -u >found
check "near matches are those of brute force" cmp -s brute found
check "and there are some" [ "$(wc -l <brute)" -ge 15 ]

"$seventh" scan $lists --jobs 1 --json one.json device >one 2>/dev/null
check "the same with one job" cmp -s scan.json one.json
SEVENTH_KERNELS=scalar "$seventh" scan $lists --json scalar.json device >/dev/null 2>&1
check "the same without vector instructions" cmp -s scan.json scalar.json
if [ "${SEVENTH_SANITIZE:-none}" = none ]; then # a sanitizer's shadow alone takes terabytes of addresses
    (ulimit -v 4194304 && "$seventh" scan $lists --json small.json device >/dev/null 2>&1)
    check "the same in 4 GB of address space" cmp -s scan.json small.json
fi

# VICS: one object for each distinct picture, categories only from vic-us and exact matches.
check "a VICS object for each distinct picture" equal "$(jq '.value[0].Media|length' vics.json)" \
    "$(jq '[.items[]|select(.duplicate_of==null and (.media_type|test("^(image|video)/")))]|length' scan.json)"
check "copies are places" equal "$(jq '[.value[0].Media[].MediaFiles|length]|add' vics.json)" \
    "$(jq '[.items[]|select(.media_type|test("^(image|video)/"))]|length' scan.json)"
jq -r '.items[]|. as $item|(.matches|map(select(.kind=="exact" and .scheme=="vic-us" and .category!=null))|.[0].category) as $category|
    select(.duplicate_of==null and (.media_type|test("^(image|video)/")))|[($item.md5|ascii_upcase), $category]|@tsv' scan.json | sort >want
jq -r '.value[0].Media[]|[.MD5, (if .Category==null then null else (.Category|tostring) end)]|@tsv' vics.json | sort >got
check "categories only from exact matches of vic-us" cmp -s want got
check "a precategorised object names its list" equal \
    "$(jq '[.value[0].Media[]|select((.Category!=null) != (.PrecategorizationSource!=null))]|length' vics.json)" 0
"$seventh" scan --list vics.json --json again.json device >/dev/null 2>&1
check "the case is read back as a list" equal "$(jq '.totals.unknown' again.json)" 0

# The page.
check "the page needs nothing else" equal "$(grep -cE '<script|<img|<link|src=|url\(|@import' report/index.html)" 0
check "every file to confirm or look at is on the page" equal \
    "$(jq -r '.stacks[].representative' scan.json | while read -r path; do grep -qF ">${path##*/}<" report/index.html || grep -qF "$path" report/index.html || echo "$path"; done)" ""
for locale in fr ar; do
    SEVENTH_LANG=$locale "$seventh" scan $lists --report "report-$locale" --json "$locale.json" device >/dev/null 2>&1
    check "a page in $locale" grep -q "<html lang=\"$locale\"" "report-$locale/index.html"
done
check "right to left where the language is" grep -q 'dir="rtl"' report-ar/index.html
check "identifiers in JSON do not depend on the language" equal \
    "$(jq -c '[.items[]|[.class,.flags,.error]]' ar.json)" "$(jq -c '[.items[]|[.class,.flags,.error]]' scan.json)"
tap_end
