// Composes VICS 2.0 documents for measuring and testing.
#include "format/vics_sample.h"

#include <inttypes.h>

#include "base/encoding.h"
#include "base/prng.h"

enum { BUFFER = 1 << 20, RECORD_MAX = 8 << 20 };

// X(NAME, "name", what the reader counts or -1, accepted)
#define TRAPS(X) \
    X(LONG_MD5, "long-md5", REJECT_BAD_MD5, true) \
    X(EMPTY_FILE, "empty-file", REJECT_EMPTY_FILE, true) \
    X(SHORT_SHA1, "short-sha1", REJECT_BAD_SHA1, true) \
    X(BAD_PHOTODNA, "bad-photodna", REJECT_BAD_PHOTODNA, true) \
    X(BAD_DATE, "bad-date", REJECT_BAD_DATE, true) \
    X(BAD_FLAG, "bad-flag", REJECT_BAD_FLAG, true) \
    X(BAD_SIZE, "bad-size", REJECT_BAD_NUMBER, true) \
    X(BAD_CATEGORY, "bad-category", REJECT_BAD_CATEGORY, true) \
    X(PATH_UP, "path-up", REJECT_BAD_PATH, true) \
    X(NO_HASH, "no-hash", REJECT_NO_HASH, false) \
    X(QUOTE, "unescaped-quote", REJECT_BAD_TEXT, true) \
    X(BACKSLASH, "unescaped-backslash", REJECT_BAD_TEXT, true) \
    X(TAB, "unescaped-tab", REJECT_BAD_TEXT, true) \
    X(TWO_QUOTES, "word-in-two-quotes", REJECT_BAD_TEXT, true) \
    X(LATIN1, "latin-1", REJECT_BAD_TEXT, true) \
    X(LAST_COMMA, "trailing-comma", REJECT_BAD_TEXT, true) \
    X(BARE_WORD, "bare-word", REJECT_DAMAGED, false) \
    X(OPEN_STRING, "open-string", REJECT_BAD_TEXT, true) \
    X(LOST_BRACE, "lost-brace", REJECT_DAMAGED, false) \
    X(LOST_BRACKET, "lost-bracket", REJECT_DAMAGED, false) \
    X(LOST_OPENING, "lost-opening", REJECT_DAMAGED, false) \
    X(SPELLINGS, "spellings", -1, true) \
    X(SHARED_MD5, "shared-md5", -1, true) \
    X(MINIATURE, "miniature", -1, true) \
    X(NET_DATE, "net-date", -1, true) \
    X(OLD_EXIF, "old-exif", -1, true)

typedef enum Trap {
#define TRAP_ENUM(name, text, reason, accepted) TRAP_##name,
    TRAPS(TRAP_ENUM)
#undef TRAP_ENUM
        TRAP_COUNT,
    TRAP_NONE = TRAP_COUNT
} Trap;

_Static_assert((int)TRAP_COUNT <= (int)VICS_TRAPS_MAX, "every trap is counted");

static const struct {
    const char *name;
    int reason;
    bool is_accepted;
} TRAP[] = {
#define TRAP_ROW(name, text, reason, accepted) [TRAP_##name] = {text, reason, accepted},
    TRAPS(TRAP_ROW)
#undef TRAP_ROW
        [TRAP_NONE] = {"", -1, true}};

typedef struct Maker {
    StrBuf out;
    Prng prng;
    bool is_pretty, is_clean, is_after_damage;
    VicsSampleCounts counts;
    char md5[33];
} Maker;

static const char *const WORDS[] = {"IMG",
                                    "holiday",
                                    "garden",
                                    "kitchen",
                                    "window",
                                    "lamp",
                                    "chair",
                                    "table",
                                    "poster",
                                    "carpet",
                                    "DCIM",
                                    "backup",
                                    "\xD0\xBE\xD0\xBA\xD0\xBD\xD0\xBE",
                                    "\xE7\xAA\x93",
                                    "Fenster"};

static uint64_t below(Maker *maker, uint64_t n) {
    return prng_below(&maker->prng, n);
}

static const char *word(Maker *maker) {
    return WORDS[below(maker, sizeof WORDS / sizeof *WORDS)];
}

// A line break with indentation, or nothing.
static void gap(Maker *maker, int depth) {
    if (maker->is_pretty)
        strbuf_printf(&maker->out, "\n%*s", depth, "");
}

static void hex_random(Maker *maker, size_t n, bool is_upper) {
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)prng_next(&maker->prng);
        if (is_upper)
            hex_put_upper(&maker->out, &byte, 1);
        else
            hex_put(&maker->out, &byte, 1);
    }
}

static void key(Maker *maker, int depth, const char *name) {
    gap(maker, depth);
    strbuf_printf(&maker->out, maker->is_pretty ? "\"%s\": " : "\"%s\":", name);
}

static void member(Maker *maker, int depth, const char *name, const char *value) {
    key(maker, depth, name);
    strbuf_printf(&maker->out, "%s,", value);
}

static void photodna(Maker *maker, size_t n) {
    uint8_t bytes[144];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)prng_next(&maker->prng);
    strbuf_put_byte(&maker->out, '"');
    base64_put(&maker->out, bytes, n);
    strbuf_put_byte(&maker->out, '"');
}

// Takes the last comma off and closes.
static void close_with(Maker *maker, int depth, char bracket) {
    if (maker->out.ptr[maker->out.len - 1] == ',')
        strbuf_truncate(&maker->out, maker->out.len - 1);
    gap(maker, depth);
    strbuf_put_byte(&maker->out, bracket);
}

static void media_files(Maker *maker, uint64_t count, bool has_open_string) {
    key(maker, 3, "MediaFiles");
    strbuf_put_byte(&maker->out, '[');
    for (uint64_t i = 0; i < count; i++) {
        gap(maker, 4);
        strbuf_put_byte(&maker->out, '{');
        key(maker, 5, "MD5");
        strbuf_printf(&maker->out, "\"%s\",", maker->md5);
        key(maker, 5, "FileName");
        strbuf_printf(&maker->out, "\"%s_%04u.jpg%s,", word(maker), (unsigned)below(maker, 10000),
                      has_open_string && i == 0 ? "" : "\"");
        key(maker, 5, "FilePath");
        strbuf_printf(&maker->out, "\"C:\\\\Users\\\\%s\\\\%s\\\\%u\",", word(maker), word(maker),
                      (unsigned)below(maker, 1000));
        member(maker, 5, "Created", "\"2026-01-10T08:00:00.0000000Z\"");
        member(maker, 5, "Written", "\"2026-01-10T08:00:01.0000000Z\"");
        member(maker, 5, "Unallocated", below(maker, 2) == 0 ? "\"false\"" : "\"true\"");
        member(maker, 5, "Deleted", "\"false\"");
        member(maker, 5, "SourceID", "\"EX-1\"");
        key(maker, 5, "PhysicalLocation");
        strbuf_printf(&maker->out, "%" PRIu64, below(maker, 1u << 30));
        close_with(maker, 4, '}');
        strbuf_put_byte(&maker->out, ',');
    }
    close_with(maker, 3, ']');
    strbuf_put_byte(&maker->out, ',');
}

static void property(Maker *maker, const char *name, const char *value) {
    gap(maker, 4);
    strbuf_put_byte(&maker->out, '{');
    key(maker, 5, "MD5");
    strbuf_printf(&maker->out, "\"%s\",", maker->md5);
    key(maker, 5, "PropertyName");
    strbuf_printf(&maker->out, "\"%s\",", name);
    key(maker, 5, "PropertyValue");
    strbuf_printf(&maker->out, "\"%s\"", value);
    close_with(maker, 4, '}');
    strbuf_put_byte(&maker->out, ',');
}

static void exifs(Maker *maker, uint64_t count, bool is_old) {
    static const char *const NAMES[] = {"Make",     "Model",     "Software",  "Orientation",
                                        "Aperture", "ISO Speed", "Flash",     "Lens",
                                        "Lat/Lon",  "Exposure",  "Date Taken"};
    static const char *const VALUES[] = {
        "ExampleCam", "Model One", "Painter 1",          "1", "2.8", "400", "off", "50mm",
        "41.5/-2.25", "1/250",     "2026:01:02 03:04:05"};
    key(maker, 3, "Exifs");
    strbuf_put_byte(&maker->out, '[');
    if (is_old) {
        property(maker, "Latitude", "41, 53, 2.44");
        property(maker, "Latitude Reference", "unknown");
    }
    for (uint64_t i = 0; i < count; i++)
        property(maker, NAMES[i % 11], VALUES[i % 11]);
    close_with(maker, 3, ']');
    strbuf_put_byte(&maker->out, ',');
}

static void alternative_hashes(Maker *maker) {
    key(maker, 3, "AlternativeHashes");
    strbuf_put_byte(&maker->out, '[');
    gap(maker, 4);
    strbuf_put_byte(&maker->out, '{');
    key(maker, 5, "MD5");
    strbuf_printf(&maker->out, "\"%s\",", maker->md5);
    member(maker, 5, "HashName", "\"PhotoDNA\"");
    key(maker, 5, "HashValue");
    photodna(maker, 144);
    close_with(maker, 4, '}');
    strbuf_put_byte(&maker->out, ']');
    strbuf_put_byte(&maker->out, ',');
}

static void hashes(Maker *maker, Trap trap) {
    StrBuf *out = &maker->out;
    if (trap != TRAP_SHARED_MD5) {
        uint8_t bytes[16];
        for (int i = 0; i < 16; i++)
            bytes[i] = (uint8_t)prng_next(&maker->prng);
        hex_encode(bytes, 16, maker->md5);
    }
    key(maker, 3, "MD5");
    if (trap == TRAP_EMPTY_FILE)
        strbuf_put_text(out, "\"D41D8CD98F00B204E9800998ECF8427E\",");
    else if (trap == TRAP_NO_HASH)
        strbuf_put_text(out, "\"\",");
    else
        strbuf_printf(out, "\"%s%s\",", maker->md5, trap == TRAP_LONG_MD5 ? "0" : "");
    if (trap == TRAP_NO_HASH)
        return;
    key(maker, 3, "SHA1");
    strbuf_put_byte(out, '"');
    hex_random(maker, trap == TRAP_SHORT_SHA1 ? 19 : 20, below(maker, 2) == 0);
    strbuf_put_text(out, "\",");
}

static void miniature(Maker *maker) {
    uint64_t lines = 100 + below(maker, 20000);
    key(maker, 3, "Miniature");
    strbuf_put_byte(&maker->out, '"');
    for (uint64_t i = 0; i < lines; i++)
        strbuf_put_text(&maker->out, "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgF");
    strbuf_put_text(&maker->out, "\",");
}

// Members whose value a trap may spoil.
static void scalars(Maker *maker, Trap trap) {
    const char *series = trap == TRAP_QUOTE       ? "\"the \"blue\" room\""
                         : trap == TRAP_BACKSLASH ? "\"D:\\Xcopy\\Kitchen\\\""
                         : trap == TRAP_TAB       ? "\"blue\troom\""
                         : trap == TRAP_LATIN1    ? "\"caf\xE9 room\""
                         : trap == TRAP_BARE_WORD ? "blue"
                                                  : "\"SYNTHETIC-A\"";
    member(maker, 3, "Series", series);
    member(maker, 3, "VictimIdentified",
           trap == TRAP_TWO_QUOTES  ? "\"true\"\""
           : trap == TRAP_BAD_FLAG  ? "\"perhaps\""
           : trap == TRAP_SPELLINGS ? "\"True\""
                                    : "\"false\"");
    member(maker, 3, "OffenderIdentified", trap == TRAP_SPELLINGS ? "null" : "\"false\"");
    member(maker, 3, "IsDistributed", trap == TRAP_SPELLINGS ? "\"\"" : "\"true\"");
    member(maker, 3, "IsPrecategorized", "\"true\"");
    member(maker, 3, "DateUpdated",
           trap == TRAP_BAD_DATE   ? "\"last week\""
           : trap == TRAP_NET_DATE ? "\"/Date(1767323045000+0100)/\""
                                   : "\"2026-01-02T02:31:49.8300000+01:00Z\"");
    if (trap == TRAP_PATH_UP)
        member(maker, 3, "RelativeFilePath", "\"..\\\\..\\\\x.jpg\"");
    else
        member(maker, 3, "RelativeFilePath", "\"VIC_Files\\\\x.jpg\"");
    member(maker, 3, "Tags", "\"synthetic, \\\"tag\\\"\"");
}

static void record(Maker *maker, Trap trap) {
    StrBuf *out = &maker->out;
    uint64_t kind = below(maker, 100);
    bool is_full = kind >= 40;
    gap(maker, 2);
    if (trap != TRAP_LOST_OPENING)
        strbuf_put_byte(out, '{');
    key(maker, 3, "MediaID");
    strbuf_printf(out, "%" PRIu64 ",", maker->counts.records + 1);
    key(maker, 3, "Category");
    if (trap == TRAP_BAD_CATEGORY)
        strbuf_put_text(out, "77,");
    else if (trap == TRAP_SPELLINGS)
        strbuf_put_text(out, "\"2\",");
    else
        strbuf_printf(out, "%u,", (unsigned)below(maker, 5));
    hashes(maker, trap);
    key(maker, 3, "MediaSize");
    strbuf_printf(out,
                  trap == TRAP_BAD_SIZE    ? "\"%uK\","
                  : trap == TRAP_SPELLINGS ? "\"%u\","
                                           : "%u,",
                  (unsigned)below(maker, 1u << 24));
    if (trap == TRAP_MINIATURE)
        miniature(maker);
    if (is_full || trap != TRAP_NONE)
        scalars(maker, trap);
    if (trap == TRAP_BAD_PHOTODNA || kind >= 60) {
        key(maker, 3, "PhotoDNA");
        photodna(maker, trap == TRAP_BAD_PHOTODNA ? 140 : 144);
        strbuf_put_byte(out, ',');
    }
    if (trap == TRAP_NO_HASH)
        ;
    else if (kind >= 97)
        media_files(maker, 20 + below(maker, 300), trap == TRAP_OPEN_STRING);
    else if (is_full || trap == TRAP_OPEN_STRING)
        media_files(maker, 1 + below(maker, 3), trap == TRAP_OPEN_STRING);
    if (kind >= 70 || trap == TRAP_OLD_EXIF)
        exifs(maker, kind >= 95 ? 30 : 1 + below(maker, 11), trap == TRAP_OLD_EXIF);
    if (trap == TRAP_LOST_BRACKET) {
        // The array never ends.
        media_files(maker, 1, false);
        strbuf_truncate(out, out->len - 2);
        strbuf_put_byte(out, ',');
    }
    if (kind >= 80)
        alternative_hashes(maker);
    strbuf_truncate(out, out->len - 1);
    if (trap == TRAP_LAST_COMMA)
        strbuf_put_byte(out, ',');
    gap(maker, 2);
    if (trap != TRAP_LOST_BRACE)
        strbuf_put_byte(out, '}');
}

static void record_next(Maker *maker) {
    Trap trap = TRAP_NONE;
    if (!maker->is_clean && below(maker, 12) == 0)
        trap = (Trap)below(maker, TRAP_COUNT);
    // Two lost brackets side by side can make one sound record of two.
    if ((trap == TRAP_SHARED_MD5 && maker->counts.records == 0) || maker->is_after_damage)
        trap = TRAP_NONE;
    maker->is_after_damage = TRAP[trap].reason == REJECT_DAMAGED;
    if (maker->counts.records > 0)
        strbuf_put_byte(&maker->out, ',');
    record(maker, trap);
    maker->counts.records++;
    maker->counts.accepted += TRAP[trap].is_accepted;
    if (trap != TRAP_NONE)
        maker->counts.traps[trap]++;
    if (TRAP[trap].reason >= 0)
        maker->counts.rejected[TRAP[trap].reason]++;
}

static Err flush(Maker *maker, const VicsSample *sample) {
    TRY(strbuf_err(&maker->out));
    maker->counts.bytes += maker->out.len;
    TRY(sample->put(sample->context, strbuf_str(&maker->out)));
    strbuf_clear(&maker->out);
    return ERR_OK;
}

static Err make(Maker *maker, const VicsSample *sample) {
    strbuf_put_text(&maker->out,
                    "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/"
                    "2.0.xml/US/$metadata#Media\",\"value\":[");
    while (maker->counts.bytes + maker->out.len < sample->bytes) {
        record_next(maker);
        if (maker->out.len > BUFFER)
            TRY(flush(maker, sample));
    }
    strbuf_put_text(&maker->out, ",");
    record(maker, TRAP_NONE);
    maker->counts.records++;
    maker->counts.accepted++;
    strbuf_put_text(&maker->out, "]}\n");
    return flush(maker, sample);
}

Err vics_sample_make(const VicsSample *sample, VicsSampleCounts *ret) {
    Maker maker = {.out = STRBUF(BUFFER + RECORD_MAX),
                   .prng = {sample->seed},
                   .is_pretty = sample->is_pretty,
                   .is_clean = sample->is_clean};
    Err err = make(&maker, sample);
    strbuf_done(&maker.out);
    if (err == ERR_OK)
        *ret = maker.counts;
    return err;
}

const char *vics_trap_name(int trap) {
    return trap < TRAP_COUNT ? TRAP[trap].name : NULL;
}
