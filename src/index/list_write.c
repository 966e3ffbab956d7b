// Lays a gathered list out as a file: sorts the digests, joins what belongs to one entry, streams
// the sections through the block checksums, and writes the header page last.
#include <fcntl.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/utf8.h"
#include "crypto/blake2.h"
#include "index/digest_sort.h"
#include "index/limits.h"
#include "index/list_build.h"
#include "index/list_read.h"

// The file as it is written, block by block, to a descriptor or into memory. Failure is sticky.
typedef struct Sink {
    int fd;
    Region *memory;  // NULL: to fd
    uint64_t offset; // of the next byte in the file
    size_t fill;     // bytes in block
    uint8_t *block;
    Region sums;
    Err err;
    Diag *diag;
} Sink;

static void sink_done(Sink *sink) {
    free(sink->block);
    region_done(&sink->sums);
}

static Err sink_write(Sink *sink, const void *bytes, size_t n) {
    if (sink->memory == NULL)
        return fd_write_all(sink->fd, bytes, n, sink->diag);
    if (region_push(sink->memory, bytes, n) == NULL)
        return diag_set(sink->diag, ERR_NOMEM, N_("There is not enough memory."));
    return ERR_OK;
}

static void sink_flush(Sink *sink) {
    uint8_t sum[LIST_SUM_BYTES];
    if (sink->fill == 0 || sink->err != ERR_OK)
        return;
    blake2_256(sink->block, sink->fill, sum);
    if (region_push(&sink->sums, sum, sizeof sum) == NULL)
        sink->err = diag_set(sink->diag, ERR_NOMEM, N_("There is not enough memory."));
    else
        sink->err = sink_write(sink, sink->block, sink->fill);
    sink->fill = 0;
}

static void sink_put(Sink *sink, const void *bytes, size_t n) {
    const uint8_t *from = bytes; // NULL: zeros
    while (n > 0 && sink->err == ERR_OK) {
        size_t part = LIST_BLOCK_BYTES - sink->fill < n ? LIST_BLOCK_BYTES - sink->fill : n;
        if (from == NULL) {
            memset(sink->block + sink->fill, 0, part);
        } else {
            memcpy(sink->block + sink->fill, from, part);
            from += part;
        }
        sink->fill += part;
        sink->offset += part;
        n -= part;
        if (sink->fill == LIST_BLOCK_BYTES)
            sink_flush(sink);
    }
}

static void sink_put_u32(Sink *sink, uint32_t value) {
    uint8_t bytes[4];
    store_le32(bytes, value);
    sink_put(sink, bytes, sizeof bytes);
}

static void sink_align(Sink *sink) {
    sink_put(sink, NULL, (size_t)(-sink->offset & (LIST_ALIGNMENT - 1)));
}

static void digests_sort(ListBuilder *builder, ListSection rows, ListSection at, size_t size) {
    Region *region = &builder->sections[rows];
    size_t row_size = size + DIGEST_ENTRY_BYTES, count = region->len / row_size;
    if (count == 0)
        return;
    digest_rows_sort(region->bytes, count, size);
    for (size_t i = 0; i < count; i++) {
        uint32_t entry = load_le32(region->bytes + i * row_size + size);
        store_le32(builder->sections[at].bytes + (size_t)entry * 4, (uint32_t)i + 1);
    }
}

// Calls put for each row of each entry's ring, first row first, and each_entry after each entry.
typedef struct RingWalk {
    ListSection last;     // column of positions of last rows
    const uint8_t *links; // of row 1
    size_t stride;
    const uint8_t *rows;
    size_t row_size;
    bool has_owner; // the last four bytes of a row name its entry
} RingWalk;

static RingWalk location_walk(const ListBuilder *builder) {
    const uint8_t *rows = builder->sections[SECTION_LOCATIONS].bytes;
    // Without a location there are no rows, and nothing may be added to NULL.
    const uint8_t *links = rows == NULL ? NULL : rows + 28;
    return (RingWalk){SECTION_LOCATION_START, links, LOCATION_BYTES, rows, LOCATION_BYTES, true};
}

static RingWalk fact_walk(const ListBuilder *builder) {
    return (RingWalk){SECTION_FACT_START,
                      builder->fact_links.bytes,
                      4,
                      builder->sections[SECTION_FACTS].bytes,
                      FACT_BYTES,
                      false};
}

static uint32_t ring_next(const RingWalk *walk, uint32_t position) {
    return load_le32(walk->links + (size_t)(position - 1) * walk->stride);
}

static void put_ring_starts(Sink *sink, const ListBuilder *builder, RingWalk walk) {
    uint32_t start = 0;
    for (uint32_t entry = 0; entry < builder->count; entry++) {
        sink_put_u32(sink, start);
        uint32_t last = builder_u32(builder, walk.last, entry), position = last;
        while (position != 0) {
            start++;
            position = ring_next(&walk, position);
            if (position == last)
                break;
        }
    }
    sink_put_u32(sink, start);
}

static void put_ring_rows(Sink *sink, const ListBuilder *builder, RingWalk walk) {
    for (uint32_t entry = 0; entry < builder->count; entry++) {
        uint32_t last = builder_u32(builder, walk.last, entry), position = last;
        while (position != 0) {
            position = ring_next(&walk, position);
            const uint8_t *row = walk.rows + (size_t)(position - 1) * walk.row_size;
            sink_put(sink, row, walk.row_size - (walk.has_owner ? 4 : 0));
            if (walk.has_owner)
                sink_put_u32(sink, entry);
            if (position == last)
                break;
        }
    }
}

static void put_section(Sink *sink, const ListBuilder *builder, const ListMeta *meta,
                        ListSection section) {
    const Region *region = &builder->sections[section];
    switch (section) {
    case SECTION_NAME:
        sink_put(sink, meta->name.ptr, meta->name.len);
        break;
    case SECTION_ISSUER:
        sink_put(sink, meta->issuer.ptr, meta->issuer.len);
        break;
    case SECTION_SOURCES:
        sink_put(sink, meta->sources_json.ptr, meta->sources_json.len);
        break;
    case SECTION_HEAP:
        sink_put(sink, builder->texts.heap.bytes, builder->texts.heap.len);
        break;
    case SECTION_CATEGORIES:
        sink_put(sink, builder->categories.rows.bytes, builder->categories.rows.len);
        break;
    case SECTION_LOCATION_START:
        if (region->len > 0)
            put_ring_starts(sink, builder, location_walk(builder));
        break;
    case SECTION_FACT_START:
        if (region->len > 0)
            put_ring_starts(sink, builder, fact_walk(builder));
        break;
    case SECTION_LOCATIONS:
        put_ring_rows(sink, builder, location_walk(builder));
        break;
    case SECTION_FACTS:
        put_ring_rows(sink, builder, fact_walk(builder));
        break;
    default:
        if (region->len == 0)
            break;
        sink_put(sink, region->bytes, region->len);
        if (LIST_SECTION_RULES[section].items == ITEMS_ENTRY)
            sink_put(sink, NULL,
                     (size_t)builder->count * LIST_SECTION_RULES[section].size - region->len);
    }
}

static Err write_body(Sink *sink, const ListBuilder *builder, const ListMeta *meta,
                      uint8_t *header) {
    uint32_t sections = 0;
    for (int i = 0; i < SECTION_COUNT; i++) {
        sink_align(sink);
        uint64_t start = sink->offset;
        put_section(sink, builder, meta, (ListSection)i);
        if (sink->offset == start)
            continue;
        uint8_t *row = header + HEADER_DIRECTORY + (size_t)sections++ * DIRECTORY_ROW_BYTES;
        store_le32(row, LIST_SECTION_RULES[i].number);
        store_le32(row + 4, LIST_SECTION_RULES[i].size);
        store_le64(row + 8, start);
        store_le64(row + 16, sink->offset - start);
    }
    sink_align(sink);
    sink_flush(sink);
    if (sink->err != ERR_OK)
        return sink->err;
    store_le32(header + HEADER_SECTIONS, sections);
    store_le64(header + HEADER_SUMS, sink->offset);
    store_le64(header + HEADER_FILE_SIZE, sink->offset + sink->sums.len);
    blake2_256(sink->sums.bytes, sink->sums.len, header + HEADER_SUMS_SUM);
    return sink_write(sink, sink->sums.bytes, sink->sums.len);
}

static Err meta_check(const ListMeta *meta, Diag *diag) {
    if (meta->name.len > LIST_TEXT_MAX || meta->issuer.len > LIST_TEXT_MAX ||
        meta->sources_json.len > LIST_SOURCES_JSON_MAX)
        return diag_set(diag, ERR_LIMIT, N_("A text is longer than a list can hold."));
    if (!utf8_is_valid(meta->name) || !utf8_is_valid(meta->issuer) ||
        !utf8_is_valid(meta->sources_json))
        return diag_set(diag, ERR_ENCODING, N_("A text is not valid UTF-8."));
    return ERR_OK;
}

static Err write_file(Sink *sink, const ListBuilder *builder, const ListMeta *meta) {
    _Alignas(8) uint8_t header[LIST_HEADER_BYTES] = {0};
    TRY(sink_write(sink, header, sizeof header));
    memcpy(header + HEADER_MAGIC, LIST_MAGIC, LIST_MAGIC_BYTES);
    store_le32(header + HEADER_FORMAT_VERSION, LIST_FORMAT_VERSION);
    store_le32(header + HEADER_SIZE, LIST_HEADER_BYTES);
    store_le32(header + HEADER_ENTRIES, builder->count);
    store_le32(header + HEADER_TOMBSTONES, builder->tombstones);
    store_le64(header + HEADER_VERSION, meta->version);
    store_le64(header + HEADER_CREATED, (uint64_t)meta->created_ms);
    store_le32(header + HEADER_BLOCK_SIZE, LIST_BLOCK_BYTES);
    TRY(write_body(sink, builder, meta, header));
    blake2_256(header, sizeof header, header + HEADER_SUM);
    if (sink->memory != NULL) {
        memcpy(sink->memory->bytes, header, sizeof header);
        return ERR_OK;
    }
    if (lseek(sink->fd, 0, SEEK_SET) != 0)
        return diag_set(sink->diag, ERR_IO, N_("{file} cannot be written."));
    return fd_write_all(sink->fd, header, sizeof header, sink->diag);
}

// Everything but where it goes: `sink` has its descriptor or memory.
static Err lay_out(ListBuilder *builder, const ListMeta *meta, Sink *sink) {
    if (builder->has_failed)
        return diag_set(sink->diag, ERR_STATE, N_("The list could not be completed."));
    TRY(meta_check(meta, sink->diag));
    group_table_restart(&builder->groups, builder->count);
    digests_sort(builder, SECTION_MD5, SECTION_AT_MD5, 16);
    digests_sort(builder, SECTION_SHA1, SECTION_AT_SHA1, 20);
    digests_sort(builder, SECTION_SHA256, SECTION_AT_SHA256, 32);
    sink->offset = LIST_HEADER_BYTES;
    sink->block = malloc(LIST_BLOCK_BYTES);
    if (sink->block == NULL)
        return diag_set(sink->diag, ERR_NOMEM, N_("There is not enough memory."));
    return write_file(sink, builder, meta);
}

Err list_builder_write(ListBuilder *builder, const ListMeta *meta, const char *path, Diag *diag) {
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    TRY(file_writer_open(&writer, path, false, diag));
    _cleanup_(sink_done) Sink sink = {.fd = writer.fd, .diag = diag};
    Err err = lay_out(builder, meta, &sink);
    if (err != ERR_OK) {
        diag_file(diag, str_from(path));
        return err;
    }
    return file_writer_commit(&writer, diag);
}

Err list_builder_finish(ListBuilder *builder, const ListMeta *meta, List **ret, Diag *diag) {
    Region memory = {0};
    _cleanup_(sink_done) Sink sink = {.fd = -1, .memory = &memory, .diag = diag};
    Err err = lay_out(builder, meta, &sink);
    if (err == ERR_OK)
        err = list_attach(&memory, ret, diag);
    region_done(&memory);
    return err;
}
