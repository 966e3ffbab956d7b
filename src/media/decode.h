// MediaClient: the only way to pictures and archives. It talks to one `seventh-media` process,
// which forks a confined child for every input; nothing that a hostile file does reaches the
// caller, the next file, or the disk.
//
// One thread per client. All numbers that come back are checked here.
#pragma once
#include "hash/pdq.h"

typedef enum MediaWant {
    MEDIA_PDQ = 1 << 0,
    MEDIA_PDQ512 = 1 << 1,
    MEDIA_TURNS = 1 << 2, // all eight orientations
    MEDIA_FACTS = 1 << 3, // EXIF facts
    // Hashes of JPEG pictures from their stored luma alone, and of large ones from a reduced
    // picture: faster, and some bits differ (docs/fast-hashing.md). Everything else stays exact.
    MEDIA_FAST = 1 << 4
} MediaWant;

typedef struct MediaOptions {
    const char
        *program; // path of seventh-media; NULL: beside the running program, else the installed one
    uint64_t
        memory_limit; // bytes of address space a child may use; 0: the default of media/limits.h
    uint32_t cpu_seconds;        // 0: default
    uint32_t wall_ms;            // 0: default; of an unpacking: the longest wait for its next bytes
    uint64_t unpack_bytes_max;   // one archive may give; 0: the default of media/limits.h
    uint32_t unpack_members_max; // 0: default
} MediaOptions;

enum { MEDIA_FACTS_MAX = 16, MEDIA_FACT_TEXT = 96 };
typedef struct MediaFacts {
    const char *type; // static MIME string of what was decoded, e.g. "image/jpeg"
    uint32_t width, height;
    uint32_t frames;     // of an animation; 1 otherwise
    bool is_truncated;   // decoded as far as it went
    bool is_approximate; // the hashes are, as MEDIA_FAST allows; must never enter a list
    unsigned has;        // MEDIA_PDQ | MEDIA_PDQ512 | MEDIA_TURNS
    PdqFacts pdq[PDQ_VARIANTS];
    int fact_count;
    struct {
        char name[24];
        char value[MEDIA_FACT_TEXT];
    } facts[MEDIA_FACTS_MAX]; // canonical names of index/entry.h
} MediaFacts;

typedef struct MediaClient MediaClient;
Err media_client_new(const MediaOptions *options, MediaClient **ret, Diag *diag) MUST_CHECK;
void media_client_free(MediaClient *client);
DEFINE_CLEANUP(MediaClient *, media_client_free);

// fd: a readable, seekable descriptor positioned anywhere; it is duplicated into the child. Errors:
// UNSUPPORTED (no picture we decode), SYNTAX/TRUNCATED (damaged beyond decoding), LIMIT (too large,
// memory), TIMEOUT, CRASHED, SANDBOX.
Err media_decode(MediaClient *client, int fd, unsigned want, MediaFacts *ret,
                 Diag *diag) MUST_CHECK;

// Unpacking: members come as a stream from a confined child.
typedef struct MediaUnpack MediaUnpack;
typedef struct MediaMember {
    Str path; // UTF-8 (what was not is escaped), as the archive says; never used as a path by us
    uint64_t size;     // announced, or UINT64_MAX when unknown
    bool is_encrypted; // its content cannot be read
} MediaMember;
// fd as for media_decode. Decoding and further unpackings may go on with the same client while one
// is open; it must be freed before the client. What is wrong with the archive (UNSUPPORTED: none
// that is read; CORRUPT; LIMIT; CRASHED; …) is said by media_unpack_next, after the members that
// could be read. A gzip, xz, … stream that holds no archive is one member called "data".
Err media_unpack_open(MediaClient *client, int fd, MediaUnpack **ret, Diag *diag) MUST_CHECK;
void media_unpack_free(MediaUnpack *unpack);
DEFINE_CLEANUP(MediaUnpack *, media_unpack_free);
// The next regular file; what was not read of the last one is passed over. *ret_has is false at the
// end.
Err media_unpack_next(MediaUnpack *unpack, MediaMember *ret, bool *ret_has, Diag *diag) MUST_CHECK;
// Bytes of the present member; *ret_n is 0 at its end. A member that is encrypted (UNSUPPORTED) or
// damaged (CORRUPT) fails once, and the next one may still be good.
Err media_unpack_read(MediaUnpack *unpack, void *ret_bytes, size_t capacity, size_t *ret_n,
                      Diag *diag) MUST_CHECK;
