// The state file of a scan: appending, checking, loading.
#include "scan/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/file.h"
#include "scan/limits.h"
#include "scan/record.h"

static const char MAGIC[8] = "S7SCAN2\n";
enum { RECORD_HEADER = 1, RECORD_ITEM, RECORD_PROBLEM, RECORD_COMPLETE, SUM_BYTES = 8 };

// A fact about one archive file: it is complete (members), or a problem of one of its members.
typedef struct Mark {
    char *file;
    uint64_t size;
    int64_t mtime_ns;
    uint32_t number; // of members, or the ordinal
} Mark;

typedef struct LateProblem {
    Mark mark;
    ScanProblem problem;
} LateProblem;

struct Journal {
    int fd;
    uint64_t end; // where the next record goes
    pthread_mutex_t lock;
    DigestStream *sums;
    StrBuf buffer;
    uint32_t unsynced;
    // Loaded.
    Interner interner;
    VEC(ScanItem *) items;
    VEC(uint32_t) order; // positions in items, by file, ordinal and age
    VEC(Mark) complete;
    VEC(LateProblem) problems;
    uint32_t loaded;
    uint64_t cut;
};

static Err record_sum(Journal *journal, uint64_t position, uint8_t kind, Str payload,
                      uint8_t ret[SUM_BYTES]) {
    uint8_t head[9];
    store_le64(head, position);
    head[8] = kind;
    Digests digests;
    digest_stream_put(journal->sums, head, sizeof head);
    digest_stream_put(journal->sums, payload.ptr, payload.len);
    TRY(digest_stream_finish(journal->sums, &digests));
    memcpy(ret, digests.sha256, SUM_BYTES);
    return ERR_OK;
}

static Err write_at(int fd, const char *bytes, size_t n, uint64_t at, Diag *diag) {
    while (n > 0) {
        ssize_t put = pwrite(fd, bytes, n, (off_t)at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return diag_errno(diag, errno, "");
        bytes += put;
        n -= (size_t)put;
        at += (uint64_t)put;
    }
    return ERR_OK;
}

// The payload stands in journal->buffer behind five bytes left free for length and kind.
static void record_begin(Journal *journal) {
    strbuf_clear(&journal->buffer);
    strbuf_put(&journal->buffer, str_of("\0\0\0\0", 5));
}

static Err record_append(Journal *journal, uint8_t kind, Diag *diag) {
    StrBuf *buffer = &journal->buffer;
    if (strbuf_err(buffer) != ERR_OK)
        return diag_set(diag, buffer->failed, N_("There is not enough memory."));
    Str payload = str_from_index(strbuf_str(buffer), 5);
    uint8_t sum[SUM_BYTES];
    TRY(record_sum(journal, journal->end, kind, payload, sum));
    store_le32(buffer->ptr, (uint32_t)payload.len);
    buffer->ptr[4] = (char)kind;
    strbuf_put(buffer, str_of(sum, sizeof sum));
    if (strbuf_err(buffer) != ERR_OK)
        return diag_set(diag, buffer->failed, N_("There is not enough memory."));
    TRY(write_at(journal->fd, buffer->ptr, buffer->len, journal->end, diag));
    journal->end += buffer->len;
    if (++journal->unsynced >= SCAN_SYNC_RECORDS) {
        journal->unsynced = 0;
        if (fdatasync(journal->fd) != 0 && errno != EINVAL && errno != EROFS)
            return diag_errno(diag, errno, "");
    }
    return ERR_OK;
}

static void put_mark(StrBuf *out, const ScanItem *file, uint32_t number) {
    record_put_text(out, str_of(file->path, file->file_len));
    record_put_u64(out, file->file_size);
    record_put_u64(out, (uint64_t)file->file_mtime_ns);
    record_put_u32(out, number);
}

Err journal_put(Journal *journal, const ScanItem *item, Diag *diag) {
    pthread_mutex_lock(&journal->lock);
    record_begin(journal);
    scan_item_put(&journal->buffer, item);
    Err err = record_append(journal, RECORD_ITEM, diag);
    pthread_mutex_unlock(&journal->lock);
    return err;
}

Err journal_put_problem(Journal *journal, const ScanItem *file, uint32_t ordinal,
                        const ScanProblem *problem, Diag *diag) {
    pthread_mutex_lock(&journal->lock);
    record_begin(journal);
    put_mark(&journal->buffer, file, ordinal);
    scan_problem_put(&journal->buffer, problem);
    Err err = record_append(journal, RECORD_PROBLEM, diag);
    pthread_mutex_unlock(&journal->lock);
    return err;
}

Err journal_put_complete(Journal *journal, const ScanItem *file, uint32_t members, Diag *diag) {
    pthread_mutex_lock(&journal->lock);
    record_begin(journal);
    put_mark(&journal->buffer, file, members);
    Err err = record_append(journal, RECORD_COMPLETE, diag);
    pthread_mutex_unlock(&journal->lock);
    return err;
}

Err journal_sync(Journal *journal, Diag *diag) {
    pthread_mutex_lock(&journal->lock);
    Err err = ERR_OK;
    if (fdatasync(journal->fd) != 0 && errno != EINVAL && errno != EROFS)
        err = diag_errno(diag, errno, "");
    pthread_mutex_unlock(&journal->lock);
    return err;
}

void journal_free(Journal *journal) {
    if (journal == NULL)
        return;
    if (journal->fd >= 0 && fdatasync(journal->fd) != 0)
        (void)errno; // nobody is left to tell; what is not on the disk will be examined again
    closep(&journal->fd);
    digest_stream_free(journal->sums);
    strbuf_done(&journal->buffer);
    for (size_t i = 0; i < journal->items.len; i++)
        scan_item_free(journal->items.items[i]);
    vec_done(&journal->items);
    vec_done(&journal->order);
    for (size_t i = 0; i < journal->complete.len; i++)
        free(journal->complete.items[i].file);
    vec_done(&journal->complete);
    for (size_t i = 0; i < journal->problems.len; i++)
        free(journal->problems.items[i].mark.file);
    vec_done(&journal->problems);
    interner_done(&journal->interner);
    pthread_mutex_destroy(&journal->lock);
    free(journal);
}

uint32_t journal_loaded(const Journal *journal) {
    return journal->loaded;
}

uint64_t journal_cut(const Journal *journal) {
    return journal->cut;
}

static Err parse_mark(RecordReader *reader, Mark *ret) {
    Str file = record_text(reader);
    Mark mark = {.size = record_u64(reader), .mtime_ns = (int64_t)record_u64(reader)};
    mark.number = record_u32(reader);
    if (reader->is_bad || file.len == 0)
        return ERR_CORRUPT;
    mark.file = strndup(file.ptr, file.len);
    if (mark.file == NULL)
        return ERR_NOMEM;
    *ret = mark;
    return ERR_OK;
}

// ERR_CORRUPT when the record does not hold.
static Err load_record(Journal *journal, uint8_t kind, Str payload) {
    RecordReader reader = {.rest = payload};
    if (kind == RECORD_ITEM) {
        ScanItem *item;
        TRY(scan_item_parse(payload, &journal->interner, &item));
        if (!vec_push(&journal->items, item)) {
            scan_item_free(item);
            return ERR_NOMEM;
        }
        return ERR_OK;
    }
    Mark mark;
    if (kind != RECORD_PROBLEM && kind != RECORD_COMPLETE)
        return ERR_CORRUPT;
    TRY(parse_mark(&reader, &mark));
    Err err = ERR_OK;
    if (kind == RECORD_COMPLETE) {
        if (reader.rest.len != 0)
            err = ERR_CORRUPT;
        else if (!vec_push(&journal->complete, mark))
            err = ERR_NOMEM;
    } else {
        LateProblem late = {.mark = mark};
        if (!record_problem(&reader, &journal->interner, &late.problem) || reader.rest.len != 0)
            err = journal->interner.is_out_of_memory ? ERR_NOMEM : ERR_CORRUPT;
        else if (!vec_push(&journal->problems, late))
            err = ERR_NOMEM;
    }
    if (err != ERR_OK)
        free(mark.file);
    return err;
}

// One whole record at `position`; ERR_CORRUPT when what stands there is none.
static Err read_record(Journal *journal, FILE *file, uint64_t position, StrBuf *payload,
                       uint8_t *ret_kind) {
    uint8_t head[5], sum[SUM_BYTES], expected[SUM_BYTES];
    if (fread(head, 1, sizeof head, file) != sizeof head)
        return ERR_CORRUPT;
    uint32_t len = load_le32(head);
    if (len > SCAN_RECORD_MAX)
        return ERR_CORRUPT;
    strbuf_clear(payload);
    char *to = strbuf_reserve(payload, len);
    if (to == NULL)
        return ERR_NOMEM;
    if (fread(to, 1, len, file) != len || fread(sum, 1, sizeof sum, file) != sizeof sum)
        return ERR_CORRUPT;
    strbuf_commit(payload, len);
    TRY(record_sum(journal, position, head[4], strbuf_str(payload), expected));
    if (memcmp(sum, expected, sizeof sum) != 0)
        return ERR_CORRUPT;
    *ret_kind = head[4];
    return ERR_OK;
}

static Err check_header(Str payload, const JournalHeader *header, Diag *diag) {
    RecordReader reader = {.rest = payload};
    Str options = record_text(&reader), lists = record_text(&reader), paths = record_text(&reader);
    if (reader.is_bad)
        return diag_set(
            diag, ERR_CORRUPT,
            N_("The state file {file} is damaged at its start. Remove it and begin anew."));
    if (!str_equal(lists, header->lists))
        return diag_set(diag, ERR_STATE,
                        N_("The state file {file} belongs to a scan with other hash lists. Give "
                           "the same lists, or another state file."));
    if (!str_equal(paths, header->paths))
        return diag_set(diag, ERR_STATE,
                        N_("The state file {file} belongs to a scan of other paths. Give the same "
                           "paths, or another state file."));
    if (!str_equal(options, header->options))
        return diag_set(diag, ERR_STATE,
                        N_("The state file {file} belongs to a scan with other options or of "
                           "another version. Give the same options, or another state file."));
    return ERR_OK;
}

static int compare_place(Str file, uint32_t ordinal, const ScanItem *item) {
    int order = str_compare(file, str_of(item->path, item->file_len));
    return order != 0 ? order : (ordinal > item->ordinal) - (ordinal < item->ordinal);
}

static int compare_order(const void *a, const void *b, void *items) {
    ScanItem *const *of = items;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int order = compare_place(str_of(of[i]->path, of[i]->file_len), of[i]->ordinal, of[j]);
    return order != 0 ? order : (i > j) - (i < j);
}

static int compare_marks(const void *a, const void *b) {
    const Mark *one = a, *two = b;
    return strcmp(one->file, two->file);
}

ScanItem *journal_find(const Journal *journal, Str file, uint64_t size, int64_t mtime_ns,
                       uint32_t ordinal) {
    size_t low = 0, high = journal->order.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const ScanItem *item = journal->items.items[journal->order.items[middle]];
        if (compare_place(file, ordinal, item) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    // The youngest of those with the right stamp: a file may have changed and changed back.
    ScanItem *found = NULL;
    for (; low < journal->order.len; low++) {
        ScanItem *item = journal->items.items[journal->order.items[low]];
        if (compare_place(file, ordinal, item) != 0)
            break;
        if (item->file_size == size && item->file_mtime_ns == mtime_ns)
            found = item;
    }
    return found;
}

bool journal_is_complete(const Journal *journal, Str file, uint64_t size, int64_t mtime_ns,
                         uint32_t *ret_members) {
    size_t low = 0, high = journal->complete.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(file, str_from(journal->complete.items[middle].file)) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < journal->complete.len; low++) {
        const Mark *mark = &journal->complete.items[low];
        if (!str_equal(file, str_from(mark->file)))
            break;
        if (mark->size != size || mark->mtime_ns != mtime_ns)
            continue;
        *ret_members = mark->number;
        return true;
    }
    return false;
}

static Err finish_loading(Journal *journal, Diag *diag) {
    if (!vec_reserve(&journal->order, journal->items.len))
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (uint32_t i = 0; i < journal->items.len; i++) {
        journal->items.items[i]->is_journaled = true;
        if (!vec_push(&journal->order, i))
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    if (journal->order.len > 1)
        qsort_r(journal->order.items, journal->order.len, sizeof journal->order.items[0],
                compare_order, journal->items.items);
    if (journal->complete.len > 1)
        qsort(journal->complete.items, journal->complete.len, sizeof journal->complete.items[0],
              compare_marks);
    for (size_t i = 0; i < journal->problems.len; i++) {
        const LateProblem *late = &journal->problems.items[i];
        ScanItem *item = journal_find(journal, str_from(late->mark.file), late->mark.size,
                                      late->mark.mtime_ns, late->mark.number);
        if (item != NULL)
            scan_item_set_problem(item, late->problem.id, &late->problem.diag);
    }
    journal->loaded = (uint32_t)journal->items.len;
    return ERR_OK;
}

static Err load(Journal *journal, FILE *file, uint64_t size, const JournalHeader *header,
                Diag *diag) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(SCAN_RECORD_MAX);
    char magic[sizeof MAGIC];
    if (fread(magic, 1, sizeof magic, file) != sizeof magic ||
        memcmp(magic, MAGIC, sizeof magic) != 0)
        return diag_set(diag, ERR_CORRUPT,
                        N_("{file} is not the state file of a scan. Choose another name."));
    uint64_t position = sizeof magic;
    for (bool is_first = true; position < size; is_first = false) {
        uint8_t kind = 0;
        Err err = read_record(journal, file, position, &payload, &kind);
        Str text = strbuf_str(&payload);
        if (is_first && (err == ERR_OK || err == ERR_CORRUPT)) {
            if (err != ERR_OK || kind != RECORD_HEADER)
                return diag_set(
                    diag, ERR_CORRUPT,
                    N_("The state file {file} is damaged at its start. Remove it and begin anew."));
            TRY(check_header(text, header, diag));
        } else if (err == ERR_OK) {
            err = load_record(journal, kind, text);
        }
        if (err == ERR_CORRUPT)
            break;
        if (err != ERR_OK)
            return diag_set(diag, err, N_("There is not enough memory."));
        position += 5 + payload.len + SUM_BYTES;
    }
    journal->end = position;
    journal->cut = size - position;
    return ERR_OK;
}

// Killed while its very first bytes were written: magic and header have not both reached the file,
// and nothing else can have.
static bool is_unbegun(int fd, uint64_t size) {
    char start[sizeof MAGIC + 4];
    ssize_t n = pread(fd, start, sizeof start, 0);
    if (n < 0 || memcmp(start, MAGIC, (size_t)n < sizeof MAGIC ? (size_t)n : sizeof MAGIC) != 0)
        return false;
    if ((size_t)n < sizeof start)
        return true;
    uint32_t len = load_le32(start + sizeof MAGIC);
    return len <= SCAN_RECORD_MAX && size < sizeof start + 1 + (uint64_t)len + SUM_BYTES;
}

static Err begin(Journal *journal, const JournalHeader *header, Diag *diag) {
    TRY(write_at(journal->fd, MAGIC, sizeof MAGIC, 0, diag));
    journal->end = sizeof MAGIC;
    record_begin(journal);
    record_put_text(&journal->buffer, header->options);
    record_put_text(&journal->buffer, header->lists);
    record_put_text(&journal->buffer, header->paths);
    TRY(record_append(journal, RECORD_HEADER, diag));
    return journal_sync(journal, diag);
}

static Err open_and_load(Journal *journal, const char *path, const JournalHeader *header,
                         Diag *diag) {
    journal->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
    struct stat status;
    if (journal->fd < 0 || fstat(journal->fd, &status) != 0)
        return diag_errno(diag, errno, path);
    if (!S_ISREG(status.st_mode))
        return diag_set(diag, ERR_CORRUPT,
                        N_("{file} is not the state file of a scan. Choose another name."));
    if (flock(journal->fd, LOCK_EX | LOCK_NB) != 0)
        return diag_set(diag, ERR_BUSY, N_("Another scan is using the state file {file}."));
    if (fstat(journal->fd, &status) != 0)
        return diag_errno(diag, errno, path);
    if (is_unbegun(journal->fd, (uint64_t)status.st_size)) {
        if (ftruncate(journal->fd, 0) != 0)
            return diag_errno(diag, errno, path);
        return begin(journal, header, diag);
    }
    int copy = fcntl(journal->fd, F_DUPFD_CLOEXEC, 0);
    FILE *file = copy < 0 ? NULL : fdopen(copy, "rb");
    if (file == NULL) {
        closep(&copy);
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    Err err = load(journal, file, (uint64_t)status.st_size, header, diag);
    fclose(file);
    if (err != ERR_OK)
        return err;
    if (journal->cut > 0 && ftruncate(journal->fd, (off_t)journal->end) != 0)
        return diag_errno(diag, errno, path);
    return finish_loading(journal, diag);
}

Err journal_open(const char *path, const JournalHeader *header, Journal **ret, Diag *diag) {
    Journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    journal->fd = -1;
    journal->buffer = STRBUF(SCAN_RECORD_MAX);
    pthread_mutex_init(&journal->lock, NULL);
    Err err = digest_stream_new(1u << DIGEST_SHA256, &journal->sums);
    if (err != ERR_OK)
        diag_set(diag, err, N_("There is not enough memory."));
    else
        err = open_and_load(journal, path, header, diag);
    if (err != ERR_OK) {
        diag_file(diag, str_from(path));
        journal_free(journal);
        return err;
    }
    *ret = journal;
    return ERR_OK;
}
