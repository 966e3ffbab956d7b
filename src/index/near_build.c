// Building a NearTable: permute, find equal hashes, put crowded rows side by side, then one
// counting sort a chunk, tables shared out among threads.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "base/file.h"
#include "index/near_image.h"
#include "index/near_order.h"

enum { THREADS_MAX = 16, ROWS_A_STEP = 65536 };

typedef struct Builder {
    const NearBuild *build;
    NearTable *table;
    NearHeader header;
    uint64_t *is_twin; // a bit an id; NULL when there are none
    uint32_t *sizes;   // of the buckets, 16 × 65536
    NearOrder order;
    atomic_size_t next;
} Builder;

static void *image_new(size_t size) {
    void *image = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (image == MAP_FAILED)
        return NULL;
    madvise(image, size, MADV_HUGEPAGE);
    return image;
}

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

static void in_threads(Builder *builder, void *(*run)(void *)) {
    pthread_t threads[THREADS_MAX];
    int started = 0, wanted = builder->build->threads;
    atomic_store(&builder->next, 0);
    if (wanted > THREADS_MAX)
        wanted = THREADS_MAX;
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, run, builder) == 0)
        started++;
    run(builder); // the caller takes part, and does it all when no thread could be started
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static NearRow *image_rows(const Builder *builder) {
    return (NearRow *)(builder->table->image + NEAR_PAGE);
}

// Takes the next step of ids; false when there are none left.
static bool step_take(Builder *builder, size_t *ret_from, size_t *ret_to) {
    size_t count = builder->build->count, from = atomic_fetch_add(&builder->next, ROWS_A_STEP);
    *ret_from = from;
    *ret_to = from < count && count - from > ROWS_A_STEP ? from + ROWS_A_STEP : count;
    return from < count;
}

static void *permute_run(void *argument) {
    Builder *builder = argument;
    NearRow *rows = image_rows(builder);
    for (size_t from, to; step_take(builder, &from, &to);)
        for (size_t i = from; i < to; i++)
            rows[i] = near_row_from(&builder->table->permutation, &builder->build->hashes[i]);
    return NULL;
}

static void *groups_run(void *argument) {
    Builder *builder = argument;
    const NearRow *rows = image_rows(builder);
    for (size_t from, to; step_take(builder, &from, &to);)
        for (size_t i = from; i < to; i++)
            builder->order.places[i] = near_order_group(&builder->order, &rows[i]);
    return NULL;
}

// Once more, into the places that are settled.
static void *rows_run(void *argument) {
    Builder *builder = argument;
    NearRow *rows = image_rows(builder);
    for (size_t from, to; step_take(builder, &from, &to);)
        for (size_t i = from; i < to; i++)
            if (builder->order.places[i] != NEAR_NO_ROW)
                rows[builder->order.places[i]] =
                    near_row_from(&builder->table->permutation, &builder->build->hashes[i]);
    return NULL;
}

static bool is_twin(const Builder *builder, size_t id) {
    return builder->is_twin != NULL && (builder->is_twin[id / 64] >> id % 64 & 1) != 0;
}

static uint64_t row_mix(const NearRow *row) {
    uint64_t word[4];
    memcpy(word, row, sizeof word);
    uint64_t mixed =
        (word[0] ^ word[1] * 0x9E3779B97F4A7C15u) + (word[2] ^ word[3] * 0xC2B2AE3D27D4EB4Fu);
    return (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9u;
}

typedef VEC(uint32_t) Ids;

// Finds every row that equals an earlier one: ret_pairs gets (leader, twin) in the order of the
// twin. Open addressing over row numbers; rows are fetched a few steps ahead of their comparison.
static bool twins_find(const NearRow *rows, size_t count, Ids *ret_pairs) {
    enum { AHEAD = 16 };
    size_t slots = 64;
    while (slots < count * 2)
        slots *= 2;
    uint32_t *slot = image_new(slots * sizeof *slot);
    if (slot == NULL)
        return false;
    bool is_done = true;
    for (size_t i = 0; i < count && is_done; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&slot[row_mix(&rows[i + AHEAD]) >> 32 & (slots - 1)], 1, 1);
        size_t at = row_mix(&rows[i]) >> 32 & (slots - 1);
        while (slot[at] != 0 && memcmp(&rows[slot[at] - 1], &rows[i], sizeof rows[i]) != 0)
            at = (at + 1) & (slots - 1);
        if (slot[at] == 0)
            slot[at] = (uint32_t)i + 1;
        else
            is_done = vec_push(ret_pairs, slot[at] - 1) && vec_push(ret_pairs, (uint32_t)i);
    }
    munmap(slot, slots * sizeof *slot);
    return is_done;
}

// Sorts the pairs by leader, keeping the twins of one leader in order.
static int pair_compare(const void *a, const void *b) {
    const uint32_t *x = a, *y = b;
    if (x[0] != y[0])
        return x[0] < y[0] ? -1 : 1;
    return x[1] < y[1] ? -1 : x[1] > y[1];
}

// Over zeros. A table's payloads share bytes, so that one thread must fill all of them.
static void payload_put(const NearTable *table, int chunk, uint32_t posting, uint64_t payload) {
    unsigned shift;
    uint8_t *at = (uint8_t *)(uintptr_t)near_payload_at(table, chunk, posting, &shift);
    uint64_t word;
    memcpy(&word, at, sizeof word);
    word |= payload << shift;
    memcpy(at, &word, sizeof word);
}

// The sizes of the buckets of one table after another.
static void *sizes_run(void *argument) {
    Builder *builder = argument;
    const NearRow *rows = image_rows(builder);
    for (size_t chunk; (chunk = atomic_fetch_add(&builder->next, 1)) < NEAR_CHUNKS;) {
        uint32_t *sizes = builder->sizes + chunk * NEAR_BUCKETS;
        for (size_t i = 0; i < builder->build->count; i++)
            if (!is_twin(builder, i))
                sizes[rows[i].chunk[chunk]]++;
    }
    return NULL;
}

// Consumes the table's sizes, which become the places of the next postings.
static void table_fill(const Builder *builder, int chunk) {
    const NearTable *table = builder->table;
    uint32_t *starts = (uint32_t *)(uintptr_t)near_starts(table, chunk);
    uint32_t *place = builder->sizes + (size_t)chunk * NEAR_BUCKETS;
    uint16_t *sketches = (uint16_t *)(uintptr_t)near_sketches(table, chunk);
    unsigned id_bits = builder->header.id_bits;
    uint64_t after_mask = ((uint64_t)1 << builder->header.after_bits) - 1;
    int second = (chunk + 1) % NEAR_CHUNKS, third = (chunk + 2) % NEAR_CHUNKS;
    for (int bucket = 0; bucket < NEAR_BUCKETS; bucket++) {
        starts[bucket + 1] = starts[bucket] + place[bucket];
        place[bucket] = starts[bucket];
    }
    for (size_t i = 0; i < builder->header.distinct; i++) {
        const NearRow *row = &table->rows[i];
        uint32_t at = place[row->chunk[chunk]]++;
        sketches[at] = row->chunk[second];
        payload_put(table, chunk, at, i | (row->chunk[third] & after_mask) << id_bits);
    }
}

static void *tables_run(void *argument) {
    Builder *builder = argument;
    for (size_t chunk; (chunk = atomic_fetch_add(&builder->next, 1)) < NEAR_CHUNKS;)
        table_fill(builder, (int)chunk);
    return NULL;
}

static Err twins_prepare(Builder *builder, Ids *pairs) {
    size_t count = builder->build->count;
    if (!twins_find(image_rows(builder), count, pairs))
        return ERR_NOMEM;
    if (pairs->len > 0) {
        builder->is_twin = calloc(count / 64 + 1, sizeof *builder->is_twin);
        if (builder->is_twin == NULL)
            return ERR_NOMEM;
        for (size_t i = 1; i < pairs->len; i += 2)
            builder->is_twin[pairs->items[i] / 64] |= (uint64_t)1 << pairs->items[i] % 64;
        qsort(pairs->items, pairs->len / 2, 2 * sizeof(uint32_t), pair_compare);
    }
    builder->header.twin_count = pairs->len / 2;
    builder->header.distinct = count - builder->header.twin_count;
    return ERR_OK;
}

// Where each id's row will be, and the rows there.
static Err order_prepare(Builder *builder) {
    NearHeader *header = &builder->header;
    size_t count = builder->build->count;
    builder->sizes = calloc((size_t)NEAR_CHUNKS * NEAR_BUCKETS, sizeof *builder->sizes);
    if (builder->sizes == NULL)
        return ERR_NOMEM;
    in_threads(builder, sizes_run);
    TRY(near_order_begin(&builder->order, builder->sizes, header->distinct));
    if (!builder->order.has_overfull && header->twin_count == 0)
        return ERR_OK;
    builder->order.places = malloc(count * sizeof *builder->order.places);
    if (builder->order.places == NULL)
        return ERR_NOMEM;
    in_threads(builder, groups_run);
    TRY(near_order_settle(&builder->order, count, builder->is_twin));
    header->crowded = builder->order.crowded;
    // What lies past the rows is filled over zeros.
    memset(image_rows(builder) + header->distinct, 0, header->twin_count * sizeof(NearRow));
    in_threads(builder, rows_run);
    return ERR_OK;
}

// The image with its rows in their places, its size settled.
static Err rows_prepare(Builder *builder, Ids *pairs, Diag *diag) {
    const NearBuild *build = builder->build;
    NearHeader *header = &builder->header;
    // Room for the largest case: every row crowded, but for the list of twins.
    header->crowded = build->count;
    near_header_lay_out(header);
    size_t room = header->image_size + build->count * 2 * sizeof(uint32_t) + build->count / 8 +
                  (size_t)NEAR_SECTIONS * NEAR_PAGE;
    header->crowded = 0;
    builder->table->image = image_new(room);
    if (builder->table->image == NULL)
        return no_memory(diag);
    builder->table->image_size = room;
    near_permutation_init(&builder->table->permutation, build->seed);
    in_threads(builder, permute_run);
    if (twins_prepare(builder, pairs) != ERR_OK || order_prepare(builder) != ERR_OK)
        return no_memory(diag);
    near_header_lay_out(header);
    return ERR_OK;
}

// The sections by which a row's id and its twins are found.
static void ids_write(const Builder *builder, const Ids *pairs) {
    const NearTable *table = builder->table;
    const NearHeader *header = &builder->header;
    const uint32_t *places = builder->order.places;
    uint64_t *leaders = (uint64_t *)(uintptr_t)table->leaders;
    uint64_t *others = (uint64_t *)(uintptr_t)table->others;
    uint32_t *counts = (uint32_t *)(uintptr_t)table->counts, other = 0;
    if (pairs->len > 0)
        memcpy(table->image + header->sections[NEAR_TWINS].offset, pairs->items,
               pairs->len * sizeof(uint32_t));
    for (size_t i = 0; i < pairs->len; i += 2)
        leaders[places[pairs->items[i]] / 64] |= (uint64_t)1 << places[pairs->items[i]] % 64;
    for (size_t id = 0; places != NULL && id <= header->count; id++) {
        if (id % NEAR_PLACES == 0)
            counts[id / NEAR_PLACES] = other;
        if (id == header->count || places[id] == NEAR_NO_ROW)
            continue;
        if (places[id] < header->crowded) {
            ((uint32_t *)(uintptr_t)table->crowd_ids)[places[id]] = (uint32_t)id;
        } else {
            others[id / 64] |= (uint64_t)1 << id % 64;
            other++;
        }
    }
}

static Err image_fill(Builder *builder, const Ids *pairs, Diag *diag) {
    NearTable *table = builder->table;
    // What lies past the final size goes back to the system.
    munmap(table->image + builder->header.image_size,
           table->image_size - builder->header.image_size);
    table->image_size = builder->header.image_size;
    memcpy(table->image, &builder->header, sizeof builder->header);
    TRY(near_table_attach(table, diag));
    ids_write(builder, pairs);
    in_threads(builder, tables_run);
    return ERR_OK;
}

static Err image_write(NearTable *table, const char *path, Diag *diag) {
    NearHeader *header = (NearHeader *)table->image;
    for (int i = 0; i < NEAR_SECTIONS; i++)
        TRY(near_checksum(table->image + header->sections[i].offset, header->sections[i].size,
                          header->sections[i].checksum));
    TRY(near_checksum(header, offsetof(NearHeader, checksum), header->checksum));
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    TRY(file_writer_open(&writer, path, true, diag));
    Err err = fd_write_all(writer.fd, table->image, table->image_size, diag);
    if (err != ERR_OK) {
        diag_file(diag, str_from(path));
        return err;
    }
    return file_writer_commit(&writer, diag);
}

static uint16_t id_bits_for(size_t count) {
    uint16_t bits = 1;
    while (count > (size_t)1 << bits)
        bits++;
    return bits;
}

Err near_table_build(const NearBuild *build, NearTable **ret, Diag *diag) {
    if (build->count >= UINT32_MAX)
        return diag_set(diag, ERR_LIMIT, N_("A near index holds at most 4,294,967,294 hashes."));
    _cleanup_(near_table_freep) NearTable *table = calloc(1, sizeof *table);
    if (table == NULL)
        return no_memory(diag);
    Builder builder = {
        .build = build,
        .table = table,
        .header = {.magic = NEAR_MAGIC,
                   .version = NEAR_VERSION,
                   .id_bits = id_bits_for(build->count),
                   .after_bits = build->is_compact ? NEAR_AFTER_COMPACT : NEAR_AFTER_FAST,
                   .count = build->count,
                   .distinct = build->count,
                   .seed = build->seed},
    };
    memcpy(builder.header.source, build->source, sizeof build->source);
    Ids pairs = {0};
    Err err = rows_prepare(&builder, &pairs, diag);
    if (err == ERR_OK)
        err = image_fill(&builder, &pairs, diag);
    vec_done(&pairs);
    free(builder.is_twin);
    free(builder.sizes);
    near_order_done(&builder.order);
    if (err == ERR_OK && build->path != NULL)
        err = image_write(table, build->path, diag);
    if (err == ERR_OK)
        *ret = TAKE(table);
    return err;
}
