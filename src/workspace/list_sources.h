// ListSources: what a list was made from — each source with how many records it had, how many were
// accepted, and why and where others were not. A list file keeps it as JSON.
#pragma once
#include "base/vec.h"
#include "cli/command.h"
#include "format/reader.h"

typedef struct ListSource {
    char *name; // the file's own name; a member of an archive as file!/member
    char *format;
    FormatReport report; // kind is not kept in JSON
} ListSource;
typedef VEC(ListSource) ListSources;

// False when out of memory.
bool list_sources_add(ListSources *sources, Str name, Str format, const FormatReport *report);
void list_sources_done(ListSources *sources);

// As a list file keeps it: an array of {"file","format","records","accepted","rejected":{reason:n},
// "rejected_places":{reason:[{"record","offset"}]}}.
void list_sources_put_json(const ListSources *sources, StrBuf *out);
// Back from there. What is not understood is left out; ERR_SYNTAX when it is no such JSON.
Err list_sources_parse(Str json, ListSources *ret, Diag *diag) MUST_CHECK;
// For a person: a table of the sources, and one of what was rejected with its first places.
Err list_sources_print(const ListSources *sources, const CommandContext *context) MUST_CHECK;
