#!/bin/sh
# Requests a second of the web room on one thread, by wrk, as a ratio to nginx `return 200` (one worker) in the same run where
# nginx is there: a trivial JSON answer, and a page of some 20 kB for a signed-in person. Ends with the server's memory.
# usage: bench_web.sh BUILD [SECONDS]
set -eu
build=$1
seconds=${2:-5}
command -v wrk >/dev/null || {
    echo "wrk is not installed: nothing is measured"
    exit 0
}
folder=$(mktemp -d)
server=
peer=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$peer" ] || kill "$peer" 2>/dev/null || true
    wait
    rm -rf "$folder"
}
trap finish EXIT

"$build/bench/bench_web" 1 >"$folder/port" &
server=$!
while [ ! -s "$folder/port" ]; do sleep 0.1; done
port=$(cat "$folder/port")

# load URL [HEADER]: requests a second and the 99th percentile.
load() {
    wrk -t1 -c32 -d"${seconds}s" --latency ${2:+-H "$2"} "$1" |
        awk '/Requests\/sec/ { rate = $2 } $1 == "99%" { late = $2 } /Non-2xx/ { bad = $0 } END { print rate, late, bad }'
}
peer_rate=
if command -v nginx >/dev/null; then
    peer_port=$((port + 1))
    cat >"$folder/nginx.conf" <<EOF
worker_processes 1;
pid $folder/pid;
error_log $folder/error.log;
events { worker_connections 512; }
http {
    access_log off;
    keepalive_requests 100000000;
    server { listen 127.0.0.1:$peer_port; location / { default_type application/json; return 200 '{"known":false}'; } }
}
EOF
    nginx -p "$folder" -c "$folder/nginx.conf" -g 'daemon off;' 2>"$folder/nginx.log" &
    peer=$!
    sleep 0.5
    set -- $(load "http://127.0.0.1:$peer_port/")
    peer_rate=$1
    echo "nginx return 200: $1 a second, 99% within $2"
fi
ratio() {
    [ -z "$peer_rate" ] || awk -v a="$1" -v b="$peer_rate" 'BEGIN { printf "  = %.2f of nginx\n", a / b }'
}
before=$(awk '/VmRSS/ { print $2 }' "/proc/$server/status")
set -- $(load "http://127.0.0.1:$port/trivial")
echo "trivial route: $1 a second, 99% within $2 ${3:-}"
ratio "$1"
set -- $(load "http://127.0.0.1:$port/page" "Cookie: session=bench")
echo "page for a session: $1 a second, 99% within $2 ${3:-}"
ratio "$1"
after=$(awk '/VmRSS/ { print $2 }' "/proc/$server/status")
echo "memory: $before kB before, $after kB after"
