// The catalogue: every word that a person reads, in the reader's language.
//
// PO files in lang/ are the only source; they are compiled into the program at build. `Lang` is an
// immutable, counted snapshot held by whoever renders; any thread may use it. A message missing in
// a locale falls back to its parent locale and then to English (the msgid itself). Placeholders are
// {name} everywhere; `{{` and `}}` are literal braces.
#pragma once
#include "base/err.h"
#include "base/msg.h"
#include "base/strbuf.h"

typedef struct Lang Lang;

// locale: a BCP 47 tag or POSIX name ("fr", "ar_MA.UTF-8", "zh-Hans", "en-XA"). The nearest locale
// that exists; English when none does. Never NULL: English is static.
const Lang *lang_get(Str locale);
// By environment: SEVENTH_LANG, else LC_ALL, LC_MESSAGES, LANG.
const Lang *lang_from_environment(void);
// Whether there is a catalogue for the locale (or for English) at all.
bool lang_exists(Str locale);
const char *lang_tag(const Lang *lang); // BCP 47, for <html lang>
bool lang_is_rtl(const Lang *lang);

// The translated text; borrowed for the life of lang. `context` separates equal words of different
// meaning and may be NULL. Call sites write literals, so that extraction finds them: tr(lang,
// "hash", "Quality").
Str tr(const Lang *lang, const char *context, const char *msgid);
// Writes the message with its placeholders filled. An unknown placeholder is written as it stands.
void tr_put(StrBuf *out, const Lang *lang, const char *context, const char *msgid, MsgArgs args);
// Chooses the plural form for n by CLDR; {n} is always available.
void trn_put(StrBuf *out, const Lang *lang, const char *context, const char *one, const char *other,
             int64_t n, MsgArgs args);
// Fills a text that tr() gave earlier.
void tr_put_text(StrBuf *out, const Lang *lang, Str text, MsgArgs args);
// The same for HTML: message and arguments escaped, isolates written as <bdi>.
void tr_put_html(StrBuf *out, const Lang *lang, const char *context, const char *msgid,
                 MsgArgs args);
void trn_put_html(StrBuf *out, const Lang *lang, const char *context, const char *one,
                  const char *other, int64_t n, MsgArgs args);
// The same for the value of an attribute (and <title>), where there are no tags: isolates are
// characters.
void tr_put_attribute(StrBuf *out, const Lang *lang, const char *context, const char *msgid,
                      MsgArgs args);
void trn_put_attribute(StrBuf *out, const Lang *lang, const char *context, const char *one,
                       const char *other, int64_t n, MsgArgs args);
// The whole sentence of a Diag, with its file, offset and record when the message does not name
// them itself.
void tr_diag(StrBuf *out, const Lang *lang, const Diag *diag);

// How far a locale is translated. Index 0 is English.
typedef struct LangStatus {
    const char *tag;
    bool is_pseudo; // made at build for tests
    int64_t messages, translated;
    int64_t reviewed; // of the translated, those a native reader has approved
} LangStatus;
size_t lang_status_count(void);
LangStatus lang_status(size_t index);
