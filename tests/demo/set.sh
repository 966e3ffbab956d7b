# seventh-demo: writes what it says, only there, the same for the same seed, and never over something.
build=$1
number=0
failed=0
check() { # check NAME COMMAND…
    name=$1
    shift
    number=$((number + 1))
    if "$@" >"$folder/out" 2>&1; then
        echo "ok $number - $name"
    else
        failed=$((failed + 1))
        echo "not ok $number - $name"
        sed 's/^/# /' "$folder/out" | head -n 5
    fi
}
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99
mkdir work
demo() { "$build/seventh-demo" "$@" --plain; }

check "makes a small set" demo work/a --count 6 --files 20
check "writes nothing outside its folder" test "$(ls work)" = a
check "has device, lists and truth" test "$(ls work/a | tr '\n' ' ')" = "device lists truth "
check "all truth is JSON" jq -e . work/a/truth/*.json
check "the VICS 2.0 list is JSON" jq -e '.value | length > 0' work/a/lists/known-agency-vics20.json
check "a sidecar for every picture" test "$(ls work/a/truth/0*.json | wc -l)" = 6
check "every file of the truth exists" sh -c '
    jq -r ".[] | .path" work/a/truth/edits.json | sort -u | while read -r path; do
        [ -f "work/a/device/$path" ] || { echo "$path"; exit 1; }
    done'
check "the digests are those of the files" sh -c '
    jq -r ".[] | select(.member == null) | .sha256 + \"  work/a/device/\" + .path" work/a/truth/edits.json |
        sha256sum --check --strict'
check "the videos are those of the truth" sh -c '
    jq -r ".[] | .sha256 + \"  work/a/device/\" + .path" work/a/truth/videos.json | sha256sum --check --strict'
check "clues lie inside their picture" jq -es '
    all(.[]; .width as $w | .height as $h | all(.clues[]; .box | .[0] >= 0 and .[1] >= 0 and .[2] > 0 and .[3] > 0
        and .[0] + .[2] <= $w + 1 and .[1] + .[3] <= $h + 1))' work/a/truth/0*.json
check "some files are expected to be known" jq -e '.expect["known-exact"] + .expect["known-near"] > 0' work/a/truth/expected.json
check "a listed good file is on the device" sh -c '
    cut -d" " -f1 work/a/lists/good-sha256sum.txt | sort >listed
    jq -r ".[] | select(.expect == \"known-good\") | .sha256" work/a/truth/edits.json | sort -u >wanted
    cut -d, -f3 work/a/lists/good-hashdeep.txt >>listed
    while read -r digest; do grep -q "$digest" listed || exit 1; done <wanted'
check "the same seed gives the same bytes" sh -c '
    '"$build"'/seventh-demo work/b --count 6 --files 20 --plain && diff -r work/a work/b'
check "another seed gives another set" sh -c '
    '"$build"'/seventh-demo work/c --count 6 --files 20 --seed 2 --plain && ! diff -rq work/a/truth work/c/truth'
check "refuses a folder that is not empty" sh -c '! '"$build"'/seventh-demo work/a --count 1 --plain'
check "writes there when forced" demo work/a --count 1 --files 1 --force
check "refuses a wrong number" sh -c '! '"$build"'/seventh-demo work/d --count 0 --plain && [ ! -e work/d ]'
echo "1..$number"
[ "$failed" = 0 ]
