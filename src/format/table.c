// Drivers of delimited lists: the ICSE baseline, plain CSV `hash[,category]`, and PDQ text.
#include "format/table.h"

#include <stdlib.h>

#include "format/driver.h"
#include "format/scheme.h"

typedef struct TableState {
    CsvReader *csv;
    Table table;
    bool has_begun; // the header, if any, was passed
} TableState;

static int table_detect(const FormatWindow *window, FormatKind *ret_kind) {
    Table table;
    table_guess(window->text, window->is_whole, window->name, &table);
    *ret_kind = table.kind;
    return table.kind == FORMAT_UNKNOWN ? DRIVER_NO : table.sureness;
}

static void table_close(void *state) {
    TableState *self = state;
    csv_reader_free(self->csv);
    free(self);
}

static Err table_open(FormatReader *reader, void **ret_state, Diag *diag) {
    TableState *self = calloc(1, sizeof *self);
    if (self == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Str text = {0};
    bool is_whole;
    Err err = csv_reader_new(reader->source, ',', &self->csv);
    if (err == ERR_OK)
        err = csv_peek(self->csv, FORMAT_WINDOW, &text, &is_whole, diag);
    if (err != ERR_OK) {
        table_close(self);
        return err;
    }
    // As the window was judged, so that detection and reading never differ.
    if (text.len > FORMAT_WINDOW)
        is_whole = false;
    table_guess(text, is_whole, file_name_of(reader->input.path), &self->table);
    if (self->table.kind == FORMAT_UNKNOWN)
        self->table.kind = reader->report.kind;
    csv_delimiter_set(self->csv, self->table.delimiter);
    *ret_state = self;
    return ERR_OK;
}

// What several columns say together, collected over a row.
typedef struct RowParts {
    Str hash, pdq, category, scheme, scheme_version, baseline;
    uint8_t quality;
} RowParts;

static uint8_t quality_read(Row *row, Str text) {
    uint64_t quality;
    Str whole, rest;
    if (!str_cut(text, '.', &whole, &rest)) // "87.0" is how some tools write 87
        whole = text;
    if (text.len == 0)
        return PDQ_QUALITY_UNKNOWN;
    if (str_to_u64(whole, &quality) && quality <= 100)
        return (uint8_t)quality;
    row_reject(row, REJECT_BAD_NUMBER, row->offset);
    return PDQ_QUALITY_UNKNOWN;
}

static Str media_type_read(Row *row, Str text) {
    if (str_equal_ascii_nocase(text, STR("image")))
        return STR("image");
    if (str_equal_ascii_nocase(text, STR("video")))
        return STR("video");
    return row_text(row, text, row->offset);
}

// Everything of a row but hashes.
static void detail_put(Row *row, Column column, Str field) {
    ListEntry *entry = &row->entry;
    int64_t offset = row->offset;
    switch (column) {
    case COLUMN_ID:
        entry->id = row_text(row, field, offset);
        break;
    case COLUMN_NAME:
        row_file(row, field, offset);
        break;
    case COLUMN_SIZE:
        row_size(row, field, offset);
        break;
    case COLUMN_SERIES:
        entry->series = row_text(row, field, offset);
        break;
    case COLUMN_ISSUER:
        entry->issuer = row_text(row, field, offset);
        break;
    case COLUMN_MEDIA_TYPE:
        entry->media_type = media_type_read(row, field);
        break;
    case COLUMN_VICTIM_IDENTIFIED:
        row_flag(row, &entry->victim_identified, field, offset);
        break;
    case COLUMN_OFFENDER_IDENTIFIED:
        row_flag(row, &entry->offender_identified, field, offset);
        break;
    case COLUMN_DISTRIBUTED:
        row_flag(row, &entry->is_distributed, field, offset);
        break;
    case COLUMN_UPDATED:
        entry->updated = row_text(row, field, offset);
        break;
    default:
        break;
    }
}

static void field_put(Row *row, RowParts *parts, Column column, Str field) {
    switch (column) {
    case COLUMN_HASH:
        parts->hash = field;
        break;
    case COLUMN_MD5:
        row_md5(row, field, row->offset);
        break;
    case COLUMN_SHA1:
        row_sha1(row, field, row->offset);
        break;
    case COLUMN_SHA256:
        row_sha256(row, field, row->offset);
        break;
    case COLUMN_PDQ:
        parts->pdq = field;
        break;
    case COLUMN_QUALITY:
        parts->quality = quality_read(row, field);
        break;
    case COLUMN_PHOTODNA:
        row_photodna(row, field, row->offset);
        break;
    case COLUMN_CATEGORY:
        parts->category = field;
        break;
    case COLUMN_SCHEME:
        parts->scheme = field;
        break;
    case COLUMN_SCHEME_VERSION:
        parts->scheme_version = field;
        break;
    case COLUMN_BASELINE:
        parts->baseline = field;
        break;
    default:
        detail_put(row, column, field);
    }
}

static void parts_put(FormatReader *reader, const Table *table, const RowParts *parts) {
    Row *row = &reader->row;
    const FormatInput *input = &reader->input;
    bool is_short = parts->hash.len == 32 || parts->hash.len == 40;
    if (table->kind == FORMAT_PDQ_TEXT || (table->is_pdq && !is_short))
        row_pdq(row, parts->hash, parts->quality, row->offset);
    else
        row_digest(row, parts->hash, row->offset);
    row_pdq(row, parts->pdq, parts->quality, row->offset);
    if (table->is_nsrl2) {
        row->entry.has |= ENTRY_KNOWN_GOOD;
        row_category(row, &(FormatInput){0}, STR("nsrl"), STR("2"), STR("known-good"), row->offset);
    } else if (table->kind == FORMAT_ICSE_CSV) {
        row_category(row, input, STR("interpol-baseline"), STR("1"), parts->baseline, row->offset);
    } else {
        row_category(row, input, parts->scheme, parts->scheme_version, parts->category,
                     row->offset);
    }
}

// Whether a delimiter too many or too few may stand in this column.
static bool may_hold_delimiter(Column column) {
    return column == COLUMN_TEXT || column == COLUMN_NAME || column == COLUMN_SERIES ||
           column == COLUMN_ISSUER;
}

// From here on fields may stand under another column's name: only what is a digest by its own shape
// is taken. 64 digits could also be PDQ.
static void shifted_fields_put(Row *row, const CsvRow *csv, size_t from) {
    for (size_t i = from; i < csv->count; i++) {
        Str field = str_trim(csv->fields[i]);
        if (is_digest_shaped(field) && field.len < PDQ_HEX)
            row_digest(row, field, row->offset);
    }
}

static void mapped_row_put(FormatReader *reader, const Table *table, const CsvRow *csv) {
    Row *row = &reader->row;
    RowParts parts = {.quality = PDQ_QUALITY_UNKNOWN};
    size_t count = csv->count;
    while (count > table->count && str_trim(csv->fields[count - 1]).len == 0)
        count--; // empty columns too many behind the last say nothing
    bool is_uneven = table->has_header && count != table->count;
    if (is_uneven)
        row_reject(row, REJECT_BAD_COLUMNS, row->offset);
    for (size_t i = 0; i < count && i < table->count; i++) {
        if (is_uneven && may_hold_delimiter(table->columns[i])) {
            shifted_fields_put(row, csv, i);
            break;
        }
        field_put(row, &parts, table->columns[i], csv_field_armed(str_trim(csv->fields[i])));
    }
    parts_put(reader, table, &parts);
}

// Without a header: each digest by its shape, what stands behind the first is the category, what
// stands before it the id. A row without a digest has its first field rejected as one.
static void bare_row_put(FormatReader *reader, const CsvRow *csv) {
    Row *row = &reader->row;
    Str category = {0};
    size_t first = csv->count;
    for (size_t i = 0; i < csv->count; i++) {
        Str field = str_trim(csv->fields[i]);
        if (is_digest_shaped(field)) {
            row_digest(row, field, row->offset);
            if (first == csv->count)
                first = i;
        } else if (i > first && category.len == 0) {
            category = field;
        }
    }
    if (first == csv->count) {
        row_digest(row, csv->fields[0], row->offset);
        category = csv->count == 2 ? str_trim(csv->fields[1]) : category;
    } else if (first > 0) {
        row->entry.id = row_text(row, str_trim(csv->fields[0]), row->offset);
    }
    row_category(row, &reader->input, (Str){0}, (Str){0}, category, row->offset);
}

// Takes the next row that is no remark and no header.
static Err table_row(TableState *self, CsvRow *ret, bool *ret_has, Diag *diag) {
    for (;;) {
        TRY(csv_next(self->csv, ret, ret_has, diag));
        if (!*ret_has)
            return ERR_OK;
        bool may_be_remark = !self->table.has_header || !self->has_begun;
        if (may_be_remark && ret->count > 0) {
            if (str_is(ret->fields[0], "sep=") || table_is_remark(ret->fields[0]))
                continue;
        }
        if (self->table.has_header && !self->has_begun) {
            self->has_begun = true;
            continue;
        }
        return ERR_OK;
    }
}

static Err table_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    TableState *self = state;
    CsvRow csv;
    TRY(table_row(self, &csv, ret_has, diag));
    if (!*ret_has)
        return ERR_OK;
    Row *row = &reader->row;
    row_begin(row, (int64_t)csv.offset);
    if (csv.count == 0) {
        row_drop(row, REJECT_DAMAGED, row->offset);
        return ERR_OK;
    }
    if (csv.fault != CSV_WHOLE)
        row_reject(row, csv.fault == CSV_CUT_OFF ? REJECT_TRUNCATED : REJECT_DAMAGED, row->offset);
    if (self->table.count > 0)
        mapped_row_put(reader, &self->table, &csv);
    else
        bare_row_put(reader, &csv);
    return ERR_OK;
}

const FormatDriver table_driver = {
    .detect = table_detect, .open = table_open, .next = table_next, .close = table_close};
