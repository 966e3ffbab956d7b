// Reading a list from memory in tests: LIST opens one, list_next steps through it.
#pragma once
#include "base/encoding.h"
#include "format/reader.h"
#include "t.h"

typedef struct List {
    MemorySource source;
    FormatReader *reader;
    ListEntry entry; // the last one
    Diag diag;
} List;

static inline Err list_open(List *list, Str content, Str scheme) {
    memory_source_init(&list->source, content, STR("list"));
    FormatInput input = {.source = &list->source.source, .fd = -1, .scheme = scheme};
    return format_open(&input, &list->reader, &list->diag);
}

static inline void list_done(List *list) {
    format_free(list->reader);
}

static inline bool list_next(List *list) {
    bool has = false;
    CHECK_OK(format_next(list->reader, &list->entry, &has, &list->diag));
    return has;
}

// Reads to the end and returns how many entries there were.
static inline int list_rest(List *list) {
    int count = 0;
    while (list_next(list))
        count++;
    return count;
}

// A list that opens and is of this kind.
#define LIST(name, content, expected_kind) \
    _cleanup_(list_done) List name = {0}; \
    CHECK_OK(list_open(&name, content, (Str){0})); \
    REQUIRE(name.reader != NULL); \
    CHECK_STR(str_from(format_name(format_report(name.reader)->kind)), format_name(expected_kind))

#define CHECK_REJECTED(list, reason, count) \
    CHECK_INT(format_report((list).reader)->rejected[REJECT_##reason], count)
#define CHECK_PLACE(list, reason, nth, at_offset, at_record) \
    do { \
        CHECK_INT(format_report((list).reader)->places[REJECT_##reason][nth].offset, at_offset); \
        CHECK_INT(format_report((list).reader)->places[REJECT_##reason][nth].record, at_record); \
    } while (0)

// The digest of an entry as text; valid until the next call.
static inline Str list_hex(const uint8_t *bytes, size_t n) {
    static char text[289];
    hex_encode(bytes, n, text);
    return str_of(text, 2 * n);
}

#define MD5_ABC "900150983cd24fb0d6963f7d28e17f72"
#define SHA1_ABC "a9993e364706816aba3e25717850c26c9cd0d89d"
#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
// A made-up PDQ hash: exactly half of its bits are set, as in real ones.
#define PDQ_A "0f0f33335555aaaacccc69699696f0f00ff03cc35aa5a55ac33c9669f00fcc33"
