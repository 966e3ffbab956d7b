// Reads a document through format_open and keeps its entries.
#pragma once
#include "base/arena.h"
#include "base/strbuf.h"
#include "format/reader.h"

enum { FIXTURE_ENTRIES = 4096 };

typedef struct VicsFixture {
    Err err; // of opening or reading
    Arena *arena;
    ListEntry *entries; // the first FIXTURE_ENTRIES
    size_t count;
    FormatReport report;
} VicsFixture;

// In pieces of at most `piece` bytes; seed other than 0: of random size.
void vics_read(VicsFixture *fixture, Str text, size_t piece, uint64_t seed, Str scheme,
               Str scheme_version);
void vics_done(VicsFixture *fixture);
#define VICS_READ(name, text) \
    _cleanup_(vics_done) VicsFixture name; \
    vics_read(&name, text, 4096, 0, (Str){0}, (Str){0}); \
    REQUIRE(name.err == ERR_OK)

// The value of a fact, empty when the entry has none of that name.
Str vics_fact(const ListEntry *entry, const char *name);
uint64_t vics_rejected(const VicsFixture *fixture);             // all reasons together
void vics_utf16_put(StrBuf *out, Str text, bool is_big_endian); // with its mark
// Everything that was read, as text, to compare two readings.
void vics_dump(StrBuf *out, const VicsFixture *fixture);
