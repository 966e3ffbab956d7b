// PO files (the translators' format) in memory: a strict reader that names file and line of what is
// wrong, and a writer. Used by the build-time programs only.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/vec.h"

enum { PO_FORMS_MAX = 6 };

typedef struct PoMessage {
    Str context; // ptr NULL: none
    Str msgid, msgid_plural;
    Str forms[PO_FORMS_MAX];
    int form_count; // 1 for a message without plural
    Str comments;   // translators' lines ("# …") with their line feeds
    Str extracted;  // "#. …" and "#: …" lines
    bool is_fuzzy, is_obsolete, is_plural;
    bool is_drafted; // a comment says "drafted": no native reader has approved it
    int line;
} PoMessage;

typedef struct Po {
    const char *path;
    Arena *arena; // owns all text; borrowed
    VEC(PoMessage) messages;
    Str header; // msgstr of the empty msgid
    Str header_comments;
} Po;

// Reads path; on an error prints file:line: message to standard error and returns false.
bool po_read(Po *po, Arena *arena, const char *path);
void po_done(Po *po);
// The message of (context, msgid), not obsolete unless asked; NULL when absent.
PoMessage *po_find(const Po *po, Str context, Str msgid, bool wants_obsolete);
void po_write(StrBuf *out, const Po *po);
// A value of the header, e.g. "Language"; empty when absent.
Str po_header_field(const Po *po, Str name);

// Whether the placeholders {name} of `text` and `source` are the same set, but that those listed in
// may_omit (a single name, or empty) may be missing. *ret_offender is a name in the one and not the
// other.
bool placeholders_agree(Str text, Str source, Str may_omit, Str *ret_offender);

// Writes content to path unless the file holds it already, so that ninja sees no change.
bool write_if_changed(const char *path, Str content);
// Reads a whole file; prints why not.
bool read_file(const char *path, StrBuf *ret);
