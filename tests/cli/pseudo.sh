# No word escapes translation: in the pseudo-locale en-XA every translated letter is accented, so that a plain word
# that is left over in help or an error never went through the catalogue.
seventh="$1/seventh"
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
number=0
failed=0
LC_ALL=C
export LC_ALL
# check NAME ALLOWED TEXT: ALLOWED is words that may stand in the text as they are, beside options and the command's words.
check() {
    number=$((number + 1))
    left=$(printf '%s\n' "$3" | awk -v allowed="$2" '
        BEGIN { n = split(allowed " seventh", words, " "); for (i = 1; i <= n; i++) may[words[i]] = 1 }
        {
            line = $0
            gsub(/--?[a-z][a-z0-9-]*/, " ", line)     # options
            gsub(/[0-9a-f]*[0-9][0-9a-f]*/, " ", line) # hashes
            while (match(line, /[A-Za-z][A-Za-z][A-Za-z]+/)) {
                word = substr(line, RSTART, RLENGTH)
                if (!(word in may)) print word
                line = substr(line, RSTART + RLENGTH)
            }
        }' | sort -u | tr '\n' ' ')
    if [ -z "$left" ]; then
        echo "ok $number - $1"
    else
        failed=1
        echo "not ok $number - $1"
        echo "# plain words: $left"
    fi
}
# The commands, by the overview.
commands=$(SEVENTH_LANG=en "$seventh" help | sed -n 's/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p')
[ -n "$commands" ] || { echo "not ok 1 - there are commands"; echo "1..1"; exit 1; }
SEVENTH_LANG=en-XA
# Where no node can be: what would serve one has something to say instead.
SEVENTH_FOLDER=/dev/null/none
export SEVENTH_LANG SEVENTH_FOLDER
check "overview" "$(echo $commands) help COMMAND" "$("$seventh" help)"
check "unknown command" "nonsense" "$("$seventh" nonsense 2>&1)"
check "near command" "hlep help" "$("$seventh" hlep 2>&1)"
check "unknown language" "tlh lang status" "$("$seventh" --lang tlh help 2>&1)"
check "option before the command" "help" "$("$seventh" --nonsense 2>&1)"
check "manual" "$(echo $commands) SEVENTH fIseventh LANG COLOR MESSAGES ALL" "$("$seventh" help --man |
    sed -e 's/^\.[A-Z]* *//' -e 's/\\f[BIPR]/ /g' -e 's/\\-/-/g' -e '/^SEVENTH 1 /d')"
IFS='
'
for command in $commands; do
    unset IFS
    check "help of $command" "$command" "$("$seventh" help $command)"
    check "wrong option of $command" "$command help nonsense" "$("$seventh" $command --nonsense 2>&1)"
    check "missing arguments of $command" "$command help dev null none" "$("$seventh" $command </dev/null 2>&1 >/dev/null)"
    check "missing file for $command" "$command help dev null none" "$("$seventh" $command /none/none 2>&1 >/dev/null)"
done

# A scan of a synthetic device, as the person sees it. Names of files, lists and categories of one's own stay as they are.
if [ -x "$1/seventh-demo" ]; then
    "$1/seventh-demo" --count 2 --plain "$folder/demo" > "$folder/log" 2>&1
    check "painting a device" "demo device lists" "$(sed "s|$folder||g" "$folder/log")"
    # Also the names inside its archives, and those of schemes and digests.
    "$seventh" scan --list "$folder"/demo/lists/known-* --known-good "$folder"/demo/lists/good-* --report "$folder/report" \
        --json "$folder/scan.json" "$folder/demo/device" > "$folder/out" 2> "$folder/log"
    names="$(find "$folder/demo" | tr -cs 'A-Za-z' ' ') $(jq -r '.items[].path' "$folder/scan.json" | tr -cs 'A-Za-z' ' ')
        index report SHA scan json
        vic vics us legacy default esp industry interpol baseline iccam hotline nsrl nist caid"
    names=$(echo $names)
    check "summary of a scan" "$names" "$(sed "s|$folder||g" "$folder/out")"
    check "progress of a scan" "$names" "$(sed "s|$folder||g" "$folder/log")"
    if [ -f "$folder/report/index.html" ]; then
        # What is shown: text between tags, and the attributes that are read out.
        sed -e 's/&[a-z]*;/ /g' "$folder/report/index.html" | awk '
            /<style>/ { skip = 1 }
            !skip {
                line = $0
                while (match(line, /(title|alt|aria-label|data-name)="[^"]*"/)) {
                    shown = substr(line, RSTART, RLENGTH)
                    sub(/^[a-z-]*=/, "", shown)
                    print shown
                    line = substr(line, RSTART + RLENGTH)
                }
                gsub(/<[^>]*>/, " ")
                print
            }
            /<\/style>/ { skip = 0 }' > "$folder/shown"
        check "report of a scan" "$names" "$(sed "s|$folder||g" "$folder/shown")"
    fi
    for list in "$folder"/demo/lists/*.json; do
        "$seventh" list create "$folder/x.s7list" "$list" > "$folder/out" 2>&1
        check "making a list" "$names list md sha pdq PhotoDNA s7list vic us legacy" "$(sed "s|$folder||g" "$folder/out")"
        break
    done
fi
echo "1..$number"
exit $failed
