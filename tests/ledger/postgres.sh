# The ledger and the node on a real PostgreSQL server. Argument: build folder.
build=$1
if [ -z "${SEVENTH_STORE:-}" ]; then
    exec sh "$SEVENTH_SOURCE_ROOT/tests/store/with_postgres.sh" sh "$0" "$@"
fi
number=0
failed=0
for name in log erasure node backup kill; do
    number=$((number + 1))
    if output=$("$build/tests/test_ledger_$name" 2>&1); then
        echo "ok $number - $name"
    else
        failed=$((failed + 1))
        echo "not ok $number - $name"
        echo "$output" | sed 's/^/# /'
    fi
done
echo "1..$number"
[ "$failed" = 0 ]
