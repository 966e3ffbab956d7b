// Row setters: validation and counting of a record's values, the same for every format.
#include "format/row.h"

#include "base/encoding.h"
#include "base/utf8.h"
#include "format/limits.h"
#include "hash/limits.h"

static const uint8_t EMPTY_MD5[16] = {0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04,
                                      0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8, 0x42, 0x7e};
static const uint8_t EMPTY_SHA1[20] = {0xda, 0x39, 0xa3, 0xee, 0x5e, 0x6b, 0x4b, 0x0d, 0x32, 0x55,
                                       0xbf, 0xef, 0x95, 0x60, 0x18, 0x90, 0xaf, 0xd8, 0x07, 0x09};
static const uint8_t EMPTY_SHA256[32] = {
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

const char *reject_id(RejectReason reason) {
    static const char *const IDS[] = {
#define REJECT_ID(name, id, message) id,
        REJECT_REASONS(REJECT_ID)
#undef REJECT_ID
    };
    return IDS[reason];
}

const char *reject_msgid(RejectReason reason) {
    static const char *const MESSAGES[] = {
#define REJECT_MESSAGE(name, id, message) message,
        REJECT_REASONS(REJECT_MESSAGE)
#undef REJECT_MESSAGE
    };
    return MESSAGES[reason];
}

Err row_init(Row *row, FormatReport *report) {
    *row = (Row){.report = report, .arena = arena_new(ROW_BYTES_MAX)};
    return row->arena == NULL ? ERR_NOMEM : ERR_OK;
}

void row_done(Row *row) {
    arena_free(row->arena);
    vec_done(&row->locations);
    vec_done(&row->facts);
    vec_done(&row->frames);
    *row = (Row){0};
}

void row_begin(Row *row, int64_t offset) {
    arena_reset(row->arena);
    vec_clear(&row->locations);
    vec_clear(&row->facts);
    vec_clear(&row->frames);
    row->entry = (ListEntry){.pdq_quality = PDQ_QUALITY_UNKNOWN};
    row->record = (int64_t)++row->report->records;
    row->offset = offset;
    row->is_dropped = false;
    row->is_full = false;
}

void row_cancel(Row *row) {
    row->report->records--;
    row->is_dropped = true;
}

void row_reject(Row *row, RejectReason reason, int64_t offset) {
    uint64_t count = row->report->rejected[reason]++;
    if (count < REJECT_PLACES) {
        row->report->places[reason][count].offset = offset;
        row->report->places[reason][count].record = row->record;
    }
}

void row_drop(Row *row, RejectReason reason, int64_t offset) {
    row_reject(row, reason, offset);
    row->is_dropped = true;
}

bool row_finish(Row *row) {
    const unsigned MATCHABLE = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ | ENTRY_VPDQ;
    ListEntry *entry = &row->entry;
    if (row->is_dropped)
        return false;
    if (row->frames.len > 0)
        entry->has |= ENTRY_VPDQ;
    entry->frames = row->frames.items;
    entry->frame_count = row->frames.len;
    bool is_tombstone = (entry->has & ENTRY_DELETED) != 0 && entry->id.len > 0;
    if ((entry->has & MATCHABLE) == 0 && !is_tombstone) {
        row_reject(row, REJECT_NO_HASH, row->offset);
        return false;
    }
    entry->locations = row->locations.items;
    entry->location_count = row->locations.len;
    entry->facts = row->facts.items;
    entry->fact_count = row->facts.len;
    row->report->accepted++;
    return true;
}

// A limit of the record: said once, the row goes on without what did not fit.
static void row_overflow(Row *row) {
    if (!row->is_full)
        row_reject(row, REJECT_DAMAGED, row->offset);
    row->is_full = true;
}

static void digest_set(Row *row, Str hex, uint8_t *to, size_t n, const uint8_t *empty, unsigned bit,
                       RejectReason bad, int64_t offset) {
    uint8_t bytes[32];
    hex = str_trim(hex);
    if (hex.len == 0)
        return;
    if (!hex_decode(hex, bytes, n)) {
        row_reject(row, bad, offset);
    } else if (memcmp(bytes, empty, n) == 0) {
        row_reject(row, REJECT_EMPTY_FILE, offset);
    } else if ((row->entry.has & bit) == 0) {
        memcpy(to, bytes, n);
        row->entry.has |= bit;
    }
}

void row_md5(Row *row, Str hex, int64_t offset) {
    digest_set(row, hex, row->entry.md5, 16, EMPTY_MD5, ENTRY_MD5, REJECT_BAD_MD5, offset);
}

void row_sha1(Row *row, Str hex, int64_t offset) {
    digest_set(row, hex, row->entry.sha1, 20, EMPTY_SHA1, ENTRY_SHA1, REJECT_BAD_SHA1, offset);
}

void row_sha256(Row *row, Str hex, int64_t offset) {
    digest_set(row, hex, row->entry.sha256, 32, EMPTY_SHA256, ENTRY_SHA256, REJECT_BAD_SHA256,
               offset);
}

void row_digest(Row *row, Str hex, int64_t offset) {
    hex = str_trim(hex);
    switch (hex.len) {
    case 0:
        break;
    case 32:
        row_md5(row, hex, offset);
        break;
    case 40:
        row_sha1(row, hex, offset);
        break;
    case 64:
        row_sha256(row, hex, offset);
        break;
    default:
        row_reject(row, REJECT_BAD_HASH, offset);
    }
}

void row_pdq(Row *row, Str text, uint8_t quality, int64_t offset) {
    PdqHash hash;
    size_t n = 0;
    text = str_trim(text);
    if (text.len == 0)
        return;
    if (!hex_decode(text, hash.bytes, PDQ_BYTES) &&
        !(base64_decode(text, hash.bytes, PDQ_BYTES, &n) && n == PDQ_BYTES)) {
        row_reject(row, REJECT_BAD_PDQ, offset);
    } else if (quality < PDQ_QUALITY_MATCHABLE) {
        row_reject(row, REJECT_LOW_QUALITY, offset);
    } else if ((row->entry.has & ENTRY_PDQ) == 0) {
        row->entry.pdq = hash;
        row->entry.pdq_quality = quality;
        row->entry.has |= ENTRY_PDQ;
    }
}

void row_photodna(Row *row, Str text, int64_t offset) {
    uint8_t bytes[PHOTODNA_BYTES];
    size_t n = 0;
    text = str_trim(text);
    if (text.len == 0)
        return;
    if (!(base64_decode(text, bytes, PHOTODNA_BYTES, &n) && n == PHOTODNA_BYTES) &&
        !hex_decode(text, bytes, PHOTODNA_BYTES)) {
        row_reject(row, REJECT_BAD_PHOTODNA, offset);
        return;
    }
    if ((row->entry.has & ENTRY_PHOTODNA) != 0)
        return;
    memcpy(row->photodna, bytes, PHOTODNA_BYTES);
    row->entry.photodna = row->photodna;
    row->entry.has |= ENTRY_PHOTODNA;
}

void row_size(Row *row, Str text, int64_t offset) {
    uint64_t size;
    text = str_trim(text);
    if (text.len == 0)
        return;
    if (!str_to_u64(text, &size)) {
        row_reject(row, REJECT_BAD_NUMBER, offset);
        return;
    }
    row->entry.size = size;
    row->entry.has |= ENTRY_SIZE;
}

void row_flag(Row *row, Tri *ret, Str text, int64_t offset) {
    static const struct {
        Str text;
        Tri value;
    } SPELLINGS[] = {
        {STR("false"), TRI_NO}, {STR("true"), TRI_YES}, {STR("no"), TRI_NO},
        {STR("yes"), TRI_YES},  {STR("n"), TRI_NO},     {STR("y"), TRI_YES},
        {STR("0"), TRI_NO},     {STR("1"), TRI_YES},    {STR("null"), TRI_UNKNOWN},
    };
    text = str_trim(text);
    if (text.len == 0)
        return;
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof *SPELLINGS; i++) {
        if (str_equal_ascii_nocase(text, SPELLINGS[i].text)) {
            *ret = SPELLINGS[i].value;
            return;
        }
    }
    row_reject(row, REJECT_BAD_FLAG, offset);
}

// Copies what is valid and puts U+FFFD for each byte that is not.
static Str text_repaired(Row *row, Str text) {
    char *to = arena_alloc(row->arena, text.len * 3 + 1);
    if (to == NULL)
        return (Str){0};
    size_t at = 0, n = 0;
    while (at < text.len)
        n += utf8_put(utf8_next(text, &at), to + n);
    return str_of(to, n);
}

Str row_text(Row *row, Str text, int64_t offset) {
    if (text.len == 0)
        return (Str){0};
    Str copy;
    if (utf8_is_valid(text)) {
        copy = arena_copy(row->arena, text);
    } else {
        row_reject(row, REJECT_BAD_TEXT, offset);
        copy = text_repaired(row, text);
    }
    if (copy.ptr == NULL)
        row_overflow(row);
    return copy;
}

static bool is_separator(char c) {
    return c == '/' || c == '\\';
}

bool path_leads_out(Str path, bool is_relative) {
    if (path.len >= 2 && path.ptr[1] == ':' &&
        ((path.ptr[0] | 0x20) >= 'a' && (path.ptr[0] | 0x20) <= 'z'))
        return true;
    if (is_relative && path.len > 0 && is_separator(path.ptr[0]))
        return true;
    for (size_t i = 0; i + 1 < path.len; i++) {
        if (path.ptr[i] == '.' && path.ptr[i + 1] == '.' &&
            (i == 0 || is_separator(path.ptr[i - 1])) &&
            (i + 2 == path.len || is_separator(path.ptr[i + 2])))
            return true;
    }
    return false;
}

void row_location(Row *row, const EntryLocation *location, int64_t offset) {
    if (path_leads_out(location->path, false) || path_leads_out(location->name, false))
        row_reject(row, REJECT_BAD_PATH, offset);
    row_location_add(row, location);
}

void row_location_add(Row *row, const EntryLocation *location) {
    if (row->locations.len >= ROW_LOCATIONS_MAX || !vec_push(&row->locations, *location))
        row_overflow(row);
}

void row_file(Row *row, Str path, int64_t offset) {
    Str text = row_text(row, path, offset);
    size_t at = text.len;
    while (at > 0 && !is_separator(text.ptr[at - 1]))
        at--;
    EntryLocation location = {.name = str_from_index(text, at)};
    if (at > 0)
        location.path = text;
    if (text.len > 0)
        row_location_add(row, &location);
}

void row_fact(Row *row, Str name, Str value) {
    EntryFact fact = {.name = name, .value = value};
    if (row->facts.len >= ROW_FACTS_MAX || !vec_push(&row->facts, fact))
        row_overflow(row);
}

void row_frame(Row *row, const VpdqFrame *frame) {
    if (row->frames.len >= VPDQ_FRAMES_MAX || !vec_push(&row->frames, *frame))
        row_overflow(row);
}

void row_video(Row *row, Str text, int64_t offset) {
    bool has_video = row->frames.len > 0;
    while (text.len > 0 && !has_video) {
        Str line = text, tail = {0};
        VpdqFrame frame;
        (void)str_cut(text, '\n', &line, &tail);
        text = tail;
        line = str_trim(line);
        if (line.len == 0)
            continue;
        if (vpdq_line_read(line, row->frames.len, &frame) == ERR_OK)
            row_frame(row, &frame);
        else
            row_reject(row, REJECT_BAD_FRAME, offset);
    }
}
