#!/bin/sh
# The whole suite of the store on a real PostgreSQL server. Argument: build folder.
# Left out: what knows no database, or SQLite's files only.
exec sh "$SEVENTH_SOURCE_ROOT/tests/store/on_postgres.sh" "$1" store without query notation file fault
