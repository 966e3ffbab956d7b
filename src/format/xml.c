// XmlReader: a parser is fed piece by piece and suspended at the end of each record. After an error
// a new parser begins at the next record, under a root element of our own.
#include "format/xml.h"

#include <expat.h>
#include <stdlib.h>

#include "base/strbuf.h"
#include "format/limits.h"
#include "format/text_source.h"

static const char ROOT[] = "<r>"; // stands before the record at which a new parser begins
enum { ROOT_BYTES = sizeof ROOT - 1, NAME_ROOM = 64, ENCODING_ROOM = 32 };

struct XmlReader {
    TextSource source;
    const XmlHandler *handler;
    XML_Parser parser;
    uint64_t base; // source byte of the parser's byte 0; ROOT_BYTES less after a recovery
    uint64_t fed;  // bytes given to this parser
    StrBuf ahead;  // bytes taken back from a parser that failed, still to be fed
    size_t ahead_at;
    bool is_source_ended, is_suspended, is_ended, is_recovered;
    bool is_refused, is_too_deep;
    unsigned recoveries;
    int depth, record_depth; // open elements; of the record's element, or 0
    StrBuf text[XML_DEPTH_MAX];
    char encoding[ENCODING_ROOM];
};

static Str local_name(const char *name) {
    const char *colon = strrchr(name, ':');
    return str_from(colon == NULL ? name : colon + 1);
}

static void on_begin(void *data, const char *name, const char **attributes) {
    XmlReader *self = data;
    self->depth++;
    if (self->depth >= XML_DEPTH_MAX) {
        self->is_too_deep = true;
        XML_StopParser(self->parser, XML_FALSE);
        return;
    }
    Str local = local_name(name);
    if (self->record_depth == 0) {
        if (!self->handler->is_record(local))
            return;
        self->record_depth = self->depth;
    }
    strbuf_clear(&self->text[self->depth]);
    int64_t offset = (int64_t)(self->base + (uint64_t)XML_GetCurrentByteIndex(self->parser));
    self->handler->begin(self->handler->self, local, self->depth - self->record_depth,
                         (const char *const *)attributes,
                         self->source.encoding == TEXT_UTF8 ? offset : -1);
}

static void on_end(void *data, const char *name) {
    XmlReader *self = data;
    int depth = self->depth--;
    if (self->record_depth == 0 || self->is_too_deep)
        return;
    const StrBuf *text = &self->text[depth];
    self->handler->end(self->handler->self, local_name(name), depth - self->record_depth,
                       strbuf_str(text), text->failed != ERR_OK);
    if (depth == self->record_depth) {
        self->record_depth = 0;
        XML_StopParser(self->parser, XML_TRUE);
    }
}

static void on_text(void *data, const char *text, int len) {
    XmlReader *self = data;
    if (self->record_depth > 0 && !self->is_too_deep)
        strbuf_put(&self->text[self->depth], str_of(text, (size_t)len));
}

static void on_doctype(void *data, const char *name, const char *system_id, const char *public_id,
                       int has_internal_subset) {
    XmlReader *self = data;
    (void)name, (void)system_id, (void)public_id;
    if (has_internal_subset) {
        self->is_refused = true;
        XML_StopParser(self->parser, XML_FALSE);
    }
}

static void on_declaration(void *data, const char *version, const char *encoding, int standalone) {
    XmlReader *self = data;
    (void)version, (void)standalone;
    if (encoding != NULL && strlen(encoding) < ENCODING_ROOM)
        memcpy(self->encoding, encoding, strlen(encoding) + 1);
}

static int on_encoding(void *data, const char *name, XML_Encoding *info) {
    (void)data, (void)name;
    for (int i = 0; i < 256; i++)
        info->map[i] = i;
    return XML_STATUS_OK;
}

static Err parser_begin(XmlReader *self) {
    XML_ParserFree(self->parser);
    const char *encoding = self->source.encoding != TEXT_UTF8 ? "UTF-8"
                           : self->encoding[0] != '\0'        ? self->encoding
                                                              : NULL;
    self->parser = XML_ParserCreate(encoding);
    if (self->parser == NULL)
        return ERR_NOMEM;
    XML_SetUserData(self->parser, self);
    XML_SetElementHandler(self->parser, on_begin, on_end);
    XML_SetCharacterDataHandler(self->parser, on_text);
    XML_SetStartDoctypeDeclHandler(self->parser, on_doctype);
    XML_SetXmlDeclHandler(self->parser, on_declaration);
    XML_SetUnknownEncodingHandler(self->parser, on_encoding, NULL);
    self->depth = self->record_depth = 0;
    self->fed = 0;
    self->is_suspended = self->is_too_deep = false;
    return ERR_OK;
}

Err xml_reader_new(ByteSource *source, const XmlHandler *handler, XmlReader **ret) {
    _cleanup_(xml_reader_freep) XmlReader *self = calloc(1, sizeof *self);
    if (self == NULL)
        return ERR_NOMEM;
    text_source_init(&self->source, source);
    self->handler = handler;
    self->ahead = STRBUF(XML_TOKEN_MAX + 4 * XML_CHUNK);
    for (int i = 0; i < XML_DEPTH_MAX; i++)
        self->text[i] = STRBUF(XML_VALUE_MAX);
    *ret = TAKE(self);
    return ERR_OK;
}

void xml_reader_free(XmlReader *self) {
    if (self == NULL)
        return;
    XML_ParserFree(self->parser);
    text_source_done(&self->source);
    strbuf_done(&self->ahead);
    for (int i = 0; i < XML_DEPTH_MAX; i++)
        strbuf_done(&self->text[i]);
    free(self);
}

// The next bytes: those taken back first, then the source's. 0 at the end.
static Err piece_read(XmlReader *self, char *to, size_t capacity, size_t *ret_n, Diag *diag) {
    size_t n = self->ahead.len - self->ahead_at;
    if (n > 0) {
        n = n < capacity ? n : capacity;
        memcpy(to, self->ahead.ptr + self->ahead_at, n);
        self->ahead_at += n;
    } else if (!self->is_source_ended) {
        TRY(source_read(&self->source.source, to, capacity, &n, diag));
        self->is_source_ended = n == 0;
    }
    *ret_n = n;
    return ERR_OK;
}

// Gives the parser one more piece (or lets it go on) and tells how it ended.
static Err parser_step(XmlReader *self, enum XML_Status *ret, Diag *diag) {
    if (self->is_suspended) {
        self->is_suspended = false;
        *ret = XML_ResumeParser(self->parser);
        return ERR_OK;
    }
    void *room = XML_GetBuffer(self->parser, XML_CHUNK);
    if (room == NULL)
        return ERR_NOMEM;
    size_t n = 0;
    if (self->is_recovered && self->fed == 0) {
        memcpy(room, ROOT, ROOT_BYTES);
        n = ROOT_BYTES;
    } else {
        TRY(piece_read(self, room, XML_CHUNK, &n, diag));
        if (self->fed == 0) // the source has seen its mark by now
            self->base = self->source.raw_base + self->source.mark;
        if (self->fed == 0 && self->source.encoding != TEXT_UTF8 &&
            XML_SetEncoding(self->parser, "UTF-8") != XML_STATUS_OK)
            return ERR_INTERNAL;
    }
    self->fed += n;
    *ret = XML_ParseBuffer(self->parser, (int)n, n == 0);
    return ERR_OK;
}

// Takes back what the parser holds from the place of its error on.
static Err ahead_take(XmlReader *self, uint64_t *ret_at) {
    int at = 0, size = 0;
    const char *held = XML_GetInputContext(self->parser, &at, &size);
    uint64_t index = (uint64_t)XML_GetCurrentByteIndex(self->parser);
    StrBuf ahead = STRBUF(self->ahead.ceiling);
    if (held != NULL && at < size) {
        strbuf_put(&ahead, str_of(held + at, (size_t)(size - at)));
        *ret_at = self->base + index;
    } else {
        *ret_at = self->base + self->fed;
    }
    strbuf_put(&ahead, str_from_index(strbuf_str(&self->ahead), self->ahead_at));
    strbuf_done(&self->ahead);
    self->ahead = ahead;
    self->ahead_at = 0;
    return strbuf_err(&self->ahead);
}

// Where in text a record's tag begins, from `from` on; text.len when nowhere.
static size_t record_find(const XmlReader *self, Str text, size_t from) {
    for (size_t i = from; i < text.len; i++) {
        const char *open = memchr(text.ptr + i, '<', text.len - i);
        if (open == NULL)
            break;
        i = (size_t)(open - text.ptr);
        size_t begin = i + 1, at = begin;
        while (at < text.len && at - begin < NAME_ROOM &&
               strchr(" \t\r\n/><", text.ptr[at]) == NULL) {
            if (text.ptr[at++] == ':')
                begin = at;
        }
        if (at < text.len && self->handler->is_record((Str){text.ptr + begin, at - begin}))
            return i;
    }
    return text.len;
}

// Reads on to the next record behind the error and begins a new parser there. False at the end.
static Err recover(XmlReader *self, uint64_t at, bool *ret_has_more, Diag *diag) {
    *ret_has_more = false;
    if (++self->recoveries > XML_RECOVERIES_MAX)
        return ERR_OK;
    size_t from = 1; // at least one byte further than where it failed
    for (;;) {
        size_t found = record_find(self, strbuf_str(&self->ahead), from);
        if (found < self->ahead.len) {
            self->ahead_at = found;
            break;
        }
        // Keep what may be the beginning of a tag, and read on.
        size_t keep = self->ahead.len < NAME_ROOM ? self->ahead.len : NAME_ROOM;
        size_t gone = self->ahead.len - keep, n = 0;
        if (self->ahead.len > 0)
            memmove(self->ahead.ptr, self->ahead.ptr + gone, keep);
        at += gone;
        from = from > gone ? from - gone : 0;
        strbuf_truncate(&self->ahead, keep);
        char *room = strbuf_reserve(&self->ahead, XML_CHUNK);
        if (room == NULL)
            return strbuf_err(&self->ahead);
        if (!self->is_source_ended)
            TRY(source_read(&self->source.source, room, XML_CHUNK, &n, diag));
        if (n == 0) {
            self->is_source_ended = true;
            return ERR_OK;
        }
        strbuf_commit(&self->ahead, n);
    }
    TRY(parser_begin(self));
    self->is_recovered = true;
    self->base = at + self->ahead_at - ROOT_BYTES;
    *ret_has_more = true;
    return ERR_OK;
}

// Judges an error of the parser. *ret_is_silent: nothing was lost by it.
static Err error_handle(XmlReader *self, XmlEvent *ret, int64_t *ret_offset, bool *ret_is_in_record,
                        bool *ret_is_silent, Diag *diag) {
    enum XML_Error code = XML_GetErrorCode(self->parser);
    if (code == XML_ERROR_NO_MEMORY)
        return ERR_NOMEM;
    if (self->is_refused)
        return diag_set(diag, ERR_UNSUPPORTED,
                        N_("{file} declares XML entities of its own, which is not accepted in a "
                           "hash list. Ask its sender for a list without a DOCTYPE."));
    bool is_in_record = self->record_depth > 0;
    // A declaration that contradicts the bytes, as of files that were converted.
    bool is_mislabelled =
        code == XML_ERROR_INCORRECT_ENCODING || code == XML_ERROR_UNKNOWN_ENCODING;
    if (is_mislabelled)
        memcpy(self->encoding, "UTF-8", sizeof "UTF-8");
    // A closing tag above our own root, its missing end, or the next of several joined documents.
    bool is_own =
        self->is_recovered && (code == XML_ERROR_TAG_MISMATCH || code == XML_ERROR_NO_ELEMENTS);
    bool is_joined = code == XML_ERROR_JUNK_AFTER_DOC_ELEMENT || code == XML_ERROR_MISPLACED_XML_PI;
    bool is_outside = !is_in_record && (is_own || is_joined || is_mislabelled);
    uint64_t at;
    bool has_more;
    TRY(ahead_take(self, &at));
    TRY(recover(self, at, &has_more, diag));
    self->is_ended = !has_more;
    *ret_offset = self->source.encoding == TEXT_UTF8 ? (int64_t)at : -1;
    *ret_is_in_record = is_in_record;
    bool is_unfinished = code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
                         code == XML_ERROR_PARTIAL_CHAR || code == XML_ERROR_UNCLOSED_CDATA_SECTION;
    *ret = !has_more && is_unfinished ? XML_CUT_OFF : XML_DAMAGED;
    *ret_is_silent = is_outside && self->recoveries <= XML_RECOVERIES_MAX;
    return ERR_OK;
}

Err xml_next(XmlReader *self, XmlEvent *ret, int64_t *ret_offset, bool *ret_is_in_record,
             Diag *diag) {
    if (self->parser == NULL)
        TRY(parser_begin(self));
    while (!self->is_ended) {
        enum XML_Status status;
        TRY(parser_step(self, &status, diag));
        bool is_endless =
            status == XML_STATUS_OK && // one token without end
            self->fed - (uint64_t)XML_GetCurrentByteIndex(self->parser) > XML_TOKEN_MAX;
        if (status == XML_STATUS_SUSPENDED) {
            self->is_suspended = true;
            *ret = XML_RECORD;
            return ERR_OK;
        }
        if (status == XML_STATUS_ERROR || is_endless) {
            bool is_silent = false;
            TRY(error_handle(self, ret, ret_offset, ret_is_in_record, &is_silent, diag));
            if (!is_silent)
                return ERR_OK;
        } else if (self->is_source_ended && self->ahead_at == self->ahead.len) {
            XML_ParsingStatus parsing;
            XML_GetParsingStatus(self->parser, &parsing);
            self->is_ended = parsing.parsing == XML_FINISHED;
        }
    }
    *ret = XML_END;
    return ERR_OK;
}
