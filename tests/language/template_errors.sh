# What the template compiler refuses, and that it says where.
compiler="$1/tools/template_compile"
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
number=0
failed=0
# refuses NAME LINE MESSAGE BODY: the body follows the head, so its first line is line 2.
refuses() {
    number=$((number + 1))
    printf '{template x(const char *v)}\n%b\n' "$4" > "$folder/x.html"
    if message=$("$compiler" "$folder/x.html" "$folder/x.c" "$folder/x.h" "$folder/x.d" "$folder" 2>&1); then
        message="compiled"
    fi
    case $message in
    *"x.html:$2: "*"$3"*) echo "ok $number - $1" ;;
    *)
        failed=1
        echo "not ok $number - $1"
        echo "# $message"
        ;;
    esac
}
refuses "output in script" 2 "is not known" '<p>{script}</p>'
refuses "output in style attribute" 2 "nothing may be written" '<p style="{= v}">'
refuses "output in event handler" 2 "nothing may be written" '<p onclick="{= v}">'
refuses "output in srcdoc" 2 "nothing may be written" '<iframe srcdoc="{= v}">'
refuses "unquoted attribute" 2 "double quotes" '<p class={= v}>'
refuses "single quotes" 2 "double quotes" "<p class='x'>"
refuses "output between attributes" 2 "quoted value" '<p {= v}>'
refuses "output as tag name" 2 "nothing may be written" '<{= v}>'
refuses "output in tag name" 2 "nothing may be written" '<h{= v}>'
refuses "output in attribute name" 2 "nothing may be written" '<p data-{= v}="1">'
refuses "javascript URL" 2 "not allowed" '<a href="javascript:x">'
refuses "host that varies" 2 "must stand before" '<a href="x{= v}">'
refuses "message in URL" 2 "hold no URL" '<a href="{t "Interrupted."}">'
refuses "word outside {t}" 3 "{t" '<p>\nhello</p>'
refuses "word in title attribute" 2 "{t" '<p title="hello">'
refuses "HTML comment" 2 "for a comment" '<!-- x -->'
refuses "unclosed if" 4 "is not closed" '<p>\n{if 1}</p>'
refuses "if that opens a tag" 2 "leave the page where it began" '{if 1}<p {/if}>'
refuses "branches that differ" 2 "leave the page where it began" '<a href="{if 1}/x{else}{/if}">'
refuses "else alone" 2 "without {if}" '{else}'
refuses "wrong end" 2 "{/each} without" '{if 1}{/each}'
refuses "unknown directive" 2 "is not known" '{frobnicate}'
refuses "open brace" 2 "never closed" '{= v'
refuses "open style" 2 "is not closed" '<style>p{}'
refuses "missing include" 2 "cannot be read" '{include "none.html"}'
refuses "page ends in tag" 3 "inside a tag" '<p'
refuses "message without string" 2 "a string in double quotes" '{t v}'
echo "1..$number"
exit $failed
