// A near index in a file that is on the disk and not in memory: opening it, and its first answers.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/workqueue.h"
#include "workspace/bench_files.h"
#include "workspace/bench_near.h"

// Asks the system to forget what it holds of the file; the share that it still holds.
static Err file_drop(const char *path, double *ret_resident, Diag *diag) {
    _cleanup_close_ int fd = -1;
    TRY(file_open_read(path, &fd, diag));
    struct stat status;
    if (fsync(fd) != 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0 ||
        fstat(fd, &status) != 0)
        return diag_errno(diag, errno, path);
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (size_t)status.st_size,
           pages = (size + page - 1) / page, held = 0;
    _cleanup_free_ unsigned char *is_held = malloc(pages + 1);
    if (is_held == NULL)
        return ERR_NOMEM;
    void *at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        return diag_errno(diag, errno, path);
    int failed = mincore(at, size, is_held);
    munmap(at, size);
    for (size_t i = 0; failed == 0 && i < pages; i++)
        held += is_held[i] & 1;
    *ret_resident = (double)held / (double)(pages > 0 ? pages : 1);
    return ERR_OK;
}

enum { COLD_QUERIES = 100 };

static Err cold_ask(BenchNear *bench, const char *path, BenchFigures *figures, Diag *diag) {
    const BenchNearOptions *options = bench->options;
    double resident = 0;
    TRY(file_drop(path, &resident, diag));
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    if (scratch == NULL)
        return ERR_NOMEM;
    _cleanup_(near_table_freep) NearTable *table = NULL;
    NearHits hits = {0};
    int64_t begun = clock_monotonic_ns();
    TRY(near_table_open(path, &table, diag));
    int64_t opened = clock_monotonic_ns(), first = 0;
    Err err = ERR_OK;
    for (int i = 0; i < COLD_QUERIES && err == ERR_OK; i++) {
        PdqHash query = near_sample_query(bench->hashes, (size_t)options->size,
                                          (int)options->radius, &bench->prng);
        err = near_table_search(table, scratch, &query, (int)options->radius,
                                (size_t)options->limit, &hits);
        vec_clear(&hits.found);
        if (i == 0)
            first = clock_monotonic_ns();
    }
    int64_t ended = clock_monotonic_ns();
    near_hits_done(&hits);
    TRY(err);
    bench_figure(figures, "cold_resident_share", N_("Share of the file still in memory before"),
                 resident, 3);
    bench_figure(figures, "cold_open_ms", N_("Opening the cold file, milliseconds"),
                 (double)(opened - begun) / 1e6, 3);
    bench_figure(figures, "cold_first_answer_ms",
                 N_("Opening and first answer, cold, milliseconds"), (double)(first - begun) / 1e6,
                 3);
    bench_figure(figures, "cold_further_ms", N_("Each of the next hundred answers, milliseconds"),
                 (double)(ended - first) / 1e6 / (COLD_QUERIES - 1), 3);
    return ERR_OK;
}

Err bench_near_cold(BenchNear *bench, BenchFigures *figures, Diag *diag) {
    const BenchNearOptions *options = bench->options;
    _cleanup_(bench_folder_removep) char *folder = NULL;
    TRY(bench_folder_make(options->folder, &folder, diag));
    _cleanup_free_ char *path = bench_path(folder, "near");
    if (path == NULL)
        return ERR_NOMEM;
    NearBuild build = {.hashes = bench->hashes,
                       .count = (size_t)options->size,
                       .seed = bench->seed,
                       .is_compact = options->is_compact,
                       .threads = processor_count(),
                       .path = path};
    NearTable *table = NULL;
    TRY(near_table_build(&build, &table, diag));
    near_table_free(table);
    return cold_ask(bench, path, figures, diag);
}
