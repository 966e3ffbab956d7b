// A changing near index: committed segments, a journal, fresh rows, and their maintenance in the
// background.
#include "index/near_set.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/file.h"
#include "index/near_image.h"
#include "index/near_journal.h"
#include "kernels/kernels.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 // Linux 5.14; older ones refuse it
#endif

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
    uint64_t next_number, generation; // maintenance's own
    // Guards all below: searches read, changes write. Never held during I/O of more than a few
    // journal records. The segments, their number and the journal's descriptor are changed by
    // maintenance alone, which may therefore read them without it.
    pthread_rwlock_t lock;
    Segment segments[SEGMENTS_MAX];
    size_t segment_count;
    uint32_t fresh_first;
    VEC(PdqHash) fresh;
    VEC(uint64_t) removed; // a bit an id
    uint64_t removed_count;
    NearJournal journal;
    uint64_t records_left; // in journals before this one: counts of records never go back
    // One flush at a time serves all who wait for it, and no flush ends while maintenance changes
    // journals.
    pthread_mutex_t flushing;
    uint64_t flushed_records; // records_left included; guarded by flushing
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
    size_t words = (size_t)ids / 64 + 1, held = set->removed.len;
    if (words <= held)
        return true;
    if (!vec_reserve(&set->removed, words - held))
        return false;
    memset(set->removed.items + held, 0, (words - held) * sizeof *set->removed.items);
    set->removed.len = words;
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

static bool is_wanted(const NearSet *set, const char *name) {
    static const char *const KINDS[] = {"segment-", "journal-", "removed-"};
    for (size_t kind = 0; kind < sizeof KINDS / sizeof *KINDS; kind++) {
        size_t len = strlen(KINDS[kind]);
        char *end;
        if (strncmp(name, KINDS[kind], len) != 0 || name[len] < '1' || name[len] > '9')
            continue;
        unsigned long long number = strtoull(name + len, &end, 10);
        if (*end != 0)
            continue;
        bool is_named = kind > 0 && number == set->generation;
        for (size_t i = 0; kind == 0 && i < set->segment_count; i++)
            is_named = is_named || set->segments[i].number == number;
        return is_named;
    }
    return true; // not a file of ours
}

// What a process left behind that ended between writing files and naming them in the manifest, or
// between that and removing the old ones: as much as a whole index.
static void leftovers_remove(const NearSet *set) {
    DIR *folder = opendir(set->folder);
    if (folder == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (!is_wanted(set, entry->d_name))
            unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
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
    leftovers_remove(set);
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

static uint64_t records_of(const NearSet *set) {
    return set->records_left + set->journal.records;
}

Err near_set_commit(NearSet *set, Diag *diag) {
    pthread_rwlock_rdlock(&set->lock);
    uint64_t wanted = records_of(set);
    pthread_rwlock_unlock(&set->lock);
    pthread_mutex_lock(&set->flushing);
    // Whoever held the flush before us may have covered our records.
    bool is_due = set->flushed_records < wanted;
    pthread_rwlock_rdlock(&set->lock);
    Err err = set->is_broken ? broken(set, diag) : ERR_OK;
    uint64_t covered = records_of(set);
    int fd = is_due ? dup(set->journal.fd) : -1;
    pthread_rwlock_unlock(&set->lock);
    if (is_due && err == ERR_OK) {
        err = fd < 0 ? diag_errno(diag, errno, set->folder) : near_journal_sync(fd, diag);
        if (err == ERR_OK)
            set->flushed_records = covered;
    }
    closep(&fd);
    pthread_mutex_unlock(&set->flushing);
    return err;
}

// ---- searching

// What a segment finds, with its ids in the set and without the removed ones. The removed do not
// count towards the limit, so that more are asked for until enough are left; a million copies of
// one hash cost no more than the limit does.
static Err segment_search(const NearSet *set, const Segment *segment, NearScratch *scratch,
                          const PdqHash *query, int radius, size_t limit, NearHits *io_hits) {
    enum { SPARE = 64, GROWTH = 8 };
    NearHits some = {0};
    size_t before = io_hits->found.len, asked = limit == 0 ? 0 : limit + SPARE;
    Err err;
    for (;; asked *= GROWTH) {
        io_hits->found.len = before;
        vec_clear(&some.found);
        some.has_more = false;
        err = near_table_search(segment->table, scratch, query, radius, asked, &some);
        if (err == ERR_OK && !vec_reserve(&io_hits->found, some.found.len))
            err = ERR_NOMEM;
        for (size_t i = 0; i < some.found.len && err == ERR_OK; i++) {
            NearHit hit = some.found.items[i];
            hit.id += segment->first;
            if (!is_removed(set, hit.id))
                io_hits->found.items[io_hits->found.len++] = hit;
        }
        // At limit + 1 the caller knows that there are more.
        if (err != ERR_OK || !some.has_more || io_hits->found.len - before > limit)
            break;
    }
    near_hits_done(&some);
    return err;
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
            NearHit hit = {.id = set->fresh_first + (uint32_t)done + at[i],
                           .distance = distance[i]};
            if (!is_removed(set, hit.id) && !vec_push(&io_hits->found, hit))
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
    for (size_t i = 0; i < set->segment_count && err == ERR_OK; i++)
        err = segment_search(set, &set->segments[i], scratch, query, radius, limit, io_hits);
    if (err == ERR_OK)
        err = fresh_search(set, query, radius, io_hits);
    pthread_rwlock_unlock(&set->lock);
    if (limit != 0 && io_hits->found.len - before > limit) {
        io_hits->found.len = before + limit;
        io_hits->has_more = true;
    }
    if (err != ERR_OK)
        io_hits->found.len = before;
    return err;
}

// A segment that maintenance removes meanwhile is not missed.
static Err segment_warm(const char *path, Diag *diag) {
    enum { STEP = 1 << 22 };
    _cleanup_close_ int fd = -1;
    Err err = file_open_read(path, &fd, diag);
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(err);
    _cleanup_free_ char *step = malloc(STEP);
    if (step == NULL)
        return no_memory(diag);
    for (;;) {
        ssize_t n = read(fd, step, STEP);
        if (n == 0)
            return ERR_OK;
        if (n < 0 && errno != EINTR)
            return diag_errno(diag, errno, path);
    }
}

// Maps what is in memory now, a piece at a time so that changes do not wait; the first touch of a
// page costs a search as much as ten later ones. Where the system has no such call, it stays so.
static void segment_populate(NearSet *set, uint64_t number) {
    enum { STEP = 1 << 26 };
    bool is_there = true;
    for (size_t at = 0; is_there; at += STEP) {
        is_there = false;
        pthread_rwlock_rdlock(&set->lock);
        for (size_t i = 0; i < set->segment_count; i++) {
            const NearTable *table = set->segments[i].table;
            if (set->segments[i].number != number || at >= table->image_size)
                continue;
            size_t n = table->image_size - at < STEP ? table->image_size - at : STEP;
            is_there = madvise(table->image + at, n, MADV_POPULATE_READ) == 0;
            if (table->hints_left != NULL) // what is in memory need not be asked for
                atomic_store_explicit(table->hints_left, 0, memory_order_relaxed);
        }
        pthread_rwlock_unlock(&set->lock);
    }
}

Err near_set_warm(NearSet *set, Diag *diag) {
    uint64_t numbers[SEGMENTS_MAX];
    pthread_rwlock_rdlock(&set->lock);
    size_t count = set->segment_count;
    for (size_t i = 0; i < count; i++)
        numbers[i] = set->segments[i].number;
    pthread_rwlock_unlock(&set->lock);
    for (size_t i = 0; i < count; i++) {
        char path[PATH_MAX];
        path_of(set, "segment", numbers[i], path);
        TRY(segment_warm(path, diag));
        segment_populate(set, numbers[i]);
    }
    return ERR_OK;
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
//
// Files are written while searches, adds and removes go on. What changes after the plan is in the
// journal from merge.record on; those records become the next generation's journal. The manifest's
// rename is the instant of change: what was flushed before it is in the new journal, flushed, and
// until the new journal is in use no flush ends.

typedef struct Merge {
    size_t from;     // segments that stay
    uint32_t first;  // first id of the new segment
    size_t fresh;    // fresh rows taken into it
    uint64_t record; // of the journal, from which on it is not part of what is merged
    PdqHash *hashes;
    size_t count;
    uint64_t *removed; // a bit an id up to first + count, as it was at `record` or later
} Merge;

static void merge_done(Merge *merge) {
    free(merge->hashes);
    free(merge->removed);
}

static uint32_t merge_ids(const Merge *merge) {
    return merge->first + (uint32_t)merge->count;
}

// Which segments [from, count) to merge with what follows them: the smallest at the end, until the
// one before is more than twice the sum. Keeps their number logarithmic and every hash rewritten a
// logarithmic number of times.
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

static void merge_plan(NearSet *set, bool wants_all, Merge *merge) {
    pthread_rwlock_rdlock(&set->lock);
    bool is_due = set->fresh.len >= NEAR_SET_FRESH || (wants_all && set->fresh.len > 0);
    merge->fresh = is_due ? set->fresh.len : 0;
    merge->record = set->journal.records;
    pthread_rwlock_unlock(&set->lock);
    merge->from = is_due ? merge_from(set, merge->fresh) : set->segment_count;
    merge->first =
        merge->from < set->segment_count ? set->segments[merge->from].first : set->fresh_first;
    merge->count = set->fresh_first - merge->first + merge->fresh;
}

// Copies what goes into the new segment; of what changes meanwhile a little at a time. A removed
// hash keeps its id but becomes a copy of its neighbour, so that it costs a twin and no postings,
// and is forgotten in the files.
static Err merge_gather(NearSet *set, Merge *merge, Diag *diag) {
    enum { ROWS_AT_A_TIME = 4096, WORDS_AT_A_TIME = 16384 };
    size_t words = (size_t)merge_ids(merge) / 64 + 1, n = 0;
    merge->hashes = malloc(merge->count * sizeof *merge->hashes);
    merge->removed = calloc(words, sizeof *merge->removed);
    if (merge->hashes == NULL || merge->removed == NULL)
        return no_memory(diag);
    for (size_t s = merge->from; s < set->segment_count; s++) {
        near_table_hashes(set->segments[s].table, merge->hashes + n);
        n += near_table_count(set->segments[s].table);
    }
    for (size_t done = 0, some; done < merge->fresh; done += some) {
        some = merge->fresh - done < ROWS_AT_A_TIME ? merge->fresh - done : ROWS_AT_A_TIME;
        pthread_rwlock_rdlock(&set->lock);
        memcpy(merge->hashes + n + done, set->fresh.items + done, some * sizeof *merge->hashes);
        pthread_rwlock_unlock(&set->lock);
    }
    for (size_t done = 0, some; done < words; done += some) {
        some = words - done < WORDS_AT_A_TIME ? words - done : WORDS_AT_A_TIME;
        pthread_rwlock_rdlock(&set->lock);
        memcpy(merge->removed + done, set->removed.items + done, some * sizeof *merge->removed);
        pthread_rwlock_unlock(&set->lock);
    }
    for (size_t i = 0; i < merge->count; i++) {
        size_t id = merge->first + i;
        if ((merge->removed[id / 64] >> id % 64 & 1) != 0)
            merge->hashes[i] = i > 0 ? merge->hashes[i - 1] : (PdqHash){{0}};
    }
    return ERR_OK;
}

static Err removed_write(const NearSet *set, const Merge *merge, uint64_t generation, Diag *diag) {
    char path[PATH_MAX];
    // The last word's bits past the last id belong to fresh rows, whose removals the journal has.
    uint32_t ids = merge_ids(merge);
    size_t words = (size_t)ids / 64 + 1;
    _cleanup_strbuf_ StrBuf bits = STRBUF(words * 8 + 32);
    for (size_t i = 0; i < words; i++) {
        uint8_t word[8];
        uint64_t kept = i + 1 < words ? UINT64_MAX : ((uint64_t)1 << ids % 64) - 1;
        store_le64(word, merge->removed[i] & kept);
        strbuf_put(&bits, str_of(word, 8));
    }
    uint8_t checksum[32];
    TRY(near_checksum(strbuf_text(&bits), bits.len, checksum));
    strbuf_put(&bits, str_of(checksum, 32));
    if (strbuf_err(&bits) != ERR_OK)
        return no_memory(diag);
    path_of(set, "removed", generation, path);
    return file_replace(path, strbuf_str(&bits), true, diag);
}

static Err manifest_write(const NearSet *set, const Segment *segments, size_t count, uint32_t ids,
                          uint64_t generation, Diag *diag) {
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
    char path[PATH_MAX];
    path_of(set, "manifest", 0, path);
    return file_replace(path, str_of(text, len + 32), true, diag);
}

// The files of the next generation, which stands for `segments` followed by the records from
// merge->record on. *ret_is_unsure: the manifest's rename may have happened, whatever is returned.
static Err generation_write(NearSet *set, const Merge *merge, const Segment *segments, size_t count,
                            NearJournal *ret_journal, bool *ret_is_unsure, Diag *diag) {
    uint64_t generation = set->generation + 1;
    TRY(removed_write(set, merge, generation, diag));
    char path[PATH_MAX];
    path_of(set, "journal", generation, path);
    unlink(path); // left by an attempt that ended before its manifest
    _cleanup_near_journal_ NearJournal journal = {.fd = -1};
    TRY(near_journal_open(path, journal_apply, NULL, &journal, diag));
    pthread_rwlock_rdlock(&set->lock);
    uint64_t records = set->journal.records;
    pthread_rwlock_unlock(&set->lock);
    TRY(near_journal_copy(&set->journal, merge->record, records, &journal, diag));
    TRY(near_journal_sync(journal.fd, diag));
    *ret_is_unsure = true;
    TRY(manifest_write(set, segments, count, merge_ids(merge), generation, diag));
    *ret_journal = journal;
    journal.fd = -1;
    return ERR_OK;
}

// Files that the present generation does not need any more.
static void generation_remove(const NearSet *set, uint64_t generation) {
    char path[PATH_MAX];
    path_of(set, "journal", generation, path);
    unlink(path);
    path_of(set, "removed", generation, path);
    unlink(path);
}

static void segments_remove(const NearSet *set, const Segment *segments, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char path[PATH_MAX];
        path_of(set, "segment", segments[i].number, path);
        unlink(path);
        near_table_free(segments[i].table);
    }
}

// What is left to do under the write lock: the records that came while the files were written, and
// the change in memory.
static Err generation_take(NearSet *set, const Merge *merge, const Segment *segment,
                           NearJournal *journal, Diag *diag) {
    uint64_t flushed = journal->records;
    TRY(near_journal_copy(&set->journal, merge->record + flushed, set->journal.records, journal,
                          diag));
    near_journal_done(&set->journal);
    set->journal = *journal;
    journal->fd = -1;
    set->records_left += merge->record;
    set->flushed_records = set->records_left + flushed;
    set->segments[merge->from] = *segment;
    set->segment_count = merge->from + 1;
    if (set->fresh.len > merge->fresh)
        memmove(set->fresh.items, set->fresh.items + merge->fresh,
                (set->fresh.len - merge->fresh) * sizeof *set->fresh.items);
    set->fresh.len -= merge->fresh;
    set->fresh_first = merge_ids(merge);
    return ERR_OK;
}

// Puts the new segment in the place of what it was made from.
static Err merge_install(NearSet *set, const Merge *merge, NearTable **table, uint64_t number,
                         Diag *diag) {
    Segment segments[SEGMENTS_MAX], old[SEGMENTS_MAX];
    size_t old_count = set->segment_count - merge->from;
    memcpy(old, set->segments + merge->from, old_count * sizeof *old);
    memcpy(segments, set->segments, merge->from * sizeof *segments);
    segments[merge->from] = (Segment){.table = *table, .number = number, .first = merge->first};
    _cleanup_near_journal_ NearJournal journal = {.fd = -1};
    bool is_unsure = false;
    pthread_mutex_lock(&set->flushing);
    Err err = generation_write(set, merge, segments, merge->from + 1, &journal, &is_unsure, diag);
    pthread_rwlock_wrlock(&set->lock);
    if (err == ERR_OK)
        err = generation_take(set, merge, &segments[merge->from], &journal, diag);
    if (err != ERR_OK && is_unsure)
        set->is_broken = true;
    pthread_rwlock_unlock(&set->lock);
    pthread_mutex_unlock(&set->flushing);
    if (err == ERR_OK) {
        *table = NULL;
        generation_remove(set, set->generation++);
        segments_remove(set, old, old_count);
    } else if (!is_unsure) {
        char path[PATH_MAX];
        path_of(set, "segment", number, path);
        unlink(path);
    }
    return err;
}

static Err merge_run(NearSet *set, const Merge *merge, const PdqHash *hashes, Diag *diag) {
    char path[PATH_MAX];
    uint64_t number = set->next_number++;
    path_of(set, "segment", number, path);
    NearBuild build = {.hashes = hashes,
                       .count = merge->count,
                       .seed = set->options.seed,
                       .is_compact = set->options.is_compact,
                       .threads = set->options.threads,
                       .path = path};
    _cleanup_(near_table_freep) NearTable *table = NULL;
    TRY(near_table_build(&build, &table, diag));
    return merge_install(set, merge, &table, number, diag);
}

Err near_set_maintain(NearSet *set, bool wants_all, bool *ret_did, Diag *diag) {
    Merge merge = {0};
    merge_plan(set, wants_all, &merge);
    if (merge.count == 0) {
        *ret_did = false;
        return ERR_OK;
    }
    Err err = merge_gather(set, &merge, diag);
    if (err == ERR_OK)
        err = merge_run(set, &merge, merge.hashes, diag);
    merge_done(&merge);
    if (err == ERR_OK)
        *ret_did = true;
    return err;
}

Err near_set_fill(NearSet *set, const PdqHash *hashes, size_t count, Diag *diag) {
    if (next_id(set) != 0)
        return diag_set(diag, ERR_EXISTS, N_("The near index already holds hashes."));
    if (count == 0)
        return ERR_OK;
    if (!removed_reserve(set, (uint32_t)count))
        return no_memory(diag);
    Merge merge = {.record = set->journal.records, .count = count};
    merge.removed = calloc(count / 64 + 1, sizeof *merge.removed);
    Err err = merge.removed == NULL ? no_memory(diag) : merge_run(set, &merge, hashes, diag);
    merge_done(&merge);
    return err;
}
