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
tap_end
