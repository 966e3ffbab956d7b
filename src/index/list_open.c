// Reads a list file into private memory and checks its header and directory.
//
// A file mapped as it is would kill the reader when somebody truncates it meanwhile; hence a copy.
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/blake2.h"
#include "hash/limits.h"
#include "index/limits.h"
#include "index/list_read.h"

const SectionRule LIST_SECTION_RULES[SECTION_COUNT] = {
#define SECTION_RULE(name, number, size, items) {number, size, ITEMS_##items},
    LIST_SECTIONS(SECTION_RULE)
#undef SECTION_RULE
};

static Err corrupt(Diag *diag) {
    return diag_set(diag, ERR_CORRUPT,
                    N_("{file} is damaged: its contents do not agree with its checksums."));
}

static Err header_check(const uint8_t *header, uint64_t size, Diag *diag) {
    uint8_t copy[LIST_HEADER_BYTES], sum[LIST_SUM_BYTES];
    if (memcmp(header, LIST_MAGIC, LIST_MAGIC_BYTES) != 0)
        return diag_set(diag, ERR_SYNTAX, N_("{file} is not a list file."));
    if (load_le32(header + HEADER_FORMAT_VERSION) != LIST_FORMAT_VERSION)
        return diag_set(diag, ERR_UNSUPPORTED,
                        N_("{file} is a list file of a version that this program does not read."));
    memcpy(copy, header, sizeof copy);
    memset(copy + HEADER_SUM, 0, LIST_SUM_BYTES);
    blake2_256(copy, sizeof copy, sum);
    if (memcmp(sum, header + HEADER_SUM, sizeof sum) != 0)
        return corrupt(diag);
    if (load_le64(header + HEADER_FILE_SIZE) > size)
        return diag_set(diag, ERR_TRUNCATED, N_("{file} ends too soon."));
    if (load_le64(header + HEADER_FILE_SIZE) != size ||
        load_le32(header + HEADER_SIZE) != LIST_HEADER_BYTES ||
        load_le32(header + HEADER_BLOCK_SIZE) != LIST_BLOCK_BYTES ||
        load_le32(header + HEADER_ENTRIES) > LIST_ENTRIES_MAX)
        return corrupt(diag);
    return ERR_OK;
}

static Err sums_check(List *list, Diag *diag) {
    uint8_t sum[LIST_SUM_BYTES];
    uint64_t at = load_le64(list->bytes + HEADER_SUMS);
    if (at < LIST_HEADER_BYTES || at > list->size || at % LIST_ALIGNMENT != 0)
        return corrupt(diag);
    uint64_t blocks = (at - LIST_HEADER_BYTES + LIST_BLOCK_BYTES - 1) / LIST_BLOCK_BYTES;
    if ((list->size - at) / LIST_SUM_BYTES != blocks || (list->size - at) % LIST_SUM_BYTES != 0)
        return corrupt(diag);
    blake2_256(list->bytes + at, (size_t)(list->size - at), sum);
    if (memcmp(sum, list->bytes + HEADER_SUMS_SUM, sizeof sum) != 0)
        return corrupt(diag);
    list->sums = at;
    return ERR_OK;
}

static Err section_open(List *list, const uint8_t *row, Diag *diag) {
    uint32_t number = load_le32(row), size = load_le32(row + 4);
    uint64_t offset = load_le64(row + 8), length = load_le64(row + 16);
    if (offset < LIST_HEADER_BYTES || !range_fits(offset, length, list->sums) ||
        offset % LIST_ALIGNMENT != 0)
        return corrupt(diag);
    int section = 0;
    while (section < SECTION_COUNT && LIST_SECTION_RULES[section].number != number)
        section++;
    if (section == SECTION_COUNT)
        return ERR_OK; // of a later version, which may add but not change
    const SectionRule *rule = &LIST_SECTION_RULES[section];
    uint64_t count = length / rule->size;
    if (size != rule->size || length % size != 0 || list->sections[section].bytes != NULL ||
        (rule->items == ITEMS_ENTRY && count != list->count) ||
        (rule->items == ITEMS_EXTRA && count != (uint64_t)list->count + 1))
        return corrupt(diag);
    if (rule->items == ITEMS_ANY && size > 1 && count > LIST_ENTRIES_MAX)
        return corrupt(diag);
    list->sections[section] = (SectionView){list->bytes + offset, (size_t)count};
    return ERR_OK;
}

// The videos share out the frames, one behind the other and without gaps.
static bool are_videos_sound(const List *list) {
    uint64_t end = 0;
    for (uint32_t i = 0; i < list->sections[SECTION_VPDQ].count; i++) {
        ListVideo video = list_video(list, i);
        if (video.first != end || video.count == 0 || video.count > VPDQ_FRAMES_MAX)
            return false;
        end += video.count;
    }
    return end == list->sections[SECTION_FRAMES].count;
}

static Err sections_open(List *list, Diag *diag) {
    uint32_t sections = load_le32(list->bytes + HEADER_SECTIONS);
    if (sections > LIST_SECTIONS_MAX)
        return corrupt(diag);
    for (uint32_t i = 0; i < sections; i++)
        TRY(section_open(list, list->bytes + HEADER_DIRECTORY + (size_t)i * DIRECTORY_ROW_BYTES,
                         diag));
    if (list->sections[SECTION_PDQ].count != list->sections[SECTION_PDQ_ENTRY].count ||
        list->sections[SECTION_PDQ].count != list->sections[SECTION_PDQ_QUALITY].count ||
        !are_videos_sound(list))
        return corrupt(diag);
    return ERR_OK;
}

Err list_attach(Region *io_memory, List **ret, Diag *diag) {
    _cleanup_free_ List *list = calloc(1, sizeof *list);
    if (list == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    list->bytes = io_memory->bytes;
    list->size = io_memory->len;
    TRY(header_check(list->bytes, list->size, diag));
    list->count = load_le32(list->bytes + HEADER_ENTRIES);
    list->tombstones = load_le32(list->bytes + HEADER_TOMBSTONES);
    list->version = load_le64(list->bytes + HEADER_VERSION);
    list->created_ms = (int64_t)load_le64(list->bytes + HEADER_CREATED);
    TRY(sums_check(list, diag));
    TRY(sections_open(list, diag));
    list->memory = *io_memory;
    *io_memory = (Region){0};
    *ret = TAKE(list);
    return ERR_OK;
}

// What is no list costs one page.
static Err file_read(int fd, Region *memory, Diag *diag) {
    struct stat status;
    char head[LIST_MAGIC_BYTES];
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        pread(fd, head, sizeof head, 0) != (ssize_t)sizeof head ||
        memcmp(head, LIST_MAGIC, sizeof head) != 0)
        return diag_set(diag, ERR_SYNTAX, N_("{file} is not a list file."));
    if (status.st_size < LIST_HEADER_BYTES)
        return diag_set(diag, ERR_TRUNCATED, N_("{file} ends too soon."));
    if ((uint64_t)status.st_size > LIST_FILE_MAX)
        return diag_set(diag, ERR_LIMIT, N_("{file} is larger than is accepted here."));
    if (!region_extend(memory, LIST_HEADER_BYTES))
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(fd_read_exact(fd, memory->bytes, LIST_HEADER_BYTES, diag));
    TRY(header_check(memory->bytes, (uint64_t)status.st_size, diag));
    if (!region_extend(memory, (size_t)status.st_size))
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return fd_read_exact(fd, memory->bytes + LIST_HEADER_BYTES,
                         (size_t)status.st_size - LIST_HEADER_BYTES, diag);
}

Err list_open(const char *path, List **ret, Diag *diag) {
    _cleanup_close_ int fd = -1;
    Region memory = {0};
    TRY(file_open_read(path, &fd, diag));
    Err err = file_read(fd, &memory, diag);
    if (err == ERR_OK)
        err = list_attach(&memory, ret, diag);
    region_done(&memory);
    if (err != ERR_OK)
        diag_file(diag, str_from(path));
    return err;
}

bool list_is_at(const char *path) {
    char head[LIST_MAGIC_BYTES];
    _cleanup_close_ int fd = -1;
    struct stat status;
    return file_open_read(path, &fd, NULL) == ERR_OK && fstat(fd, &status) == 0 &&
           S_ISREG(status.st_mode) && pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head &&
           memcmp(head, LIST_MAGIC, sizeof head) == 0;
}

void list_free(List *list) {
    if (list == NULL)
        return;
    region_done(&list->memory);
    free(list);
}
