// Makes the pseudo-locales from the POT, for tests: en-XA (accented, longer, in brackets) shows
// words that escaped translation and layouts without room; ar-XB (letters replaced by Arabic ones)
// shows what does not mirror. Placeholders are left alone.
//
//     pseudo accented|mirrored SEVENTH.pot OUT.po
#include <stdio.h>

#include "base/utf8.h"
#include "po.h"

enum { LETTERS = 26 };
static const char *const ACCENTED_LOWER[LETTERS] = {"à", "ƀ", "ç", "ð", "é", "ƒ", "ĝ", "ĥ", "î",
                                                    "ĵ", "ķ", "ļ", "ɱ", "ñ", "ö", "þ", "ǫ", "ŕ",
                                                    "š", "ţ", "û", "ṽ", "ŵ", "ẋ", "ý", "ž"};
static const char *const ACCENTED_UPPER[LETTERS] = {"À", "Ɓ", "Ç", "Ð", "É", "Ƒ", "Ĝ", "Ĥ", "Î",
                                                    "Ĵ", "Ķ", "Ļ", "Ṁ", "Ñ", "Ö", "Þ", "Ǫ", "Ŕ",
                                                    "Š", "Ţ", "Û", "Ṽ", "Ŵ", "Ẋ", "Ý", "Ž"};
static const char *const ARABIC[LETTERS] = {"ا", "ب", "ص", "د", "ع", "ف", "غ", "ه", "ي",
                                            "ج", "ك", "ل", "م", "ن", "و", "پ", "ق", "ر",
                                            "س", "ت", "ط", "ث", "ش", "خ", "ى", "ز"};

static void put_letter(StrBuf *out, bool is_mirrored, char c) {
    if (c >= 'a' && c <= 'z')
        strbuf_put_text(out, is_mirrored ? ARABIC[c - 'a'] : ACCENTED_LOWER[c - 'a']);
    else if (c >= 'A' && c <= 'Z')
        strbuf_put_text(out, is_mirrored ? ARABIC[c - 'A'] : ACCENTED_UPPER[c - 'A']);
    else
        strbuf_put_byte(out, c);
}

static Str pseudo_text(Arena *arena, Str source, bool is_mirrored) {
    // Two vowels of padding for five letters, hung on the words that have room for it.
    static const char *const PADS[] = {"öñé", "ŵö", "ţĥŕéé"};
    StrBuf out = STRBUF(1 << 20);
    size_t letters = 0, pads = 0;
    if (!is_mirrored)
        strbuf_put_text(&out, "⟦");
    for (size_t i = 0; i < source.len; i++) {
        char c = source.ptr[i];
        const char *end = c == '{' ? memchr(source.ptr + i, '}', source.len - i) : NULL;
        if (end != NULL && i + 1 < source.len && source.ptr[i + 1] != '{') {
            size_t len = (size_t)(end - source.ptr) - i + 1;
            strbuf_put(&out, str_of(source.ptr + i, len));
            i += len - 1;
            continue;
        }
        put_letter(&out, is_mirrored, c);
        letters += (unsigned char)c >= 0x80 || c != ' ';
        // Each paragraph gets its own padding at its end.
        bool is_end = i + 1 == source.len || source.ptr[i + 1] == '\n';
        if (!is_mirrored && is_end && c != '\n') {
            for (size_t padded = 0; padded * 10 < letters * 4; pads++) {
                strbuf_put_byte(&out, ' ');
                strbuf_put_text(&out, PADS[pads % 3]);
                padded += 1 + (pads % 3 == 0 ? 3 : pads % 3 == 1 ? 2 : 5);
            }
            letters = 0;
        }
    }
    if (!is_mirrored)
        strbuf_put_text(&out, "⟧");
    Str copy = arena_copy(arena, strbuf_str(&out));
    strbuf_done(&out);
    return copy;
}

int main(int argc, char **argv) {
    Po po;
    Arena *arena = arena_new(256 << 20);
    if (argc != 4 || arena == NULL) {
        fprintf(stderr, "usage: pseudo accented|mirrored SEVENTH.pot OUT.po\n");
        return 2;
    }
    bool is_mirrored = strcmp(argv[1], "mirrored") == 0;
    if (!po_read(&po, arena, argv[2]))
        return 1;
    for (size_t i = 0; i < po.messages.len; i++) {
        PoMessage *at = &po.messages.items[i];
        at->forms[0] = pseudo_text(arena, at->msgid, is_mirrored);
        if (!at->is_plural)
            continue;
        // English has one and other; Arabic all six.
        Str other = pseudo_text(arena, at->msgid_plural, is_mirrored);
        at->form_count = is_mirrored ? PO_FORMS_MAX : 2;
        for (int form = is_mirrored ? 0 : 1; form < at->form_count; form++)
            at->forms[form] = other;
        if (is_mirrored)
            at->forms[1] = pseudo_text(arena, at->msgid, true);
    }
    StrBuf out = STRBUF(64 << 20);
    po_write(&out, &po);
    bool is_written = strbuf_err(&out) == ERR_OK && write_if_changed(argv[3], strbuf_str(&out));
    strbuf_done(&out);
    po_done(&po);
    arena_free(arena);
    return is_written ? 0 : 1;
}
