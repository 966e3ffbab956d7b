// `seventh bench list`: making a list file of many entries, opening, verifying and reading it, and
// looking digests up in it, against the C library's binary search over the same digests.
#include <stddef.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/prng.h"
#include "index/matcher.h"
#include "workspace/bench_figures.h"
#include "workspace/bench_files.h"
#include "workspace/commands.h"

enum { PDQ_SHARE = 2, ENTRY_MEMORY = 1 << 20 };

typedef struct BenchListOptions {
    int64_t size, queries, seed;
    const char *folder;
    bool wants_json;
} BenchListOptions;

static const Option BENCH_LIST_OPTIONS[] = {
    {.name = "size",
     .letter = 'n',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchListOptions, size),
     .value = N_("N"),
     .help = N_("How many entries the list has (1,000,000 unless given)"),
     .min = 1,
     .max = 1000000000},
    {.name = "queries",
     .letter = 'q',
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchListOptions, queries),
     .value = N_("N"),
     .help = N_("How many queries to ask (1,000,000 unless given)"),
     .min = 1,
     .max = 1000000000},
    {.name = "folder",
     .kind = OPTION_TEXT,
     .offset = offsetof(BenchListOptions, folder),
     .value = N_("FOLDER"),
     .help = N_("Where files of the measurement lie meanwhile ($TMPDIR or /var/tmp unless given)")},
    {.name = "seed",
     .kind = OPTION_NUMBER,
     .offset = offsetof(BenchListOptions, seed),
     .value = N_("N"),
     .help = N_("Seed of the composed hashes"),
     .max = INT64_MAX},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(BenchListOptions, wants_json),
     .help = N_("Write one JSON object")},
    {0},
};

static void bench_list_preset(void *untyped) {
    *(BenchListOptions *)untyped =
        (BenchListOptions){.size = 1000000, .queries = 1000000, .seed = 1};
}

static void bytes_compose(uint8_t *bytes, size_t n, Prng *prng) {
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)prng_next(prng);
}

// The digests of entry `number`, from the seed and that number alone.
static ListEntry entry_compose(const BenchListOptions *options, uint64_t number) {
    Prng prng = {(uint64_t)options->seed ^ number * 0x9E3779B97F4A7C15u};
    ListEntry entry = {.has = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SIZE,
                       .pdq_quality = PDQ_QUALITY_UNKNOWN,
                       .size = 10000 + prng_below(&prng, 1 << 22)};
    bytes_compose(entry.md5, sizeof entry.md5, &prng);
    bytes_compose(entry.sha1, sizeof entry.sha1, &prng);
    if (number % PDQ_SHARE == 0) {
        entry.has |= ENTRY_PDQ;
        bytes_compose(entry.pdq.bytes, sizeof entry.pdq.bytes, &prng);
    }
    return entry;
}

static Err list_make(const BenchListOptions *options, const char *path, Diag *diag) {
    static const char *const CODES[] = {"0", "1", "2", "3"};
    _cleanup_(list_builder_freep) ListBuilder *builder = NULL;
    TRY(list_builder_new(&builder));
    for (uint64_t i = 0; i < (uint64_t)options->size; i++) {
        char id[32], name[32];
        ListEntry entry = entry_compose(options, i);
        EntryLocation location = {0};
        snprintf(id, sizeof id, "%llu", (unsigned long long)i + 1);
        snprintf(name, sizeof name, "IMG_%04u.JPG", (unsigned)(i % 10000));
        entry.id = str_from(id);
        location.name = str_from(name);
        entry.scheme = STR("vic-us");
        entry.scheme_version = STR("2.0");
        entry.category = str_from(CODES[i % 4]);
        entry.locations = &location;
        entry.location_count = 1;
        TRY(list_builder_add(builder, &entry, diag));
    }
    ListMeta meta = {.name = STR("bench"),
                     .issuer = STR("bench"),
                     .version = 1,
                     .created_ms = clock_utc_ms(),
                     .sources_json = STR("[]")};
    return list_builder_write(builder, &meta, path, diag);
}

static double seconds_since(int64_t begun) {
    return (double)(clock_monotonic_ns() - begun) / 1e9;
}

static Err entries_read(const List *list, double *ret_seconds, Diag *diag) {
    _cleanup_(arena_freep) Arena *arena = arena_new(ENTRY_MEMORY);
    if (arena == NULL)
        return ERR_NOMEM;
    int64_t begun = clock_monotonic_ns();
    for (uint32_t i = 0; i < list_count(list); i++) {
        ListEntry entry;
        arena_reset(arena);
        TRY(list_entry(list, i, arena, &entry, diag));
    }
    *ret_seconds = seconds_since(begun);
    return ERR_OK;
}

// The n-th query: an entry's MD5 and SHA-1, or, every second time, digests of no entry.
static uint64_t query_number(const BenchListOptions *options, uint64_t n) {
    Prng prng = {n};
    uint64_t number = prng_below(&prng, (uint64_t)options->size);
    return n % 2 == 0 ? number : number + (uint64_t)options->size;
}

static Err lookups_ask(const BenchListOptions *options, const Matcher *matcher,
                       const MatchQuery *queries, double *ret_seconds, uint64_t *ret_found) {
    MatchVec matches = {0};
    Err err = ERR_OK;
    uint64_t found = 0;
    int64_t begun = clock_monotonic_ns();
    for (int64_t i = 0; i < options->queries && err == ERR_OK; i++) {
        vec_clear(&matches);
        err = matcher_query(matcher, &queries[i], &matches);
        found += matches.len;
    }
    *ret_seconds = seconds_since(begun);
    *ret_found = found;
    vec_done(&matches);
    return err;
}

static int md5_compare(const void *a, const void *b) {
    return memcmp(a, b, MD5_BYTES);
}

// The peer: the C library's binary search over the MD5 digests alone.
static Err peer_ask(const BenchListOptions *options, const MatchQuery *queries, double *ret_seconds,
                    uint64_t *ret_found) {
    size_t count = (size_t)options->size;
    _cleanup_free_ uint8_t *digests = malloc(count * MD5_BYTES);
    if (digests == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        memcpy(digests + i * MD5_BYTES, entry_compose(options, i).md5, MD5_BYTES);
    qsort(digests, count, MD5_BYTES, md5_compare);
    uint64_t found = 0;
    int64_t begun = clock_monotonic_ns();
    for (int64_t i = 0; i < options->queries; i++)
        found += bsearch(queries[i].digests.md5, digests, count, MD5_BYTES, md5_compare) != NULL;
    *ret_seconds = seconds_since(begun);
    *ret_found = found;
    return ERR_OK;
}

static Err measure_lookups(const BenchListOptions *options, const List *list, BenchFigures *figures,
                           Diag *diag) {
    size_t n = (size_t)options->queries;
    _cleanup_free_ MatchQuery *queries = calloc(n, sizeof *queries);
    if (queries == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        ListEntry entry = entry_compose(options, query_number(options, i));
        queries[i].digests.has = 1 << DIGEST_MD5 | 1 << DIGEST_SHA1;
        memcpy(queries[i].digests.md5, entry.md5, sizeof entry.md5);
        memcpy(queries[i].digests.sha1, entry.sha1, sizeof entry.sha1);
    }
    const List *lists[] = {list};
    _cleanup_(matcher_freep) Matcher *matcher = NULL;
    int64_t begun = clock_monotonic_ns();
    TRY(matcher_new(lists, 1, &matcher, diag));
    bench_figure(figures, "ready_seconds", N_("Getting ready to match, seconds"),
                 seconds_since(begun), 3);
    double ours, peers;
    uint64_t found, found_by_peer;
    TRY(lookups_ask(options, matcher, queries, &ours, &found)); // warms up
    TRY(lookups_ask(options, matcher, queries, &ours, &found));
    TRY(peer_ask(options, queries, &peers, &found_by_peer));
    bench_figure(figures, "lookups_per_second",
                 N_("Files looked up a second, by MD5 and SHA-1, half of them known"),
                 (double)n / ours, 0);
    bench_figure(figures, "found", N_("Entries found"), (double)found, 0);
    bench_figure(figures, "bsearch_per_second",
                 N_("Binary search over the MD5 digests alone, a second"), (double)n / peers, 0);
    bench_figure(figures, "ratio_to_bsearch", N_("Times as fast as the binary search"),
                 peers / ours, 2);
    if (found != found_by_peer)
        return diag_set(diag, ERR_INTERNAL,
                        N_("The list and the binary search found different entries."));
    return ERR_OK;
}

static Err measure(const BenchListOptions *options, BenchFigures *figures, Diag *diag) {
    _cleanup_(bench_folder_removep) char *folder = NULL;
    TRY(bench_folder_make(options->folder, &folder, diag));
    _cleanup_free_ char *path = bench_path(folder, "bench.s7list");
    if (path == NULL)
        return ERR_NOMEM;
    double entries = (double)options->size, seconds;
    int64_t begun = clock_monotonic_ns();
    TRY(list_make(options, path, diag));
    double making = seconds_since(begun);
    struct stat status = {0};
    (void)!stat(path, &status);
    _cleanup_(list_freep) List *list = NULL;
    begun = clock_monotonic_ns();
    TRY(list_open(path, &list, diag));
    double opening = seconds_since(begun);
    begun = clock_monotonic_ns();
    TRY(list_check(list, diag));
    double checking = seconds_since(begun);
    TRY(entries_read(list, &seconds, diag));
    bench_figure(figures, "create_seconds", N_("Making the list, seconds"), making, 2);
    bench_figure(figures, "created_per_second", N_("Entries made a second"), entries / making, 0);
    bench_figure(figures, "bytes_per_entry", N_("Bytes an entry"), (double)status.st_size / entries,
                 1);
    bench_figure(figures, "open_ms", N_("Opening it, milliseconds"), opening * 1e3, 2);
    bench_figure(figures, "verify_seconds", N_("Verifying it, seconds"), checking, 3);
    bench_figure(figures, "verify_mb_per_second", N_("Megabytes verified a second"),
                 (double)status.st_size / 1e6 / checking, 0);
    bench_figure(figures, "read_per_second", N_("Entries read a second, with all they say"),
                 entries / seconds, 0);
    return measure_lookups(options, list, figures, diag);
}

static Err bench_list_run(CommandContext *context, const void *untyped, Diag *diag) {
    const BenchListOptions *options = untyped;
    BenchFigures figures = {0};
    bench_figure(&figures, "size", N_("Entries"), (double)options->size, 0);
    Err err = measure(options, &figures, diag);
    if (err == ERR_NOMEM)
        return diag_set(diag, err, N_("There is not enough memory."));
    TRY(err);
    return bench_figures_print(&figures, context, options->wants_json, diag);
}

const Command bench_list_command = {
    .name = "bench list",
    .summary = N_("Measure list files on this machine"),
    .options = BENCH_LIST_OPTIONS,
    .options_size = sizeof(BenchListOptions),
    .preset = bench_list_preset,
    .run = bench_list_run,
    .description =
        N_("Composes a list from a seed (MD5, SHA-1, size, category and a file name in each entry, "
           "PDQ in every second one), writes it, opens it, verifies it, reads every entry, and "
           "looks digests up. The peer in the same run is the C library’s binary search over the "
           "sorted MD5 digests; both must find the same."),
};
