// ListGather: hash lists of any format the field has, compressed or in archives, read into a
// ListBuilder, with an account of what was accepted and what was not.
//
// One thread.
#pragma once
#include "cli/progress.h"
#include "index/list.h"
#include "media/decode.h"
#include "workspace/list_sources.h"

typedef struct ListGather {
    ListBuilder *builder;       // owned; never NULL after list_gather_begin
    MediaClient *client;        // started when the first compressed input needs it
    Str scheme, scheme_version; // overrides what the sources say; borrowed
    bool drops_locations;
    Progress *progress;      // borrowed, may be NULL
    ListSources sources;     // what was read
    VEC(char *) passed_over; // names of members of archives that are no list
} ListGather;

Err list_gather_begin(ListGather *gather, Diag *diag) MUST_CHECK;
void list_gather_done(ListGather *gather);
// Reads one file. ERR_UNSUPPORTED, with nothing added, when it is no list nor an archive that holds
// one.
Err list_gather_file(ListGather *gather, const char *path, Diag *diag) MUST_CHECK;
