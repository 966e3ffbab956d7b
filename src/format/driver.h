// FormatDriver: what a format implements behind format/reader.h. One const driver a file format,
// one row in format/drivers.def; format/reader.c picks the driver that is surest of the window.
//
// A driver fills reader->row (format/row.h) and never accepts or counts rows itself: it calls
// row_begin for each record, then the row_… setters, and reader.c decides whether the row is
// accepted. One thread per reader.
#pragma once
#include "format/reader.h"
#include "format/row.h"

// The start of the content. `raw` is at most FORMAT_WINDOW bytes as they are; `text` is the same
// without its byte order mark and, for UTF-16, as UTF-8. Both are borrowed for the call.
typedef struct FormatWindow {
    Str raw, text;
    Str name;      // of the file, without its folder: a hint where the content leaves two readings
    bool is_whole; // the content ends inside the window
} FormatWindow;

typedef struct FormatDriver FormatDriver;
struct FormatReader {
    FormatInput input;
    const FormatDriver *driver;
    void *state;
    // The content from its first byte (the window is replayed); raw, byte order mark included.
    ByteSource *source;
    FormatReport report;
    Row row;
    // Private to reader.c.
    bool has_ended;
    struct WindowSource {
        ByteSource source;
        ByteSource *rest;
        char *bytes;
        size_t len, at;
        uint64_t base; // of bytes[0] in the stream
        bool has_rest_ended;
    } window;
};

// How sure a driver is that the content is its own. Equal sureness: the earlier row of drivers.def.
enum {
    DRIVER_NO = 0,
    DRIVER_POSSIBLE = 25, // the shape fits (a line of hex digits)
    DRIVER_LIKELY = 50,   // known names in the right places
    DRIVER_CERTAIN = 100  // a signature of the format
};

struct FormatDriver {
    // How sure; *ret_kind is what the report shall say and is read only when the result is not 0.
    int (*detect)(const FormatWindow *window, FormatKind *ret_kind);
    // reader->source, reader->input, reader->report and reader->row are ready. *ret_state is handed
    // to the other two and closed even when a later step fails; not when open itself fails.
    Err (*open)(FormatReader *reader, void **ret_state, Diag *diag) MUST_CHECK;
    // Reads one record into reader->row (row_begin first); *ret_has is false when there is none
    // left. A record lost to damage is row_begin and row_drop, with *ret_has true. Only I/O and
    // memory are errors.
    Err (*next)(FormatReader *reader, void *state, bool *ret_has, Diag *diag) MUST_CHECK;
    void (*close)(void *state);
};

// The last step of a path; empty for NULL.
Str file_name_of(const char *path);

// X(driver): extern const FormatDriver <driver>_driver.
#define DRIVER_ROW(driver) extern const FormatDriver driver##_driver;
#include "format/drivers.def"
#undef DRIVER_ROW
