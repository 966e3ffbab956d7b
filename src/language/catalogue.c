// Look-up in the compiled catalogue and the filling of placeholders.
#include "language/catalogue.h"

#include <inttypes.h>

#include "language/lang.h"
#include "language/number.h"
#include "language/safe_text.h"

#define ISOLATE_START "\xE2\x81\xA8" // U+2068 first strong isolate
#define ISOLATE_END "\xE2\x81\xA9"   // U+2069 pop directional isolate

// The number of a message, or SLOT_EMPTY.
static uint32_t message_number(const char *context, const char *msgid) {
    size_t context_len = strlen(context), msgid_len = strlen(msgid);
    uint32_t hash = message_hash(context, context_len, msgid, msgid_len);
    for (uint32_t slot = hash;; slot++) {
        uint32_t number = CATALOGUE_SLOTS[slot & CATALOGUE_SLOT_MASK];
        if (number == SLOT_EMPTY)
            return SLOT_EMPTY;
        const MessageKey *key = &CATALOGUE_KEYS[number];
        if (key->hash == hash && key->msgid_len == msgid_len && key->context_len == context_len &&
            memcmp(key->msgid, msgid, msgid_len) == 0 &&
            memcmp(key->context, context, context_len) == 0)
            return number;
    }
}

Str lang_find(const Lang *lang, const char *context, const char *msgid, int category) {
    const CatalogueLocale *locale = lang->locale;
    if (locale == NULL)
        return (Str){0};
    uint32_t number = message_number(context == NULL ? "" : context, msgid);
    if (number == SLOT_EMPTY)
        return (Str){0};
    int32_t plural = CATALOGUE_KEYS[number].plural;
    for (;;) {
        const TextSpan *span = plural == NOT_PLURAL
                                   ? &locale->texts[number]
                                   : &locale->plurals[plural * PLURAL_CATEGORIES + category];
        if (span->length > 0)
            return str_of(locale->blob + span->offset, span->length);
        if (locale->parent < 0)
            return (Str){0};
        locale = &CATALOGUE_LOCALES[locale->parent];
    }
}

Str tr(const Lang *lang, const char *context, const char *msgid) {
    // A plural message asked for as if it were none gives its last form.
    Str found = lang_find(lang, context, msgid, PLURAL_CATEGORIES - 1);
    return found.ptr == NULL ? str_from(msgid) : found;
}

// Where a message goes: a terminal, between tags, or where there are no tags (an attribute).
typedef enum FillForm { FORM_PLAIN, FORM_HTML, FORM_ATTRIBUTE } FillForm;

typedef struct Filling {
    StrBuf *out;
    const Lang *lang;
    FillForm form;
} Filling;

static void put_isolated(const Filling *filling, Str text, bool is_isolated) {
    if (is_isolated)
        strbuf_put_text(filling->out, filling->form == FORM_HTML ? "<bdi>" : ISOLATE_START);
    if (filling->form != FORM_PLAIN)
        text_put_safe_html(filling->out, text);
    else
        text_put_safe(filling->out, text);
    if (is_isolated)
        strbuf_put_text(filling->out, filling->form == FORM_HTML ? "</bdi>" : ISOLATE_END);
}

static void put_arg(const Filling *filling, const MsgArg *arg) {
    TextDirections directions;
    switch (arg->kind) {
    case MSG_TEXT:
        directions = text_directions(arg->text);
        put_isolated(filling, arg->text,
                     filling->lang->is_rtl ? directions.has_ltr : directions.has_rtl);
        break;
    case MSG_IDENT:
        put_isolated(filling, arg->text,
                     filling->lang->is_rtl || text_directions(arg->text).has_rtl);
        break;
    case MSG_INT:
        number_put(filling->out, filling->lang, arg->number);
        break;
    case MSG_BYTES:
        bytes_put(filling->out, filling->lang, arg->number);
        break;
    case MSG_PERCENT:
        percent_put(filling->out, filling->lang, arg->share);
        break;
    }
}

static void put_literal(const Filling *filling, Str text) {
    if (filling->form != FORM_PLAIN)
        text_put_html(filling->out, text);
    else
        strbuf_put(filling->out, text);
}

static const MsgArg *find_arg(MsgArgs args, const MsgArg *count, Str name) {
    for (int i = 0; i < args.count; i++)
        if (str_is(name, args.items[i].name))
            return &args.items[i];
    return count != NULL && str_is(name, count->name) ? count : NULL;
}

// Writes text with its placeholders filled from args, and from count ({n}) when there is one.
static void fill(const Filling *filling, Str text, MsgArgs args, const MsgArg *count) {
    size_t at = 0, plain = 0;
    while (at < text.len) {
        char c = text.ptr[at];
        if (c != '{' && c != '}') {
            at++;
            continue;
        }
        put_literal(filling, str_of(text.ptr + plain, at - plain));
        plain = at;
        if (at + 1 < text.len && text.ptr[at + 1] == c) { // {{ or }}
            plain = at + 1;
            at += 2;
            continue;
        }
        const char *end = memchr(text.ptr + at, '}', text.len - at);
        if (c == '{' && end != NULL) {
            size_t next = (size_t)(end - text.ptr) + 1;
            const MsgArg *arg = find_arg(args, count, str_of(text.ptr + at + 1, next - at - 2));
            if (arg != NULL) {
                put_arg(filling, arg);
                plain = next;
            }
            at = next;
        } else {
            at++;
        }
    }
    put_literal(filling, str_of(text.ptr + plain, text.len - plain));
}

void tr_put(StrBuf *out, const Lang *lang, const char *context, const char *msgid, MsgArgs args) {
    fill(&(Filling){out, lang, FORM_PLAIN}, tr(lang, context, msgid), args, NULL);
}

void tr_put_text(StrBuf *out, const Lang *lang, Str text, MsgArgs args) {
    fill(&(Filling){out, lang, FORM_PLAIN}, text, args, NULL);
}

void tr_put_html(StrBuf *out, const Lang *lang, const char *context, const char *msgid,
                 MsgArgs args) {
    fill(&(Filling){out, lang, FORM_HTML}, tr(lang, context, msgid), args, NULL);
}

static void trn_fill(const Filling *filling, const char *context, const char *one,
                     const char *other, int64_t n, MsgArgs args) {
    int category = plural_category(filling->lang, n);
    Str text = lang_find(filling->lang, context, one, category);
    if (text.ptr == NULL)
        text = str_from(n == 1 ? one : other);
    MsgArg count = msg_int("n", n);
    fill(filling, text, args, &count);
}

void trn_put(StrBuf *out, const Lang *lang, const char *context, const char *one, const char *other,
             int64_t n, MsgArgs args) {
    trn_fill(&(Filling){out, lang, FORM_PLAIN}, context, one, other, n, args);
}

void trn_put_html(StrBuf *out, const Lang *lang, const char *context, const char *one,
                  const char *other, int64_t n, MsgArgs args) {
    trn_fill(&(Filling){out, lang, FORM_HTML}, context, one, other, n, args);
}

void tr_put_attribute(StrBuf *out, const Lang *lang, const char *context, const char *msgid,
                      MsgArgs args) {
    fill(&(Filling){out, lang, FORM_ATTRIBUTE}, tr(lang, context, msgid), args, NULL);
}

void trn_put_attribute(StrBuf *out, const Lang *lang, const char *context, const char *one,
                       const char *other, int64_t n, MsgArgs args) {
    trn_fill(&(Filling){out, lang, FORM_ATTRIBUTE}, context, one, other, n, args);
}
