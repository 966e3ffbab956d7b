// Driver of hashdeep's lists: two `%%%%` lines (the second names the columns), `##` remarks, and
// rows without quotes whose last column, the file name, may hold commas.
#include <stdlib.h>

#include "format/driver.h"
#include "format/limits.h"
#include "format/scheme.h"
#include "format/text.h"

typedef enum DeepColumn {
    DEEP_OTHER,
    DEEP_SIZE,
    DEEP_MD5,
    DEEP_SHA1,
    DEEP_SHA256,
    DEEP_NAME
} DeepColumn;

typedef struct DeepState {
    TextReader *text;
    DeepColumn columns[HASHDEEP_COLUMNS_MAX];
    size_t count;
} DeepState;

static int hashdeep_detect(const FormatWindow *window, FormatKind *ret_kind) {
    Str text = window->text, line;
    bool is_whole;
    *ret_kind = FORMAT_HASHDEEP;
    while (text_take_line(&text, &line, &is_whole)) {
        if (str_has_prefix(line, STR("##")))
            continue;
        return str_has_prefix(line, STR("%%%% ")) ? DRIVER_CERTAIN : DRIVER_NO;
    }
    return DRIVER_NO;
}

// Reads `%%%% size,md5,sha256,filename`; the line with the version changes nothing.
static void columns_read(DeepState *self, Str line) {
    static const struct {
        const char *name;
        DeepColumn column;
    } NAMES[] = {{"size", DEEP_SIZE},
                 {"md5", DEEP_MD5},
                 {"sha1", DEEP_SHA1},
                 {"sha256", DEEP_SHA256},
                 {"filename", DEEP_NAME}};
    Str rest = str_trim(str_from_index(line, 4)), name;
    if (str_has_prefix(rest, STR("HASHDEEP")))
        return;
    self->count = 0;
    while (rest.len > 0 && self->count < HASHDEEP_COLUMNS_MAX) {
        Str tail = {0};
        if (!str_cut(rest, ',', &name, &tail))
            name = rest;
        rest = tail;
        DeepColumn column = DEEP_OTHER;
        for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
            if (str_equal_ascii_nocase(str_trim(name), str_from(NAMES[i].name)))
                column = NAMES[i].column;
        }
        self->columns[self->count++] = column;
    }
}

static void hashdeep_close(void *state) {
    DeepState *self = state;
    text_reader_free(self->text);
    free(self);
}

static Err hashdeep_open(FormatReader *reader, void **ret_state, Diag *diag) {
    DeepState *self = calloc(1, sizeof *self);
    if (self == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Err err = text_reader_new(reader->source, &self->text);
    if (err != ERR_OK) {
        free(self);
        return err;
    }
    columns_read(self, STR("%%%% size,md5,sha256,filename")); // what hashdeep writes by default
    *ret_state = self;
    return ERR_OK;
}

static void value_put(Row *row, DeepColumn column, Str value) {
    switch (column) {
    case DEEP_SIZE:
        row_size(row, value, row->offset);
        break;
    case DEEP_MD5:
        row_md5(row, value, row->offset);
        break;
    case DEEP_SHA1:
        row_sha1(row, value, row->offset);
        break;
    case DEEP_SHA256:
        row_sha256(row, value, row->offset);
        break;
    case DEEP_NAME:
        row_file(row, value, row->offset);
        break;
    default:
        break;
    }
}

static void values_put(Row *row, const DeepState *self, Str rest) {
    for (size_t i = 0; i < self->count; i++) {
        Str value, tail = {0};
        bool is_last = i + 1 == self->count;
        if (is_last || !str_cut(rest, ',', &value, &tail)) {
            value = rest;
            if (!is_last)
                row_reject(row, REJECT_BAD_COLUMNS, row->offset);
            value_put(row, self->columns[i], value);
            return;
        }
        value_put(row, self->columns[i], value);
        rest = tail;
    }
}

static Err hashdeep_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    DeepState *self = state;
    Row *row = &reader->row;
    TextLine line;
    for (;;) {
        TRY(text_next_line(self->text, &line, ret_has, diag));
        if (!*ret_has)
            return ERR_OK;
        if (str_has_prefix(line.text, STR("%%%%")))
            columns_read(self, line.text); // again where lists were joined
        else if (!str_has_prefix(line.text, STR("##")))
            break;
    }
    row_begin(row, (int64_t)line.offset);
    if (line.is_too_long) {
        row_drop(row, REJECT_DAMAGED, row->offset);
        return ERR_OK;
    }
    values_put(row, self, line.text);
    row_category(row, &reader->input, (Str){0}, (Str){0}, (Str){0}, row->offset);
    return ERR_OK;
}

const FormatDriver hashdeep_driver = {.detect = hashdeep_detect,
                                      .open = hashdeep_open,
                                      .next = hashdeep_next,
                                      .close = hashdeep_close};
