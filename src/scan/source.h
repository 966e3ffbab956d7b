// FileSource: where a scan's files come from (a folder, an archive; later disk images, mailboxes).
//
// A source gives its entries one after another in a fixed order that depends on its content only.
// One thread uses a source.
#pragma once
#include "hash/digests.h"
#include "media/type.h"

typedef enum SourceKind {
    SOURCE_FILE,
    SOURCE_LINK,    // a symbolic link: listed, never followed
    SOURCE_SPECIAL, // a device, pipe or socket: listed, never opened
    SOURCE_PROBLEM  // something that could not be read; the Diag of the entry says why
} SourceKind;

typedef struct SourceEntry {
    SourceKind kind;
    Str path;               // as shown: any bytes but NUL; borrowed until the next step
    uint64_t size;          // bytes; UINT64_MAX when not known before reading
    int64_t mtime_ns;       // 0 when the source has none
    uint64_t device, inode; // of a file on disk
    bool is_encrypted;
    Diag problem; // SOURCE_PROBLEM
} SourceEntry;

// The bytes of an entry. Either a descriptor to read from anywhere, owned by the caller, or (fd -1)
// what a stream too large to hold gave while it passed.
typedef struct SourceContent {
    int fd;
    uint64_t size; // bytes
    MediaType type;
    Digests digests; // fd -1 only
    // Bytes of memory that the descriptor holds; 0 for a file on disk.
    uint64_t held;
} SourceContent;

typedef struct FileSource FileSource;
struct FileSource {
    Err (*next)(FileSource *source, SourceEntry *ret, bool *ret_has, Diag *diag);
    Err (*open)(FileSource *source, SourceContent *ret, Diag *diag);
    void (*free)(FileSource *source);
};

// The next entry; *ret_has is false at the end. An error ends the source: what follows is lost and
// the error says why.
static inline Err source_next(FileSource *source, SourceEntry *ret, bool *ret_has, Diag *diag) {
    return source->next(source, ret, ret_has, diag);
}
// The content of the entry last given, at most once. An error concerns this entry only.
static inline Err source_open(FileSource *source, SourceContent *ret, Diag *diag) {
    return source->open(source, ret, diag);
}
static inline void file_source_free(FileSource *source) {
    if (source != NULL)
        source->free(source);
}
DEFINE_CLEANUP(FileSource *, file_source_free);

// One operand of the command line: a file, or a folder with all that is in it, in the byte order of
// the paths. A link named by the operand itself is followed, no other is. The paths given are the
// operand, without slashes at its end, and what follows in it. Access times are left alone where
// the system permits. Never fails because of what the operand names: that is a SOURCE_PROBLEM.
Err folder_source_new(const char *operand, FileSource **ret, Diag *diag) MUST_CHECK;
