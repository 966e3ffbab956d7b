#!/bin/sh
# The ledger and the node on a real PostgreSQL server. Argument: build folder.
# The others know no database.
exec sh "$SEVENTH_SOURCE_ROOT/tests/store/on_postgres.sh" "$1" ledger only log erasure node backup kill
