// `seventh bench hash`: large JPEGs through the confined worker, as `seventh hash` sends them: how
// many a second, and how much of the time is the decoder's.
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/workqueue.h"
#include "kernels/kernels.h"
#include "media/decode.h"
#include "scan/limits.h"
#include "workspace/bench_figures.h"
#include "workspace/bench_picture.h"
#include "workspace/commands.h"

enum {
    PIXELS = 1000000,       // of a megapixel
    PICTURE_MAX = 64 << 20, // bytes of a composed file
    PASSES = 3,             // of which the fastest counts
};

typedef struct BenchHashOptions {
    int64_t megapixels, pictures, jobs, seed;
    bool wants_json;
} BenchHashOptions;

static const Option BENCH_HASH_OPTIONS[] = {
    {.name = "megapixels",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchHashOptions, megapixels),
     .value = N_("N"),
     .help = N_("Millions of pixels in a picture (12 unless given)"),
     .min = 1,
     .max = 200},
    {.name = "pictures",
     .letter = 'n',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchHashOptions, pictures),
     .value = N_("N"),
     .help = N_("How many pictures each worker hashes in one pass (10 unless given)"),
     .min = 1,
     .max = 100000},
    {.name = "jobs",
     .letter = 'j',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchHashOptions, jobs),
     .value = N_("N"),
     .help = N_("How many workers at most; one for each processor unless given"),
     .min = 1,
     .max = SCAN_JOBS_MAX},
    {.name = "seed",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchHashOptions, seed),
     .value = N_("N"),
     .help = N_("Seed of the composed pictures"),
     .max = INT64_MAX},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchHashOptions, wants_json),
     .help = N_("Write one JSON object")},
    {0},
};

static void bench_hash_preset(void *untyped) {
    *(BenchHashOptions *)untyped = (BenchHashOptions){.megapixels = 12, .pictures = 10, .seed = 1};
}

// One worker: its own client and its own descriptor of the file.
typedef struct Hasher {
    MediaClient *client;
    int fd;
    int64_t pictures;
    unsigned want;
    pthread_t thread;
    Err err;
    Diag diag;
} Hasher;

static void *hasher_run(void *untyped) {
    Hasher *hasher = untyped;
    MediaFacts facts;
    hasher->err = ERR_OK;
    for (int64_t i = 0; i < hasher->pictures && hasher->err == ERR_OK; i++) {
        hasher->err = media_decode(hasher->client, hasher->fd, hasher->want, &facts, &hasher->diag);
        if (hasher->err == ERR_OK && facts.is_truncated)
            hasher->err = diag_set(&hasher->diag, ERR_INTERNAL,
                                   N_("The composed picture does not decode as it should."));
    }
    return NULL;
}

// Pictures a second of so many workers at once.
static Err run_pass(Hasher *hashers, int count, unsigned want, double *ret_rate, Diag *diag) {
    int64_t begun = clock_monotonic_ns();
    int started = 0;
    Err err = ERR_OK;
    for (; started < count; started++) {
        hashers[started].want = want;
        if (pthread_create(&hashers[started].thread, NULL, hasher_run, &hashers[started]) != 0) {
            err = diag_set(diag, ERR_LIMIT, N_("No further thread could be started."));
            break;
        }
    }
    for (int i = 0; i < started; i++) {
        pthread_join(hashers[i].thread, NULL);
        if (err == ERR_OK && hashers[i].err != ERR_OK) {
            err = hashers[i].err;
            if (diag != NULL)
                *diag = hashers[i].diag;
        }
    }
    TRY(err);
    double seconds = (double)(clock_monotonic_ns() - begun) / 1e9;
    *ret_rate = (double)(count * hashers[0].pictures) / seconds;
    return ERR_OK;
}

typedef enum Course {
    COURSE_DECODER, // the picture is decoded and no hash computed
    COURSE_EXACT,
    COURSE_BOTH, // both variants, as `seventh hash` does it
    COURSE_FAST,
    COURSE_COUNT
} Course;

static const unsigned WANTS[COURSE_COUNT] = {
    [COURSE_DECODER] = 0,
    [COURSE_EXACT] = MEDIA_PDQ,
    [COURSE_BOTH] = MEDIA_PDQ | MEDIA_PDQ512,
    [COURSE_FAST] = MEDIA_PDQ | MEDIA_FAST,
};

// The fastest of the passes of each, which take turns, so that a busy moment meets all.
static Err run_courses(Hasher *hashers, int count, double ret_rates[COURSE_COUNT], Diag *diag) {
    for (int course = 0; course < COURSE_COUNT; course++)
        ret_rates[course] = 0;
    for (int pass = 0; pass < PASSES; pass++) {
        for (int course = 0; course < COURSE_COUNT; course++) {
            double rate = 0;
            TRY(run_pass(hashers, count, WANTS[course], &rate, diag));
            ret_rates[course] = rate > ret_rates[course] ? rate : ret_rates[course];
        }
    }
    return ERR_OK;
}

static Err measure(const BenchHashOptions *options, Hasher *hashers, int jobs,
                   BenchFigures *figures, Diag *diag) {
    double one[COURSE_COUNT], all[COURSE_COUNT];
    TRY(run_courses(hashers, 1, one, diag));
    memcpy(all, one, sizeof all);
    if (jobs > 1)
        TRY(run_courses(hashers, jobs, all, diag));
    bench_figure(figures, "decoder_per_second", N_("One worker, pictures a second, decoding only"),
                 one[COURSE_DECODER], 2);
    bench_figure(figures, "photos_per_second", N_("One worker, with the hash"), one[COURSE_EXACT],
                 2);
    bench_figure(figures, "both_per_second", N_("One worker, with both variants of the hash"),
                 one[COURSE_BOTH], 2);
    bench_figure(figures, "fast_per_second", N_("One worker, with the approximate hash"),
                 one[COURSE_FAST], 2);
    bench_figure(figures, "ratio_to_decoder", N_("Time with the hash, times the decoder's"),
                 one[COURSE_DECODER] / one[COURSE_EXACT], 2);
    bench_figure(figures, "decoder_share", N_("Share of the decoder in it, percent"),
                 100 * one[COURSE_EXACT] / one[COURSE_DECODER], 1);
    bench_figure(figures, "jobs", N_("Workers"), (double)jobs, 0);
    bench_figure(figures, "photos_per_second_all", N_("All workers, with the hash"),
                 all[COURSE_EXACT], 2);
    bench_figure(figures, "both_per_second_all", N_("All workers, with both variants of the hash"),
                 all[COURSE_BOTH], 2);
    bench_figure(figures, "fast_per_second_all", N_("All workers, with the approximate hash"),
                 all[COURSE_FAST], 2);
    return ERR_OK;
}

// A descriptor in memory that holds the composed file.
static Err compose(const BenchHashOptions *options, BenchFigures *figures, int *ret_fd,
                   Diag *diag) {
    // Four to three, in whole blocks.
    uint32_t width = 16;
    while ((uint64_t)width * width * 3 / 4 < (uint64_t)options->megapixels * PIXELS)
        width += 16;
    uint32_t height = width * 3 / 4;
    _cleanup_strbuf_ StrBuf file = STRBUF(PICTURE_MAX * (size_t)(1 + options->megapixels / 50));
    bench_picture_compose(width, height, (uint64_t)options->seed, &file);
    TRY(strbuf_err(&file));
    _cleanup_close_ int fd = memfd_create("bench", MFD_CLOEXEC);
    if (fd < 0)
        return diag_errno(diag, errno, "memfd");
    TRY(fd_write_all(fd, file.ptr, file.len, diag));
    bench_figure(figures, "width", N_("Width"), width, 0);
    bench_figure(figures, "height", N_("Height"), height, 0);
    bench_figure(figures, "file_bytes", N_("Bytes of the file"), (double)file.len, 0);
    *ret_fd = TAKE_FD(fd);
    return ERR_OK;
}

static Err bench_hash_run(CommandContext *context, const void *untyped, Diag *diag) {
    const BenchHashOptions *options = untyped;
    int jobs = options->jobs > 0 ? (int)options->jobs : processor_count();
    jobs = jobs > SCAN_JOBS_MAX ? SCAN_JOBS_MAX : jobs;
    BenchFigures figures = {0};
    bench_figure_text(&figures, "kernels", N_("Kernels"), kernels()->name);
    _cleanup_close_ int fd = -1;
    _cleanup_free_ Hasher *hashers = calloc((size_t)jobs, sizeof *hashers);
    Err err = hashers == NULL ? ERR_NOMEM : compose(options, &figures, &fd, diag);
    for (int i = 0; i < jobs && err == ERR_OK; i++) {
        hashers[i].fd = fd;
        hashers[i].pictures = options->pictures;
        err = media_client_new(NULL, &hashers[i].client, diag);
    }
    if (err == ERR_OK)
        err = measure(options, hashers, jobs, &figures, diag);
    for (int i = 0; i < jobs && hashers != NULL; i++)
        media_client_free(hashers[i].client);
    if (err == ERR_NOMEM || err == ERR_LIMIT)
        return diag_set(diag, err, N_("There is not enough memory."));
    TRY(err);
    return bench_figures_print(&figures, context, options->wants_json, diag);
}

const Command bench_hash_command = {
    .name = "bench hash",
    .summary = N_("Measure the hashing of pictures on this machine"),
    .options = BENCH_HASH_OPTIONS,
    .options_size = sizeof(BenchHashOptions),
    .preset = bench_hash_preset,
    .run = bench_hash_run,
    .description =
        N_("Composes a JPEG picture from a seed and sends it again and again to the confined "
           "process that decodes pictures: decoded only, with the hash PDQ, with both of its "
           "variants, and with the approximate hash of “seventh hash --fast”; with one worker and "
           "with all. The peer in the same run is decoding without a hash. The fastest of three "
           "passes counts."),
};
