// Text that somebody else wrote, made safe to show: file names, identifiers, words of a record.
//
// What could act on the terminal or reorder the line is made visible instead: control characters
// (\n, \t, \x1B), invalid UTF-8 (\xFF), and characters that change direction or are not seen at all
// (\u202E). Balanced isolates stay, so that a filled message may be an argument of another.
// Everything else stands as it is. Pure functions, any thread.
#pragma once
#include "base/strbuf.h"

void text_put_safe(StrBuf *out, Str text);
// The same for HTML: also escapes & < > " '.
void text_put_safe_html(StrBuf *out, Str text);
// Escapes & < > " ' and nothing else: for our own messages.
void text_put_html(StrBuf *out, Str text);

// Which strong directions occur in the text.
typedef struct TextDirections {
    bool has_ltr, has_rtl;
} TextDirections;
TextDirections text_directions(Str text);
