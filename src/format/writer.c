// FormatWriter: the table of forms that can be written.
#include "format/writer.h"

#include <stdlib.h>

#include "format/writer_driver.h"

static const struct {
    const char *name;
    const WriterDriver *driver;
} WRITERS[EXPORT_KINDS] = {
#define WRITER_ROW(KIND, text, name) [EXPORT_##KIND] = {text, &name##_writer},
#include "format/writers.def"
#undef WRITER_ROW
};

bool export_kind_from(Str name, ExportKind *ret) {
    for (int kind = 0; kind < EXPORT_KINDS; kind++) {
        if (WRITERS[kind].name != NULL && str_is(name, WRITERS[kind].name)) {
            *ret = (ExportKind)kind;
            return true;
        }
    }
    return false;
}

Err format_writer_new(ExportKind kind, const ExportMeta *meta, StrBuf *out, FormatWriter **ret) {
    if (WRITERS[kind].driver == NULL)
        return ERR_UNSUPPORTED;
    FormatWriter *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return ERR_NOMEM;
    *writer = (FormatWriter){.driver = WRITERS[kind].driver, .meta = *meta, .out = out};
    json_writer_init(&writer->json, out);
    *ret = writer;
    return ERR_OK;
}

void format_writer_free(FormatWriter *writer) {
    free(writer);
}

void format_writer_begin(FormatWriter *writer) {
    writer->driver->begin(writer);
}

void format_writer_put(FormatWriter *writer, const ListEntry *entry) {
    writer->entries++;
    writer->driver->put(writer, entry);
}

void format_writer_end(FormatWriter *writer) {
    writer->driver->end(writer);
}

ExportLoss format_writer_loss(const FormatWriter *writer) {
    return writer->loss;
}
