// multipart/form-data (RFC 7578), read as it arrives: fields into memory, files to whoever takes
// them. Strict: no preamble, every part with a name, nothing behind the closing boundary.
//
// Memory is bounded by the boundary and WEB_PART_HEADER_MAX whatever comes. One thread.
#pragma once
#include "base/arena.h"
#include "base/strbuf.h"

// A part as its headers describe it; texts are UTF-8 without control characters and live until the
// part ends.
typedef struct MultipartPart {
    Str name;
    bool is_file; // a filename was given
    Str file_name;
} MultipartPart;

typedef struct MultipartSink {
    void *context;
    Err (*begin)(void *context, const MultipartPart *part);
    Err (*data)(void *context, Str bytes);
    Err (*end)(void *context);
} MultipartSink;

typedef enum MultipartState {
    MULTIPART_START,
    MULTIPART_BOUNDARY, // behind a boundary
    MULTIPART_HEADERS,
    MULTIPART_DATA,
    MULTIPART_OVER,
    MULTIPART_FAILED
} MultipartState;

typedef struct Multipart {
    MultipartState state;
    MultipartSink sink;
    StrBuf window; // what was fed and is not used up
    char delimiter[80];
    size_t delimiter_len; // CR LF - - boundary
    Err failed;
} Multipart;

// boundary: of the Content-Type. ERR_SYNTAX when it cannot be one.
Err multipart_init(Multipart *multipart, Str boundary, const MultipartSink *sink) MUST_CHECK;
// Any piece of the body. ERR_SYNTAX, ERR_ENCODING, ERR_LIMIT, ERR_NOMEM, or what the sink gave; the
// same again afterwards.
Err multipart_feed(Multipart *multipart, Str bytes) MUST_CHECK;
// ERR_TRUNCATED when the closing boundary has not come.
Err multipart_finish(Multipart *multipart) MUST_CHECK;
void multipart_done(Multipart *multipart);
