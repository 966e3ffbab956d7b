# The manual page passes mandoc's checks in every language, the completions those of their shells, and the command line
# answers as documented.
seventh="$1/seventh"
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
number=0
failed=0
verdict() {
    number=$((number + 1))
    if [ "$2" = 0 ]; then
        echo "ok $number - $1"
    else
        failed=1
        echo "not ok $number - $1"
        sed 's/^/# /' "$folder/log"
    fi
}
# exits NAME CODE ARGUMENTS…
exits() {
    name=$1
    code=$2
    shift 2
    "$seventh" "$@" > "$folder/out" 2> "$folder/log"
    got=$?
    [ "$got" = "$code" ]
    verdict "$name (exit status $got)" $?
}
for lang in en fr ar en-XA ar-XB; do
    "$seventh" --lang $lang help --man > "$folder/seventh.1"
    if command -v mandoc > /dev/null; then
        mandoc -Tlint -Wwarning "$folder/seventh.1" > "$folder/log" 2>&1
        verdict "manual in $lang" $?
    else
        echo "ok $((number += 1)) - manual in $lang # SKIP no mandoc"
    fi
done
"$seventh" help --completion bash > "$folder/completion"
if command -v bash > /dev/null; then
    bash -c '. "$1"; COMP_WORDS=(seventh lang st); COMP_CWORD=2; _seventh; [ "${COMPREPLY[*]}" = status ]' x "$folder/completion" 2> "$folder/log"
    verdict "bash completes a second word" $?
    bash -c '. "$1"; COMP_WORDS=(seventh lang status --j); COMP_CWORD=3; _seventh; [ "${COMPREPLY[*]}" = --json ]' x "$folder/completion" 2> "$folder/log"
    verdict "bash completes an option" $?
fi
exits "help" 0 help
exits "--help" 0 --help
exits "--version" 0 --version
grep -Eq '^seventh [0-9]+\.[0-9]+\.[0-9]+$' "$folder/out"
verdict "the version is one line" $?
exits "no command" 2
exits "unknown command" 2 nonsense
exits "group without command" 2 lang
exits "help of a group" 0 help lang
exits "help of a command" 0 help lang status
exits "help as option" 0 lang status --help
exits "unknown option" 2 lang status --nonsense
exits "unknown language" 2 --lang tlh help
exits "one argument too many" 2 lang status x
exits "unknown shell" 2 help --completion tcsh
exits "language behind the command" 0 lang status --lang fr
if [ -e /dev/full ]; then
    "$seventh" help > /dev/full 2> "$folder/log"
    [ $? = 74 ]
    verdict "a full disk is noticed" $?
fi
echo "1..$number"
exit $failed
