// A source of the members of one archive. They come from a confined child and are held in sealed
// memory, never on disk; what is too large to hold gives its digests while it passes.
#pragma once
#include "media/decode.h"
#include "scan/pool.h"
#include "scan/source.h"

// What all archives inside one file may use together; the limits are those of scan/limits.h.
typedef struct UnpackBudget {
    uint64_t packed;   // bytes of the file on disk
    uint64_t unpacked; // bytes so far, at all depths
    uint32_t members;  // so far, at all depths
    uint64_t open;     // bytes of the archives held in memory inside one another
} UnpackBudget;

// Stable ids of problems that are no error class.
#define PROBLEM_ENCRYPTED "encrypted"
#define PROBLEM_TOO_LARGE "too-large"
#define PROBLEM_DEPTH "archive-depth"
#define PROBLEM_BOMB "archive-limit"

// client: borrowed while the source lives. fd: borrowed while it lives. path: of the
// archive, borrowed while it lives; members are shown as path!/member. pool: whose memory under way
// is counted. Errors are those of media_unpack_open. An error of source_next with class LIMIT is a
// limit of archives (PROBLEM_BOMB).
Err archive_source_new(MediaClient *client, int fd, Str path, UnpackBudget *budget,
                       InspectPool *pool, FileSource **ret, Diag *diag) MUST_CHECK;
