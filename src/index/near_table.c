// A NearTable's life: the layout of its image, opening from a file, checking, freeing.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/file.h"
#include "crypto/digest.h"
#include "index/near_image.h"

static uint64_t page_up(uint64_t bytes) {
    return (bytes + NEAR_PAGE - 1) / NEAR_PAGE * NEAR_PAGE;
}

static uint64_t sketch_stride(const NearHeader *header) {
    return page_up(header->distinct * sizeof(uint16_t) + NEAR_PAD);
}
static uint64_t payload_stride(const NearHeader *header) {
    uint64_t bits = header->distinct * (uint64_t)(header->id_bits + header->after_bits);
    return page_up((bits + 7) / 8 + NEAR_PAD);
}

void near_header_lay_out(NearHeader *header) {
    bool is_ordered = header->crowded > 0 || header->twin_count > 0;
    uint64_t places = is_ordered ? header->count / NEAR_PLACES + 1 : 0;
    const uint64_t sizes[NEAR_SECTIONS] = {
        [NEAR_ROWS] = header->distinct * sizeof(NearRow),
        [NEAR_STARTS] = (uint64_t)NEAR_CHUNKS * (NEAR_BUCKETS + 1) * sizeof(uint32_t),
        [NEAR_SKETCHES] = NEAR_CHUNKS * sketch_stride(header),
        [NEAR_PAYLOADS] = NEAR_CHUNKS * payload_stride(header),
        [NEAR_TWINS] = header->twin_count * 2 * sizeof(uint32_t),
        [NEAR_LEADERS] = header->twin_count > 0 ? header->distinct / 64 * 8 + 8 : 0,
        [NEAR_CROWD] = header->crowded * sizeof(uint32_t),
        [NEAR_OTHERS] = places * NEAR_PLACES / 8,
        [NEAR_COUNTS] = places * sizeof(uint32_t),
    };
    uint64_t at = NEAR_PAGE;
    for (int i = 0; i < NEAR_SECTIONS; i++) {
        header->sections[i].offset = at;
        header->sections[i].size = sizes[i];
        at += page_up(sizes[i]);
    }
    header->image_size = at;
}

static Err corrupt(Diag *diag) {
    return diag_set(diag, ERR_CORRUPT,
                    N_("The near index {file} is damaged; remove it and it will be made anew."));
}

// Another version's header may not even have its checksum in the same place.
static Err version_check(const NearTable *table, Diag *diag) {
    const NearHeader *header = (const NearHeader *)table->image;
    if (memcmp(header->magic, NEAR_MAGIC, sizeof header->magic) == 0 &&
        header->version != NEAR_VERSION)
        return diag_set(diag, ERR_CORRUPT,
                        N_("The near index {file} was made by another version of this program and "
                           "cannot be read; remove it and it will be made anew."));
    return ERR_OK;
}

// Sizes are derived again from the counts, so that no offset of a hostile header is ever used.
Err near_table_attach(NearTable *table, Diag *diag) {
    const NearHeader *header = (const NearHeader *)table->image;
    if (table->image_size < NEAR_PAGE ||
        memcmp(header->magic, NEAR_MAGIC, sizeof header->magic) != 0 ||
        header->version != NEAR_VERSION || header->id_bits == 0 || header->id_bits > 32 ||
        header->after_bits > NEAR_AFTER_FAST || header->count >= UINT32_MAX ||
        header->distinct > header->count || header->twin_count > header->count ||
        header->crowded > header->distinct)
        return corrupt(diag);
    NearHeader expected = *header;
    near_header_lay_out(&expected);
    if (expected.image_size != header->image_size || header->image_size != table->image_size)
        return corrupt(diag);
    for (int i = 0; i < NEAR_SECTIONS; i++)
        if (header->sections[i].offset != expected.sections[i].offset ||
            header->sections[i].size != expected.sections[i].size)
            return corrupt(diag);
    table->header = header;
    table->rows = (const NearRow *)(table->image + header->sections[NEAR_ROWS].offset);
    table->starts = (const uint32_t *)(table->image + header->sections[NEAR_STARTS].offset);
    table->sketches = table->image + header->sections[NEAR_SKETCHES].offset;
    table->payloads = table->image + header->sections[NEAR_PAYLOADS].offset;
    table->twins = (const uint32_t *)(table->image + header->sections[NEAR_TWINS].offset);
    if (header->twin_count > 0)
        table->leaders = (const uint64_t *)(table->image + header->sections[NEAR_LEADERS].offset);
    table->crowd_ids = (const uint32_t *)(table->image + header->sections[NEAR_CROWD].offset);
    if (header->sections[NEAR_COUNTS].size > 0) {
        table->others = (const uint64_t *)(table->image + header->sections[NEAR_OTHERS].offset);
        table->counts = (const uint32_t *)(table->image + header->sections[NEAR_COUNTS].offset);
    }
    table->sketch_stride = sketch_stride(header);
    table->payload_stride = payload_stride(header);
    table->payload_bits = (unsigned)header->id_bits + header->after_bits;
    table->id_mask = ((uint64_t)1 << header->id_bits) - 1;
    near_masks_init(&table->masks);
    near_permutation_init(&table->permutation, header->seed);
    return ERR_OK;
}

Err near_checksum(const void *bytes, size_t n, uint8_t ret_checksum[32]) {
    _cleanup_(crypto_digest_freep) CryptoDigest *digest = NULL;
    TRY(crypto_digest_new("SHA256", &digest));
    crypto_digest_put(digest, bytes, n);
    return crypto_digest_finish(digest, ret_checksum, 32);
}

static bool has_checksum(const void *bytes, size_t n, const uint8_t expected[32]) {
    uint8_t actual[32];
    return near_checksum(bytes, n, actual) == ERR_OK &&
           memcmp(actual, expected, sizeof actual) == 0;
}

Err near_table_open(const char *path, NearTable **ret, Diag *diag) {
    _cleanup_close_ int fd = -1;
    TRY(file_open_read(path, &fd, diag));
    struct stat status;
    if (fstat(fd, &status) != 0)
        return diag_errno(diag, errno, path);
    _cleanup_(near_table_freep) NearTable *table = calloc(1, sizeof *table);
    if (table == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Err err = status.st_size < NEAR_PAGE ? corrupt(diag) : ERR_OK;
    if (err == ERR_OK) {
        table->image_size = (size_t)status.st_size;
        void *image = mmap(NULL, table->image_size, PROT_READ, MAP_SHARED, fd, 0);
        if (image == MAP_FAILED)
            return diag_errno(diag, errno, path);
        table->image = image;
        const NearHeader *header = image;
        err = version_check(table, diag);
        if (err == ERR_OK)
            err = has_checksum(header, offsetof(NearHeader, checksum), header->checksum)
                      ? near_table_attach(table, diag)
                      : corrupt(diag);
    }
    if (err != ERR_OK) {
        diag_file(diag, str_from(path));
        return err;
    }
    madvise(table->image, table->image_size, MADV_RANDOM);
    const NearSection *starts = &table->header->sections[NEAR_STARTS];
    madvise(table->image + starts->offset, starts->size, MADV_WILLNEED);
    table->hints_left = malloc(sizeof *table->hints_left);
    if (table->hints_left == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    atomic_init(table->hints_left, NEAR_HINTED_SEARCHES);
    *ret = TAKE(table);
    return ERR_OK;
}

void near_table_free(NearTable *table) {
    if (table == NULL)
        return;
    if (table->image != NULL)
        munmap(table->image, table->image_size);
    free(table->hints_left);
    free(table);
}

Err near_table_check(const NearTable *table, Diag *diag) {
    for (int i = 0; i < NEAR_SECTIONS; i++) {
        const NearSection *section = &table->header->sections[i];
        if (!has_checksum(table->image + section->offset, section->size, section->checksum)) {
            Err err = corrupt(diag);
            diag_place(diag, (int64_t)section->offset, -1);
            return err;
        }
    }
    return ERR_OK;
}

size_t near_table_count(const NearTable *table) {
    return table->header->count;
}

size_t near_table_bytes(const NearTable *table) {
    return table->image_size;
}

void near_table_source(const NearTable *table, uint8_t ret_source[32]) {
    memcpy(ret_source, table->header->source, sizeof table->header->source);
}

uint32_t near_row_id(const NearTable *table, uint32_t row) {
    const NearHeader *header = table->header;
    if (table->counts == NULL)
        return row;
    if (row < header->crowded)
        return table->crowd_ids[row];
    // The last count that is not above the number sought; then the bit itself.
    uint32_t left = row - (uint32_t)header->crowded;
    size_t low = 0, high = header->count / NEAR_PLACES;
    while (low < high) {
        size_t middle = high - (high - low) / 2;
        if (table->counts[middle] <= left)
            low = middle;
        else
            high = middle - 1;
    }
    left -= table->counts[low];
    for (size_t i = low * NEAR_PLACES / 64; i < (low + 1) * NEAR_PLACES / 64; i++) {
        uint64_t word = table->others[i];
        uint32_t here = (uint32_t)__builtin_popcountll(word);
        if (left < here) {
            for (; left > 0; left--)
                word &= word - 1;
            return (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(word);
        }
        left -= here;
    }
    return UINT32_MAX; // a damaged image
}

// In a damaged image an id may be missing, or out of range.
void near_table_hashes(const NearTable *table, PdqHash *ret_hashes) {
    const NearHeader *header = table->header;
    uint64_t count = header->count, row = 0;
    if (table->counts != NULL)
        memset(ret_hashes, 0, count * sizeof *ret_hashes);
    for (; row < header->crowded; row++)
        if (table->crowd_ids[row] < count)
            ret_hashes[table->crowd_ids[row]] =
                near_row_to_hash(&table->permutation, &table->rows[row]);
    for (uint64_t id = 0; id < count && row < header->distinct; id++)
        if (table->others == NULL || (table->others[id / 64] >> id % 64 & 1) != 0)
            ret_hashes[id] = near_row_to_hash(&table->permutation, &table->rows[row++]);
    for (uint64_t i = 0; i < header->twin_count; i++) {
        const uint32_t *pair = &table->twins[2 * i];
        if (pair[0] < count && pair[1] < count)
            ret_hashes[pair[1]] = ret_hashes[pair[0]];
    }
}
