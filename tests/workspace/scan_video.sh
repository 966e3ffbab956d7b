# `seventh scan` of videos: classes, stretches, stacks, outputs, and a file that must cost no other.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
make_video=$1/tests/media/make_video
hostile=$1/tests/media/seventh-media-video-hostile
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

"$make_video" "mkv mpeg4" 100 10 >original.mkv
"$seventh" hash --json original.mkv | jq -c '.+{id:"clip",scheme:"vic-us",scheme_version:"2.0",category:"1"}' >list.json
"$seventh" list create known.s7list list.json >/dev/null
"$make_video" "mkv mpeg4" 30 10 8000 >harmless.mkv
"$seventh" hash --json harmless.mkv >good.json
small_picture >still.png
mkdir -p device/sub
"$make_video" "mp4 mpeg4" 100 10 >device/recompressed.mp4
"$make_video" "mkv mpeg4" 40 10 30 >device/sub/trimmed.mkv
"$make_video" "mkv mpeg4" 100 10 5000 0 9000 >device/sub/compilation.mkv
"$make_video" "mkv mpeg4" 100 10 0,1,m >device/mirrored.mkv
"$make_video" "mkv mpeg4" 100 10 7000 >device/other.mkv
"$make_video" "mp4 mpeg4" 60 10 7010 >device/other_part.mp4
"$make_video" "avi mpeg4" 30 10 8000 >device/near_harmless.avi
cp original.mkv device/copy.mkv
cp still.png device/
{
    head -c 60 original.mkv
    head -c 3000 original.mkv | tr '\0-\377' '\377\0-\376'
} >device/broken.mkv
if command -v zip >/dev/null; then
    zip -q -j device/all.zip device/recompressed.mp4
    "$make_video" "mp4 mpeg4" 50 10 20 >inside.mp4
    zip -q device/other.zip inside.mp4
fi
run() { "$seventh" scan --list known.s7list --known-good good.json "$@" device; }
run --json one.json --vics one.vics --report one --jobs 1 >one.txt 2>err
check "exit status 0" equal $? 0
class() { jq -r ".items[]|select(.path==\"device/$1\")|([.class]+.flags)|join(\"+\")" one.json; }
check "the file itself is known" equal "$(class copy.mkv)" known
check "recompressed and trimmed: probably known" equal "$(class recompressed.mp4) $(class sub/trimmed.mkv)" \
    "probably-known probably-known"
check "a part of it known: to look at, with a flag" equal "$(class sub/compilation.mkv)" "unknown+partly-known"
check "mirrored, other: to look at" equal "$(class mirrored.mkv) $(class other.mkv)" "unknown unknown"
check "near a harmless video is no reason for anything" equal "$(class near_harmless.avi)" unknown
check "broken: a problem, and the rest goes on" equal "$(class broken.mkv)" problem
of() { jq -c ".items[]|select(.path==\"device/$1\").matches[0]|$2" one.json; }
check "shares and stretches" equal \
    "$(of sub/compilation.mkv '[.entry,.kind,.algorithm,.query_share,.target_share,(.segments[0]|[.query_begin,.query_end,.target_begin,.target_end])]')" \
    '["clip","near","vpdq",33.3,100,[10,19,0,9]]'
check "the pictures of a video are in the document" equal \
    "$(jq -c '.items[]|select(.path=="device/sub/trimmed.mkv")|[.duration,(.vpdq|length)]' one.json)" '[4,4]'
check "near-duplicate videos lie in one stack, the longest first" equal \
    "$(jq -c '.stacks[]|select(.class=="unknown")|[.representative,.members]' one.json)" \
    '["device/other.mkv",["device/other.mkv","device/other_part.mp4"]]'
check "near known ones in another" equal \
    "$(jq -c '.stacks[]|select(.class=="probably-known").members|index("device/recompressed.mp4")!=null and index("device/sub/trimmed.mkv")!=null' one.json)" true
check "no category comes from a near match" equal \
    "$(jq -c '[..|objects|select(.MD5 and .Category==1)|.MediaFiles[].FileName]' one.vics)" '["copy.mkv"]'
check "VICS has the pictures as a hash of its own name" equal \
    "$(jq '[..|objects|select(.HashName=="vPDQ")]|length' one.vics)" "$(jq '[.items[]|select(.vpdq and .duplicate_of==null)]|length' one.json)"
check "and the likeness in words" equal "$(grep -c '10 of the 30 pictures of this video are in the video clip' one.vics)" 1
check "so has the page" grep -q '10 of the 30 pictures of this video' one/index.html
check "the summary too" grep -q 'A video to look at of which a part is known *1' one.txt
run --json four.json --vics four.vics --report four --jobs 4 >/dev/null 2>&1
check "the same with 1 and 4 jobs" equal "$(cmp one.json four.json)$(cmp one.vics four.vics)$(cmp one/index.html four/index.html)" ""
if [ -e device/all.zip ]; then
    check "in archives" equal "$(jq -c '[.items[]|select(.path|test("!/"))|[.path,.class]]' one.json)" \
        '[["device/all.zip!/recompressed.mp4","probably-known"],["device/other.zip!/inside.mp4","probably-known"]]'
fi

# A picture against the pictures of a listed video, and the other way round.
"$seventh" hash --json still.png | jq -r '"0,100,\(.pdq),0.000\n25,90,\(.pdq),7.000"' >still.vpdq.txt
"$seventh" scan --list still.vpdq.txt --json still.json device/still.png >/dev/null 2>&1
check "a picture near a listed video says when" equal \
    "$(jq -c '.items[0]|[.class,(.matches[0]|[.entry,.algorithm,.time])]' still.json)" '["probably-known",["still.vpdq","pdq",0]]'
jq -r '.vpdq[3].hash' list.json >frame.pdq
"$seventh" scan --list frame.pdq --json frame.json device/copy.mkv >/dev/null 2>&1
check "a video with one listed picture is to be looked at" equal \
    "$(jq -c '.items[0]|[.class,.flags,(.matches[0]|[.algorithm,.pictures,.first])]' frame.json)" \
    '["unknown",["partly-known"],["pdq",1,3]]'

# Killed and resumed.
begin=$(date +%s%N)
run --json got.json >/dev/null 2>&1
span=$((($(date +%s%N) - begin) / 1000000))
number=0
wrong=0
while [ $number -lt 3 ]; do
    number=$((number + 1))
    rm -f state got.json
    (exec "$seventh" scan --list known.s7list --known-good good.json --resume state --json got.json device >/dev/null 2>&1) &
    pid=$!
    sleep "$(awk -v n=$number -v span=$span 'BEGIN { printf "%.3f", span * n / 4000 }')"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    run --resume state --json got.json >/dev/null 2>&1
    cmp -s one.json got.json || wrong=$((wrong + 1))
done
check "killed and resumed: the same" equal $wrong 0
SEVENTH_MEDIA_VIDEO=/nonexistent run --resume state --json got.json >/dev/null 2>&1
check "a finished scan takes all pictures from its state" cmp -s one.json got.json

# A decoder that crashes, or says what cannot be.
mkdir bad
for deed in fault backwards flags; do
    printf '\000\000\000\030ftypisom\000\000\000\000isomiso2#%s' $deed >bad/$deed.mp4
done
cp still.png bad/
SEVENTH_MEDIA_VIDEO=$hostile "$seventh" scan --list known.s7list --json bad.json bad >/dev/null 2>&1
check "a decoder that crashes or lies costs its file" equal \
    "$? $(jq -c '[.items[]|[.class,.error]]' bad.json)" \
    '0 [["problem","sandbox"],["problem","crashed"],["problem","sandbox"],["unknown",null]]'
tap_end
