# `seventh hash`: digests as the system's own tools give them, order, errors, strange names.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

mkdir -p set/sub
small_picture >set/b.png
printf 'hello\n' >set/sub/hello.txt
: >set/empty
head -c 500 set/b.png >set/cut.png
printf '\211PNG\r\n\032\n and nothing of a picture' >set/damaged.png
line_feed=$(printf 'new\nline')
printf 'x' >"set/$line_feed.txt"
printf 'x' >"set/$(printf 'bad\377byte')"
printf 'x' >"set/$(printf 'red\033[31m')"
ln -s nowhere set/link
field() { jq -r --arg path "$1" "select(.path == \$path) | .$2" out.json; }

"$seventh" hash set >out.json 2>err
check "exit status 1 when a file has an error" equal $? 1
check "nothing on standard error" equal "$(cat err)" ""
check "one object a line for everything" equal "$(jq -c .path out.json | wc -l)" 9
check "in the order of the paths" equal "$(jq -r '.path_hex // .path' out.json | head -n 4 | tr '\n' ' ')" \
    "set/b.png $(printf 'set/bad\377byte' | od -An -tx1 | tr -d ' \n') set/cut.png set/damaged.png "
check "sha256 as sha256sum" equal "$(field set/b.png sha256)" "$(sha256sum <set/b.png | cut -d' ' -f1)"
check "sha1 as sha1sum" equal "$(field set/sub/hello.txt sha1)" "$(sha1sum <set/sub/hello.txt | cut -d' ' -f1)"
check "md5 as md5sum" equal "$(field set/sub/hello.txt md5)" "$(md5sum <set/sub/hello.txt | cut -d' ' -f1)"
check "type, width, height, size" equal \
    "$(jq -r 'select(.path=="set/b.png")|"\(.media_type) \(.width) \(.height) \(.size)"' out.json)" \
    "image/png 96 64 1029"
check "perceptual hashes of 64 digits" equal "$(jq -r 'select(.path=="set/b.png")|"\(.pdq|length) \(.pdq512|length)"' out.json)" "64 64"
check "text has digests only and no error" equal "$(jq -c 'select(.path=="set/sub/hello.txt")|[.pdq,.error]' out.json)" "[null,null]"
check "a damaged picture has digests and an error" equal \
    "$(jq -c 'select(.path=="set/damaged.png")|[(.sha256|length),(.error!=null),(.error_message|length>10)]' out.json)" "[64,true,true]"
check "a link is listed, not an error" equal "$(jq -c 'select(.path=="set/link")|[.skipped,.error]' out.json)" '["link",null]'
check "a name that is not UTF-8 is kept in hexadecimal" equal \
    "$(jq -r 'select(.path_hex)|.path' out.json)" "set/bad$(printf '\357\277\275')byte"

"$seventh" hash --jobs 1 set >one.json
"$seventh" hash --jobs 7 set >seven.json
check "the same output with 1 and 7 jobs" cmp -s one.json seven.json

"$seventh" hash set/b.png set/sub/hello.txt >good.json
check "exit status 0 when all is well" equal $? 0
mkfifo pipe
"$seventh" hash pipe missing set/b.png >out.json
check "a pipe and a missing file are errors, the rest goes on" equal "$? $(jq -r '.error // "none"' out.json | tr '\n' ' ')" \
    "1 special-file not-found none "

"$seventh" hash --kind md5 set/b.png >out.json
check "only the kinds asked for" equal "$(jq -c '[.md5!=null,.sha1,.pdq,.width]' out.json)" "[true,null,null,null]"
"$seventh" hash --kind pdq512 --dihedral set/b.png >out.json
check "all orientations" equal "$(jq -r 'keys|map(select(startswith("pdq")))|join(" ")' out.json)" \
    "pdq512 pdq512_flip_minus1 pdq512_flip_plus1 pdq512_flipx pdq512_flipy pdq512_rot180 pdq512_rot270 pdq512_rot90"
"$seventh" hash --kind md6 set 2>err
check "an unknown kind is refused" equal "$? $(grep -c md6 err)" "2 1"

small_jpeg >set/colour.jpg
"$seventh" hash --kind pdq,pdq512 set/colour.jpg >exact.json
"$seventh" hash --fast --kind sha256,pdq,pdq512 --dihedral set/colour.jpg >fast.json
check "by default nothing is approximate" equal "$(jq -c '[.approximate,.pdq_fast,(.pdq|length)]' exact.json)" "[null,null,64]"
check "fast hashes have names of their own" equal \
    "$(jq -c '[.approximate,.pdq,.pdq512,(.pdq_fast|length),(.pdq512_fast_rot90|length),(.sha256|length)]' fast.json)" \
    "[true,null,null,64,64,64]"
"$seventh" hash --fast set/b.png | jq -c '[.approximate,.pdq]' >fast.json
"$seventh" hash set/b.png | jq -c '[.approximate,.pdq]' >exact.json
check "what is no JPEG stays exact" cmp -s fast.json exact.json
"$seventh" hash --fast --kind md5,pdq set/colour.jpg >fast.json
"$seventh" list create fast.s7list fast.json >/dev/null 2>&1
"$seventh" list info --json fast.s7list >info.json 2>/dev/null
check "a list takes no approximate hash, only the digest beside it" equal \
    "$(jq -c '[.kinds.md5,.kinds.pdq]' info.json)" "[1,0]"

# script gives the program a terminal.
if command -v script >/dev/null; then
    script -qec "$seventh hash set" /dev/null >terminal 2>&1
    check "on a terminal a block a file" grep -q "^  sha256  *[0-9a-f]\{64\}" terminal
    check "terminal escapes in names are made visible" equal "$(grep -c "$(printf '\033')" terminal) $(grep -c 'red\\x1B\[31m' terminal)" "0 1"
    check "line feeds in names are made visible" grep -q 'new\\nline.txt' terminal
fi
tap_end
