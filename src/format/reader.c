// FormatReader: finds the driver for a content by its first bytes and hands out its rows.
#include "format/reader.h"

#include "format/driver.h"
#include "format/text_source.h"

static const FormatDriver *const DRIVERS[] = {
#define DRIVER_ROW(driver) &driver##_driver,
#include "format/drivers.def"
#undef DRIVER_ROW
    NULL};

const char *format_name(FormatKind kind) {
    static const char *const NAMES[FORMAT_KINDS] = {
        [FORMAT_UNKNOWN] = "unknown",        [FORMAT_VICS11] = "vics11",
        [FORMAT_VICS12] = "vics12",          [FORMAT_VICS13] = "vics13",
        [FORMAT_VICS20] = "vics20",          [FORMAT_ICSE_CSV] = "icse-csv",
        [FORMAT_NCMEC_XML] = "ncmec-xml",    [FORMAT_NSRL_SQLITE] = "nsrl-sqlite",
        [FORMAT_HASHDEEP] = "hashdeep",      [FORMAT_DIGEST_LINES] = "digest-lines",
        [FORMAT_HASHLOOKUP] = "hashlookup",  [FORMAT_CSV] = "csv",
        [FORMAT_PDQ_TEXT] = "pdq-text",      [FORMAT_VPDQ_TEXT] = "vpdq-text",
        [FORMAT_OWN_LINES] = "seventh-json",
    };
    return NAMES[kind];
}

// First the window that was looked at, then the rest of the content.
static Err window_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                       Diag *diag) {
    struct WindowSource *self = (struct WindowSource *)source;
    size_t n = self->len - self->at;
    if (n > 0) {
        if (n > capacity)
            n = capacity;
        memcpy(ret_bytes, self->bytes + self->at, n);
        self->at += n;
    } else if (!self->has_rest_ended) {
        TRY(source_read(self->rest, ret_bytes, capacity, &n, diag));
        self->has_rest_ended = n == 0;
    }
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

static Err window_fill(struct WindowSource *self, ByteSource *rest, Diag *diag) {
    *self = (struct WindowSource){
        .source = {.read = window_read, .offset = rest->offset, .name = rest->name},
        .rest = rest,
        .bytes = malloc(FORMAT_WINDOW),
        .base = rest->offset,
    };
    if (self->bytes == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    while (self->len < FORMAT_WINDOW && !self->has_rest_ended) {
        size_t n = 0;
        TRY(source_read(rest, self->bytes + self->len, FORMAT_WINDOW - self->len, &n, diag));
        self->has_rest_ended = n == 0;
        self->len += n;
    }
    return ERR_OK;
}

static const FormatDriver *driver_find(const FormatWindow *window, FormatKind *ret_kind) {
    const FormatDriver *found = NULL;
    int best = DRIVER_NO;
    for (size_t i = 0; DRIVERS[i] != NULL; i++) {
        FormatKind kind = FORMAT_UNKNOWN;
        int sure = DRIVERS[i]->detect(window, &kind);
        if (sure > best) {
            best = sure;
            found = DRIVERS[i];
            *ret_kind = kind;
        }
    }
    return found;
}

Str file_name_of(const char *path) {
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    return str_from(slash == NULL ? path : slash + 1);
}

static Err driver_pick(FormatReader *reader, Diag *diag) {
    size_t mark;
    Str raw = str_of(reader->window.bytes, reader->window.len);
    TextEncoding encoding = text_encoding_detect(raw, &mark);
    FormatWindow window = {.raw = raw,
                           .text = str_from_index(raw, mark),
                           .name = file_name_of(reader->input.path),
                           .is_whole = reader->window.has_rest_ended};
    _cleanup_free_ char *decoded = NULL;
    if (encoding != TEXT_UTF8) {
        Utf16Decoder decoder = {.is_big_endian = encoding == TEXT_UTF16BE};
        decoded = malloc(utf16_room(window.text.len));
        if (decoded == NULL)
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
        window.text = str_of(decoded, utf16_decode(&decoder, window.text.ptr, window.text.len,
                                                   window.is_whole, decoded));
    }
    reader->driver = driver_find(&window, &reader->report.kind);
    if (reader->driver != NULL)
        return ERR_OK;
    return diag_set(diag, ERR_UNSUPPORTED,
                    N_("{file} is no hash list of a format that Seventh reads. Check that it is "
                       "the list itself and not a page or a report about it."));
}

Err format_open(const FormatInput *input, FormatReader **ret, Diag *diag) {
    _cleanup_(format_freep) FormatReader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    reader->input = *input;
    Err err = row_init(&reader->row, &reader->report);
    if (err == ERR_OK)
        err = window_fill(&reader->window, input->source, diag);
    if (err == ERR_OK)
        err = driver_pick(reader, diag);
    reader->source = &reader->window.source;
    if (err == ERR_OK)
        err = reader->driver->open(reader, &reader->state, diag);
    if (err != ERR_OK) {
        if (input->path != NULL)
            diag_file(diag, str_from(input->path));
        return err;
    }
    *ret = TAKE(reader);
    return ERR_OK;
}

void format_free(FormatReader *reader) {
    if (reader == NULL)
        return;
    if (reader->state != NULL)
        reader->driver->close(reader->state);
    row_done(&reader->row);
    free(reader->window.bytes);
    free(reader);
}

Err format_next(FormatReader *reader, ListEntry *ret, bool *ret_has, Diag *diag) {
    while (!reader->has_ended) {
        bool has = false;
        Err err = reader->driver->next(reader, reader->state, &has, diag);
        if (err != ERR_OK) {
            if (reader->input.path != NULL)
                diag_file(diag, str_from(reader->input.path));
            return err;
        }
        if (!has) {
            reader->has_ended = true;
        } else if (row_finish(&reader->row)) {
            *ret = reader->row.entry;
            *ret_has = true;
            return ERR_OK;
        }
    }
    *ret_has = false;
    return ERR_OK;
}

const FormatReport *format_report(const FormatReader *reader) {
    return &reader->report;
}
