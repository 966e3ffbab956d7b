// Escaping for each place of a page.
#include "language/html.h"

#include "language/number.h"
#include "language/safe_text.h"

void html_put_str(StrBuf *out, const Lang *lang, Str text) {
    text_put_safe_html(out, text);
}

void html_put_cstr(StrBuf *out, const Lang *lang, const char *text) {
    text_put_safe_html(out, str_from(text));
}

void html_put_count(StrBuf *out, const Lang *lang, int64_t number) {
    number_put(out, lang, number);
}

void html_put_count_unsigned(StrBuf *out, const Lang *lang, uint64_t number) {
    number_put(out, lang, number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

void html_put_real(StrBuf *out, const Lang *lang, double number) {
    number_put_decimal(out, lang, number, 2);
}

void html_put_safe(StrBuf *out, const Lang *lang, SafeHtml html) {
    strbuf_put(out, html.markup);
}

void html_put_str_plain(StrBuf *out, const Lang *lang, Str text) {
    text_put_safe_html(out, text);
}

void html_put_cstr_plain(StrBuf *out, const Lang *lang, const char *text) {
    text_put_safe_html(out, str_from(text));
}

void html_put_number_plain(StrBuf *out, const Lang *lang, int64_t number) {
    strbuf_put_i64(out, number);
}

void html_put_unsigned_plain(StrBuf *out, const Lang *lang, uint64_t number) {
    strbuf_put_u64(out, number);
}

void html_put_real_plain(StrBuf *out, const Lang *lang, double number) {
    // By hand: printf would follow the process's locale.
    if (!(number > -9e14 && number < 9e14))
        number = 0;
    uint64_t thousandths = (uint64_t)((number < 0 ? -number : number) * 1000 + 0.5);
    if (number < 0 && thousandths > 0)
        strbuf_put_byte(out, '-');
    strbuf_put_u64(out, thousandths / 1000);
    if (thousandths % 1000 == 0)
        return;
    strbuf_put_byte(out, '.');
    for (uint64_t rest = thousandths % 1000, unit = 100; rest > 0; rest %= unit, unit /= 10)
        strbuf_put_byte(out, (char)('0' + rest / unit));
}

void html_put_bool_plain(StrBuf *out, const Lang *lang, bool value) {
    strbuf_put_text(out, value ? "true" : "false");
}

// A browser ignores white space and control characters in front of and inside a scheme, so a URL
// that holds any is refused as a whole.
static bool url_is_allowed(Str url) {
    static const Str SCHEMES[] = {{"https", 5}, {"http", 4}, {"mailto", 6}};
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.ptr[i] <= 0x20 || url.ptr[i] == 0x7F || url.ptr[i] == '\\')
            return false;
    for (size_t i = 0; i < url.len; i++) {
        char c = url.ptr[i];
        if (c == '/' || c == '?' || c == '#')
            return true; // a colon behind these begins no scheme
        if (c != ':')
            continue;
        for (size_t s = 0; s < sizeof SCHEMES / sizeof SCHEMES[0]; s++)
            if (str_equal_ascii_nocase(str_of(url.ptr, i), SCHEMES[s]))
                return true;
        return false;
    }
    return true;
}

void html_put_url_str(StrBuf *out, const Lang *lang, Str url) {
    text_put_safe_html(out, url_is_allowed(url) ? url : STR("about:invalid"));
}

void html_put_url_cstr(StrBuf *out, const Lang *lang, const char *url) {
    html_put_url_str(out, lang, str_from(url));
}

void html_put_url_part_str(StrBuf *out, const Lang *lang, Str part) {
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];
        if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
            c == '.' || c == '_' || c == '~')
            strbuf_put_byte(out, c);
        else
            strbuf_printf(out, "%%%02X", (unsigned char)c);
    }
}

void html_put_url_part_cstr(StrBuf *out, const Lang *lang, const char *part) {
    html_put_url_part_str(out, lang, str_from(part));
}

void html_put_ident(StrBuf *out, const Lang *lang, Str text) {
    strbuf_put_text(out, "<bdi translate=\"no\">");
    text_put_safe_html(out, text);
    strbuf_put_text(out, "</bdi>");
}

void html_put_bytes(StrBuf *out, const Lang *lang, int64_t bytes) {
    bytes_put(out, lang, bytes);
}

void html_put_percent(StrBuf *out, const Lang *lang, double share) {
    percent_put(out, lang, share);
}

void html_put_lang_attributes(StrBuf *out, const Lang *lang) {
    strbuf_printf(out, "lang=\"%s\" dir=\"%s\"", lang_tag(lang), lang_is_rtl(lang) ? "rtl" : "ltr");
}
