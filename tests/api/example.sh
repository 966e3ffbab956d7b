# libseventh as its users meet it: installed, found by pkg-config, linked shared and static, showing only its own names.
build=$1
number=0
failed=0
verdict() {
    number=$((number + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $number - $1"
    else
        failed=$((failed + 1))
        echo "not ok $number - $1"
        printf '%s\n' "expected:" "$2" "got:" "$3" | sed 's/^/# /'
    fi
}

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
meson install -C "$build" --destdir "$work/root" --no-rebuild --tags devel,runtime >"$work/log" 2>&1 || {
    sed 's/^/# /' "$work/log"
    echo "Bail out! meson install failed"
    exit 1
}
pc=$(find "$work/root" -name seventh.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
PKG_CONFIG_SYSROOT_DIR=$work/root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
shared=$(find "$work/root" -name 'libseventh.so.0')
libs=$(dirname "$shared")
header=$(find "$work/root" -name seventh.h)
source=$SEVENTH_SOURCE_ROOT/examples/identify.c
videos=$SEVENTH_SOURCE_ROOT/examples/videos.c
compiler=${CC:-cc}

foreign=$(nm -D --defined-only "$shared" | awk '{ print $3 }' | grep -vE '^(s7_|SEVENTH_0)' | grep -vE '^_?_?(bss_start|edata|end|fini|init|asan|odr)')
verdict "the shared library shows only s7_ names" "" "$foreign"
foreign=$(nm -g --defined-only "$libs/libseventh.a" | awk 'NF == 3 { print $3 }' | grep -v '^s7_' | grep -vE 'asan|odr')
verdict "the archive shows only s7_ names" "" "$foreign"
declared=$(grep -oE '\bs7_[a-z0-9_]+\(' "$header" | tr -d '(' | sort -u)
verdict "the shared library has every function of the header" "$declared" \
    "$(nm -D --defined-only "$shared" | awk '{ print $3 }' | grep '^s7_' | sed 's/@.*//' | sort -u)"
verdict "the archive has every function of the header" "$declared" \
    "$(nm -g --defined-only "$libs/libseventh.a" | awk 'NF == 3 && $3 ~ /^s7_/ { print $3 }' | sort -u)"
verdict "the soname" "libseventh.so.0" "$(readelf -d "$shared" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')"
verdict "pkg-config knows the version of the header" \
    "$(sed -n 's/^#define S7_VERSION "\(.*\)"/\1/p' "$header")" "$(pkg-config --modversion seventh)"

# Sanitizers of this build are needed by the archive's users too.
flags=$(meson introspect "$build" --buildoptions | tr '{' '\n' | sed -n 's/.*"name": "b_sanitize", "value": "\([a-z,]*\)".*/\1/p')
[ "$flags" = none ] || [ -z "$flags" ] && flags= || flags=-fsanitize=$flags
verdict "the header is strict C99" "" "$($compiler -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only -x c "$header" 2>&1)"
if command -v c++ >/dev/null; then
    verdict "the header is C++" "" "$(c++ -std=c++11 -pedantic -Wall -Wextra -Werror -fsyntax-only -x c++ "$header" 2>&1)"
fi
verdict "the example builds against the installed shared library" "" \
    "$($compiler $flags -Wall -Wextra -Werror "$source" $(pkg-config --cflags --libs seventh) -o "$work/identify" 2>&1)"
verdict "the example builds against the archive" "" \
    "$($compiler $flags -Wall -Wextra -Werror "$source" $(pkg-config --cflags seventh) "$libs/libseventh.a" \
        $(pkg-config --static --libs-only-l --libs-only-other seventh | sed 's/-lseventh//g') -o "$work/identify-static" 2>&1)"

mkdir "$work/files"
"$build/tests/api/make_list" "$work/files" || echo "# make_list failed"
cd "$work/files" || exit 99
hash=$(printf '%064d' 0)
expected="picture.ppm: probably known by pdq at distance 0: entry picture-1, category 7 of local-test
other.ppm: not known
file.txt: known by sha1 at distance 0: entry file-2, category 9 of local-test
$hash: not known"
for program in identify identify-static; do
    answer=$(LD_LIBRARY_PATH=$libs "$work/$program" known.s7list picture.ppm other.ppm file.txt "$hash" 2>&1)
    verdict "$program says what is known" "1:$expected" "$?:$answer"
    answer=$(LD_LIBRARY_PATH=$libs "$work/$program" known.s7list edited.ppm 2>&1)
    case $answer in "edited.ppm: probably known by pdq at distance "*) answer=known ;; esac
    verdict "$program knows an edited copy" "known" "$answer"
    answer=$(LD_LIBRARY_PATH=$libs "$work/$program" missing.s7list x 2>&1)
    verdict "$program says why a list cannot be opened" \
        "2:identify: missing.s7list: The file or entry does not exist." "$?:$answer"
    answer=$(LD_LIBRARY_PATH=$libs "$work/$program" file.txt x 2>&1)
    verdict "$program refuses what is no list" "2" "$?"
done

# The example with videos: a text of sixty pictures is listed; a part of it, as an excerpt and within something else, is found.
verdict "the second example builds against the installed shared library" "" \
    "$($compiler $flags -std=c99 -Wall -Wextra -Werror "$videos" $(pkg-config --cflags --libs seventh) -o "$work/videos" 2>&1)"
pictures() {
    from=$1
    second=$3
    while [ "$from" -lt "$2" ]; do
        printf '%d,100,%s,%d.000\n' $((second * 25)) "$(printf 'picture %d' "$from" | sha256sum | cut -c1-64)" "$second"
        from=$((from + 1))
        second=$((second + 1))
    done
}
pictures 0 20 0 >listed.txt
pictures 5 15 0 >part.txt
{
    pictures 100 110 0
    pictures 0 20 10
} >longer.txt
pictures 200 210 0 >other.txt
printf 'no video\n' >bad.txt
LD_LIBRARY_PATH=$libs "$work/videos" make videos.s7list listed.txt
verdict "a list is made" 0 $?
answer=$(LD_LIBRARY_PATH=$libs "$work/videos" ask videos.s7list part.txt longer.txt other.txt 2>&1)
verdict "and says which video another is like" "1:part.txt: like listed.txt: 10 of 10 pictures, 10 of its 20
  second 0 to 9 is its second 5 to 14
longer.txt: like listed.txt: 20 of 30 pictures, 20 of its 20
  second 10 to 29 is its second 0 to 19
other.txt: like no listed video" "$?:$answer"
answer=$(LD_LIBRARY_PATH=$libs "$work/videos" ask videos.s7list bad.txt 2>&1)
verdict "what is no video hash is refused" "2:videos: bad.txt: The input does not follow its format." "$?:$answer"
answer=$(LD_LIBRARY_PATH=$libs "$work/videos" make none/videos.s7list listed.txt 2>&1)
verdict "a list that cannot be written" "2:videos: none/videos.s7list: The file or entry does not exist." "$?:$answer"
echo "1..$number"
[ "$failed" = 0 ]
