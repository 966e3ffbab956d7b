// A small list that has everything a list can have, for the tests of this room.
#pragma once
#include "base/arena.h"
#include "index/list.h"
#include "t.h"

// An entry with an MD5 made of `seed`.
static inline ListEntry sample_entry(unsigned seed) {
    ListEntry entry = {.has = ENTRY_MD5, .pdq_quality = PDQ_QUALITY_UNKNOWN};
    Prng prng = {seed};
    for (int i = 0; i < 16; i++)
        entry.md5[i] = (uint8_t)prng_next(&prng);
    return entry;
}

static inline void sample_path(char ret_path[256], const char *name) {
    snprintf(ret_path, 256, "%s/%s", t_folder(), name);
}

static inline void sample_add(ListBuilder *builder, const ListEntry *entry) {
    Diag diag = {0};
    CHECK_OK(list_builder_add(builder, entry, &diag));
}

static inline List *sample_close(ListBuilder *builder, const char *name) {
    char path[256];
    Diag diag = {0};
    List *list = NULL;
    ListMeta meta = {.name = STR("sample"),
                     .issuer = STR("unit 1"),
                     .version = 3,
                     .created_ms = 1700000000000,
                     .sources_json = STR("[]")};
    sample_path(path, name);
    CHECK_OK(list_builder_write(builder, &meta, path, &diag));
    list_builder_free(builder);
    CHECK_OK(list_open(path, &list, &diag));
    return list;
}

static inline ListBuilder *sample_begin(void) {
    ListBuilder *builder = NULL;
    CHECK_OK(list_builder_new(&builder));
    return builder;
}

// Forty entries: every kind of hash, categories, flags, locations, facts, a tombstone.
static inline ListBuilder *sample_builder(void) {
    static uint8_t photodna[PHOTODNA_BYTES] = {1, 2, 3};
    ListBuilder *builder = sample_begin();
    for (unsigned i = 0; i < 40; i++) {
        char id[32];
        ListEntry entry = sample_entry(i);
        EntryLocation locations[2] = {
            {.name = STR("a.jpg"), .path = STR("x\\y"), .is_deleted = TRI_YES},
            {.name = STR("b.jpg"), .source_id = STR("disk 1")}};
        EntryFact facts[2] = {{STR("Make"), STR("ExampleCam")}, {STR("Model"), STR("ü 1")}};
        snprintf(id, sizeof id, "id-%u", i);
        entry.id = str_from(id);
        entry.scheme = STR("vic-us");
        entry.scheme_version = STR("2.0");
        if (i % 3 != 0)
            entry.category = i % 2 ? STR("1") : STR("2");
        if (i % 4 == 0) {
            entry.has |= ENTRY_SHA1 | ENTRY_SHA256;
            memset(entry.sha1, (int)i + 1, 20);
            memset(entry.sha256, (int)i + 2, 32);
        }
        if (i % 5 == 0) {
            entry.has |= ENTRY_PDQ;
            Prng prng = {i + 1000};
            for (int b = 0; b < PDQ_BYTES; b++)
                entry.pdq.bytes[b] = (uint8_t)prng_next(&prng);
            entry.pdq_quality = i == 5 ? 49 : i == 10 ? 50 : PDQ_QUALITY_UNKNOWN;
        }
        if (i % 7 == 0) {
            entry.has |= ENTRY_PHOTODNA | ENTRY_SIZE | ENTRY_DIMENSIONS;
            entry.photodna = photodna;
            entry.size = 5000000000u + i;
            entry.width = 100 + i;
            entry.height = 7;
            entry.victim_identified = TRI_NO;
            entry.is_self_generated = TRI_YES;
        }
        entry.locations = locations;
        entry.location_count = i % 3;
        entry.facts = facts;
        entry.fact_count = i % 2 ? 2 : 0;
        entry.media_type = STR("image/jpeg");
        entry.series = i == 9 ? STR("series 9") : STR("");
        entry.issuer = STR("unit 2");
        entry.updated = STR("2024-01-01");
        sample_add(builder, &entry);
    }
    sample_add(builder, &(ListEntry){.id = STR("id-20"), .has = ENTRY_DELETED});
    return builder;
}
