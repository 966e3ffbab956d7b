// Gathers entries for a list file; rows of one MD5 from one source and scheme become one entry.
//
// Two rows stay apart when they cannot be one record: another SHA-1, SHA-256, PDQ or PhotoDNA,
// another verdict, or, with equal standing (both with a verdict or both without), contradicting
// flags. Both are then kept, so that a contradiction stays visible.
#include <string.h>

#include "base/bytes.h"
#include "hash/limits.h"
#include "index/limits.h"
#include "index/list_build.h"

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

static const uint8_t *entry_md5(const void *context, uint32_t entry) {
    const ListBuilder *builder = context;
    uint32_t position = builder_u32(builder, SECTION_AT_MD5, entry);
    bool is_tombstone = (builder_u32(builder, SECTION_STATE, entry) & ENTRY_DELETED) != 0;
    if (position == 0 || is_tombstone)
        return NULL;
    return builder->sections[SECTION_MD5].bytes +
           (size_t)(position - 1) * LIST_SECTION_RULES[SECTION_MD5].size;
}

Err list_builder_new(ListBuilder **ret) {
    ListBuilder *builder = calloc(1, sizeof *builder);
    if (builder == NULL)
        return ERR_NOMEM;
    builder->groups.md5_of = entry_md5;
    builder->groups.context = builder;
    *ret = builder;
    return ERR_OK;
}

void list_builder_free(ListBuilder *builder) {
    if (builder == NULL)
        return;
    for (int i = 0; i < SECTION_COUNT; i++)
        region_done(&builder->sections[i]);
    region_done(&builder->fact_links);
    text_pool_done(&builder->texts);
    category_table_done(&builder->categories);
    group_table_restart(&builder->groups, 0);
    free(builder);
}

void list_builder_next_source(ListBuilder *builder) {
    group_table_restart(&builder->groups, builder->count);
    if (builder->source < LIST_SOURCES_MAX)
        builder->source++;
}

uint32_t list_builder_count(const ListBuilder *builder) {
    return builder->count;
}

uint32_t builder_u32(const ListBuilder *builder, ListSection section, uint32_t entry) {
    const Region *column = &builder->sections[section];
    size_t at = (size_t)entry * 4;
    return at + 4 <= column->len ? load_le32(column->bytes + at) : 0;
}

uint64_t builder_u64(const ListBuilder *builder, ListSection section, uint32_t entry) {
    const Region *column = &builder->sections[section];
    size_t at = (size_t)entry * 8;
    return at + 8 <= column->len ? load_le64(column->bytes + at) : 0;
}

bool builder_set_u32(ListBuilder *builder, ListSection section, uint32_t entry, uint32_t value) {
    Region *column = &builder->sections[section];
    size_t at = (size_t)entry * 4;
    if (value == 0 && at + 4 > column->len)
        return true;
    if (!region_extend(column, at + 4))
        return false;
    store_le32(column->bytes + at, value);
    return true;
}

bool builder_set_u64(ListBuilder *builder, ListSection section, uint32_t entry, uint64_t value) {
    Region *column = &builder->sections[section];
    size_t at = (size_t)entry * 8;
    if (value == 0 && at + 8 > column->len)
        return true;
    if (!region_extend(column, at + 8))
        return false;
    store_le64(column->bytes + at, value);
    return true;
}

static uint32_t flags_of(const ListEntry *entry) {
    return (uint32_t)entry->victim_identified << FLAG_VICTIM |
           (uint32_t)entry->offender_identified << FLAG_OFFENDER |
           (uint32_t)entry->is_distributed << FLAG_DISTRIBUTED |
           (uint32_t)entry->is_suspected << FLAG_SUSPECTED |
           (uint32_t)entry->is_self_generated << FLAG_SELF_GENERATED;
}

static bool do_flags_clash(uint32_t a, uint32_t b) {
    for (int at = 0; at < FLAGS_END; at += 2) {
        uint32_t left = a >> at & 3, right = b >> at & 3;
        if (left != right && left != TRI_UNKNOWN && right != TRI_UNKNOWN)
            return true;
    }
    return false;
}

// a, with b's flags where a says nothing.
static uint32_t flags_fill(uint32_t a, uint32_t b) {
    for (int at = 0; at < FLAGS_END; at += 2) {
        if ((a >> at & 3) == TRI_UNKNOWN)
            a |= b & 3u << at;
    }
    return a;
}

typedef struct HashColumn {
    ListSection rows, at;
    unsigned has;
    size_t size;
} HashColumn;
static const HashColumn HASH_COLUMNS[] = {
    {SECTION_MD5, SECTION_AT_MD5, ENTRY_MD5, 16},
    {SECTION_SHA1, SECTION_AT_SHA1, ENTRY_SHA1, 20},
    {SECTION_SHA256, SECTION_AT_SHA256, ENTRY_SHA256, 32},
    {SECTION_PDQ, SECTION_AT_PDQ, ENTRY_PDQ, 32},
    {SECTION_PHOTODNA, SECTION_AT_PHOTODNA, ENTRY_PHOTODNA, 144},
};
enum { HASH_COLUMN_COUNT = sizeof HASH_COLUMNS / sizeof HASH_COLUMNS[0] };

static const uint8_t *hash_of(const ListEntry *entry, ListSection rows) {
    switch (rows) {
    case SECTION_MD5:
        return entry->md5;
    case SECTION_SHA1:
        return entry->sha1;
    case SECTION_SHA256:
        return entry->sha256;
    case SECTION_PDQ:
        return entry->pdq.bytes;
    default:
        return entry->photodna;
    }
}

static void frame_store(uint8_t ret[FRAME_BYTES], const VpdqFrame *frame) {
    memset(ret, 0, FRAME_BYTES);
    memcpy(ret, frame->hash.bytes, PDQ_BYTES);
    store_le64(ret + 32, frame->number);
    store_le64(ret + 40, (uint64_t)frame->time_ms);
    store_le32(ret + 48, frame->quality);
}

// Where an entry's verdict and the row's would stand together.
typedef struct Verdicts {
    Category entry, row;
} Verdicts;

static Verdicts verdicts_of(const ListBuilder *builder, uint32_t at, const ListEntry *row) {
    uint32_t position = builder_u32(builder, SECTION_CATEGORY, at);
    return (Verdicts){category_table_get(&builder->categories, &builder->texts, position),
                      {row->scheme, row->scheme_version, row->category}};
}

// A video that the entry has and the row contradicts.
static bool is_other_video(const ListBuilder *builder, uint32_t at, const ListEntry *row) {
    uint32_t position = builder_u32(builder, SECTION_AT_VPDQ, at);
    if (position == 0 || (row->has & ENTRY_VPDQ) == 0)
        return false;
    const uint8_t *video =
        builder->sections[SECTION_VPDQ].bytes + (size_t)(position - 1) * VPDQ_ROW_BYTES;
    if (load_le32(video + 4) != row->frame_count)
        return true;
    const uint8_t *frames =
        builder->sections[SECTION_FRAMES].bytes + (size_t)load_le32(video) * FRAME_BYTES;
    for (size_t i = 0; i < row->frame_count; i++) {
        uint8_t frame[FRAME_BYTES];
        frame_store(frame, &row->frames[i]);
        if (memcmp(frames + i * FRAME_BYTES, frame, sizeof frame) != 0)
            return true;
    }
    return false;
}

static bool may_join(const ListBuilder *builder, uint32_t at, const ListEntry *row) {
    uint32_t state = builder_u32(builder, SECTION_STATE, at);
    if (((state ^ row->has) & ENTRY_KNOWN_GOOD) != 0)
        return false;
    Verdicts verdicts = verdicts_of(builder, at, row);
    Str mine = verdicts.entry.code, yours = verdicts.row.code;
    if (!str_equal(verdicts.entry.scheme, verdicts.row.scheme) ||
        !str_equal(verdicts.entry.version, verdicts.row.version) ||
        (mine.len > 0 && yours.len > 0 && !str_equal(mine, yours)))
        return false;
    if ((mine.len > 0) == (yours.len > 0) && do_flags_clash(state >> 16, flags_of(row)))
        return false;
    for (int i = 0; i < HASH_COLUMN_COUNT; i++) {
        const HashColumn *hash = &HASH_COLUMNS[i];
        uint32_t position = builder_u32(builder, hash->at, at);
        if (position != 0 && (row->has & hash->has) != 0 &&
            memcmp(builder->sections[hash->rows].bytes +
                       (size_t)(position - 1) * LIST_SECTION_RULES[hash->rows].size,
                   hash_of(row, hash->rows), hash->size) != 0)
            return false;
    }
    return !is_other_video(builder, at, row);
}

// Adds the row's hashes that the entry has not.
static Err put_hashes(ListBuilder *builder, uint32_t at, const ListEntry *row, Diag *diag) {
    for (int i = 0; i < HASH_COLUMN_COUNT; i++) {
        const HashColumn *hash = &HASH_COLUMNS[i];
        if ((row->has & hash->has) == 0 || builder_u32(builder, hash->at, at) != 0)
            continue;
        Region *rows = &builder->sections[hash->rows];
        size_t size = LIST_SECTION_RULES[hash->rows].size;
        uint8_t *to = region_push(rows, NULL, size);
        if (to == NULL)
            return no_memory(diag);
        memcpy(to, hash_of(row, hash->rows), hash->size);
        if (size > hash->size)
            store_le32(to + hash->size, at);
        if (!builder_set_u32(builder, hash->at, at, (uint32_t)(rows->len / size)))
            return no_memory(diag);
        if (hash->rows != SECTION_PDQ)
            continue;
        uint8_t entry[4];
        store_le32(entry, at);
        if (region_push(&builder->sections[SECTION_PDQ_ENTRY], entry, sizeof entry) == NULL ||
            region_push(&builder->sections[SECTION_PDQ_QUALITY], &row->pdq_quality, 1) == NULL)
            return no_memory(diag);
    }
    return ERR_OK;
}

static Err put_video(ListBuilder *builder, uint32_t at, const ListEntry *row, Diag *diag) {
    if ((row->has & ENTRY_VPDQ) == 0 || builder_u32(builder, SECTION_AT_VPDQ, at) != 0)
        return ERR_OK;
    Region *videos = &builder->sections[SECTION_VPDQ], *frames = &builder->sections[SECTION_FRAMES];
    size_t first = frames->len / FRAME_BYTES;
    if (row->frame_count == 0 || row->frame_count > VPDQ_FRAMES_MAX ||
        row->frame_count > LIST_ENTRIES_MAX - first)
        return diag_set(diag, ERR_LIMIT, N_("There are more records than a list can hold."));
    for (size_t i = 0; i < row->frame_count; i++)
        if (row->frames[i].quality > 100 || row->frames[i].time_ms < 0 ||
            (uint64_t)row->frames[i].time_ms > VPDQ_TIME_MAX)
            return diag_set(diag, ERR_RANGE,
                            N_("A picture of a video has a quality or a time "
                               "that cannot be."));
    uint8_t *video = region_push(videos, NULL, VPDQ_ROW_BYTES);
    uint8_t *to = region_push(frames, NULL, row->frame_count * FRAME_BYTES);
    if (video == NULL || to == NULL ||
        !builder_set_u32(builder, SECTION_AT_VPDQ, at, (uint32_t)(videos->len / VPDQ_ROW_BYTES)))
        return no_memory(diag);
    store_le32(video, (uint32_t)first);
    store_le32(video + 4, (uint32_t)row->frame_count);
    store_le32(video + 8, at);
    for (size_t i = 0; i < row->frame_count; i++)
        frame_store(to + i * FRAME_BYTES, &row->frames[i]);
    return ERR_OK;
}

// Texts and numbers: the row's win when it is the one that speaks, else they only fill gaps.
static Err put_values(ListBuilder *builder, uint32_t at, const ListEntry *row, bool does_speak,
                      Diag *diag) {
    const struct {
        ListSection section;
        Str text;
    } texts[] = {{SECTION_ID, row->id},
                 {SECTION_MEDIA_TYPE, row->media_type},
                 {SECTION_SERIES, row->series},
                 {SECTION_ENTRY_ISSUER, row->issuer},
                 {SECTION_UPDATED, row->updated}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint64_t text;
        if (texts[i].text.len == 0 ||
            (!does_speak && builder_u64(builder, texts[i].section, at) != 0))
            continue;
        TRY(text_pool_put(&builder->texts, texts[i].text, &text, diag));
        if (!builder_set_u64(builder, texts[i].section, at, text))
            return no_memory(diag);
    }
    uint32_t has = builder_u32(builder, SECTION_STATE, at);
    bool is_size_new = (row->has & ~has & ENTRY_SIZE) != 0;
    bool are_sides_new = (row->has & ~has & ENTRY_DIMENSIONS) != 0;
    if ((is_size_new && !builder_set_u64(builder, SECTION_SIZE, at, row->size)) ||
        (are_sides_new && (!builder_set_u32(builder, SECTION_WIDTH, at, row->width) ||
                           !builder_set_u32(builder, SECTION_HEIGHT, at, row->height))))
        return no_memory(diag);
    return ERR_OK;
}

// Puts row number `position` behind the last one of the entry's ring. *link_of(p) is row p's link.
static bool ring_add(ListBuilder *builder, ListSection last, uint32_t at, uint32_t position,
                     uint8_t *links, size_t stride) {
    uint32_t tail = builder_u32(builder, last, at);
    uint8_t *link = links + (size_t)(position - 1) * stride;
    if (tail == 0) {
        store_le32(link, position);
    } else {
        uint8_t *tail_link = links + (size_t)(tail - 1) * stride;
        memcpy(link, tail_link, 4);
        store_le32(tail_link, position);
    }
    return builder_set_u32(builder, last, at, position);
}

static Err put_locations(ListBuilder *builder, uint32_t at, const ListEntry *row, Diag *diag) {
    Region *rows = &builder->sections[SECTION_LOCATIONS];
    for (size_t i = 0; i < row->location_count; i++) {
        const EntryLocation *location = &row->locations[i];
        uint64_t name, path, source_id;
        TRY(text_pool_put(&builder->texts, location->name, &name, diag));
        TRY(text_pool_put(&builder->texts, location->path, &path, diag));
        TRY(text_pool_put(&builder->texts, location->source_id, &source_id, diag));
        if (rows->len / LOCATION_BYTES >= LIST_ENTRIES_MAX)
            return diag_set(diag, ERR_LIMIT, N_("There are more records than a list can hold."));
        uint8_t *to = region_push(rows, NULL, LOCATION_BYTES);
        if (to == NULL)
            return no_memory(diag);
        store_le64(to, name);
        store_le64(to + 8, path);
        store_le64(to + 16, source_id);
        store_le32(to + 24, (uint32_t)location->is_deleted << LOCATION_DELETED |
                                (uint32_t)location->is_unallocated << LOCATION_UNALLOCATED);
        if (!ring_add(builder, SECTION_LOCATION_START, at, (uint32_t)(rows->len / LOCATION_BYTES),
                      rows->bytes + 28, LOCATION_BYTES))
            return no_memory(diag);
    }
    return ERR_OK;
}

static bool has_fact(const ListBuilder *builder, uint32_t at, const EntryFact *fact) {
    const uint8_t *rows = builder->sections[SECTION_FACTS].bytes;
    uint32_t last = builder_u32(builder, SECTION_FACT_START, at), position = last;
    for (int i = 0; position != 0 && i < GROUP_FACTS_COMPARED; i++) {
        position = load_le32(builder->fact_links.bytes + (size_t)(position - 1) * 4);
        const uint8_t *row = rows + (size_t)(position - 1) * FACT_BYTES;
        if (str_equal(text_pool_get(&builder->texts, load_le64(row)), fact->name) &&
            str_equal(text_pool_get(&builder->texts, load_le64(row + 8)), fact->value))
            return true;
        if (position == last)
            break;
    }
    return false;
}

static Err put_facts(ListBuilder *builder, uint32_t at, const ListEntry *row, Diag *diag) {
    Region *rows = &builder->sections[SECTION_FACTS];
    for (size_t i = 0; i < row->fact_count; i++) {
        uint64_t name, value;
        if (has_fact(builder, at, &row->facts[i]))
            continue;
        TRY(text_pool_put(&builder->texts, row->facts[i].name, &name, diag));
        TRY(text_pool_put(&builder->texts, row->facts[i].value, &value, diag));
        if (rows->len / FACT_BYTES >= LIST_ENTRIES_MAX)
            return diag_set(diag, ERR_LIMIT, N_("There are more records than a list can hold."));
        uint8_t *to = region_push(rows, NULL, FACT_BYTES);
        if (to == NULL || region_push(&builder->fact_links, NULL, 4) == NULL)
            return no_memory(diag);
        store_le64(to, name);
        store_le64(to + 8, value);
        if (!ring_add(builder, SECTION_FACT_START, at, (uint32_t)(rows->len / FACT_BYTES),
                      builder->fact_links.bytes, 4))
            return no_memory(diag);
    }
    return ERR_OK;
}

static Err put_row(ListBuilder *builder, uint32_t at, const ListEntry *row, Diag *diag) {
    Verdicts verdicts = verdicts_of(builder, at, row);
    uint32_t state = builder_u32(builder, SECTION_STATE, at);
    bool does_speak =
        at == builder->count || (verdicts.row.code.len > 0 && verdicts.entry.code.len == 0);
    uint32_t flags = does_speak ? flags_fill(flags_of(row), state >> 16)
                                : flags_fill(state >> 16, flags_of(row));
    if (does_speak) {
        uint32_t category;
        TRY(category_table_put(&builder->categories, &builder->texts, &verdicts.row, &category,
                               diag));
        if (!builder_set_u32(builder, SECTION_CATEGORY, at, category))
            return no_memory(diag);
    }
    TRY(put_hashes(builder, at, row, diag));
    TRY(put_video(builder, at, row, diag));
    TRY(put_values(builder, at, row, does_speak, diag));
    TRY(put_locations(builder, at, row, diag));
    TRY(put_facts(builder, at, row, diag));
    uint32_t has = (state & 0xFFFF) | (row->has & 0xFFFF);
    return builder_set_u32(builder, SECTION_STATE, at, has | flags << 16) ? ERR_OK
                                                                          : no_memory(diag);
}

static Err add_entry(ListBuilder *builder, const ListEntry *row, Diag *diag) {
    if (builder->count >= LIST_ENTRIES_MAX)
        return diag_set(diag, ERR_LIMIT, N_("There are more records than a list can hold."));
    uint32_t at = builder->count;
    TRY(put_row(builder, at, row, diag));
    Region *sources = &builder->sections[SECTION_SOURCE];
    if (builder->source > 0) {
        if (!region_extend(sources, ((size_t)at + 1) * 2))
            return no_memory(diag);
        store_le16(sources->bytes + (size_t)at * 2, (uint16_t)builder->source);
    }
    builder->count++;
    if (row->has & ENTRY_DELETED)
        builder->tombstones++;
    return group_table_put(&builder->groups, at) ? ERR_OK : no_memory(diag);
}

Err list_builder_add(ListBuilder *builder, const ListEntry *entry, Diag *diag) {
    if (builder->has_failed)
        return diag_set(diag, ERR_STATE, N_("The list could not be completed."));
    uint32_t group[GROUP_PROBES_MAX];
    size_t found = 0;
    if ((entry->has & ENTRY_MD5) != 0 && (entry->has & ENTRY_DELETED) == 0)
        found = group_table_find(&builder->groups, entry->md5, group);
    Err err = ERR_OK;
    size_t joined = 0;
    while (joined < found && !may_join(builder, group[joined], entry))
        joined++;
    err = joined < found ? put_row(builder, group[joined], entry, diag)
                         : add_entry(builder, entry, diag);
    builder->has_failed = err != ERR_OK;
    return err;
}
