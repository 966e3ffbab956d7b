// `seventh bench vics`: how fast a VICS document is read, against a bare search for quotation marks
// over the same file.
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/file.h"
#include "format/vics_sample.h"
#include "workspace/bench_figures.h"
#include "workspace/bench_files.h"
#include "workspace/commands.h"

enum { PASSES = 3, STEP = 1 << 18 };

typedef struct BenchVicsOptions {
    int64_t bytes, seed;
    const char *folder;
    bool is_pretty, is_damaged, wants_json;
} BenchVicsOptions;

static const Option BENCH_VICS_OPTIONS[] = {
    {.name = "bytes",
     .letter = 'n',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchVicsOptions, bytes),
     .value = N_("N"),
     .help = N_("Size of the document (200,000,000 unless given)"),
     .min = 1000,
     .max = INT64_C(1) << 40},
    {.name = "pretty",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchVicsOptions, is_pretty),
     .help = N_("Indent the document")},
    {.name = "damaged",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchVicsOptions, is_damaged),
     .help = N_("Strew damaged records and bad values in, as they are met in the field")},
    {.name = "folder",
     .kind = OPTION_TEXT,
     .offset = offsetof(BenchVicsOptions, folder),
     .value = N_("FOLDER"),
     .help = N_("Where files of the measurement lie meanwhile ($TMPDIR or /var/tmp unless given)")},
    {.name = "seed",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchVicsOptions, seed),
     .value = N_("N"),
     .help = N_("Seed of the composed document"),
     .max = INT64_MAX},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchVicsOptions, wants_json),
     .help = N_("Write one JSON object")},
    {0},
};

static void bench_vics_preset(void *untyped) {
    *(BenchVicsOptions *)untyped = (BenchVicsOptions){.bytes = 200000000, .seed = 7};
}

typedef struct Sink {
    int fd;
    Diag *diag;
} Sink;

static Err sink_put(void *context, Str piece) {
    Sink *sink = context;
    return fd_write_all(sink->fd, piece.ptr, piece.len, sink->diag);
}

// Processor time of this process so far: the machine may be busy.
static double processor_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static Err read_once(int fd, FormatReport *ret_report, double *ret_seconds, Diag *diag) {
    if (lseek(fd, 0, SEEK_SET) != 0)
        return diag_errno(diag, errno, "");
    double begun = processor_seconds();
    FdSource source;
    fd_source_init(&source, fd, str_from(""));
    FormatInput input = {.source = &source.source, .fd = -1};
    _cleanup_(format_freep) FormatReader *reader = NULL;
    TRY(format_open(&input, &reader, diag));
    for (bool has = true; has;) {
        ListEntry entry;
        TRY(format_next(reader, &entry, &has, diag));
    }
    *ret_seconds = processor_seconds() - begun;
    *ret_report = *format_report(reader);
    return ERR_OK;
}

// The peer: the same file read in the same steps and searched for quotation marks.
static Err quotes_once(int fd, double *ret_seconds, uint64_t *ret_quotes, Diag *diag) {
    _cleanup_free_ char *step = malloc(STEP);
    if (step == NULL)
        return ERR_NOMEM;
    if (lseek(fd, 0, SEEK_SET) != 0)
        return diag_errno(diag, errno, "");
    double begun = processor_seconds();
    FdSource source;
    fd_source_init(&source, fd, str_from(""));
    for (size_t n = 1; n > 0;) {
        TRY(source_read(&source.source, step, STEP, &n, diag));
        for (const char *at = step, *end = step + n;
             at < end && (at = memchr(at, '"', (size_t)(end - at))) != NULL; at++)
            (*ret_quotes)++;
    }
    *ret_seconds = processor_seconds() - begun;
    return ERR_OK;
}

static bool is_as_planted(const VicsSampleCounts *planted, const FormatReport *report) {
    return planted->records == report->records && planted->accepted == report->accepted &&
           memcmp(planted->rejected, report->rejected, sizeof planted->rejected) == 0;
}

static Err measure(const BenchVicsOptions *options, BenchFigures *figures, Diag *diag) {
    _cleanup_close_ int fd = -1;
    TRY(bench_file_new(options->folder, &fd, diag));
    Sink sink = {fd, diag};
    VicsSample sample = {.bytes = (uint64_t)options->bytes,
                         .seed = (uint64_t)options->seed,
                         .is_pretty = options->is_pretty,
                         .is_clean = !options->is_damaged,
                         .put = sink_put,
                         .context = &sink};
    VicsSampleCounts planted;
    TRY(vics_sample_make(&sample, &planted));
    double reading = 1e300, bare = 1e300;
    FormatReport report = {0};
    for (int pass = 0; pass < PASSES; pass++) {
        double seconds = 0;
        uint64_t quotes = 0;
        TRY(read_once(fd, &report, &seconds, diag));
        reading = seconds < reading ? seconds : reading;
        TRY(quotes_once(fd, &seconds, &quotes, diag));
        bare = seconds < bare ? seconds : bare;
    }
    if (!is_as_planted(&planted, &report))
        return diag_set(diag, ERR_INTERNAL,
                        N_("The reader counted other records than were composed."));
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double megabytes = (double)planted.bytes / 1e6;
    bench_figure(figures, "bytes", N_("Bytes"), (double)planted.bytes, 0);
    bench_figure(figures, "records", N_("Records"), (double)report.records, 0);
    bench_figure(figures, "accepted", N_("Records with a usable hash"), (double)report.accepted, 0);
    bench_figure(figures, "mb_per_second", N_("Megabytes a second of processor time"),
                 megabytes / reading, 0);
    bench_figure(figures, "records_per_second", N_("Records a second"),
                 (double)report.records / reading, 0);
    bench_figure(figures, "bare_mb_per_second",
                 N_("Bare search for quotation marks, megabytes a second"), megabytes / bare, 0);
    bench_figure(figures, "times_bare", N_("Times as long as the bare search"), reading / bare, 1);
    bench_figure(figures, "peak_mb", N_("Peak of memory, megabytes"),
                 (double)usage.ru_maxrss / 1e3 * 1.024, 1);
    return ERR_OK;
}

static Err bench_vics_run(CommandContext *context, const void *untyped, Diag *diag) {
    const BenchVicsOptions *options = untyped;
    BenchFigures figures = {0};
    bench_figure_text(&figures, "form", N_("Form"), options->is_pretty ? "pretty" : "compact");
    bench_figure_text(&figures, "content", N_("Content"),
                      options->is_damaged ? "damaged" : "clean");
    Err err = measure(options, &figures, diag);
    if (err == ERR_NOMEM)
        return diag_set(diag, err, N_("There is not enough memory."));
    TRY(err);
    return bench_figures_print(&figures, context, options->wants_json, diag);
}

const Command bench_vics_command = {
    .name = "bench vics",
    .summary = N_("Measure reading VICS files on this machine"),
    .options = BENCH_VICS_OPTIONS,
    .options_size = sizeof(BenchVicsOptions),
    .preset = bench_vics_preset,
    .run = bench_vics_run,
    .description = N_("Composes a VICS 2.0 hash set from a seed in a file without a name, reads it "
                      "on one core, and compares what was read with what was composed. The peer in "
                      "the same run is a search for quotation marks over the same file. The "
                      "fastest of three passes counts."),
};
