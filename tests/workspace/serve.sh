# The workspace as a client without a browser sees it: first start, sign-in link, sign-in, refusals, an import, a clean
# stop, a second start.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
build=$1
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
SEVENTH_FOLDER=$folder/node
SEVENTH_LISTEN=127.0.0.1:0
SEVENTH_LANG=en
export SEVENTH_FOLDER SEVENTH_LISTEN SEVENTH_LANG
printf '{"seventh":"scan","version":1,"items":[\n%s,\n%s\n],"stacks":[]}\n' \
    '{"path":"a/b.jpg","size":7,"media_type":"image/jpeg","md5":"9e107d9d372bb6826bd81d3542a419d6","class":"unknown","duplicate_of":null,"stack":null,"flags":[],"matches":[]}' \
    '{"path":"a/c.jpg","size":8,"md5":"e4d909c290d0fb1ca068ffaddf22cbd0","class":"known","stack":1,"flags":["victim-unidentified"],"matches":[{"kind":"exact","scheme":"vic-us","scheme_version":"2.0","category":"4"}]}' \
    >"$folder/scan.json"

# start [OPTION…]: the server, with its address in $base.
start() {
    rm -f "$folder/ready"
    "$build/seventh" serve --ready "$folder/ready" "$@" >"$folder/said" 2>&1 &
    server=$!
    tries=0
    while [ ! -f "$folder/ready" ] && kill -0 "$server" 2>/dev/null && [ "$tries" -lt 150 ]; do
        sleep 0.2
        tries=$((tries + 1))
    done
    [ -f "$folder/ready" ] || { sed 's/^/# /' "$folder/said"; return 1; }
    base=$(cat "$folder/ready")
}
stop() {
    kill -TERM "$server"
    wait "$server"
    code=$?
    server=
    return $code
}
fetch() { curl -s -b "$folder/jar" -c "$folder/jar" "$@"; }
csrf() { fetch "$1" | sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | tail -n 1; }
status() { fetch -o /dev/null -w '%{http_code}' "$@"; }

command -v curl >/dev/null || { echo "1..0 # SKIP curl is not here"; exit 0; }
check "first start" start --training "$folder/scan.json"
link=$(sed -n 's/.*\(http[^ ]*token=[0-9a-f]*\).*/\1/p' "$folder/said" | head -n 1)
check "a stranger is led to the sign-in page" equal "$(status "$base/cases")" 303
check "an unknown page is not there" equal "$(status "$base/nowhere")" 404
check "the link opens" equal "$(status "$link")" 200
check "a change without the form's token is refused" equal \
    "$(status -d "token=${link#*token=}" -d password=x -d again=x "$base/first-sign-in")" 403
check "the link takes a password" equal "$(status -d "csrf=$(csrf "$link")" -d "token=${link#*token=}" \
    -d 'password=four words nobody guesses' -d 'again=four words nobody guesses' "$base/first-sign-in")" 303
check "and signs in" equal "$(status "$base/")" 200
check "the link works once" equal "$(status "$link")" 401
check "cases are listed" sh -c 'curl -s -b "$1" "$2/cases" | grep -q T-0001' - "$folder/jar" "$base"
case_path=$(fetch "$base/cases" | sed -n 's/.*href="\(\/cases\/[0-9a-z]\{26\}\)".*/\1/p' | head -n 1)
check "a case asks for a purpose" equal "$(status "$base$case_path")" 303
check "a purpose is chosen" equal "$(status -d "csrf=$(csrf "$base/purpose")" -d purpose=training -d "next=$case_path" \
    "$base/purpose")" 303
check "the case is shown" equal "$(status "$base$case_path")" 200
check "with its items" equal "$(fetch "$base$case_path" | grep -c '/items/')" 2
check "pages of an administrator are refused" equal "$(status -d "csrf=$(csrf "$base/purpose")" "$base/people")" 403
check "an import is taken" equal "$(status -F "csrf=$(csrf "$base$case_path/imports/new")" -F "file=@$folder/scan.json" \
    "$base$case_path/imports")" 303
printf 'no list of anything' >"$folder/bad.txt"
bad=$(fetch -o /dev/null -w '%{redirect_url}' -F "csrf=$(csrf "$base$case_path/imports/new")" -F "file=@$folder/bad.txt" \
    "$base$case_path/imports")
tries=0
while fetch "$bad" | grep -q data-live && [ "$tries" -lt 50 ]; do
    sleep 0.2
    tries=$((tries + 1))
done
check "a file that is no list is told" sh -c 'curl -s -b "$1" "$2" | grep -q "Nothing was imported"' - "$folder/jar" "$bad"
check "another start on the same node is refused" sh -c '! "$1/seventh" admin check >/dev/null 2>&1' - "$build"
check "a clean stop" stop
"$build/seventh" admin check >"$folder/checked" 2>&1
check "admin check misses a recovery key, and nothing else" equal "$(grep -c '^Wrong: ' "$folder/checked")$(grep -c \
    '^Wrong: No recovery key' "$folder/checked")" 11
check "the published ledger verifies" sh -c '"$1/seventh" admin user north >/dev/null && [ -f "$2/ledger/checkpoint" ]' - \
    "$build" "$SEVENTH_FOLDER"
check "a second start" start
check "the session outlives it" equal "$(status "$base/settings")" 200
check "and stops" stop
tap_end
