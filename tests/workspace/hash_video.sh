# `seventh hash` of videos: JSON, the public text form, errors, what is cut.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
make_video=$1/tests/media/make_video
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

"$make_video" "avi raw" 35 10 >a.avi
"$make_video" "mkv mpeg4" 100 10 >b.mkv
head -c "$(($(wc -c <b.mkv) * 6 / 10))" b.mkv >cut.mkv
head -c 3000 a.avi | tr '\0-\377' '\377\0-\376' >noise
{
    head -c 40 a.avi
    head -c 2000 noise
} >bad.avi
small_picture >p.png

"$seventh" hash a.avi >out.json 2>err
check "exit status 0, nothing on standard error" equal "$? $(cat err)" "0 "
check "type and size of the pictures" equal "$(jq -r '"\(.media_type) \(.width) \(.height) \(.duration)"' out.json)" \
    "video/x-msvideo 160 128 3.5"
check "digests too" equal "$(jq -r .sha256 out.json)" "$(sha256sum <a.avi | cut -d' ' -f1)"
check "a picture a second" equal "$(jq -c '[.vpdq[]|[.frame,.time]]' out.json)" "[[0,0],[10,1],[20,2],[30,3]]"
check "hashes of 64 digits with quality" equal \
    "$(jq -c '[.vpdq[]|(.hash|test("^[0-9a-f]{64}$")) and .quality>=0 and .quality<=100]|all' out.json)" "true"
check "no PDQ of the whole" equal "$(jq -c '[.pdq,.quality]' out.json)" "[null,null]"

"$seventh" hash --vpdq-text a.avi >text 2>err
check "the text form" equal "$? $(cat err)" "0 "
check "a line a picture: number, quality, hash, seconds" equal \
    "$(grep -c '^[0-9]*,[0-9]*,[0-9a-f]\{64\},[0-9]*\.[0-9]\{3\}$' text) $(wc -l <text)" "4 4"
check "the same as in JSON" equal "$(jq -r '.vpdq[]|"\(.frame),\(.quality),\(.hash)"' out.json)" "$(cut -d, -f1-3 text)"
check "with the times" equal "$(cut -d, -f4 text | tr '\n' ' ')" "0.000 1.000 2.000 3.000 "

"$seventh" hash --kind vpdq a.avi p.png >out.json
check "only what was asked for" equal "$(jq -c '[.sha256,.pdq,(.vpdq|length)]' out.json | tr '\n' ' ')" \
    "[null,null,4] [null,null,0] "
"$seventh" hash --kind pdq,md5 a.avi >out.json
check "a video without it where it was not" equal "$(jq -c '[.vpdq,.width,(.md5|length)]' out.json)" "[null,null,32]"

"$seventh" hash cut.mkv >out.json
check "what is cut is hashed as far as it goes" equal \
    "$? $(jq -c '[.warning,(.vpdq|length>=4),(.vpdq|length<=8)]' out.json)" '0 ["truncated",true,true]'
"$seventh" hash bad.avi p.png >out.json
check "what does not decode is an error, and the rest goes on" equal \
    "$? $(jq -c '[.error!=null,(.sha256|length)]' out.json | tr '\n' ' ')" "1 [true,64] [false,64] "
"$seventh" hash --vpdq-text p.png >text 2>err
check "a picture has no text form" equal "$(($? != 0)) $(wc -c <text) $(grep -c p.png err)" "1 0 1"
"$seventh" hash --vpdq-text a.avi b.mkv >text 2>err
check "two videos have none either" equal "$(($? != 0)) $(wc -c <text) $(grep -c b.mkv err)" "1 0 1"
"$seventh" hash --vpdq-text bad.avi >text 2>err
check "nor has a broken one" equal "$(($? != 0)) $(wc -c <text) $(grep -c bad.avi err)" "1 0 1"

mkdir set && cp a.avi b.mkv p.png set
"$seventh" hash --jobs 1 set >one.json
"$seventh" hash --jobs 4 set >four.json
check "the same with 1 and 4 jobs" cmp -s one.json four.json
tap_end
