# Starts a PostgreSQL server of its own in a temporary folder, reached by a Unix socket only, runs a command with the
# address in SEVENTH_STORE, and stops the server, whatever happens.
# usage: with_postgres.sh COMMAND [ARGUMENT…]
set -u
initdb=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
[ -n "$initdb" ] || initdb=$(command -v initdb)
if [ -z "$initdb" ]; then
    echo "# PostgreSQL's server is not installed (package postgresql)" >&2
    exit 99
fi
bin=$(dirname "$initdb")
folder=$(mktemp -d /tmp/seventh-postgres-XXXXXX) || exit 99
as_server=
if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$folder"
    as_server="setpriv --reuid=$user --regid=$(id -g $user) --clear-groups"
fi
stop() {
    trap - EXIT INT TERM HUP
    (cd "$folder" && $as_server "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1)
    rm -rf "$folder"
}
trap stop EXIT
trap 'stop; exit 130' INT TERM HUP
cd "$folder" || exit 99
if ! $as_server "$initdb" -D "$folder/data" -U seventh -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 ||
    ! $as_server "$bin/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/server.log" start \
        -o "-c listen_addresses='' -c unix_socket_directories=$folder -c fsync=off -c max_connections=60" >/dev/null 2>&1; then
    cat "$folder/log" "$folder/server.log" 2>/dev/null | sed "s/^/# /" >&2
    exit 99
fi
cd "$OLDPWD" || exit 99
SEVENTH_STORE="postgresql:///postgres?host=$folder&user=seventh" "$@"
