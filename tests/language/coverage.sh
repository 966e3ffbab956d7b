# Every message of the sources is translated in every locale of lang/.
number=0
failed=0
log=$(mktemp) || exit 99
trap 'rm -f "$log" "$log.pot"' EXIT
for po in "$SEVENTH_SOURCE_ROOT"/lang/*.po; do
    number=$((number + 1))
    if "$1/tools/extract" "$SEVENTH_SOURCE_ROOT" "$log.pot" --covered "$po" > "$log" 2>&1; then
        echo "ok $number - ${po##*/} is complete"
    else
        failed=1
        echo "not ok $number - ${po##*/} is complete (ninja lang-update adds what is new)"
        sed 's/^/# /' "$log"
    fi
done
echo "1..$number"
exit $failed
