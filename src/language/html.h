// What compiled templates call (tools/template_compile.c; docs/templates.md): output escaped for
// the place where it stands. Any thread.
#pragma once
#include "language/catalogue.h"

// Markup that was escaped by whoever made it. The only way to write markup that the compiler did
// not see; nothing but a function that builds HTML may make one.
typedef struct SafeHtml {
    Str markup;
} SafeHtml;

// Text between tags. Strings are escaped and neutralised; counts get the locale's grouping and
// digits.
void html_put_str(StrBuf *out, const Lang *lang, Str text);
void html_put_cstr(StrBuf *out, const Lang *lang, const char *text); // NULL writes nothing
void html_put_count(StrBuf *out, const Lang *lang, int64_t number);
void html_put_count_unsigned(StrBuf *out, const Lang *lang, uint64_t number);
void html_put_real(StrBuf *out, const Lang *lang, double number); // two decimals
void html_put_safe(StrBuf *out, const Lang *lang, SafeHtml html);
#define html_put_text(out, lang, value) \
    _Generic((value), \
        Str: html_put_str, \
        char *: html_put_cstr, \
        const char *: html_put_cstr, \
        int: html_put_count, \
        long: html_put_count, \
        long long: html_put_count, \
        unsigned char: html_put_count_unsigned, \
        unsigned short: html_put_count_unsigned, \
        unsigned: html_put_count_unsigned, \
        unsigned long: html_put_count_unsigned, \
        unsigned long long: html_put_count_unsigned, \
        float: html_put_real, \
        double: html_put_real, \
        SafeHtml: html_put_safe)(out, lang, value)
// Text inside <title>, <textarea> and <option>, where there are no tags, is escaped as in an
// attribute but localised.
void html_put_str_plain(StrBuf *out, const Lang *lang, Str text);
void html_put_cstr_plain(StrBuf *out, const Lang *lang, const char *text);
#define html_put_title(out, lang, value) \
    _Generic((value), \
        Str: html_put_str_plain, \
        char *: html_put_cstr_plain, \
        const char *: html_put_cstr_plain, \
        int: html_put_count, \
        long: html_put_count, \
        long long: html_put_count, \
        unsigned: html_put_count_unsigned, \
        unsigned long: html_put_count_unsigned, \
        unsigned long long: html_put_count_unsigned, \
        float: html_put_real, \
        double: html_put_real)(out, lang, value)

// The value of an attribute: strings escaped, numbers in Latin digits without grouping.
void html_put_number_plain(StrBuf *out, const Lang *lang, int64_t number);
void html_put_unsigned_plain(StrBuf *out, const Lang *lang, uint64_t number);
void html_put_real_plain(StrBuf *out, const Lang *lang, double number); // three decimals, "."
void html_put_bool_plain(StrBuf *out, const Lang *lang, bool value);    // true, false
#define html_put_attribute(out, lang, value) \
    _Generic((value), \
        Str: html_put_str_plain, \
        char *: html_put_cstr_plain, \
        const char *: html_put_cstr_plain, \
        bool: html_put_bool_plain, \
        int: html_put_number_plain, \
        long: html_put_number_plain, \
        long long: html_put_number_plain, \
        unsigned char: html_put_unsigned_plain, \
        unsigned short: html_put_unsigned_plain, \
        unsigned: html_put_unsigned_plain, \
        unsigned long: html_put_unsigned_plain, \
        unsigned long long: html_put_unsigned_plain, \
        float: html_put_real_plain, \
        double: html_put_real_plain)(out, lang, value)

// A whole URL: relative, http, https or mailto; anything else (javascript:, data:) is written as
// "about:invalid".
void html_put_url_str(StrBuf *out, const Lang *lang, Str url);
void html_put_url_cstr(StrBuf *out, const Lang *lang, const char *url);
#define html_put_url(out, lang, value) \
    _Generic((value), \
        Str: html_put_url_str, \
        char *: html_put_url_cstr, \
        const char *: html_put_url_cstr)(out, lang, value)
// One part of a URL behind literal text: everything but letters, digits, - . _ ~ percent-encoded.
void html_put_url_part_str(StrBuf *out, const Lang *lang, Str part);
void html_put_url_part_cstr(StrBuf *out, const Lang *lang, const char *part);
#define html_put_url_part(out, lang, value) \
    _Generic((value), \
        Str: html_put_url_part_str, \
        char *: html_put_url_part_cstr, \
        const char *: html_put_url_part_cstr, \
        int: html_put_number_plain, \
        long: html_put_number_plain, \
        long long: html_put_number_plain, \
        unsigned: html_put_unsigned_plain, \
        unsigned long: html_put_unsigned_plain, \
        unsigned long long: html_put_unsigned_plain)(out, lang, value)

// {= ident(x)}, {= bytes(x)}, {= percent(x)} between tags.
void html_put_ident(StrBuf *out, const Lang *lang, Str text); // in <bdi>, without translation
void html_put_bytes(StrBuf *out, const Lang *lang, int64_t bytes);
void html_put_percent(StrBuf *out, const Lang *lang, double share);
// lang="ar" dir="rtl"
void html_put_lang_attributes(StrBuf *out, const Lang *lang);

static inline Str html_str_itself(Str text) {
    return text;
}
#define html_as_str(value) \
    _Generic((value), Str : html_str_itself, char * : str_from, const char * : str_from)(value)

// An argument of {t} and {n} by its type.
static inline MsgArg html_arg_str(const char *name, Str text) {
    return msg_text(name, text);
}
static inline MsgArg html_arg_cstr(const char *name, const char *text) {
    return msg_text(name, str_from(text));
}
#define html_arg(name, value) \
    _Generic((value), \
        Str: html_arg_str, \
        char *: html_arg_cstr, \
        const char *: html_arg_cstr, \
        int: msg_int, \
        long: msg_int, \
        long long: msg_int, \
        unsigned char: msg_int, \
        unsigned short: msg_int, \
        unsigned: msg_int, \
        unsigned long: msg_int, \
        unsigned long long: msg_int)(name, value)
