// The coordinator of a scan: walks the sources, hands files to the workers, unpacks archives,
// gathers and orders what comes back.
#include "scan/collect.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "scan/archive.h"
#include "scan/limits.h"
#include "scan/pool.h"

// A problem found after its item went to a worker.
typedef struct LateProblem {
    ScanItem *item;
    ScanProblem problem;
} LateProblem;

typedef struct Collector {
    const CollectOptions *options;
    InspectPool *pool;
    MediaClient *unpacker; // started with the first archive; serves archives inside one another
    CollectedFiles files;
    VEC(LateProblem) late;
    ScanProgress progress;
    pthread_mutex_t lock; // files.items, progress, failed
    Err failed;           // NOMEM or of the journal; ends the scan
    Diag failure;
} Collector;

// One file on disk while it is unpacked.
typedef struct Unpacking {
    ScanItem *file;
    UnpackBudget budget;
    uint32_t ordinal; // of the last member begun
    bool is_cut;      // stopped before its end was seen, or by what may pass
} Unpacking;

static void fail(Collector *collector, Err err, const Diag *diag) {
    pthread_mutex_lock(&collector->lock);
    if (collector->failed == ERR_OK) {
        collector->failed = err;
        collector->failure = *diag;
    }
    pthread_mutex_unlock(&collector->lock);
}

static void fail_memory(Collector *collector) {
    Diag diag;
    diag_set(&diag, ERR_NOMEM, N_("There is not enough memory."));
    fail(collector, ERR_NOMEM, &diag);
}

static Err state_of(Collector *collector, Diag *diag) {
    pthread_mutex_lock(&collector->lock);
    Err err = collector->failed;
    if (err != ERR_OK && diag != NULL)
        *diag = collector->failure;
    pthread_mutex_unlock(&collector->lock);
    const CollectOptions *options = collector->options;
    if (err == ERR_OK && options->wants_stop != NULL && options->wants_stop(options->to))
        err = diag_set(diag, ERR_INTERRUPTED, N_("The scan was interrupted."));
    return err;
}

static void keep_item(Collector *collector, ScanItem *item) {
    const CollectOptions *options = collector->options;
    pthread_mutex_lock(&collector->lock);
    bool is_kept =
        collector->files.items.len < SCAN_ITEMS_MAX && vec_push(&collector->files.items, item);
    ScanProgress *progress = &collector->progress;
    if (item->ordinal == 0) {
        progress->files++;
        progress->bytes += item->file_size;
    } else {
        progress->members++;
    }
    progress->problems += item->problem != NULL;
    if (options->progress != NULL)
        options->progress(options->to, progress);
    pthread_mutex_unlock(&collector->lock);
    if (!is_kept) {
        if (!item->is_journaled)
            scan_item_free(item);
        fail_memory(collector);
    }
}

// What may go better next time, on a machine with more time or memory, is not kept in the state.
static bool is_passing(const ScanProblem *problem) {
    if (problem == NULL)
        return false;
    switch (problem->diag.err) {
    case ERR_NOMEM:
    case ERR_IO:
    case ERR_BUSY:
    case ERR_TIMEOUT:
    case ERR_SANDBOX:
    case ERR_INTERRUPTED:
        return true;
    default:
        return false;
    }
}

// What a worker finished goes to the state file first.
static void receive(void *to, ScanItem *item) {
    Collector *collector = to;
    Diag diag = {0};
    Journal *journal = collector->options->journal;
    bool is_kept = journal != NULL && !is_passing(item->problem);
    Err err = is_kept ? journal_put(journal, item, &diag) : ERR_OK;
    if (err != ERR_OK)
        fail(collector, err, &diag);
    keep_item(collector, item);
}

static void add_late_problem(Collector *collector, Unpacking *unpacking, ScanItem *item,
                             const char *id, const Diag *diag) {
    LateProblem late = {item, {.id = id != NULL ? id : err_name(diag->err), .diag = *diag}};
    late.problem.diag.file[0] = '\0';
    if (!vec_push(&collector->late, late))
        fail_memory(collector);
    Diag failure = {0};
    Journal *journal = collector->options->journal;
    if (is_passing(&late.problem)) {
        unpacking->is_cut = true;
        return;
    }
    Err err = journal == NULL ? ERR_OK
                              : journal_put_problem(journal, unpacking->file, item->ordinal,
                                                    &late.problem, &failure);
    if (err != ERR_OK)
        fail(collector, err, &failure);
}

static bool is_archive(const ScanItem *item) {
    return item->type.class == MEDIA_CLASS_ARCHIVE || item->type.class == MEDIA_CLASS_COMPRESSED;
}

static void unpack(Collector *collector, Unpacking *unpacking, ScanItem *archive, int fd,
                   int depth);

// A descriptor of the content for ourselves, beside the one that a worker gets.
static int duplicate(int fd) {
    return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

// Gives the item and its content to a worker and, when it is an archive, unpacks it here.
static void submit(Collector *collector, Unpacking *unpacking, ScanItem *item,
                   SourceContent *content, int depth) {
    item->type = content->type;
    item->size = content->size;
    bool may_unpack = is_archive(item) && content->fd >= 0;
    _cleanup_close_ int fd = may_unpack ? duplicate(content->fd) : -1;
    Diag diag = {0};
    Err err = inspect_pool_push(collector->pool, item, content, &diag);
    if (err != ERR_OK) {
        closep(&content->fd);
        scan_item_free(item);
        fail(collector, err, &diag);
    } else if (may_unpack && fd < 0) {
        diag_errno(&diag, errno, "");
        add_late_problem(collector, unpacking, item, NULL, &diag);
    } else if (may_unpack) {
        unpack(collector, unpacking, item, fd, depth);
    }
}

static void submit_problem(Collector *collector, ScanItem *item, const char *id, const Diag *diag) {
    scan_item_set_problem(item, id, diag);
    receive(collector, item);
}

static void too_large(ScanItem *item) {
    if (item->type.class != MEDIA_CLASS_IMAGE && item->type.class != MEDIA_CLASS_VIDEO &&
        !is_archive(item))
        return;
    Diag diag;
    diag_set(&diag, ERR_LIMIT,
             item->type.class == MEDIA_CLASS_VIDEO
                 ? N_("This video inside an archive is too large to be decoded in memory.")
             : item->type.class == MEDIA_CLASS_IMAGE
                 ? N_("This picture inside an archive is too large to be decoded in memory.")
                 : N_("This archive inside an archive is too large to be unpacked in memory."));
    scan_item_set_problem(item, PROBLEM_TOO_LARGE, &diag);
}

static void take_member(Collector *collector, Unpacking *unpacking, FileSource *source,
                        const SourceEntry *entry, int depth) {
    const ScanItem *file = unpacking->file;
    uint32_t ordinal = ++unpacking->ordinal;
    Journal *journal = collector->options->journal;
    ScanItem *known = journal == NULL ? NULL
                                      : journal_find(journal, str_of(file->path, file->file_len),
                                                     file->file_size, file->file_mtime_ns, ordinal);
    if (known != NULL && str_equal(scan_item_path(known), entry->path)) {
        keep_item(collector, known);
        // An archive inside is gone through again, whatever became of it: its members have numbers.
        if (!is_archive(known)) {
            unpacking->budget.unpacked += known->size;
            return;
        }
    } else {
        known = NULL;
    }
    ScanItem *item = known != NULL ? known : scan_item_new(entry->path, file->file_len, ordinal);
    if (item == NULL) {
        fail_memory(collector);
        return;
    }
    item->file_size = file->file_size;
    item->file_mtime_ns = file->file_mtime_ns;
    Diag diag = {0};
    if (entry->is_encrypted) {
        item->size = entry->size == UINT64_MAX ? 0 : entry->size;
        diag_set(&diag, ERR_UNSUPPORTED,
                 N_("This file inside an archive is encrypted and could not be read."));
        submit_problem(collector, item, PROBLEM_ENCRYPTED, &diag);
        return;
    }
    SourceContent content;
    Err err = source_open(source, &content, &diag);
    if (err != ERR_OK) {
        if (known == NULL)
            submit_problem(collector, item, err == ERR_LIMIT ? PROBLEM_BOMB : NULL, &diag);
        return;
    }
    if (content.fd < 0) {
        item->type = content.type;
        item->size = content.size;
        item->digests = content.digests;
        too_large(item);
        if (known == NULL)
            receive(collector, item);
        return;
    }
    uint64_t open =
        content.type.class == MEDIA_CLASS_ARCHIVE || content.type.class == MEDIA_CLASS_COMPRESSED
            ? content.size
            : 0;
    unpacking->budget.open += open;
    if (known == NULL) {
        submit(collector, unpacking, item, &content, depth);
    } else {
        unpack(collector, unpacking, item, content.fd, depth);
        close(content.fd);
        inspect_pool_release(collector->pool, content.held);
    }
    unpacking->budget.open -= open;
}

static void unpack(Collector *collector, Unpacking *unpacking, ScanItem *archive, int fd,
                   int depth) {
    Diag diag = {0};
    if (depth >= SCAN_ARCHIVE_DEPTH_MAX) {
        diag_set(&diag, ERR_LIMIT,
                 N_("This archive lies in too many archives inside one another and was not "
                    "unpacked."));
        add_late_problem(collector, unpacking, archive, PROBLEM_DEPTH, &diag);
        return;
    }
    _cleanup_(file_source_freep) FileSource *source = NULL;
    Err err = ERR_OK;
    if (collector->unpacker == NULL)
        err = media_client_new(&collector->options->decoder, &collector->unpacker, &diag);
    if (err == ERR_OK)
        err = archive_source_new(collector->unpacker, fd, scan_item_path(archive),
                                 &unpacking->budget, collector->pool, &source, &diag);
    while (err == ERR_OK) {
        if (state_of(collector, NULL) != ERR_OK) {
            unpacking->is_cut = true;
            return;
        }
        SourceEntry entry;
        bool has = false;
        err = source_next(source, &entry, &has, &diag);
        if (err == ERR_OK && !has)
            return;
        if (err == ERR_OK)
            take_member(collector, unpacking, source, &entry, depth + 1);
    }
    add_late_problem(collector, unpacking, archive, err == ERR_LIMIT ? PROBLEM_BOMB : NULL, &diag);
}

// The members of an unpacked file, all from the state file. False when one is missing.
static bool take_known_members(Collector *collector, const ScanItem *file, uint32_t members) {
    const Journal *journal = collector->options->journal;
    Str path = scan_item_path(file);
    for (uint32_t i = 1; i <= members; i++)
        if (journal_find(journal, path, file->file_size, file->file_mtime_ns, i) == NULL)
            return false;
    for (uint32_t i = 1; i <= members; i++)
        keep_item(collector, journal_find(journal, path, file->file_size, file->file_mtime_ns, i));
    return true;
}

static void complete(Collector *collector, const Unpacking *unpacking) {
    Journal *journal = collector->options->journal;
    // Members still with workers reach the state file later than this mark; whoever reads it counts
    // them.
    if (journal == NULL || unpacking->is_cut)
        return;
    Diag diag = {0};
    Err err = journal_put_complete(journal, unpacking->file, unpacking->ordinal, &diag);
    if (err != ERR_OK)
        fail(collector, err, &diag);
}

static void set_unpacking(Collector *collector, bool is_unpacking) {
    pthread_mutex_lock(&collector->lock);
    collector->progress.is_unpacking = is_unpacking;
    pthread_mutex_unlock(&collector->lock);
}

static void take_file(Collector *collector, FileSource *source, const SourceEntry *entry) {
    Journal *journal = collector->options->journal;
    ScanItem *item = journal == NULL
                         ? NULL
                         : journal_find(journal, entry->path, entry->size, entry->mtime_ns, 0);
    bool is_known = item != NULL;
    if (!is_known && (item = scan_item_new(entry->path, entry->path.len, 0)) == NULL) {
        fail_memory(collector);
        return;
    }
    if (!is_known) {
        item->file_size = item->size = entry->size;
        item->file_mtime_ns = entry->mtime_ns;
    }
    Unpacking unpacking = {.file = item, .budget = {.packed = entry->size}};
    if (is_known) {
        uint32_t members;
        keep_item(collector, item);
        if (!is_archive(item) ||
            (journal_is_complete(journal, entry->path, entry->size, entry->mtime_ns, &members) &&
             take_known_members(collector, item, members)))
            return;
    }
    SourceContent content;
    Diag diag = {0};
    Err err = source_open(source, &content, &diag);
    if (err != ERR_OK) {
        // Not for the state file: rights may be given and disks repaired before the next attempt.
        scan_item_set_problem(item, NULL, &diag);
        if (!is_known)
            keep_item(collector, item);
        return;
    }
    bool may_unpack =
        content.type.class == MEDIA_CLASS_ARCHIVE || content.type.class == MEDIA_CLASS_COMPRESSED;
    set_unpacking(collector, may_unpack);
    if (is_known) {
        unpack(collector, &unpacking, item, content.fd, 0);
        close(content.fd);
    } else {
        submit(collector, &unpacking, item, &content, 0);
    }
    if (may_unpack)
        complete(collector, &unpacking);
    set_unpacking(collector, false);
}

static void take_entry(Collector *collector, FileSource *source, const SourceEntry *entry) {
    if (entry->kind == SOURCE_FILE) {
        take_file(collector, source, entry);
        return;
    }
    if (entry->kind == SOURCE_PROBLEM) {
        ScanItem *item = scan_item_new(entry->path, entry->path.len, 0);
        if (item == NULL) {
            fail_memory(collector);
            return;
        }
        scan_item_set_problem(item, NULL, &entry->problem);
        keep_item(collector, item);
        return;
    }
    SkippedFile skipped = {strndup(entry->path.ptr, entry->path.len), entry->kind == SOURCE_LINK};
    if (skipped.path == NULL || !vec_push(&collector->files.skipped, skipped)) {
        free(skipped.path);
        fail_memory(collector);
    }
}

// True when the path lies in, or is, another of the paths: its files are then met there.
static bool is_covered(const CollectOptions *options, char *const *real, size_t which) {
    if (real[which] == NULL)
        return false;
    Str path = str_from(real[which]);
    for (size_t i = 0; i < options->path_count; i++) {
        if (i == which || real[i] == NULL)
            continue;
        Str other = str_from(real[i]);
        if (str_equal(path, other) && i < which)
            return true;
        if (path.len > other.len && str_has_prefix(path, other) &&
            (path.ptr[other.len] == '/' || str_is(other, "/")))
            return true;
    }
    return false;
}

static bool is_own(const CollectOptions *options, const SourceEntry *entry) {
    for (size_t i = 0; i < options->own_count && entry->kind == SOURCE_FILE; i++)
        if (entry->device == options->own_files[i].st_dev &&
            entry->inode == options->own_files[i].st_ino)
            return true;
    return false;
}

static Err each_entry(Collector *collector, const char *path,
                      void (*visit)(Collector *, FileSource *, const SourceEntry *), Diag *diag) {
    _cleanup_(file_source_freep) FileSource *source = NULL;
    TRY(folder_source_new(path, &source, diag));
    for (;;) {
        SourceEntry entry;
        bool has = false;
        TRY(state_of(collector, diag));
        TRY(source_next(source, &entry, &has, diag));
        if (!has)
            return ERR_OK;
        if (!is_own(collector->options, &entry))
            visit(collector, source, &entry);
    }
}

static void count_entry(Collector *collector, FileSource *source, const SourceEntry *entry) {
    (void)source;
    collector->progress.files_total += entry->kind == SOURCE_FILE || entry->kind == SOURCE_PROBLEM;
    collector->progress.bytes_total += entry->kind == SOURCE_FILE ? entry->size : 0;
}

static Err walk_all(Collector *collector, Diag *diag) {
    const CollectOptions *options = collector->options;
    char **real = calloc(options->path_count, sizeof *real);
    if (real == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < options->path_count; i++)
        real[i] = realpath(options->paths[i], NULL);
    Err err = ERR_OK;
    // Counted first, so that somebody who waits sees how long.
    for (size_t i = 0; i < options->path_count && err == ERR_OK && options->progress != NULL; i++)
        if (!is_covered(options, real, i))
            err = each_entry(collector, options->paths[i], count_entry, diag);
    for (size_t i = 0; i < options->path_count && err == ERR_OK; i++)
        if (!is_covered(options, real, i))
            err = each_entry(collector, options->paths[i], take_entry, diag);
    for (size_t i = 0; i < options->path_count; i++)
        free(real[i]);
    free(real);
    return err;
}

static int compare_items(const void *a, const void *b) {
    return scan_item_compare(*(ScanItem *const *)a, *(ScanItem *const *)b);
}

static int compare_skipped(const void *a, const void *b) {
    return strcmp(((const SkippedFile *)a)->path, ((const SkippedFile *)b)->path);
}

static void order(Collector *collector) {
    for (size_t i = 0; i < collector->late.len; i++)
        scan_item_set_problem(collector->late.items[i].item, collector->late.items[i].problem.id,
                              &collector->late.items[i].problem.diag);
    CollectedFiles *files = &collector->files;
    if (files->items.len > 1)
        qsort(files->items.items, files->items.len, sizeof files->items.items[0], compare_items);
    if (files->skipped.len > 1)
        qsort(files->skipped.items, files->skipped.len, sizeof files->skipped.items[0],
              compare_skipped);
}

void collected_files_done(CollectedFiles *files) {
    for (size_t i = 0; i < files->items.len; i++)
        if (!files->items.items[i]->is_journaled)
            scan_item_free(files->items.items[i]);
    vec_done(&files->items);
    for (size_t i = 0; i < files->skipped.len; i++)
        free(files->skipped.items[i].path);
    vec_done(&files->skipped);
}

Err files_collect(const CollectOptions *options, CollectedFiles *ret, Diag *diag) {
    Collector collector = {.options = options};
    InspectOptions inspect = {
        .jobs = options->jobs,
        .digests = (1u << DIGEST_KINDS) - 1,
        .media = MEDIA_PDQ | MEDIA_FACTS | (options->wants_turns ? MEDIA_TURNS : 0u),
        .wants_video = true,
        .decoder = options->decoder,
        .deliver = receive,
        .to = &collector,
    };
    TRY(inspect_pool_new(&inspect, &collector.pool, diag));
    pthread_mutex_init(&collector.lock, NULL);
    Err err = walk_all(&collector, diag);
    inspect_pool_free(collector.pool);
    if (err == ERR_OK && collector.failed != ERR_OK) {
        err = collector.failed;
        if (diag != NULL)
            *diag = collector.failure;
    }
    if (options->journal != NULL) {
        Err synced = journal_sync(options->journal, err == ERR_OK ? diag : NULL);
        if (err == ERR_OK)
            err = synced;
    }
    media_client_free(collector.unpacker);
    pthread_mutex_destroy(&collector.lock);
    if (err == ERR_OK)
        order(&collector);
    vec_done(&collector.late);
    if (err != ERR_OK) {
        collected_files_done(&collector.files);
        return err;
    }
    *ret = collector.files;
    return ERR_OK;
}
