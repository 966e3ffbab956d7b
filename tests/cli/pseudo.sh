# No word escapes translation: in the pseudo-locale en-XA every translated letter is accented, so that a plain word
# that is left over in help or an error never went through the catalogue.
seventh="$1/seventh"
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
            gsub(/--?[a-z][a-z0-9-]*/, " ", line)   # options
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
export SEVENTH_LANG
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
    check "missing arguments of $command" "$command help" "$("$seventh" $command </dev/null 2>&1 >/dev/null)"
    check "missing file for $command" "$command help none" "$("$seventh" $command /none/none 2>&1 >/dev/null)"
done
echo "1..$number"
exit $failed
