// Messages with hostile arguments: what is written is valid UTF-8 in which nothing but our own
// isolates acts on the terminal or on the order of the line; in HTML it opens no tag but <bdi>.
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "language/catalogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition)
        abort();
}

static void check_inert(Str text) {
    int depth = 0;
    require(utf8_is_valid(text));
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        require(c >= 0x20 && !(c >= 0x7F && c < 0xA0));
        require(!(c >= 0x202A && c <= 0x202E) && c != 0x200E && c != 0x200F && c != 0x061C);
        depth += (c == 0x2068) - (c == 0x2069);
        require(depth >= 0 && c != 0x2066 && c != 0x2067);
    }
    require(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const TAGS[] = {"en", "ar", "fr"};
    Str input = str_of(data, size);
    for (size_t i = 0; i < 3; i++) {
        const Lang *lang = lang_get(str_from(TAGS[i]));
        StrBuf out = STRBUF(64 << 20);
        MsgArgs args = MSG_ARGS(msg_ident("file", input), msg_text("message", input));
        tr_put(&out, lang, NULL, "{file}: {message}", args);
        require(strbuf_err(&out) == ERR_OK);
        check_inert(strbuf_str(&out));
        strbuf_clear(&out);
        tr_put_html(&out, lang, NULL, "{file}: {message}", args);
        for (size_t at = 0; at < out.len; at++) {
            Str rest = str_from_index(strbuf_str(&out), at);
            require(rest.ptr[0] != '<' || str_has_prefix(rest, STR("<bdi>")) ||
                    str_has_prefix(rest, STR("</bdi>")));
            require(rest.ptr[0] != '"' && rest.ptr[0] != '\'');
        }
        strbuf_clear(&out);
        // The input as the message itself, as a translator could write it.
        tr_put_text(&out, lang, input, args);
        strbuf_clear(&out);
        Diag diag;
        diag_errno(&diag, size > 0 ? data[0] : 0, "");
        diag_file(&diag, input);
        tr_diag(&out, lang, &diag);
        check_inert(strbuf_str(&out));
        strbuf_done(&out);
    }
    return 0;
}
