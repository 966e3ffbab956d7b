# `seventh match` of videos: pictures against a list of hashes, with the times where they stand.
. "$SEVENTH_SOURCE_ROOT/tests/workspace/tap.sh"
seventh=$1/seventh
make_video=$1/tests/media/make_video
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

"$make_video" "avi raw" 45 10 >a.avi
small_picture >p.png
"$seventh" hash --kind vpdq a.avi >out.json
good=$(jq "[.vpdq[]|select(.quality>=50)]|length" out.json)
hash() { jq -r ".vpdq[$1].hash" out.json; }
# The entry "third" is the picture at two seconds with one bit changed, "second" that at one second.
third=$(hash 2)
first_digit=$(printf '%s' "$third" | cut -c1)
near=$(printf '%x' $((0x$first_digit ^ 1)))$(printf '%s' "$third" | cut -c2-)
printf '%s\tthird\n%s\tsecond\n%064d\tother\n' "$near" "$(hash 1)" 0 >list.pdq

"$seventh" match list.pdq --radius 1 --json a.avi p.png >match.json
check "exit status 0" equal $? 0
check "an answer a file" equal "$(jq -r .query match.json | tr '\n' ' ')" "a.avi p.png "
check "nearest first, with number and times of the pictures" equal \
    "$(jq -c 'select(.query=="a.avi").matches[]|[.entry,.kind,.distance,.pictures,.first,.last]' match.json | tr '\n' ' ')" \
    '["second","near",0,1,1,1] ["third","near",1,1,2,2] '
check "the share of the video that is known" equal \
    "$(jq -c 'select(.query=="a.avi")|[.pictures,.pictures_matched]' match.json)" "[$good,2]"
check "a picture has no times" equal "$(jq -c 'select(.query=="p.png").matches|map(select(.pictures))' match.json)" "[]"
"$seventh" match list.pdq --radius 0 --json a.avi >match.json
check "the radius counts" equal "$(jq -r '[.matches[].entry]|join(" ")' match.json)" "second"
"$seventh" match list.pdq --radius 48 --json a.avi >match.json
check "several pictures of one entry are one match from first to last" equal \
    "$(jq -c '[.matches[]|.pictures >= 1 and .last >= .first and ((.pictures > 1) == (.last > .first))]|all' match.json)" "true"
check "each entry once" equal "$(jq -r '.matches[].entry' match.json | sort | uniq -d)" ""

digest=$(sha256sum <a.avi | cut -d' ' -f1)
printf 'id,sha256\nwhole,%s\n' "$digest" >exact.csv
"$seventh" match exact.csv list.pdq --radius 1 --json a.avi >match.json
check "the file itself stands before its pictures" equal \
    "$(jq -r '[.matches[]|.entry+":"+.kind]|join(" ")' match.json)" "whole:exact second:near third:near"
if command -v script >/dev/null; then
    script -qec "$seventh match list.pdq --radius 1 a.avi" /dev/null >terminal 2>&1
    check "the time for a person" equal "$(grep -c 'one picture of the video, at 0:00:02' terminal)" 1
fi

# Whole videos: one listed, and what was made of it.
"$make_video" "mkv mpeg4" 100 10 >original.mkv
"$make_video" "mp4 mpeg4" 100 10 >recompressed.mp4
"$make_video" "mkv mpeg4" 40 10 30 >trimmed.mkv
"$make_video" "mkv mpeg4" 100 10 5000 0 9000 >compilation.mkv
"$make_video" "mkv mpeg4" 50 5 0,2 >slower.mkv
"$make_video" "mkv mpeg4" 100 10 0,1,m >mirrored.mkv
"$make_video" "mkv mpeg4" 100 10 7000 >other.mkv
head -c "$(($(wc -c <original.mkv) * 6 / 10))" original.mkv >damaged.mkv
"$seventh" hash --json original.mkv | jq -c '.+{id:"original"}' >original.json
"$seventh" list create videos.s7list original.json >/dev/null
"$seventh" match --json videos.s7list *.mkv *.mp4 >match.json 2>err
check "whole videos" equal "$?" 0
of() { jq -c "select(.query==\"$1\").matches[]|$2" match.json; }
check "the file itself is exact and nothing else" equal "$(of original.mkv '[.kind,.algorithm]')" '["exact","sha256"]'
check "recompressed" equal "$(of recompressed.mp4 '[.entry,.kind,.algorithm,.query_share>=80,.target_share>=80]')" \
    '["original","near","vpdq",true,true]'
check "trimmed: all of it, part of the listed one, and where" equal \
    "$(of trimmed.mkv '[.query_share,.target_share,.target_pictures,(.segments[0]|[.query_begin,.query_end,.target_begin,.target_end])]')" \
    '[100,40,10,[0,3,3,6]]'
check "compiled with others: a third of it, all of the listed one, and where" equal \
    "$(of compilation.mkv '[.query_share,.target_share,(.segments[0]|[.query_begin,.query_end,.target_begin,.target_end])]')" \
    '[33.3,100,[10,19,0,9]]'
check "at another rate" equal "$(of slower.mkv '[.algorithm,.query_share>=80]')" '["vpdq",true]'
check "damaged: as far as it goes" equal "$(of damaged.mkv '[.algorithm,.query_share>=80]')" '["vpdq",true]'
check "mirrored and other videos do not match" equal "$(of mirrored.mkv .)$(of other.mkv .)" ""

shares() { "$seventh" match --json videos.s7list "$@" | jq '.matches|length'; }
check "the share of the listed video can be no reason" equal \
    "$(shares --target-share 0 compilation.mkv) $(shares --target-share 0 trimmed.mkv)" "0 1"
check "nor that of the query" equal "$(shares --query-share 0 compilation.mkv) $(shares --query-share 0 trimmed.mkv)" "1 0"
check "a threshold" equal "$(shares --query-share 33 --target-share 0 compilation.mkv) $(shares --query-share 34 --target-share 0 compilation.mkv)" "1 0"
"$seventh" match videos.s7list --quality 49 trimmed.mkv >/dev/null 2>&1
check "a quality under 50 never matches" test $? -ne 0

"$seventh" hash --vpdq-text trimmed.mkv >trimmed.txt
"$seventh" match --json videos.s7list --queries trimmed.txt >text.json
check "the public text form as a query" equal "$(jq -c 'del(.query)' text.json)" \
    "$(jq -c 'select(.query=="trimmed.mkv")|del(.query)' match.json)"
"$seventh" match --json videos.s7list --queries - <trimmed.txt >text.json
check "on standard input" equal "$(jq -c '[.query,.matches[0].entry]' text.json)" '["-","original"]'
fourth=$(jq -r '.vpdq[3].hash' original.json)
"$seventh" match --json videos.s7list --hash "$fourth" >match.json
check "a picture of a listed video, with its time" equal \
    "$(jq -c '.matches[]|[.entry,.kind,.algorithm,.distance,.time]' match.json)" '["original","near","pdq",0,3]'
"$seventh" match videos.s7list compilation.mkv >out
"$seventh" match videos.s7list --hash "$fourth" >>out
check "times as a person reads them" equal \
    "$(grep -c -e 'at 0:00:03$' -e 'from 0:00:10 to 0:00:19: what the listed video has from 0:00:00 to 0:00:09$' -e '10 of the 30 pictures' out)" 3
tap_end
