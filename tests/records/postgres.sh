# The whole suite of the records on a real PostgreSQL server. Argument: build folder.
build=$1
if [ -z "${SEVENTH_STORE:-}" ]; then
    exec sh "$SEVENTH_SOURCE_ROOT/tests/store/with_postgres.sh" sh "$0" "$@"
fi
number=0
failed=0
for program in "$build"/tests/test_records_*; do
    case $program in
    *.p | *_permission | *_want_of_memory) continue ;; # know no database, or SQLite's files only
    esac
    number=$((number + 1))
    name=${program##*/test_records_}
    if output=$("$program" 2>&1); then
        echo "ok $number - $name"
    else
        failed=$((failed + 1))
        echo "not ok $number - $name"
        echo "$output" | sed 's/^/# /'
    fi
done
echo "1..$number"
[ "$failed" = 0 ]
