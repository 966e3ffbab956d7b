// VicsFixture.
#include "vics_fixture.h"

#include <inttypes.h>

#include "base/encoding.h"
#include "base/utf8.h"
#include "pieces.h"

static Str copy(Arena *arena, Str text) {
    return text.len == 0 ? (Str){0} : arena_copy(arena, text);
}

static ListEntry entry_copy(Arena *arena, const ListEntry *from) {
    ListEntry entry = *from;
    Str *const TEXTS[] = {&entry.id,     &entry.scheme, &entry.scheme_version, &entry.category,
                          &entry.series, &entry.issuer, &entry.updated,        &entry.media_type};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        *TEXTS[i] = copy(arena, *TEXTS[i]);
    EntryLocation *locations = ARENA_ARRAY(arena, EntryLocation, entry.location_count + 1);
    for (size_t i = 0; i < entry.location_count; i++) {
        locations[i] = from->locations[i];
        locations[i].name = copy(arena, from->locations[i].name);
        locations[i].path = copy(arena, from->locations[i].path);
        locations[i].source_id = copy(arena, from->locations[i].source_id);
    }
    entry.locations = locations;
    EntryFact *facts = ARENA_ARRAY(arena, EntryFact, entry.fact_count + 1);
    for (size_t i = 0; i < entry.fact_count; i++)
        facts[i] = (EntryFact){copy(arena, from->facts[i].name), copy(arena, from->facts[i].value)};
    entry.facts = facts;
    if (from->photodna != NULL)
        entry.photodna = (const uint8_t *)copy(arena, str_of(from->photodna, PHOTODNA_BYTES)).ptr;
    return entry;
}

void vics_read(VicsFixture *fixture, Str text, size_t piece, uint64_t seed, Str scheme,
               Str scheme_version) {
    *fixture = (VicsFixture){.arena = arena_new(512 << 20)};
    fixture->entries = ARENA_ARRAY(fixture->arena, ListEntry, FIXTURE_ENTRIES);
    PieceSource source;
    piece_source_init(&source, text, piece, seed);
    FormatInput input = {.source = &source.source,
                         .fd = -1,
                         .path = "test.json",
                         .scheme = scheme,
                         .scheme_version = scheme_version};
    FormatReader *reader = NULL;
    fixture->err = format_open(&input, &reader, NULL);
    bool has = fixture->err == ERR_OK;
    while (has) {
        ListEntry entry;
        fixture->err = format_next(reader, &entry, &has, NULL);
        if (fixture->err != ERR_OK || !has)
            break;
        if (fixture->count < FIXTURE_ENTRIES)
            fixture->entries[fixture->count] = entry_copy(fixture->arena, &entry);
        fixture->count++;
    }
    if (reader != NULL)
        fixture->report = *format_report(reader);
    format_free(reader);
}

void vics_done(VicsFixture *fixture) {
    arena_free(fixture->arena);
}

Str vics_fact(const ListEntry *entry, const char *name) {
    for (size_t i = 0; i < entry->fact_count; i++)
        if (str_is(entry->facts[i].name, name))
            return entry->facts[i].value;
    return (Str){0};
}

uint64_t vics_rejected(const VicsFixture *fixture) {
    uint64_t sum = 0;
    for (int i = 0; i < REJECT_REASON_COUNT; i++)
        sum += fixture->report.rejected[i];
    return sum;
}

static void unit_put(StrBuf *out, uint32_t unit, bool is_big_endian) {
    strbuf_put_byte(out, (char)(is_big_endian ? unit >> 8 : unit));
    strbuf_put_byte(out, (char)(is_big_endian ? unit : unit >> 8));
}

void vics_utf16_put(StrBuf *out, Str text, bool is_big_endian) {
    unit_put(out, 0xFEFF, is_big_endian);
    for (size_t at = 0; at < text.len;) {
        uint32_t code = utf8_next(text, &at);
        if (code >= 0x10000) {
            unit_put(out, 0xD800 + ((code - 0x10000) >> 10), is_big_endian);
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        unit_put(out, code, is_big_endian);
    }
}

static void text_dump(StrBuf *out, const char *name, Str text) {
    if (text.len > 0)
        strbuf_printf(out, " %s=%.*s", name, STR_ARG(text));
}

static void entry_dump(StrBuf *out, const ListEntry *entry) {
    strbuf_printf(out, "has=%x size=%" PRIu64 " flags=%d%d%d%d%d quality=%d", entry->has,
                  entry->size, entry->victim_identified, entry->offender_identified,
                  entry->is_distributed, entry->is_suspected, entry->is_self_generated,
                  entry->pdq_quality);
    text_dump(out, "id", entry->id);
    text_dump(out, "scheme", entry->scheme);
    text_dump(out, "version", entry->scheme_version);
    text_dump(out, "category", entry->category);
    text_dump(out, "series", entry->series);
    text_dump(out, "issuer", entry->issuer);
    text_dump(out, "updated", entry->updated);
    text_dump(out, "type", entry->media_type);
    strbuf_put_byte(out, ' ');
    hex_put(out, entry->md5, 16);
    hex_put(out, entry->sha1, 20);
    hex_put(out, entry->sha256, 32);
    hex_put(out, entry->pdq.bytes, 32);
    if (entry->photodna != NULL)
        hex_put(out, entry->photodna, PHOTODNA_BYTES);
    for (size_t i = 0; i < entry->location_count; i++) {
        const EntryLocation *location = &entry->locations[i];
        strbuf_printf(out, " at=%d%d", location->is_deleted, location->is_unallocated);
        text_dump(out, "name", location->name);
        text_dump(out, "path", location->path);
        text_dump(out, "source", location->source_id);
    }
    for (size_t i = 0; i < entry->fact_count; i++)
        strbuf_printf(out, " %.*s:%.*s", STR_ARG(entry->facts[i].name),
                      STR_ARG(entry->facts[i].value));
    strbuf_put_byte(out, '\n');
}

void vics_dump(StrBuf *out, const VicsFixture *fixture) {
    const FormatReport *report = &fixture->report;
    strbuf_printf(out, "%s %s case=%d records=%" PRIu64 " accepted=%" PRIu64 "\n",
                  err_name(fixture->err), format_name(report->kind), report->is_case,
                  report->records, report->accepted);
    for (int i = 0; i < REJECT_REASON_COUNT; i++) {
        if (report->rejected[i] == 0)
            continue;
        strbuf_printf(out, "%s %" PRIu64, reject_id((RejectReason)i), report->rejected[i]);
        for (uint64_t j = 0; j < report->rejected[i] && j < REJECT_PLACES; j++)
            strbuf_printf(out, " %" PRId64 "@%" PRId64, report->places[i][j].record,
                          report->places[i][j].offset);
        strbuf_put_byte(out, '\n');
    }
    for (size_t i = 0; i < fixture->count && i < FIXTURE_ENTRIES; i++)
        entry_dump(out, &fixture->entries[i]);
}
