// Reading entries and facts out of an open list; checking it in full.
#include "index/list.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "hash/limits.h"
#include "index/limits.h"
#include "index/list_read.h"

static Err corrupt(Diag *diag) {
    return diag_set(diag, ERR_CORRUPT, N_("A record of the list points outside the list."));
}

static Str section_text(const List *list, ListSection section) {
    const SectionView *view = &list->sections[section];
    Str text = str_of(view->bytes, view->count);
    return utf8_is_valid(text) ? text : (Str){0};
}

void list_meta(const List *list, ListMeta *ret) {
    *ret = (ListMeta){.name = section_text(list, SECTION_NAME),
                      .issuer = section_text(list, SECTION_ISSUER),
                      .version = list->version,
                      .created_ms = list->created_ms,
                      .sources_json = section_text(list, SECTION_SOURCES)};
}

uint32_t list_count(const List *list) {
    return list->count;
}

void list_kinds(const List *list, ListKinds *ret) {
    *ret = (ListKinds){.md5 = list->sections[SECTION_MD5].count,
                       .sha1 = list->sections[SECTION_SHA1].count,
                       .sha256 = list->sections[SECTION_SHA256].count,
                       .pdq = list->sections[SECTION_PDQ].count,
                       .photodna = list->sections[SECTION_PHOTODNA].count,
                       .vpdq = list->sections[SECTION_VPDQ].count,
                       .frames = list->sections[SECTION_FRAMES].count,
                       .tombstones = list->tombstones};
}

bool list_text(const List *list, uint64_t text, Str *ret) {
    const SectionView *heap = &list->sections[SECTION_HEAP];
    uint64_t offset = text >> TEXT_LENGTH_BITS, length = text & LIST_TEXT_MAX;
    if (text == 0) {
        *ret = (Str){0};
        return true;
    }
    if (!range_fits(offset, length, heap->count))
        return false;
    Str found = str_of(heap->bytes + offset, (size_t)length);
    if (!utf8_is_valid(found))
        return false;
    *ret = found;
    return true;
}

// The row that an entry's position names, or NULL when there is none; *io_is_sound is cleared when
// the position lies outside.
static const uint8_t *row_of(const List *list, ListSection at, ListSection rows, uint32_t index,
                             bool *io_is_sound) {
    uint32_t position = list_u32(list, at, index);
    const SectionView *view = &list->sections[rows];
    if (position == 0)
        return NULL;
    if (position > view->count) {
        *io_is_sound = false;
        return NULL;
    }
    return view->bytes + (size_t)(position - 1) * LIST_SECTION_RULES[rows].size;
}

static bool put_digest(const List *list, ListSection at, ListSection rows, uint32_t index,
                       uint8_t *ret_digest, size_t size, bool *ret_has) {
    bool is_sound = true;
    const uint8_t *row = row_of(list, at, rows, index, &is_sound);
    *ret_has = row != NULL;
    if (row == NULL)
        return is_sound;
    memcpy(ret_digest, row, size);
    return load_le32(row + size) == index;
}

static bool put_hashes(const List *list, uint32_t index, ListEntry *entry) {
    bool has_md5, has_sha1, has_sha256, is_sound = true;
    if (!put_digest(list, SECTION_AT_MD5, SECTION_MD5, index, entry->md5, 16, &has_md5) ||
        !put_digest(list, SECTION_AT_SHA1, SECTION_SHA1, index, entry->sha1, 20, &has_sha1) ||
        !put_digest(list, SECTION_AT_SHA256, SECTION_SHA256, index, entry->sha256, 32, &has_sha256))
        return false;
    const uint8_t *pdq = row_of(list, SECTION_AT_PDQ, SECTION_PDQ, index, &is_sound);
    entry->photodna = row_of(list, SECTION_AT_PHOTODNA, SECTION_PHOTODNA, index, &is_sound);
    entry->pdq_quality = PDQ_QUALITY_UNKNOWN;
    if (pdq != NULL) {
        size_t at = (size_t)(pdq - list->sections[SECTION_PDQ].bytes) / PDQ_BYTES;
        memcpy(entry->pdq.bytes, pdq, PDQ_BYTES);
        entry->pdq_quality = list->sections[SECTION_PDQ_QUALITY].bytes[at];
        is_sound = is_sound && list_u32(list, SECTION_PDQ_ENTRY, at) == index;
    }
    const uint8_t *vpdq = row_of(list, SECTION_AT_VPDQ, SECTION_VPDQ, index, &is_sound);
    is_sound = is_sound && (vpdq == NULL || load_le32(vpdq + 8) == index);
    unsigned has = (has_md5 ? ENTRY_MD5 : 0u) | (has_sha1 ? ENTRY_SHA1 : 0u) |
                   (has_sha256 ? ENTRY_SHA256 : 0u) | (pdq != NULL ? ENTRY_PDQ : 0u) |
                   (entry->photodna != NULL ? ENTRY_PHOTODNA : 0u) |
                   (vpdq != NULL ? ENTRY_VPDQ : 0u);
    const unsigned hashes =
        ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ | ENTRY_PHOTODNA | ENTRY_VPDQ;
    return is_sound && (entry->has & hashes) == has;
}

// The category at a position from 1, without its count.
static bool category_get(const List *list, uint32_t position, ListCategory *ret) {
    const uint8_t *row =
        list->sections[SECTION_CATEGORIES].bytes + (size_t)(position - 1) * CATEGORY_BYTES;
    return list_text(list, load_le64(row), &ret->scheme) &&
           list_text(list, load_le64(row + 8), &ret->version) &&
           list_text(list, load_le64(row + 16), &ret->code);
}

Err list_categories(const List *list, ListCategory **ret, size_t *ret_count, Diag *diag) {
    size_t count = list->sections[SECTION_CATEGORIES].count;
    _cleanup_free_ ListCategory *categories = calloc(count + 1, sizeof *categories);
    if (categories == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (uint32_t i = 0; i < count; i++) {
        if (!category_get(list, i + 1, &categories[i]))
            return corrupt(diag);
    }
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t position = list_u32(list, SECTION_CATEGORY, i);
        if (position > count)
            return corrupt(diag);
        if (position > 0 && (list_u32(list, SECTION_STATE, i) & ENTRY_DELETED) == 0)
            categories[position - 1].entries++;
    }
    *ret = TAKE(categories);
    *ret_count = count;
    return ERR_OK;
}

static bool put_texts(const List *list, uint32_t index, ListEntry *entry) {
    uint32_t category = list_u32(list, SECTION_CATEGORY, index);
    const SectionView *categories = &list->sections[SECTION_CATEGORIES];
    if (category > categories->count)
        return false;
    if (category > 0) {
        ListCategory found;
        if (!category_get(list, category, &found))
            return false;
        entry->scheme = found.scheme;
        entry->scheme_version = found.version;
        entry->category = found.code;
    }
    return list_text(list, list_u64(list, SECTION_ID, index), &entry->id) &&
           list_text(list, list_u64(list, SECTION_MEDIA_TYPE, index), &entry->media_type) &&
           list_text(list, list_u64(list, SECTION_SERIES, index), &entry->series) &&
           list_text(list, list_u64(list, SECTION_ENTRY_ISSUER, index), &entry->issuer) &&
           list_text(list, list_u64(list, SECTION_UPDATED, index), &entry->updated);
}

// Two bits of flags as a Tri; *io_is_sound is cleared for a value that is none.
static Tri tri_of(uint32_t flags, int at, bool *io_is_sound) {
    uint32_t value = flags >> at & 3;
    if (value > TRI_YES)
        *io_is_sound = false;
    return value > TRI_YES ? TRI_UNKNOWN : (Tri)value;
}

static bool put_state(const List *list, uint32_t index, ListEntry *entry) {
    uint32_t state = list_u32(list, SECTION_STATE, index), flags = state >> 16;
    bool is_sound = true;
    entry->has = state & 0xFFFF;
    entry->victim_identified = tri_of(flags, FLAG_VICTIM, &is_sound);
    entry->offender_identified = tri_of(flags, FLAG_OFFENDER, &is_sound);
    entry->is_distributed = tri_of(flags, FLAG_DISTRIBUTED, &is_sound);
    entry->is_suspected = tri_of(flags, FLAG_SUSPECTED, &is_sound);
    entry->is_self_generated = tri_of(flags, FLAG_SELF_GENERATED, &is_sound);
    entry->size = list_u64(list, SECTION_SIZE, index);
    entry->width = list_u32(list, SECTION_WIDTH, index);
    entry->height = list_u32(list, SECTION_HEIGHT, index);
    return is_sound;
}

static Err scratch_failed(const Arena *scratch, Diag *diag) {
    Err err = arena_err(scratch);
    return diag_set(diag, err == ERR_OK ? ERR_NOMEM : err, N_("There is not enough memory."));
}

// The rows [*ret_first, *ret_first + *ret_count) that an entry owns; false when they lie outside.
static bool span_of(const List *list, ListSection start, ListSection rows, uint32_t index,
                    size_t *ret_first, size_t *ret_count) {
    uint32_t first = list_u32(list, start, index), end = list_u32(list, start, (size_t)index + 1);
    if (first > end || end > list->sections[rows].count)
        return false;
    *ret_first = first;
    *ret_count = end - first;
    return true;
}

static Err put_locations(const List *list, uint32_t index, Arena *scratch, ListEntry *entry,
                         Diag *diag) {
    size_t first, count;
    bool is_sound = true;
    if (!span_of(list, SECTION_LOCATION_START, SECTION_LOCATIONS, index, &first, &count))
        return corrupt(diag);
    if (count == 0)
        return ERR_OK;
    EntryLocation *locations = ARENA_ARRAY(scratch, EntryLocation, count);
    if (locations == NULL)
        return scratch_failed(scratch, diag);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *row = list->sections[SECTION_LOCATIONS].bytes + (first + i) * LOCATION_BYTES;
        uint32_t flags = load_le32(row + 24);
        locations[i].is_deleted = tri_of(flags, LOCATION_DELETED, &is_sound);
        locations[i].is_unallocated = tri_of(flags, LOCATION_UNALLOCATED, &is_sound);
        if (!is_sound || load_le32(row + 28) != index ||
            !list_text(list, load_le64(row), &locations[i].name) ||
            !list_text(list, load_le64(row + 8), &locations[i].path) ||
            !list_text(list, load_le64(row + 16), &locations[i].source_id))
            return corrupt(diag);
    }
    entry->locations = locations;
    entry->location_count = count;
    return ERR_OK;
}

static Err put_facts(const List *list, uint32_t index, Arena *scratch, ListEntry *entry,
                     Diag *diag) {
    size_t first, count;
    if (!span_of(list, SECTION_FACT_START, SECTION_FACTS, index, &first, &count))
        return corrupt(diag);
    if (count == 0)
        return ERR_OK;
    EntryFact *facts = ARENA_ARRAY(scratch, EntryFact, count);
    if (facts == NULL)
        return scratch_failed(scratch, diag);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *row = list->sections[SECTION_FACTS].bytes + (first + i) * FACT_BYTES;
        if (!list_text(list, load_le64(row), &facts[i].name) ||
            !list_text(list, load_le64(row + 8), &facts[i].value))
            return corrupt(diag);
    }
    entry->facts = facts;
    entry->fact_count = count;
    return ERR_OK;
}

bool list_frame(const List *list, uint32_t row, VpdqFrame *ret) {
    const uint8_t *at = list->sections[SECTION_FRAMES].bytes + (size_t)row * FRAME_BYTES;
    uint64_t time_ms = load_le64(at + 40);
    uint32_t quality = load_le32(at + 48);
    if (time_ms > VPDQ_TIME_MAX || quality > 100)
        return false;
    *ret =
        (VpdqFrame){.number = load_le64(at + 32), .time_ms = (int64_t)time_ms, .quality = quality};
    memcpy(ret->hash.bytes, at, PDQ_BYTES);
    return true;
}

ListVideo list_video(const List *list, uint32_t video) {
    const uint8_t *row = list->sections[SECTION_VPDQ].bytes + (size_t)video * VPDQ_ROW_BYTES;
    return (ListVideo){load_le32(row), load_le32(row + 4), load_le32(row + 8)};
}

static Err put_frames(const List *list, uint32_t index, Arena *scratch, ListEntry *entry,
                      Diag *diag) {
    uint32_t position = list_u32(list, SECTION_AT_VPDQ, index);
    if (position == 0)
        return ERR_OK;
    ListVideo video = list_video(list, position - 1); // put_hashes has seen that it exists
    VpdqFrame *frames = ARENA_ARRAY(scratch, VpdqFrame, video.count);
    if (frames == NULL)
        return scratch_failed(scratch, diag);
    for (uint32_t i = 0; i < video.count; i++)
        if (!list_frame(list, video.first + i, &frames[i]))
            return corrupt(diag);
    entry->frames = frames;
    entry->frame_count = video.count;
    return ERR_OK;
}

Err list_entry(const List *list, uint32_t index, Arena *scratch, ListEntry *ret, Diag *diag) {
    ListEntry entry = {0};
    if (index >= list->count)
        return diag_set(diag, ERR_NOT_FOUND, N_("The list has no such record."));
    if (!put_state(list, index, &entry) || !put_hashes(list, index, &entry) ||
        !put_texts(list, index, &entry))
        return corrupt(diag);
    TRY(put_locations(list, index, scratch, &entry, diag));
    TRY(put_facts(list, index, scratch, &entry, diag));
    TRY(put_frames(list, index, scratch, &entry, diag));
    *ret = entry;
    return ERR_OK;
}
