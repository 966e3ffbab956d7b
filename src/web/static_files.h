// The files of web/static/ that pages use, embedded under names that hold a digest of their
// content: what a browser keeps is never out of date. Written by tools/static_embed.c. Constant;
// any thread.
#pragma once
#include "base/str.h"

typedef struct StaticFile {
    const char *name;   // "workspace.css"
    const char *hashed; // "/static/workspace-0123456789abcdef.css"
    const char *content_type;
    const unsigned char *bytes;
    size_t size;
    const unsigned char *packed; // gzip; NULL where it saves nothing
    size_t packed_size;
} StaticFile;

extern const StaticFile STATIC_FILES[];
extern const size_t STATIC_FILE_COUNT;

// The path under which a page refers to it; empty when there is no such file.
Str static_url(const char *name);
// By what stands behind "/static/". NULL when there is none.
const StaticFile *static_find(Str hashed);
