// XmlReader: expat as a pull reader of the records of a document, which goes on behind damage.
//
// Memory is bounded (limits.h). A document that declares entities of its own is refused. Encodings:
// those of expat and, with its mark, UTF-16; unknown single-byte ones are read as ISO 8859-1. Names
// come without namespace prefix. One thread.
#pragma once
#include "base/cleanup.h"
#include "base/source.h"

typedef enum XmlEvent {
    XML_END,
    XML_RECORD,  // a whole record was handed to the handlers
    XML_DAMAGED, // the document is broken here; reading goes on at the next record, if any
    XML_CUT_OFF  // the input ends inside the document
} XmlEvent;

// The handlers are called while xml_next runs. depth: 0 for the record's element itself.
typedef struct XmlHandler {
    void *self;
    bool (*is_record)(Str name);
    // attributes: expat's name, value, …, NULL.
    void (*begin)(void *self, Str name, int depth, const char *const *attributes, int64_t offset);
    // The element's own text, as far as XML_VALUE_MAX; is_too_long when there was more.
    void (*end)(void *self, Str name, int depth, Str text, bool is_too_long);
} XmlHandler;

typedef struct XmlReader XmlReader;
// Source and handler are borrowed.
Err xml_reader_new(ByteSource *source, const XmlHandler *handler, XmlReader **ret) MUST_CHECK;
void xml_reader_free(XmlReader *reader);
DEFINE_CLEANUP(XmlReader *, xml_reader_free);
// On damage *ret_offset is its byte, or -1 when the encoding does not let us know;
// *ret_is_in_record says whether a record that had begun is lost.
Err xml_next(XmlReader *reader, XmlEvent *ret, int64_t *ret_offset, bool *ret_is_in_record,
             Diag *diag) MUST_CHECK;
