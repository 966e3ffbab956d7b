# The tools around PO files: what the compiler refuses (with file and line), what extraction finds and refuses, and that
# merging keeps what translators wrote.
# The build's tools run once and leave their memory to the system.
ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
export ASAN_OPTIONS
tools="$1/tools"
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99
number=0
failed=0
verdict() {
    number=$((number + 1))
    if [ "$2" = 0 ]; then
        echo "ok $number - $1"
    else
        failed=1
        echo "not ok $number - $1"
        [ ! -e log ] || sed 's/^/# /' log
    fi
}
header='msgid ""\nmsgstr ""\n"Language: x\\n"\n\n'
printf "$header"'msgid "{n} in {file}"\nmsgstr ""\n\nmsgctxt "hash"\nmsgid "Quality"\nmsgstr ""\n\nmsgid "{n} file in {p}"\nmsgid_plural "{n} files in {p}"\nmsgstr[0] ""\nmsgstr[1] ""\n' > x.pot
# refuses NAME LOCALE LINE MESSAGE BODY
refuses() {
    printf "$header$5" > "$2.po"
    "$tools/po_compile" out.c x.pot "$2.po" > log 2>&1
    [ $? = 1 ] && grep -q "$2.po:$3: .*$4" log
    verdict "$1" $?
}
accepts() {
    printf "$header$3" > "$2.po"
    "$tools/po_compile" out.c x.pot "$2.po" > log 2>&1
    verdict "$1" $?
}
refuses "missing placeholder" fr 5 file 'msgid "{n} in {file}"\nmsgstr "{n}"\n'
refuses "foreign placeholder" fr 5 fichier 'msgid "{n} in {file}"\nmsgstr "{n} {file} {fichier}"\n'
refuses "too few plural forms" fr 5 "one many other" 'msgid "{n} file in {p}"\nmsgid_plural "{n} files in {p}"\nmsgstr[0] "{n} {p}"\nmsgstr[1] "{n} {p}"\n'
refuses "plural without its number" ar 5 "n" 'msgid "{n} file in {p}"\nmsgid_plural "{n} files in {p}"\nmsgstr[0] "{p}"\nmsgstr[1] "{p}"\nmsgstr[2] "{p}"\nmsgstr[3] "{p}"\nmsgstr[4] "{n}{p}"\nmsgstr[5] "{n}{p}"\n'
refuses "French one without its number, as it is also zero" fr 5 "n" 'msgid "{n} file in {p}"\nmsgid_plural "{n} files in {p}"\nmsgstr[0] "{p}"\nmsgstr[1] "{n} {p}"\nmsgstr[2] "{n} {p}"\n'
refuses "forms out of order" fr 7 "order" 'msgid "{n} file in {p}"\nmsgid_plural "{n} files in {p}"\nmsgstr[1] "{n} {p}"\nmsgstr[0] "{n} {p}"\n'
refuses "no closing quote" fr 5 "double quotes" 'msgid "x\nmsgstr ""\n'
refuses "unknown escape" fr 5 "backslash" 'msgid "x\\q"\nmsgstr ""\n'
refuses "bare quote" fr 5 "double quote" 'msgid "x"y"\nmsgstr ""\n'
refuses "message twice" fr 8 "twice" 'msgid "x"\nmsgstr ""\n\nmsgid "x"\nmsgstr ""\n'
refuses "no msgstr" fr 7 "second msgid" 'msgid "x"\n\nmsgid "y"\n'
refuses "rubbish" fr 5 "expected" 'msgfoo "x"\n'
refuses "not UTF-8" fr 0 "UTF-8" 'msgid "\377"\nmsgstr ""\n'
refuses "plural on one side" fr 5 "msgid_plural differs" 'msgid "{n} in {file}"\nmsgid_plural "x"\nmsgstr[0] "{n}{file}"\nmsgstr[1] "{n}{file}"\nmsgstr[2] "{n}{file}"\n'
accepts "a good file" ar '# drafted\nmsgid "{n} in {file}"\nmsgstr "{file}: {n}"\n\nmsgid "{n} file in {p}"\nmsgid_plural "{n} files in {p}"\nmsgstr[0] "{p}"\nmsgstr[1] "{p}"\nmsgstr[2] "{p}"\nmsgstr[3] "{n}{p}"\nmsgstr[4] "{n}{p}"\nmsgstr[5] "{n}{p}"\n'
grep -q '"ar", LOCALE_REAL, -1, BLOB_0, TEXTS_0, PLURALS_0, 2, 1}' out.c
verdict "translated and reviewed are counted" $?
accepts "a fuzzy message is not used" fr '#, fuzzy\nmsgid "{n} in {file}"\nmsgstr "{fichier}"\n'
grep -q 'PLURALS_0, 0, 0}' out.c
verdict "nor counted" $?

mkdir -p src web/templates
cat > src/a.c <<'END'
#define N_(msgid) (msgid)
Str tr(const Lang *lang, const char *context, const char *msgid);
// tr(lang, NULL, "in a comment")
const char *s = "tr(lang, NULL, \"in a string\")";
static void f(void) {
    tr(lang, NULL, "Plain");
    tr(lang, "hash", "With " /* a gap */
                     "context\n\"quoted\" \xC3\xA9 …");
    trn_put(out, lang, NULL, "{n} file", "{n} files", g(1, 2), MSG_NONE);
    diag_set(diag, ERR_X, N_("Marked"));
    tr_put(out, lang, NULL, row->help_msgid, MSG_ARGS(msg_text("x", tr(lang, NULL, "Nested"))));
    tr(lang, NULL, "Plain");
}
END
cat > web/templates/p.html <<'END'
<p title="{t "In attribute"}">{t hash: "Short"} {n x->n "{n} page" "{n} pages" a=b}{# {t nothing} #}</p>
END
sed -i 's/{# .* #}//' web/templates/p.html
"$tools/extract" . out.pot --depfile d > log 2>&1
verdict "extraction" $?
cat > expected <<'END'
msgid "Plain"
msgctxt "hash"
msgid "With context\n"
msgid "{n} file"
msgid_plural "{n} files"
msgid "Marked"
msgid "Nested"
msgid "In attribute"
msgctxt "hash"
msgid "Short"
msgid "{n} page"
msgid_plural "{n} pages"
END
sed -e '1,/^$/d' -e 's/^msgid ""$/JOIN/' out.pot | sed -e '/JOIN/{N;s/JOIN\n/msgid /;}' | grep '^msg[ic]' > found
diff expected found > log
verdict "what is extracted" $?
grep -q 'src/a.c' d && grep -q 'web/templates/p.html' d
verdict "the dependency file names the sources" $?
printf 'void f(void) { tr(lang, NULL, text); }\n' > src/b.c
"$tools/extract" . out2.pot > log 2>&1
[ $? = 1 ] && grep -q 'src/b.c:1: ' log
verdict "a message that is no literal is refused" $?
rm src/b.c

printf '# Heading\nmsgid ""\nmsgstr ""\n"Language: fr\\n"\n\n# drafted\nmsgid "Plain"\nmsgstr "Simple"\n\n# a note\nmsgid "Gone"\nmsgstr "Parti"\n\nmsgid "Never done"\nmsgstr ""\n' > fr.po
"$tools/extract" . out.pot --merge fr.po > log 2>&1
verdict "merging" $?
grep -q '^msgstr "Simple"' fr.po && grep -q '^# drafted' fr.po && grep -q '^#~ msgid "Gone"' fr.po && grep -q '^#~ msgstr "Parti"' fr.po &&
    ! grep -q 'Never done' fr.po && grep -q '^msgid "Marked"' fr.po && grep -q '^msgstr\[2\] ""' fr.po && grep -q '^# Heading' fr.po
verdict "translations are kept, old ones marked, new ones added with the locale's forms" $?
cp fr.po before.po
"$tools/extract" . out.pot --merge fr.po > log 2>&1 && cmp -s fr.po before.po
verdict "merging twice changes nothing" $?
printf 'static const char *g = N_("Gone");\n' > src/c.c
"$tools/extract" . out.pot --merge fr.po > log 2>&1
grep -q '^msgstr "Parti"' fr.po && grep -q '^# a note' fr.po
verdict "a message that returns gets its translation back" $?
"$tools/extract" . out.pot --covered fr.po > log 2>&1
[ $? = 1 ] && grep -q 'fr.po lacks "Marked"' log
verdict "a gap is told" $?
echo "1..$number"
exit $failed
