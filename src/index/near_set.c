// A changing near index: committed segments, a journal, fresh rows, and their maintenance in the
// background.
#include "index/near_set.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/file.h"
#include "index/near_image.h"
#include "index/near_journal.h"
#include "kernels/kernels.h"

// The manifest: magic, u64 generation (of the journal and the removed file), u32 segments, u64 ids
// in them, then for each segment u64 file number and u64 ids; last SHA-256 of all that.
#define MANIFEST_MAGIC "S7NSET1"
enum {
    SEGMENTS_MAX = 64,
    MANIFEST_HEAD = 8 + 8 + 4 + 8,
    MANIFEST_MAX = MANIFEST_HEAD + SEGMENTS_MAX * 16 + 32,
    FRESH_MAX = 1 << 24 // added faster than maintained: from here on adding is refused
};

typedef struct Segment {
    NearTable *table;
    uint64_t number; // of its file
    uint32_t first;  // its first id
} Segment;

struct NearSet {
    char *folder;
    int lock_fd;
    NearSetOptions options;
    // Guards all below: searches read, changes write. Never held during I/O of more than a journal
    // record.
    pthread_rwlock_t lock;
    Segment segments[SEGMENTS_MAX];
    size_t segment_count;
    uint64_t next_number, generation;
    uint32_t fresh_first;
    VEC(PdqHash) fresh;
    VEC(uint64_t) removed; // a bit an id
    uint64_t removed_count;
    NearJournal journal;
    // One flush at a time serves all who wait for it.
    pthread_mutex_t flushing;
    uint64_t flushed_records;
    bool is_broken; // what the disk holds is no longer sure: changes are refused until it is opened
                    // again
};

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

static void path_of(const NearSet *set, const char *name, uint64_t number,
                    char ret_path[PATH_MAX]) {
    if (number == 0)
        snprintf(ret_path, PATH_MAX, "%s/%s", set->folder, name);
    else
        snprintf(ret_path, PATH_MAX, "%s/%s-%llu", set->folder, name, (unsigned long long)number);
}

static uint32_t next_id(const NearSet *set) {
    return set->fresh_first + (uint32_t)set->fresh.len;
}

static bool is_removed(const NearSet *set, uint32_t id) {
    return id / 64 < set->removed.len && (set->removed.items[id / 64] >> id % 64 & 1) != 0;
}

static bool removed_reserve(NearSet *set, uint32_t ids) {
    while (set->removed.len < (size_t)ids / 64 + 1)
        if (!vec_push(&set->removed, 0))
            return false;
    return true;
}

static void mark_removed(NearSet *set, uint32_t id) {
    if (is_removed(set, id))
        return;
    set->removed.items[id / 64] |= (uint64_t)1 << id % 64;
    set->removed_count++;
}

// ---- opening

static Err damaged(const NearSet *set, Diag *diag) {
    Err err = diag_set(diag, ERR_CORRUPT, N_("The near index in the folder {file} is damaged."));
    diag_file(diag, str_from(set->folder));
    return err;
}

static Err journal_apply(void *context, NearChange change, uint32_t id, const PdqHash *hash) {
    NearSet *set = context;
    if (change == NEAR_CHANGE_ADD && id == next_id(set))
        return vec_push(&set->fresh, *hash) && removed_reserve(set, id + 1) ? ERR_OK : ERR_NOMEM;
    if (change == NEAR_CHANGE_REMOVE && id < next_id(set)) {
        mark_removed(set, id);
        return ERR_OK;
    }
    return ERR_CORRUPT;
}

static Err removed_load(NearSet *set, Diag *diag) {
    char path[PATH_MAX];
    path_of(set, "removed", set->generation, path);
    _cleanup_strbuf_ StrBuf bits = STRBUF((size_t)UINT32_MAX / 8 + 64);
    TRY(file_read_all(path, &bits, diag));
    uint8_t checksum[32];
    if (bits.len < 32 || (bits.len - 32) % 8 != 0 ||
        bits.len - 32 > (size_t)set->fresh_first / 8 + 16)
        return damaged(set, diag);
    TRY(near_checksum(bits.ptr, bits.len - 32, checksum));
    if (memcmp(checksum, bits.ptr + bits.len - 32, 32) != 0)
        return damaged(set, diag);
    for (size_t at = 0; at + 32 < bits.len; at += 8) {
        uint64_t word = load_le64(bits.ptr + at);
        set->removed_count += (uint64_t)__builtin_popcountll(word);
        if (!vec_push(&set->removed, word))
            return no_memory(diag);
    }
    return ERR_OK;
}

static Err segment_open(NearSet *set, const char *entry, Diag *diag) {
    Segment *segment = &set->segments[set->segment_count];
    segment->number = load_le64(entry);
    segment->first = set->fresh_first;
    char path[PATH_MAX];
    path_of(set, "segment", segment->number, path);
    TRY(near_table_open(path, &segment->table, diag));
    set->segment_count++;
    uint64_t ids = load_le64(entry + 8);
    if (near_table_count(segment->table) != ids || ids > UINT32_MAX - set->fresh_first)
        return damaged(set, diag);
    set->fresh_first += (uint32_t)ids;
    if (segment->number >= set->next_number)
        set->next_number = segment->number + 1;
    return ERR_OK;
}

static Err manifest_load(NearSet *set, Diag *diag) {
    char path[PATH_MAX];
    path_of(set, "manifest", 0, path);
    _cleanup_strbuf_ StrBuf text = STRBUF(MANIFEST_MAX);
    Err err = file_read_all(path, &text, diag);
    if (err == ERR_NOT_FOUND)
        return ERR_OK; // a new set
    TRY(err);
    uint8_t checksum[32];
    if (text.len < MANIFEST_HEAD + 32 || memcmp(text.ptr, MANIFEST_MAGIC, 8) != 0)
        return damaged(set, diag);
    TRY(near_checksum(text.ptr, text.len - 32, checksum));
    uint32_t segments = load_le32(text.ptr + 16);
    if (memcmp(checksum, text.ptr + text.len - 32, 32) != 0 || segments > SEGMENTS_MAX ||
        text.len != MANIFEST_HEAD + (size_t)segments * 16 + 32)
        return damaged(set, diag);
    set->generation = load_le64(text.ptr + 8);
    for (uint32_t i = 0; i < segments; i++)
        TRY(segment_open(set, text.ptr + MANIFEST_HEAD + (size_t)i * 16, diag));
    return removed_load(set, diag);
}

static Err folder_lock(NearSet *set, Diag *diag) {
    if (mkdir(set->folder, 0700) != 0 && errno != EEXIST)
        return diag_errno(diag, errno, set->folder);
    char path[PATH_MAX];
    path_of(set, "lock", 0, path);
    set->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (set->lock_fd < 0)
        return diag_errno(diag, errno, path);
    if (flock(set->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        Err err =
            diag_set(diag, ERR_BUSY, N_("Another process has the near index in {file} open."));
        diag_file(diag, str_from(set->folder));
        return err;
    }
    return ERR_OK;
}

Err near_set_open(const char *folder, const NearSetOptions *options, NearSet **ret, Diag *diag) {
    _cleanup_(near_set_freep) NearSet *set = calloc(1, sizeof *set);
    if (set == NULL)
        return no_memory(diag);
    *set = (NearSet){.lock_fd = -1,
                     .journal = {.fd = -1},
                     .options = *options,
                     .next_number = 1,
                     .generation = 1};
    // Searches without a pause must not keep a change waiting for ever.
    pthread_rwlockattr_t prefers_writers;
    pthread_rwlockattr_init(&prefers_writers);
    pthread_rwlockattr_setkind_np(&prefers_writers, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&set->lock, &prefers_writers);
    pthread_rwlockattr_destroy(&prefers_writers);
    pthread_mutex_init(&set->flushing, NULL);
    set->folder = strdup(folder);
    if (set->folder == NULL)
        return no_memory(diag);
    TRY(folder_lock(set, diag));
    TRY(manifest_load(set, diag));
    if (!removed_reserve(set, set->fresh_first))
        return no_memory(diag);
    char path[PATH_MAX];
    path_of(set, "journal", set->generation, path);
    Err err = near_journal_open(path, journal_apply, set, &set->journal, diag);
    if (err == ERR_CORRUPT)
        return damaged(set, diag);
    TRY(err);
    set->flushed_records = set->journal.records;
    *ret = TAKE(set);
    return ERR_OK;
}

void near_set_free(NearSet *set) {
    if (set == NULL)
        return;
    if (set->journal.fd >= 0)
        (void)!fdatasync(set->journal.fd);
    near_journal_done(&set->journal);
    for (size_t i = 0; i < set->segment_count; i++)
        near_table_free(set->segments[i].table);
    vec_done(&set->fresh);
    vec_done(&set->removed);
    closep(&set->lock_fd);
    pthread_rwlock_destroy(&set->lock);
    pthread_mutex_destroy(&set->flushing);
    free(set->folder);
    free(set);
}

// ---- changing

static Err broken(const NearSet *set, Diag *diag) {
    Err err =
        diag_set(diag, ERR_IO,
                 N_("The disk failed while the near index in {file} was saved; open it again."));
    diag_file(diag, str_from(set->folder));
    return err;
}

Err near_set_add(NearSet *set, const PdqHash *hashes, size_t count, uint32_t *ret_first_id,
                 Diag *diag) {
    pthread_rwlock_wrlock(&set->lock);
    uint32_t first = next_id(set);
    Err err = ERR_OK;
    if (set->is_broken)
        err = broken(set, diag);
    else if (count > FRESH_MAX - set->fresh.len || count > UINT32_MAX - 1 - first)
        err =
            diag_set(diag, ERR_LIMIT,
                     N_("The near index holds as many new hashes as it can; run its maintenance."));
    else if (!vec_reserve(&set->fresh, count) || !removed_reserve(set, first + (uint32_t)count))
        err = no_memory(diag);
    if (err == ERR_OK)
        err = near_journal_put(&set->journal, NEAR_CHANGE_ADD, first, hashes, count, diag);
    if (err == ERR_OK) {
        if (count > 0)
            memcpy(set->fresh.items + set->fresh.len, hashes, count * sizeof *hashes);
        set->fresh.len += count;
        *ret_first_id = first;
    }
    pthread_rwlock_unlock(&set->lock);
    return err;
}

Err near_set_remove(NearSet *set, uint32_t id, Diag *diag) {
    pthread_rwlock_wrlock(&set->lock);
    Err err = ERR_OK;
    if (set->is_broken)
        err = broken(set, diag);
    else if (id >= next_id(set))
        err = diag_set(diag, ERR_NOT_FOUND, N_("The near index has no such entry."));
    else if (!is_removed(set, id))
        err = near_journal_put(&set->journal, NEAR_CHANGE_REMOVE, id, NULL, 1, diag);
    if (err == ERR_OK)
        mark_removed(set, id);
    pthread_rwlock_unlock(&set->lock);
    return err;
}

Err near_set_commit(NearSet *set, Diag *diag) {
    pthread_rwlock_rdlock(&set->lock);
    uint64_t generation = set->generation, records = set->journal.records;
    pthread_rwlock_unlock(&set->lock);
    pthread_mutex_lock(&set->flushing);
    pthread_rwlock_rdlock(&set->lock);
    // Whoever held the flush before us may have covered our records; a new generation was flushed
    // when it was made.
    bool is_due = set->generation == generation && set->flushed_records < records;
    uint64_t covered = set->journal.records;
    int fd = is_due ? dup(set->journal.fd) : -1;
    pthread_rwlock_unlock(&set->lock);
    Err err = set->is_broken ? broken(set, diag) : ERR_OK;
    if (is_due && err == ERR_OK) {
        err = fd < 0 ? diag_errno(diag, errno, set->folder) : near_journal_sync(fd, diag);
        closep(&fd);
        if (err == ERR_OK)
            set->flushed_records = covered;
    }
    pthread_mutex_unlock(&set->flushing);
    return err;
}

// ---- searching

// Moves the hits from `from` on to their ids in the set and leaves the removed ones out.
static void hits_keep(const NearSet *set, uint32_t first, NearHits *hits, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < hits->found.len; i++) {
        NearHit hit = hits->found.items[i];
        hit.id += first;
        if (!is_removed(set, hit.id))
            hits->found.items[kept++] = hit;
    }
    hits->found.len = kept;
}

static Err fresh_search(const NearSet *set, const PdqHash *query, int radius, NearHits *io_hits) {
    enum { BLOCK = 512 };
    uint32_t at[BLOCK];
    uint16_t distance[BLOCK];
    for (size_t done = 0; done < set->fresh.len; done += BLOCK) {
        size_t n = set->fresh.len - done < BLOCK ? set->fresh.len - done : BLOCK;
        size_t found = kernels()->hamming_within(query->bytes, set->fresh.items[done].bytes, n,
                                                 (unsigned)radius, at, distance);
        for (size_t i = 0; i < found; i++) {
            NearHit hit = {.id = (uint32_t)done + at[i], .distance = distance[i]};
            if (!vec_push(&io_hits->found, hit))
                return ERR_NOMEM;
        }
    }
    return ERR_OK;
}

Err near_set_search(NearSet *set, NearScratch *scratch, const PdqHash *query, int radius,
                    size_t limit, NearHits *io_hits) {
    pthread_rwlock_rdlock(&set->lock);
    Err err = ERR_OK;
    size_t before = io_hits->found.len;
    for (size_t i = 0; i < set->segment_count && err == ERR_OK; i++) {
        size_t from = io_hits->found.len;
        // No limit yet: what is removed does not count towards it.
        err = near_table_search(set->segments[i].table, scratch, query, radius, 0, io_hits);
        hits_keep(set, set->segments[i].first, io_hits, from);
    }
    size_t from = io_hits->found.len;
    if (err == ERR_OK)
        err = fresh_search(set, query, radius, io_hits);
    hits_keep(set, set->fresh_first, io_hits, from);
    pthread_rwlock_unlock(&set->lock);
    if (limit != 0 && io_hits->found.len - before > limit) {
        io_hits->found.len = before + limit;
        io_hits->has_more = true;
    }
    if (err != ERR_OK)
        io_hits->found.len = before;
    return err;
}

void near_set_figures(NearSet *set, NearSetFigures *ret) {
    pthread_rwlock_rdlock(&set->lock);
    *ret = (NearSetFigures){.ids = next_id(set),
                            .removed = set->removed_count,
                            .fresh = set->fresh.len,
                            .segments = set->segment_count};
    pthread_rwlock_unlock(&set->lock);
}

// ---- maintaining

// A new set of files that stands for `segments` followed by the fresh rows from `fresh_from` on.
// Called with the write lock held, so that nothing changes between journal and manifest; the
// manifest's rename is the instant of change.
static Err generation_write(NearSet *set, const Segment *segments, size_t count, uint32_t ids,
                            size_t fresh_from, NearJournal *ret_journal, Diag *diag) {
    uint64_t generation = set->generation + 1;
    char path[PATH_MAX];
    size_t words = (size_t)ids / 64 + 1;
    _cleanup_strbuf_ StrBuf bits = STRBUF(words * 8 + 32);
    for (size_t i = 0; i < words; i++) {
        uint8_t word[8];
        store_le64(word, i < set->removed.len ? set->removed.items[i] : 0);
        strbuf_put(&bits, str_of(word, 8));
    }
    uint8_t checksum[32];
    TRY(near_checksum(strbuf_text(&bits), bits.len, checksum));
    strbuf_put(&bits, str_of(checksum, 32));
    if (strbuf_err(&bits) != ERR_OK)
        return no_memory(diag);
    path_of(set, "removed", generation, path);
    TRY(file_replace(path, strbuf_str(&bits), true, diag));

    path_of(set, "journal", generation, path);
    unlink(path); // left by an attempt that ended before its manifest
    _cleanup_near_journal_ NearJournal journal = {.fd = -1};
    TRY(near_journal_open(path, journal_apply, NULL, &journal, diag));
    TRY(near_journal_put(&journal, NEAR_CHANGE_ADD, ids, set->fresh.items + fresh_from,
                         set->fresh.len - fresh_from, diag));
    for (uint32_t id = ids; id < next_id(set); id++)
        if (is_removed(set, id))
            TRY(near_journal_put(&journal, NEAR_CHANGE_REMOVE, id, NULL, 1, diag));
    TRY(near_journal_sync(journal.fd, diag));

    uint8_t text[MANIFEST_MAX] = MANIFEST_MAGIC;
    size_t len = MANIFEST_HEAD;
    store_le64(text + 8, generation);
    store_le32(text + 16, (uint32_t)count);
    store_le64(text + 20, ids);
    for (size_t i = 0; i < count; i++, len += 16) {
        store_le64(text + len, segments[i].number);
        store_le64(text + len + 8, near_table_count(segments[i].table));
    }
    TRY(near_checksum(text, len, text + len));
    path_of(set, "manifest", 0, path);
    Err err = file_replace(path, str_of(text, len + 32), true, diag);
    if (err != ERR_OK) {
        set->is_broken = true; // the rename may have happened all the same
        return err;
    }
    *ret_journal = journal;
    journal.fd = -1;
    return ERR_OK;
}

static void generation_remove(const NearSet *set, uint64_t generation) {
    char path[PATH_MAX];
    path_of(set, "journal", generation, path);
    unlink(path);
    path_of(set, "removed", generation, path);
    unlink(path);
}

// Which segments [*ret_from, count) to merge with what follows them: the smallest at the end, until
// the one before is more than twice the sum. Keeps their number logarithmic and every hash
// rewritten a logarithmic number of times.
static size_t merge_from(const NearSet *set, size_t fresh) {
    size_t from = set->segment_count;
    uint64_t sum = fresh;
    while (from > 0 && (near_table_count(set->segments[from - 1].table) <= 2 * sum ||
                        from + (fresh > 0) > NEAR_SET_SEGMENTS)) {
        from--;
        sum += near_table_count(set->segments[from].table);
    }
    return from;
}

typedef struct Merge {
    size_t from;    // segments that stay
    uint32_t first; // first id of the new segment
    size_t fresh;   // fresh rows taken into it
    PdqHash *hashes;
    size_t count;
} Merge;

// Copies what goes into the new segment. Under the read lock. A removed hash keeps its id but
// becomes a copy of its neighbour, so that it costs a twin and no postings, and is forgotten in the
// files.
static Err merge_gather(const NearSet *set, bool wants_all, Merge *merge, Diag *diag) {
    bool is_due = set->fresh.len >= NEAR_SET_FRESH || (wants_all && set->fresh.len > 0);
    merge->fresh = is_due ? set->fresh.len : 0;
    merge->from = is_due ? merge_from(set, merge->fresh) : set->segment_count;
    merge->first =
        merge->from < set->segment_count ? set->segments[merge->from].first : set->fresh_first;
    merge->count = set->fresh_first - merge->first + merge->fresh;
    if (merge->count == 0)
        return ERR_OK;
    merge->hashes = malloc(merge->count * sizeof *merge->hashes);
    if (merge->hashes == NULL)
        return no_memory(diag);
    size_t n = 0;
    for (size_t s = merge->from; s < set->segment_count; s++)
        for (uint32_t i = 0; i < near_table_count(set->segments[s].table); i++)
            merge->hashes[n++] = near_table_hash(set->segments[s].table, i);
    if (merge->fresh > 0)
        memcpy(merge->hashes + n, set->fresh.items, merge->fresh * sizeof *merge->hashes);
    for (size_t i = 0; i < merge->count; i++)
        if (is_removed(set, merge->first + (uint32_t)i))
            merge->hashes[i] = i > 0 ? merge->hashes[i - 1] : (PdqHash){{0}};
    return ERR_OK;
}

// Puts the new segment in the place of what it was made from. Under the write lock.
static Err merge_install(NearSet *set, const Merge *merge, NearTable **table, uint64_t number,
                         Diag *diag) {
    Segment segments[SEGMENTS_MAX];
    memcpy(segments, set->segments, merge->from * sizeof *segments);
    segments[merge->from] = (Segment){.table = *table, .number = number, .first = merge->first};
    NearJournal journal;
    uint32_t ids = merge->first + (uint32_t)merge->count;
    TRY(generation_write(set, segments, merge->from + 1, ids, merge->fresh, &journal, diag));
    near_journal_done(&set->journal);
    generation_remove(set, set->generation);
    set->journal = journal;
    set->generation++;
    for (size_t i = merge->from; i < set->segment_count; i++) {
        char path[PATH_MAX];
        path_of(set, "segment", set->segments[i].number, path);
        unlink(path);
        near_table_free(set->segments[i].table);
    }
    set->segments[merge->from] = segments[merge->from];
    set->segment_count = merge->from + 1;
    *table = NULL;
    if (set->fresh.len > merge->fresh)
        memmove(set->fresh.items, set->fresh.items + merge->fresh,
                (set->fresh.len - merge->fresh) * sizeof *set->fresh.items);
    set->fresh.len -= merge->fresh;
    set->fresh_first = ids;
    return ERR_OK;
}

Err near_set_maintain(NearSet *set, bool wants_all, bool *ret_did, Diag *diag) {
    Merge merge = {0};
    pthread_rwlock_rdlock(&set->lock);
    Err err = merge_gather(set, wants_all, &merge, diag);
    uint64_t number = set->next_number;
    pthread_rwlock_unlock(&set->lock);
    _cleanup_free_ PdqHash *hashes = merge.hashes;
    TRY(err);
    if (merge.count == 0) {
        *ret_did = false;
        return ERR_OK;
    }
    char path[PATH_MAX];
    path_of(set, "segment", number, path);
    NearBuild build = {.hashes = hashes,
                       .count = merge.count,
                       .seed = set->options.seed,
                       .is_compact = set->options.is_compact,
                       .threads = set->options.threads,
                       .path = path};
    _cleanup_(near_table_freep) NearTable *table = NULL;
    TRY(near_table_build(&build, &table, diag));
    pthread_mutex_lock(&set->flushing);
    pthread_rwlock_wrlock(&set->lock);
    set->next_number = number + 1;
    err = merge_install(set, &merge, &table, number, diag);
    if (err == ERR_OK)
        set->flushed_records = set->journal.records;
    pthread_rwlock_unlock(&set->lock);
    pthread_mutex_unlock(&set->flushing);
    if (err == ERR_OK)
        *ret_did = true;
    else
        unlink(path);
    return err;
}
