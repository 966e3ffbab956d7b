// Driver of NCMEC hash-sharing v2 XML: image, video, deletedImage and deletedVideo entries, also of
// several result pages in one file.
#include <stdlib.h>

#include "format/driver.h"
#include "format/scheme.h"
#include "format/xml.h"

typedef enum NcmecField {
    NCMEC_NONE,
    NCMEC_FINGERPRINTS,
    NCMEC_MEMBER,
    NCMEC_TIMESTAMP,
    NCMEC_ID,
    NCMEC_CLASSIFICATION,
    NCMEC_MD5,
    NCMEC_SHA1,
    NCMEC_SHA256,
    NCMEC_PDNA,
    NCMEC_PDQ
} NcmecField;

typedef struct NcmecState {
    FormatReader *reader; // for the handlers
    XmlReader *xml;
    XmlHandler handler;
    NcmecField outer; // the record's child that is open
    Str member_id;
    Str classification;
} NcmecState;

static const struct {
    const char *name;
    bool is_deleted;
    Str media_type;
} RECORDS[] = {{"image", false, STR("image")},
               {"video", false, STR("video")},
               {"deletedImage", true, STR("image")},
               {"deletedVideo", true, STR("video")}};

enum { RECORD_NAMES = sizeof RECORDS / sizeof *RECORDS };

static bool is_record(Str name) {
    for (int i = 0; i < RECORD_NAMES; i++) {
        if (str_is(name, RECORDS[i].name))
            return true;
    }
    return false;
}

static NcmecField field_of(Str name, int depth) {
    static const struct {
        const char *name;
        int depth;
        NcmecField field;
    } FIELDS[] = {
        {"member", 1, NCMEC_MEMBER},
        {"timestamp", 1, NCMEC_TIMESTAMP},
        {"id", 1, NCMEC_ID},
        {"classification", 1, NCMEC_CLASSIFICATION},
        {"fingerprints", 1, NCMEC_FINGERPRINTS},
        {"md5", 2, NCMEC_MD5},
        {"sha1", 2, NCMEC_SHA1},
        {"sha256", 2, NCMEC_SHA256},
        {"pdna", 2, NCMEC_PDNA},
        {"photodna", 2, NCMEC_PDNA},
        {"pdq", 2, NCMEC_PDQ},
    };
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        if (depth == FIELDS[i].depth && str_equal_ascii_nocase(name, str_from(FIELDS[i].name)))
            return FIELDS[i].field;
    }
    return NCMEC_NONE;
}

static void record_begin(NcmecState *self, Str name, int64_t offset) {
    Row *row = &self->reader->row;
    row_begin(row, offset);
    for (int i = 0; i < RECORD_NAMES; i++) {
        if (str_is(name, RECORDS[i].name)) {
            row->entry.media_type = RECORDS[i].media_type;
            if (RECORDS[i].is_deleted)
                row->entry.has |= ENTRY_DELETED;
        }
    }
    self->outer = NCMEC_NONE;
    self->member_id = self->classification = (Str){0};
}

static void on_begin(void *data, Str name, int depth, const char *const *attributes,
                     int64_t offset) {
    NcmecState *self = data;
    if (depth == 0)
        record_begin(self, name, offset);
    if (depth != 1)
        return;
    self->outer = field_of(name, depth);
    for (size_t i = 0; self->outer == NCMEC_MEMBER && attributes[i] != NULL; i += 2) {
        if (strcmp(attributes[i], "id") == 0)
            self->member_id =
                row_text(&self->reader->row, str_from(attributes[i + 1]), self->reader->row.offset);
    }
}

static void value_put(NcmecState *self, NcmecField field, Str text) {
    Row *row = &self->reader->row;
    switch (field) {
    case NCMEC_MEMBER:
        row->entry.issuer = row_text(row, text, row->offset);
        break;
    case NCMEC_TIMESTAMP:
        row->entry.updated = row_text(row, text, row->offset);
        break;
    case NCMEC_ID:
        row->entry.id = row_text(row, text, row->offset);
        break;
    case NCMEC_CLASSIFICATION:
        self->classification = row_text(row, text, row->offset);
        break;
    case NCMEC_MD5:
        row_md5(row, text, row->offset);
        break;
    case NCMEC_SHA1:
        row_sha1(row, text, row->offset);
        break;
    case NCMEC_SHA256:
        row_sha256(row, text, row->offset);
        break;
    case NCMEC_PDNA:
        row_photodna(row, text, row->offset);
        break;
    case NCMEC_PDQ:
        row_pdq(row, text, PDQ_QUALITY_UNKNOWN, row->offset);
        break;
    default:
        break;
    }
}

static void on_end(void *data, Str name, int depth, Str text, bool is_too_long) {
    NcmecState *self = data;
    Row *row = &self->reader->row;
    bool is_value = depth == 1 || (depth == 2 && self->outer == NCMEC_FINGERPRINTS);
    NcmecField field = is_value ? field_of(name, depth) : NCMEC_NONE;
    if (field > NCMEC_FINGERPRINTS && is_too_long)
        row_reject(row, REJECT_DAMAGED, row->offset);
    else
        value_put(self, field, str_trim(text));
    if (depth == 1)
        self->outer = NCMEC_NONE;
    if (depth > 0)
        return;
    if (row->entry.issuer.len == 0)
        row->entry.issuer = self->member_id;
    row_category(row, &self->reader->input, STR("esp-industry"), STR("1"), self->classification,
                 row->offset);
}

// The root or a record has its name behind `<` or a prefix's colon.
static bool has_element(Str text, Str name) {
    while (text.len > 0) {
        ptrdiff_t at = str_find(text, name);
        if (at <= 0)
            return false;
        size_t behind = (size_t)at + name.len;
        bool is_begun = text.ptr[at - 1] == '<' || text.ptr[at - 1] == ':';
        if (is_begun && behind < text.len && strchr(" \t\r\n/>", text.ptr[behind]) != NULL &&
            text.ptr[behind] != '\0')
            return true;
        text = str_from_index(text, behind);
    }
    return false;
}

static int ncmec_detect(const FormatWindow *window, FormatKind *ret_kind) {
    *ret_kind = FORMAT_NCMEC_XML;
    if (!str_has_prefix(str_trim(window->text), STR("<")))
        return DRIVER_NO;
    if (has_element(window->text, STR("queryResult")))
        return DRIVER_CERTAIN;
    bool has_record = has_element(window->text, STR("image")) ||
                      has_element(window->text, STR("video")) ||
                      has_element(window->text, STR("deletedImage")) ||
                      has_element(window->text, STR("deletedVideo"));
    return has_record && has_element(window->text, STR("fingerprints")) ? DRIVER_LIKELY : DRIVER_NO;
}

static void ncmec_close(void *state) {
    NcmecState *self = state;
    xml_reader_free(self->xml);
    free(self);
}

static Err ncmec_open(FormatReader *reader, void **ret_state, Diag *diag) {
    NcmecState *self = calloc(1, sizeof *self);
    if (self == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    self->reader = reader;
    self->handler =
        (XmlHandler){.self = self, .is_record = is_record, .begin = on_begin, .end = on_end};
    Err err = xml_reader_new(reader->source, &self->handler, &self->xml);
    if (err != ERR_OK) {
        free(self);
        return err;
    }
    *ret_state = self;
    return ERR_OK;
}

static Err ncmec_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    NcmecState *self = state;
    Row *row = &reader->row;
    for (;;) {
        XmlEvent event;
        int64_t offset = -1;
        bool is_in_record = false;
        TRY(xml_next(self->xml, &event, &offset, &is_in_record, diag));
        *ret_has = event == XML_RECORD || is_in_record;
        if (event == XML_RECORD || event == XML_END)
            return ERR_OK;
        RejectReason reason = event == XML_CUT_OFF ? REJECT_TRUNCATED : REJECT_DAMAGED;
        if (is_in_record) {
            row_drop(row, reason, offset);
            return ERR_OK;
        }
        row_reject(row, reason, offset); // between records: none is lost
    }
}

const FormatDriver ncmec_driver = {
    .detect = ncmec_detect, .open = ncmec_open, .next = ncmec_next, .close = ncmec_close};
