// `seventh scan`: which files are known, which probably are, which are copies, and which a person
// must look at.
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/workqueue.h"
#include "cli/progress.h"
#include "format/reader.h"
#include "scan/limits.h"
#include "workspace/commands.h"
#include "workspace/scan_lists.h"

typedef struct ScanCommandOptions {
    TextList lists, known_good;
    int64_t radius, jobs;
    const char *json, *vics, *report, *resume, *case_number;
    bool wants_turns;
} ScanCommandOptions;

// Behind --list further lists may follow without repeating it: what is no list, by its content, is
// what to scan.
static bool is_list_name(const char *argument) {
    static const char *const ENDINGS[] = {".s7list", ".json.gz", ".csv.gz", ".xml.gz", ".txt.gz"};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof ENDINGS[0]; i++)
        if (str_has_suffix_nocase(str_from(argument), str_from(ENDINGS[i])))
            return true;
    struct stat status;
    _cleanup_close_ int fd = -1;
    if (stat(argument, &status) != 0 || !S_ISREG(status.st_mode) ||
        file_open_read(argument, &fd, NULL) != ERR_OK)
        return false;
    FdSource source;
    fd_source_init(&source, fd, (Str){0});
    FormatInput input = {.source = &source.source, .fd = fd, .path = argument};
    _cleanup_(format_freep) FormatReader *reader = NULL;
    return format_open(&input, &reader, NULL) == ERR_OK;
}

static const Option SCAN_OPTIONS[] = {
    {.name = "list",
     .letter = 'l',
     .kind = OPTION_TEXTS,
     .offset = offsetof(ScanCommandOptions, lists),
     .value = N_("LIST…"),
     .help = N_("Hash lists of known files, in any format that is read"),
     .takes = is_list_name},
    {.name = "known-good",
     .letter = 'g',
     .kind = OPTION_TEXTS,
     .offset = offsetof(ScanCommandOptions, known_good),
     .value = N_("LIST…"),
     .help = N_("Hash lists of harmless files, which are set aside"),
     .takes = is_list_name},
    {.name = "radius",
     .letter = 'r',
     .kind = OPTION_NUMBER,
     .offset = offsetof(ScanCommandOptions, radius),
     .value = N_("BITS"),
     .help = N_("How many of 256 bits may differ for two pictures to be near; 31 unless given"),
     .min = 0,
     .max = MATCH_RADIUS_MAX},
    {.name = "dihedral",
     .kind = OPTION_FLAG,
     .offset = offsetof(ScanCommandOptions, wants_turns),
     .help = N_("Also find pictures that were turned or mirrored")},
    {.name = "jobs",
     .letter = 'j',
     .kind = OPTION_NUMBER,
     .offset = offsetof(ScanCommandOptions, jobs),
     .value = N_("N"),
     .help = N_("How many files to work on at once; one for each processor unless given"),
     .min = 1,
     .max = SCAN_JOBS_MAX},
    {.name = "json",
     .kind = OPTION_TEXT,
     .offset = offsetof(ScanCommandOptions, json),
     .value = N_("FILE"),
     .help = N_("Write everything as JSON; “-” for standard output")},
    {.name = "vics",
     .kind = OPTION_TEXT,
     .offset = offsetof(ScanCommandOptions, vics),
     .value = N_("FILE"),
     .help = N_("Write a VICS 2.0 case of all pictures and videos")},
    {.name = "case-number",
     .kind = OPTION_TEXT,
     .offset = offsetof(ScanCommandOptions, case_number),
     .value = N_("NUMBER"),
     .help = N_("The number of the case, for the JSON and the VICS file")},
    {.name = "report",
     .kind = OPTION_TEXT,
     .offset = offsetof(ScanCommandOptions, report),
     .value = N_("FOLDER"),
     .help = N_("Write a page to read and print: index.html in this folder")},
    {.name = "resume",
     .kind = OPTION_TEXT,
     .offset = offsetof(ScanCommandOptions, resume),
     .value = N_("FILE"),
     .help =
         N_("Keep the state of the scan in this file, and go on from it after an interruption")},
    {0},
};

static void scan_preset(void *untyped) {
    ScanCommandOptions *options = untyped;
    options->radius = PDQ_RADIUS_USUAL;
}

// Set by Ctrl-C and by a request to end; a second one ends the program at once.
static volatile sig_atomic_t stop_requested;

static void request_stop(int signal_number) {
    (void)signal_number;
    stop_requested = 1;
}

static void catch_stop_requests(void) {
    struct sigaction action = {.sa_handler = request_stop, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static bool wants_stop(void *to) {
    (void)to;
    return stop_requested != 0;
}

static void show_progress(void *to, const ScanProgress *progress) {
    uint64_t done = progress->files + progress->members;
    uint64_t total = progress->is_unpacking ? 0 : progress->files_total + progress->members;
    progress_update(to, (int64_t)done, (int64_t)total);
}

typedef struct ScanRun {
    CommandContext *context;
    const ScanCommandOptions *options;
    ScanLists lists;
    char *report_path;
    struct stat own_files[4];
    size_t own_count;
    Journal *journal;
    Matcher *matcher;
    CollectedFiles files;
    Assessment assessment;
} ScanRun;

static void scan_run_done(ScanRun *run) {
    assessment_done(&run->assessment);
    collected_files_done(&run->files);
    matcher_free(run->matcher);
    journal_free(run->journal); // after the files, which use what it holds
    scan_lists_done(&run->lists);
    free(run->report_path);
}

static int jobs_of(const ScanCommandOptions *options) {
    int jobs = options->jobs > 0 ? (int)options->jobs : processor_count();
    return jobs < SCAN_JOBS_MAX ? jobs : SCAN_JOBS_MAX;
}

// An output that cannot be written is better known before hours of work.
static Err check_output(ScanRun *run, const char *path, Diag *diag) {
    if (path == NULL || strcmp(path, "-") == 0)
        return ERR_OK;
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            diag_set(diag, ERR_INVALID,
                     N_("{file} is a folder; the name of a file is needed here."));
            diag_file(diag, str_from(path));
            return ERR_INVALID;
        }
        run->own_files[run->own_count++] = status;
    }
    _cleanup_free_ char *copy = strdup(path);
    if (copy == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    const char *folder = dirname(copy);
    return access(folder, W_OK) == 0 ? ERR_OK : diag_errno(diag, errno, folder);
}

static Err check_outputs(ScanRun *run, Diag *diag) {
    const ScanCommandOptions *options = run->options;
    TRY(check_output(run, options->json, diag));
    TRY(check_output(run, options->vics, diag));
    if (options->report == NULL)
        return ERR_OK;
    TRY(folder_make(options->report, diag));
    if (asprintf(&run->report_path, "%s/index.html", options->report) < 0) {
        run->report_path = NULL;
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    return check_output(run, run->report_path, diag);
}

static Err open_lists(ScanRun *run, Diag *diag) {
    const ScanCommandOptions *options = run->options;
    if (options->lists.len == 0 && options->known_good.len == 0)
        return diag_set(diag, ERR_INVALID,
                        N_("A scan needs at least one list of known files: --list LIST."));
    static const ProgressText TEXT = {
        .known_msgid = N_("Reading the lists: {done} of {total}, {left} left"),
        .unknown_msgid = N_("Reading the lists: {done}"),
        .is_bytes = true,
    };
    _cleanup_(progress_freep) Progress *progress =
        progress_new(run->context->lang, run->context->err, TEXT);
    for (size_t i = 0; i < options->lists.len; i++)
        TRY(scan_lists_add(&run->lists, options->lists.items[i], false, progress, diag));
    for (size_t i = 0; i < options->known_good.len; i++)
        TRY(scan_lists_add(&run->lists, options->known_good.items[i], true, progress, diag));
    return matcher_new((const List *const *)run->lists.open.lists, run->lists.open.count,
                       &run->matcher, diag);
}

// What a state file depends on, as texts that are compared byte by byte.
static Err open_journal(ScanRun *run, Diag *diag) {
    const ScanCommandOptions *options = run->options;
    if (options->resume == NULL)
        return ERR_OK;
    _cleanup_strbuf_ StrBuf values = STRBUF(256), lists = STRBUF(SCAN_RECORD_MAX),
                            paths = STRBUF(SCAN_RECORD_MAX);
    strbuf_printf(&values, "seventh %s\nradius %d\ndihedral %d\n", SEVENTH_VERSION,
                  (int)options->radius, options->wants_turns);
    for (size_t i = 0; i < run->lists.lists.len; i++) {
        const ScannedList *list = &run->lists.lists.items[i];
        strbuf_put_text(&lists, list->is_known_good ? "known-good " : "known ");
        hex_put(&lists, list->digest, sizeof list->digest);
        strbuf_put_byte(&lists, '\n');
    }
    for (int i = 0; i < run->context->operand_count; i++) {
        const char *path = run->context->operands[i];
        _cleanup_free_ char *real = realpath(path, NULL);
        strbuf_put(&paths, str_of(path, strlen(path) + 1));
        strbuf_put_text(&paths, real == NULL ? "" : real);
        strbuf_put_byte(&paths, '\0');
    }
    if (values.failed != ERR_OK || lists.failed != ERR_OK || paths.failed != ERR_OK)
        return diag_set(diag, ERR_LIMIT, N_("There are too many lists or paths for a state file."));
    JournalHeader header = {strbuf_str(&values), strbuf_str(&lists), strbuf_str(&paths)};
    TRY(journal_open(options->resume, &header, &run->journal, diag));
    if (stat(options->resume, &run->own_files[run->own_count]) == 0)
        run->own_count++;
    return ERR_OK;
}

static void say(FILE *to, const StrBuf *text) {
    if (strbuf_err(text) == ERR_OK)
        fprintf(to, "%s\n", strbuf_text(text));
}

static void say_what_is_resumed(const ScanRun *run) {
    if (run->journal == NULL)
        return;
    const Lang *lang = run->context->lang;
    _cleanup_strbuf_ StrBuf text = STRBUF(1 << 16);
    if (journal_cut(run->journal) > 0) {
        tr_put(&text, lang, NULL,
               "The end of the state file {file} was damaged and was cut off ({bytes}); the files "
               "recorded there are examined again.",
               MSG_ARGS(msg_ident("file", str_from(run->options->resume)),
                        msg_bytes("bytes", (int64_t)journal_cut(run->journal))));
        say(run->context->err, &text);
        strbuf_clear(&text);
    }
    if (journal_loaded(run->journal) > 0) {
        trn_put(&text, lang, NULL, "Going on: one file was examined before.",
                "Going on: {n} files were examined before.", journal_loaded(run->journal),
                MSG_NONE);
        say(run->context->err, &text);
    }
}

static Err collect(ScanRun *run, Diag *diag) {
    static const ProgressText TEXT = {
        .known_msgid = N_("{done} of {total} files, {rate} a second, {left} left"),
        .unknown_msgid = N_("{done} files, {rate} a second"),
    };
    const CommandContext *context = run->context;
    _cleanup_(progress_freep) Progress *progress = progress_new(context->lang, context->err, TEXT);
    CollectOptions options = {
        .paths = (const char *const *)context->operands,
        .path_count = (size_t)context->operand_count,
        .own_files = run->own_files,
        .own_count = run->own_count,
        .jobs = jobs_of(run->options),
        .wants_turns = run->options->wants_turns,
        .journal = run->journal,
        .progress = show_progress,
        .wants_stop = wants_stop,
        .to = progress,
    };
    Err err = files_collect(&options, &run->files, diag);
    if (err == ERR_OK)
        progress_finish(progress);
    if (err != ERR_INTERRUPTED)
        return err;
    if (run->options->resume == NULL)
        return diag_set(diag, err,
                        N_("The scan was interrupted and nothing was written. With --resume FILE "
                           "a scan can go on after an interruption."));
    diag_set(diag, err,
             N_("The scan was interrupted. The same command goes on where it stopped: its state is "
                "in {file}."));
    diag_file(diag, str_from(run->options->resume));
    return err;
}

static Err assess(ScanRun *run, Diag *diag) {
    size_t count = run->lists.lists.len;
    _cleanup_free_ bool *is_known_good = calloc(count, sizeof *is_known_good);
    if (is_known_good == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < count; i++)
        is_known_good[i] = run->lists.lists.items[i].is_known_good;
    AssessOptions options = {
        .lists = (const List *const *)run->lists.open.lists,
        .is_known_good = is_known_good,
        .list_count = count,
        .matcher = run->matcher,
        .radius = (int)run->options->radius,
        .jobs = jobs_of(run->options),
    };
    return files_assess(&run->files, &options, &run->assessment, diag);
}

typedef Err OutputFunction(const ScanOutput *output, FILE *to, Diag *diag);

// All or nothing: a file that stands there is replaced once its successor is whole.
static Err write_file(const ScanOutput *output, const char *path, OutputFunction *write,
                      Diag *diag) {
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    TRY(file_writer_open(&writer, path, false, diag));
    int copy = fcntl(writer.fd, F_DUPFD_CLOEXEC, 0);
    FILE *to = copy < 0 ? NULL : fdopen(copy, "wb");
    if (to == NULL) {
        closep(&copy);
        return diag_errno(diag, errno, path);
    }
    Err err = write(output, to, diag);
    errno = 0;
    bool is_written = !ferror(to);
    is_written &= fclose(to) == 0;
    if (err == ERR_OK && !is_written)
        err = diag_errno(diag, errno != 0 ? errno : EIO, path);
    return err == ERR_OK ? file_writer_commit(&writer, diag) : err;
}

static Err write_outputs(ScanRun *run, Diag *diag) {
    const ScanCommandOptions *options = run->options;
    const CommandContext *context = run->context;
    ScanOutput output = {
        .lang = context->lang,
        .files = &run->files,
        .assessment = &run->assessment,
        .lists = run->lists.lists.items,
        .list_count = run->lists.lists.len,
        .radius = (int)options->radius,
        .wants_turns = options->wants_turns,
        .case_number = str_from(options->case_number),
    };
    bool is_json_output = options->json != NULL && strcmp(options->json, "-") == 0;
    if (is_json_output)
        TRY(scan_json_write(&output, context->out, diag));
    else if (options->json != NULL)
        TRY(write_file(&output, options->json, scan_json_write, diag));
    if (options->vics != NULL)
        TRY(write_file(&output, options->vics, scan_vics_write, diag));
    if (run->report_path != NULL)
        TRY(write_file(&output, run->report_path, scan_report_write, diag));
    FILE *summary = is_json_output ? context->err : context->out;
    TRY(scan_summary_write(&output, context->is_terminal ? context->columns : 0, summary, diag));
    if (run->report_path == NULL)
        return ERR_OK;
    _cleanup_strbuf_ StrBuf text = STRBUF(1 << 16);
    tr_put(&text, context->lang, NULL, "The report is {file}.",
           MSG_ARGS(msg_ident("file", str_from(run->report_path))));
    say(summary, &text);
    return ERR_OK;
}

static Err scan_command_run(CommandContext *context, const void *options, Diag *diag) {
    ScanRun run = {.context = context, .options = options};
    Err err = check_outputs(&run, diag);
    if (err == ERR_OK)
        err = open_lists(&run, diag);
    if (err == ERR_OK)
        err = open_journal(&run, diag);
    if (err == ERR_OK) {
        say_what_is_resumed(&run);
        catch_stop_requests();
        err = collect(&run, diag);
    }
    if (err == ERR_OK)
        err = assess(&run, diag);
    if (err == ERR_OK)
        err = write_outputs(&run, diag);
    scan_run_done(&run);
    return err;
}

const Command scan_command = {
    .name = "scan",
    .summary = N_("Find out which files are known, and which must still be looked at"),
    .operands = N_("PATH…"),
    .operands_min = 1,
    .operands_max = -1,
    .options = SCAN_OPTIONS,
    .options_size = sizeof(ScanCommandOptions),
    .preset = scan_preset,
    .run = scan_command_run,
    .description =
        N_("Walks folders, and archives inside one another, and asks the lists about every file. A "
           "file exactly on a list is known. A picture near one on a list is only probably known: "
           "a person confirms it. Unknown pictures that are near one another are put into stacks, "
           "so that one look serves a stack. Pictures are decoded in confined processes and shown "
           "nowhere. A file that cannot be read or decoded is counted and listed, and does not "
           "stop the scan; the exit status is 0 all the same."),
};
