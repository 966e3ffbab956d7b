// What a file is, by its first bytes. Pure.
#pragma once
#include "base/str.h"

typedef enum MediaClass {
    MEDIA_CLASS_OTHER,
    MEDIA_CLASS_IMAGE, // a still (or animated) picture; the worker answers UNSUPPORTED to a few
    MEDIA_CLASS_VIDEO,
    MEDIA_CLASS_ARCHIVE,   // zip (office documents too), tar, 7z, rar, iso, cpio, cab, ar
    MEDIA_CLASS_COMPRESSED // one compressed stream: gzip, bzip2, xz, zstd, lz4
} MediaClass;
typedef struct MediaType {
    const char
        *mime; // static; "application/octet-stream" when nothing fits, "inode/x-empty" for nothing
    MediaClass class;
} MediaType;
enum { MEDIA_TYPE_WINDOW = 4096 };
// `head` is the start of the file, at least min(size, MEDIA_TYPE_WINDOW) bytes. An ISO 9660 image
// is known only when 32,774 bytes are given.
MediaType media_type_of(Str head);
