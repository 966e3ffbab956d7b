// Any bytes as a list file: opening, checking, reading every entry and asking must end without a
// stray read. So that mutations get past the checksums, those are also put right and tried again.
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/file.h"
#include "crypto/blake2.h"
#include "index/list_layout.h"
#include "index/video_match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const List *list) {
    Matcher *matcher = NULL;
    MatchVec matches = {0};
    if (matcher_new(&list, 1, &matcher, NULL) != ERR_OK)
        return;
    MatchQuery query = {
        .digests.has = 7, .has_pdq = true, .pdq_quality = 100, .radius = 31, .is_exhaustive = true};
    for (int byte = 0; byte < 256; byte += 15) {
        memset(query.digests.md5, byte, 16);
        memset(query.digests.sha1, byte, 20);
        memset(query.digests.sha256, byte, 32);
        memset(query.pdq.bytes, byte, 32);
        if (matcher_query(matcher, &query, &matches) != ERR_OK)
            break;
    }
    VpdqFrame frames[2] = {{.quality = 100}, {.quality = 100, .time_ms = 1000}};
    VideoMatches videos = {0};
    VideoRule rule = VIDEO_RULE_USUAL;
    memset(frames[1].hash.bytes, 0x5a, PDQ_BYTES);
    rule.query_share = rule.target_share = 0;
    rule.radius = MATCH_RADIUS_MAX;
    if (video_match(matcher, frames, 2, &rule, &videos) == ERR_OK)
        video_matches_done(&videos);
    vec_done(&matches);
    matcher_free(matcher);
}

static void open_bytes(const uint8_t *data, size_t size) {
    int fd = memfd_create("list", 0);
    char path[64];
    List *list = NULL;
    if (fd < 0 || fd_write_all(fd, data, size, NULL) != ERR_OK)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (list_open(path, &list, NULL) == ERR_OK) {
        Arena *scratch = arena_new(1 << 24);
        ListMeta meta;
        ListCategory *categories = NULL;
        size_t count = 0;
        bool is_sound = list_check(list, NULL) == ERR_OK;
        list_meta(list, &meta);
        for (uint32_t i = 0; i < list_count(list) && i < 4096; i++) {
            ListEntry entry;
            arena_reset(scratch);
            if (list_entry(list, i, scratch, &entry, NULL) != ERR_OK && is_sound)
                abort(); // the check said that all is well
        }
        if (list_categories(list, &categories, &count, NULL) == ERR_OK)
            free(categories);
        ask(list);
        arena_free(scratch);
        list_free(list);
    }
    close(fd);
}

// Sets file size, block checksums and header checksum to what the bytes would need.
static void put_right(uint8_t *bytes, size_t size) {
    size_t blocks = (size - LIST_HEADER_BYTES) / (LIST_BLOCK_BYTES + LIST_SUM_BYTES) + 1;
    if (size < LIST_HEADER_BYTES + blocks * LIST_SUM_BYTES)
        return;
    size_t sums = (size - blocks * LIST_SUM_BYTES) & ~(size_t)(LIST_ALIGNMENT - 1);
    blocks = (sums - LIST_HEADER_BYTES + LIST_BLOCK_BYTES - 1) / LIST_BLOCK_BYTES;
    size = sums + blocks * LIST_SUM_BYTES;
    memcpy(bytes, LIST_MAGIC, LIST_MAGIC_BYTES);
    store_le32(bytes + HEADER_FORMAT_VERSION, LIST_FORMAT_VERSION);
    store_le32(bytes + HEADER_SIZE, LIST_HEADER_BYTES);
    store_le32(bytes + HEADER_BLOCK_SIZE, LIST_BLOCK_BYTES);
    store_le64(bytes + HEADER_FILE_SIZE, size);
    store_le64(bytes + HEADER_SUMS, sums);
    for (size_t i = 0; i < blocks; i++) {
        size_t at = LIST_HEADER_BYTES + i * LIST_BLOCK_BYTES;
        size_t n = sums - at < LIST_BLOCK_BYTES ? sums - at : LIST_BLOCK_BYTES;
        blake2_256(bytes + at, n, bytes + sums + i * LIST_SUM_BYTES);
    }
    blake2_256(bytes + sums, blocks * LIST_SUM_BYTES, bytes + HEADER_SUMS_SUM);
    memset(bytes + HEADER_SUM, 0, LIST_SUM_BYTES);
    blake2_256(bytes, LIST_HEADER_BYTES, bytes + HEADER_SUM);
    open_bytes(bytes, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    open_bytes(data, size);
    if (size > LIST_HEADER_BYTES) {
        uint8_t *copy = malloc(size);
        if (copy == NULL)
            return 0;
        memcpy(copy, data, size);
        put_right(copy, size);
        free(copy);
    }
    return 0;
}
