// The inside of List: the file's bytes in a private copy, its sections found and bounded. All
// functions here may be called by many threads.
#pragma once
#include "base/bytes.h"
#include "index/list.h"
#include "index/list_layout.h"
#include "index/region.h"

typedef struct SectionView {
    const uint8_t *bytes; // NULL when the section is absent
    size_t count;         // items
} SectionView;

struct List {
    Region memory;  // the whole file
    uint8_t *bytes; // of memory
    size_t size;
    uint32_t count; // entries
    uint32_t tombstones;
    uint64_t version;
    int64_t created_ms;
    uint64_t sums; // offset of the block checksums
    SectionView sections[SECTION_COUNT];
};

// A list of these bytes, which are taken over on success (*io_memory is then empty).
Err list_attach(Region *io_memory, List **ret, Diag *diag) MUST_CHECK;

// The value of a column at an entry (which must exist); 0 where the column is absent.
static inline uint32_t list_u32(const List *list, ListSection section, size_t at) {
    const SectionView *view = &list->sections[section];
    return at < view->count ? load_le32(view->bytes + at * 4) : 0;
}
static inline uint64_t list_u64(const List *list, ListSection section, size_t at) {
    const SectionView *view = &list->sections[section];
    return at < view->count ? load_le64(view->bytes + at * 8) : 0;
}
// The frames that a video of the list owns: [first, first + count) of the section; list_open has
// seen that they lie in it. `video` and `row` must be below the sections' counts.
typedef struct ListVideo {
    uint32_t first, count, entry;
} ListVideo;
ListVideo list_video(const List *list, uint32_t video);
// False when the row is damaged.
bool list_frame(const List *list, uint32_t row, VpdqFrame *ret);
// False when the text lies outside the heap or is not valid UTF-8.
bool list_text(const List *list, uint64_t text, Str *ret);
// The sorted rows of a digest kind: digest, u32 entry.
static inline SectionView list_digests(const List *list, DigestKind kind) {
    return list->sections[kind == DIGEST_MD5    ? SECTION_MD5
                          : kind == DIGEST_SHA1 ? SECTION_SHA1
                                                : SECTION_SHA256];
}
