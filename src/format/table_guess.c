// Judges the first lines of a delimited list: delimiter, header, columns, PDQ or SHA-256.
#include "base/encoding.h"
#include "format/driver.h"
#include "format/pdq_likelihood.h"
#include "format/table.h"

enum { SAMPLE_LINES = 256, DELIMITER_LINES = 16, NAME_MAX = 40, ICSE_NAMES_NEEDED = 3 };

// Names as they are spelled without case, spaces, hyphens and underscores.
static const struct {
    const char *name;
    Column column;
    bool is_icse; // a name that only the ICSE baseline has
} NAMES[] = {
    {"hash", COLUMN_HASH, false},
    {"hashvalue", COLUMN_HASH, false},
    {"hashes", COLUMN_HASH, false},
    {"digest", COLUMN_HASH, false},
    {"checksum", COLUMN_HASH, false},
    {"md5", COLUMN_MD5, false},
    {"md5hash", COLUMN_MD5, false},
    {"sha1", COLUMN_SHA1, false},
    {"sha1hash", COLUMN_SHA1, false},
    {"sha256", COLUMN_SHA256, false},
    {"sha256hash", COLUMN_SHA256, false},
    {"pdq", COLUMN_PDQ, false},
    {"pdqhash", COLUMN_PDQ, false},
    {"quality", COLUMN_QUALITY, false},
    {"pdqquality", COLUMN_QUALITY, false},
    {"photodna", COLUMN_PHOTODNA, false},
    {"pdna", COLUMN_PHOTODNA, false},
    {"id", COLUMN_ID, false},
    {"mediaid", COLUMN_ID, false},
    {"imageid", COLUMN_ID, true},
    {"category", COLUMN_CATEGORY, false},
    {"classification", COLUMN_CATEGORY, false},
    {"scheme", COLUMN_SCHEME, false},
    {"schemeversion", COLUMN_SCHEME_VERSION, false},
    {"name", COLUMN_NAME, false},
    {"filename", COLUMN_NAME, false},
    {"file", COLUMN_NAME, false},
    {"path", COLUMN_NAME, false},
    {"filepath", COLUMN_NAME, false},
    {"size", COLUMN_SIZE, false},
    {"filesize", COLUMN_SIZE, false},
    {"mediasize", COLUMN_SIZE, false},
    {"series", COLUMN_SERIES, false},
    {"seriesname", COLUMN_SERIES, false},
    {"issuer", COLUMN_ISSUER, false},
    {"agency", COLUMN_ISSUER, false},
    {"source", COLUMN_ISSUER, false},
    {"mediatype", COLUMN_MEDIA_TYPE, false},
    {"mimetype", COLUMN_MEDIA_TYPE, false},
    {"victimidentified", COLUMN_VICTIM_IDENTIFIED, false},
    {"offenderidentified", COLUMN_OFFENDER_IDENTIFIED, false},
    {"isdistributed", COLUMN_DISTRIBUTED, true},
    {"updated", COLUMN_UPDATED, false},
    {"dateupdated", COLUMN_UPDATED, false},
    {"baseline", COLUMN_BASELINE, true},
    {"zz40", COLUMN_IGNORED, true},
    {"lace", COLUMN_IGNORED, true},
    {"numberofsubmissions", COLUMN_IGNORED, true},
    {"fileavailable", COLUMN_IGNORED, true},
    {"investigationname", COLUMN_TEXT, true},
    {"productcode", COLUMN_IGNORED, false},
    {"opsystemcode", COLUMN_IGNORED, false},
};

static bool is_hash_column(Column column) {
    return column >= COLUMN_HASH && column <= COLUMN_PDQ;
}

// The row of NAMES for a header's name, or -1.
static int name_find(Str written) {
    char name[NAME_MAX];
    size_t n = 0;
    written = str_trim(written);
    for (size_t i = 0; i < written.len; i++) {
        char c = written.ptr[i];
        if (c == ' ' || c == '-' || c == '_')
            continue;
        if (n == NAME_MAX)
            return -1;
        name[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (str_is((Str){name, n}, NAMES[i].name))
            return (int)i;
    }
    return -1;
}

size_t table_header(const Str *names, size_t count, Table *io_table) {
    size_t hashes = 0, icse = 0;
    bool has_product = false, has_system = false, has_quality = false;
    unsigned long seen = 0;
    for (size_t i = 0; i < count && i < CSV_COLUMNS_MAX; i++) {
        int at = name_find(names[i]);
        Column column = at < 0 ? COLUMN_TEXT : NAMES[at].column;
        if (column > COLUMN_TEXT && (seen & 1ul << column) != 0)
            column = COLUMN_TEXT; // of two columns with one meaning the first holds
        seen |= 1ul << column;
        io_table->columns[i] = column;
        hashes += is_hash_column(column);
        icse += at >= 0 && NAMES[at].is_icse;
        has_product |= at >= 0 && strcmp(NAMES[at].name, "productcode") == 0;
        has_system |= at >= 0 && strcmp(NAMES[at].name, "opsystemcode") == 0;
        has_quality |= column == COLUMN_QUALITY;
    }
    io_table->count = count < CSV_COLUMNS_MAX ? count : CSV_COLUMNS_MAX;
    io_table->kind = icse >= ICSE_NAMES_NEEDED ? FORMAT_ICSE_CSV : FORMAT_CSV;
    io_table->is_nsrl2 = has_product && has_system;
    if (has_quality && (seen & 1ul << COLUMN_HASH) != 0)
        io_table->is_pdq = true; // only PDQ has a quality
    return hashes;
}

bool is_digest_shaped(Str field) {
    uint8_t bytes[32];
    return (field.len == 32 || field.len == 40 || field.len == 64) &&
           hex_decode(field, bytes, field.len / 2);
}

bool table_is_remark(Str line) {
    line = str_trim(line);
    return str_has_prefix(line, STR("#")) || (line.len == 5 && str_has_prefix(line, STR("sep=")));
}

// What the lines of the window say together.
typedef struct Sample {
    size_t lines, digests; // lines; lines with a digest-shaped field
    size_t longs;          // lines with 64 digits where the others have them
    size_t column;         // position of the first 64 digits
    size_t width;          // fields of each line; 0 when they differ
    bool has_mixed_width;
    double likelihood; // of PDQ
    // Of the fields beside the hash, by position (0 to 3).
    struct {
        size_t percents, two_digits, short_numbers;
    } side[4];
} Sample;

static bool is_number_up_to(Str text, uint64_t max) {
    uint64_t number;
    return str_to_u64(text, &number) && number <= max;
}

static void sample_line(Sample *sample, const Str *fields, size_t count) {
    bool has_digest = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_digest_shaped(fields[i]))
            continue;
        if (fields[i].len == 64 && !has_digest) {
            if (sample->longs == 0)
                sample->column = i;
            sample->longs += i == sample->column;
            sample->likelihood += pdq_likelihood(fields[i]);
        }
        has_digest = true;
    }
    for (size_t i = 0; i < count && i < 4; i++) {
        sample->side[i].percents += is_number_up_to(fields[i], 100);
        sample->side[i].two_digits += fields[i].len >= 2 && is_number_up_to(fields[i], 100);
        sample->side[i].short_numbers += fields[i].len <= 1;
    }
    if (sample->lines == 0)
        sample->width = count;
    else if (sample->width != count)
        sample->has_mixed_width = true;
    sample->lines++;
    sample->digests += has_digest;
}

static void sample_text(Sample *sample, Str text, char delimiter, bool is_whole) {
    Str line, fields[8];
    bool has_end;
    while (sample->lines < SAMPLE_LINES && text_take_line(&text, &line, &has_end)) {
        if (!has_end && !is_whole && sample->lines > 0)
            break; // cut off by the window
        if (!table_is_remark(line))
            sample_line(sample, fields, csv_split_line(line, delimiter, fields, 8));
    }
}

typedef enum Says { SAYS_NOTHING, SAYS_PDQ, SAYS_SHA256 } Says;

// A headerless list of 64 digits each: are they PDQ? A remark decides. Then two columns kept apart
// by a tab, which are the form of PDQ text itself, unless the second is a code of one character.
// Then the name that somebody gave the file. Else the bits decide.
static bool sample_is_pdq(const Sample *sample, char delimiter, Says says, Says hint) {
    if (sample->longs == 0 || sample->longs * 2 < sample->lines || says == SAYS_SHA256)
        return false;
    bool is_id_by_tab = delimiter == '\t' && sample->width == 2 && !sample->has_mixed_width &&
                        sample->column == 0 && sample->side[1].short_numbers < sample->lines;
    if (says == SAYS_PDQ || is_id_by_tab)
        return true;
    return hint == SAYS_NOTHING ? sample->likelihood > 0 : hint == SAYS_PDQ;
}

// hash, hash⇥id, hash,quality,name, and frame,quality,hash,time where too much is damaged for
// vpdq_text.c.
static void pdq_columns(const Sample *sample, Table *io_table) {
    size_t n = sample->lines;
    io_table->count = sample->width > 4 ? sample->width : 4;
    if (io_table->count > CSV_COLUMNS_MAX)
        io_table->count = CSV_COLUMNS_MAX;
    for (size_t i = 0; i < io_table->count; i++)
        io_table->columns[i] = COLUMN_TEXT;
    io_table->columns[sample->column] = COLUMN_HASH;
    if (sample->column == 2 && sample->side[1].percents == n) {
        io_table->columns[1] = COLUMN_QUALITY;
        return;
    }
    size_t next = sample->column == 0 ? 1 : 0;
    bool is_quality = next == 1 && sample->side[1].percents == n && sample->side[1].two_digits > 0;
    if (is_quality && io_table->delimiter != '\t') {
        io_table->columns[1] = COLUMN_QUALITY;
        next = 2;
    }
    io_table->columns[next] = COLUMN_ID;
}

// Finds the first line that is no remark, and what a remark before it says of the hashes.
static Says remarks_skip(Str *io_text, Str *ret_line, bool *ret_has) {
    Says says = SAYS_NOTHING;
    bool is_whole;
    Str rest = *io_text;
    *ret_has = false;
    while (text_take_line(&rest, ret_line, &is_whole)) {
        if (!table_is_remark(*ret_line)) {
            *ret_has = true;
            break;
        }
        Str word = str_trim(str_from_index(str_trim(*ret_line), 1));
        Str start = {word.ptr, word.len < 3 ? word.len : 3};
        if (str_equal_ascii_nocase(start, STR("pdq")))
            says = SAYS_PDQ;
        else if (str_equal_ascii_nocase(start, STR("sha")))
            says = SAYS_SHA256;
        *io_text = rest;
    }
    return says;
}

static bool has_word(Str name, Str word) {
    for (size_t i = 0; i + word.len <= name.len; i++)
        if (str_equal_ascii_nocase(str_of(name.ptr + i, word.len), word))
            return true;
    return false;
}

static Says name_says(Str name) {
    return has_word(name, STR("pdq"))   ? SAYS_PDQ
           : has_word(name, STR("sha")) ? SAYS_SHA256
                                        : SAYS_NOTHING;
}

// That of the first line that has any: `hash[;category]` may begin with a bare hash.
static char delimiter_of(Str first, Str text) {
    Str line = first;
    bool has_end;
    for (int i = 0; i < DELIMITER_LINES && text_take_line(&text, &line, &has_end); i++) {
        char delimiter = csv_delimiter_of(line);
        if (str_find_byte(line, delimiter) >= 0)
            return delimiter;
    }
    return ',';
}

void table_guess(Str text, bool is_whole, Str name, Table *ret) {
    *ret = (Table){.kind = FORMAT_UNKNOWN, .delimiter = ','};
    Str first, fields[CSV_COLUMNS_MAX];
    bool has_line, has_end;
    Says says = remarks_skip(&text, &first, &has_line), hint = name_says(name);
    if (!has_line)
        return;
    ret->delimiter = delimiter_of(first, text);
    size_t count = csv_split_line(first, ret->delimiter, fields, CSV_COLUMNS_MAX);
    ret->has_header = table_header(fields, count, ret) > 0;
    Sample sample = {0};
    if (ret->has_header) {
        Str line;
        text_take_line(&text, &line, &has_end);
        sample_text(&sample, text, ret->delimiter, is_whole);
        ret->sureness = ret->kind == FORMAT_ICSE_CSV ? DRIVER_CERTAIN : DRIVER_LIKELY;
        if (count == 1 && sample.digests == 0)
            ret->kind = FORMAT_UNKNOWN; // one word that happens to be a name of ours
        ret->is_pdq |=
            says == SAYS_PDQ || (says == SAYS_NOTHING && sample.longs > 0 && sample.likelihood > 0);
        return;
    }
    ret->count = 0;
    ret->is_nsrl2 = ret->is_pdq = false;
    sample_text(&sample, text, ret->delimiter, is_whole);
    ret->kind = FORMAT_UNKNOWN;
    if (sample.digests == 0 || sample.digests * 2 < sample.lines)
        return;
    ret->is_pdq = sample_is_pdq(&sample, ret->delimiter, says, hint);
    ret->kind = ret->is_pdq ? FORMAT_PDQ_TEXT : FORMAT_CSV;
    ret->sureness = DRIVER_POSSIBLE;
    if (ret->is_pdq)
        pdq_columns(&sample, ret);
}
