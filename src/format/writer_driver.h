// WriterDriver: what a format implements behind format/writer.h. One const driver a form, one row
// in format/writers.def.
#pragma once
#include "format/json.h"
#include "format/writer.h"

typedef struct WriterDriver WriterDriver;
// Each function appends to writer->out, whose failure is sticky: nothing is returned.
struct WriterDriver {
    void (*begin)(FormatWriter *writer);
    void (*put)(FormatWriter *writer, const ListEntry *entry);
    void (*end)(FormatWriter *writer);
};

struct FormatWriter {
    const WriterDriver *driver;
    ExportMeta meta; // its text is borrowed until format_writer_free
    StrBuf *out;
    JsonWriter json;               // ready for the writers that want it
    uint64_t entries;              // put so far, counted by writer.c before the driver's put
    ExportLoss loss;               // counted by the driver
    bool is_begun, is_case;        // VICS: the head is written; as a case
    uint64_t written, categorised; // VICS
    const char *section;           // NCMEC: the element around entries that is open, or NULL
};

#define WRITER_ROW(KIND, text, name) extern const WriterDriver name##_writer;
#include "format/writers.def"
#undef WRITER_ROW
