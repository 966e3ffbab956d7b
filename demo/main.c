// seventh-demo: writes a synthetic device, the lists that know part of it, and the truth about it.
#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/file.h"
#include "base/workqueue.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "lists.h"
#include "truth.h"
#include "video.h"

typedef struct DemoOptions {
    PlanRequest plan;
    bool is_forced, is_quiet;
} DemoOptions;

enum { COUNT_USUAL = 200, FILES_A_PICTURE_TENTHS = 15, TEXT_CEILING = 1 << 16 };

static void demo_preset(void *options) {
    DemoOptions *demo = options;
    demo->plan.count = COUNT_USUAL;
    demo->plan.seed = 1;
}

#define PLACE(member) offsetof(DemoOptions, member)
static const Option OPTIONS[] = {
    {"count", 0, OPTION_NUMBER, PLACE(plan.count), N_("N"),
     N_("how many different pictures to paint (200)"), 1, MOST_COUNT, NULL},
    {"files", 0, OPTION_NUMBER, PLACE(plan.files), N_("N"),
     N_("how many image files to make of them, copies and edits included (half as many again as "
        "pictures)"),
     1, MOST_FILES, NULL},
    {"large", 0, OPTION_NUMBER, PLACE(plan.large), N_("N"),
     N_("how many of the pictures have 12 megapixels (none)"), 0, MOST_COUNT, NULL},
    {"seed", 0, OPTION_NUMBER, PLACE(plan.seed), N_("N"),
     N_("another number gives another set; the same, the same"), 0, INT64_MAX, NULL},
    {"force", 'f', OPTION_FLAG, PLACE(is_forced), NULL,
     N_("write into the folder although it is not empty"), 0, 0, NULL},
    {"plain", 0, OPTION_FLAG, PLACE(is_quiet), NULL, N_("show no progress"), 0, 0, NULL},
    {NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL}};

typedef struct Progress {
    const CommandContext *context;
    const char *device;
    bool is_shown;
    int total;
    atomic_int done;
} Progress;

typedef struct Job {
    Progress *progress;
    Original *original;
} Job;

static void progress_show(Progress *progress) {
    int done = atomic_fetch_add(&progress->done, 1) + 1;
    if (!progress->is_shown)
        return;
    _cleanup_strbuf_ StrBuf line = STRBUF(256);
    strbuf_put_byte(&line, '\r');
    tr_put(&line, progress->context->lang, "demo", "{done} of {total} pictures painted",
           MSG_ARGS(msg_int("done", done), msg_int("total", progress->total)));
    fwrite(strbuf_text(&line), 1, line.len, progress->context->out);
    fflush(progress->context->out);
}

static void job_run(void *job, int worker) {
    const Job *work = job;
    original_make(work->original, work->progress->device);
    progress_show(work->progress);
}

static Err folder_must_be_empty(const char *path, Diag *diag) {
    DIR *folder = opendir(path);
    if (folder == NULL)
        return errno == ENOENT ? ERR_OK : diag_errno(diag, errno, path);
    int entries = 0;
    while (readdir(folder) != NULL)
        entries++;
    closedir(folder);
    if (entries <= 2) // itself and its parent
        return ERR_OK;
    diag_set(diag, ERR_EXISTS,
             N_("The folder {file} is not empty. Name a new one, or add --force."));
    diag_file(diag, str_from(path));
    return ERR_EXISTS;
}

static Err folders_make(const char *root, const char *device, Diag *diag) {
    char path[1024];
    snprintf(path, sizeof path, "%s/lists", root);
    TRY(folder_make(path, diag));
    snprintf(path, sizeof path, "%s/truth", root);
    TRY(folder_make(path, diag));
    return device_make_folders(device, diag);
}

static Err pictures_make(Plan *plan, Progress *progress, Diag *diag) {
    Job *jobs _cleanup_free_ = calloc((size_t)plan->count, sizeof *jobs);
    _cleanup_(work_queue_freep) WorkQueue *queue = NULL;
    if (jobs == NULL)
        return ERR_NOMEM;
    TRY(work_queue_new(processor_count(), 64, job_run, &queue, diag));
    for (int i = 0; i < plan->count; i++) {
        jobs[i] = (Job){progress, &plan->originals[i]};
        if (!work_queue_push(queue, &jobs[i]))
            return ERR_INTERRUPTED;
    }
    work_queue_drain(queue);
    if (progress->is_shown)
        fputc('\n', progress->context->out);
    for (int i = 0; i < plan->count; i++)
        if (plan->originals[i].err != ERR_OK) {
            diag_set(diag, plan->originals[i].err, N_("The picture {file} could not be made."));
            diag_file(diag, str_from(plan->originals[i].files[0].path));
            return plan->originals[i].err;
        }
    return ERR_OK;
}

static Err demo_run(CommandContext *context, const void *options, Diag *diag) {
    const DemoOptions *demo = options;
    const char *root = context->operands[0];
    PlanRequest request = demo->plan;
    if (request.files == 0)
        request.files = request.count * FILES_A_PICTURE_TENTHS / 10;
    char device[1000];
    if (snprintf(device, sizeof device, "%s/device", root) >= (int)sizeof device - PATH_LENGTH)
        return diag_set(diag, ERR_INVALID, N_("The path of the folder is too long."));
    if (!demo->is_forced)
        TRY(folder_must_be_empty(root, diag));
    Plan plan _cleanup_plan_ = {0};
    Err err = plan_make(&request, &plan);
    if (err == ERR_NOT_FOUND)
        return diag_set(diag, err, N_("No fonts were found. Install the package fonts-noto-core."));
    TRY(err);
    TRY(folders_make(root, device, diag));
    Progress progress = {.context = context, .device = device, .total = plan.count};
    progress.is_shown = context->is_terminal && !demo->is_quiet;
    TRY(pictures_make(&plan, &progress, diag));
    StrayCounts strays;
    TRY(device_write_archives(&plan, device, diag));
    TRY(device_write_strays(&plan, device, &strays, diag));
    TRY(lists_write(&plan, root, diag));
    TRY(truth_write(&plan, &strays, root, diag));
    TRY(videos_write(&plan, root, diag));
    int written = 0;
    for (int i = 0; i < plan.file_count; i++)
        written += plan.files[i].is_written;
    _cleanup_strbuf_ StrBuf text = STRBUF(TEXT_CEILING);
    tr_put(&text, context->lang, "demo",
           "{pictures} pictures as {files} image files stand in {device}; the lists that know "
           "some of them in {lists}.",
           MSG_ARGS(msg_int("pictures", plan.count), msg_int("files", written),
                    msg_ident("device", str_from(device)), msg_ident("lists", STR("lists/"))));
    strbuf_put_byte(&text, '\n');
    fwrite(strbuf_text(&text), 1, text.len, context->out);
    return ERR_OK;
}

static const Command DEMO = {
    .name = "seventh-demo",
    .summary =
        N_("paint a synthetic device of rooms and objects, with hash lists and the truth about it"),
    .operands = N_("FOLDER"),
    .operands_min = 1,
    .operands_max = 1,
    .options = OPTIONS,
    .options_size = sizeof(DemoOptions),
    .preset = demo_preset,
    .run = demo_run,
    .description = N_("Writes device/ (what an examiner gets), lists/ (hash lists that know some "
                      "of it) and truth/ (what "
                      "can be seen in each picture, which file is an edit of which, and what a "
                      "scan should find). "
                      "Nothing in it is a photograph, and no picture shows a person."),
};

static int fail(const Lang *lang, Err err, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(TEXT_CEILING);
    diag->err = err;
    strbuf_put_text(&text, "seventh-demo: ");
    tr_diag(&text, lang, diag);
    strbuf_put_byte(&text, '\n');
    fwrite(strbuf_text(&text), 1, text.len, stderr);
    return err_exit_code(err);
}

int main(int argc, char **argv) {
    const Lang *lang = lang_from_environment();
    Diag diag;
    diag_set(&diag, ERR_OK, NULL);
    DemoOptions options = {0};
    GlobalOptions globals = {0};
    demo_preset(&options);
    char **operands _cleanup_free_ = calloc((size_t)argc + 1, sizeof *operands);
    if (operands == NULL)
        return fail(lang, ERR_NOMEM, &diag);
    CommandContext context = {
        .out = stdout, .err = stderr, .program = argv[0], .operands = operands};
    Err err = options_parse(&DEMO, argc - 1, argv + 1, &options, &globals, operands,
                            &context.operand_count, &diag);
    if (globals.lang != NULL)
        lang = lang_get(str_from(globals.lang));
    if (err != ERR_OK)
        return fail(lang, err, &diag);
    context.lang = lang;
    context.is_terminal = terminal_is_at(stdout);
    context.columns = terminal_columns(stdout);
    if (globals.wants_help) {
        _cleanup_strbuf_ StrBuf text = STRBUF(TEXT_CEILING);
        help_put_command(&text, lang, &DEMO, context.columns);
        // The command table writes “seventh NAME”; this is a program of its own.
        ptrdiff_t name = str_find(strbuf_str(&text), STR("seventh demo"));
        if (name >= 0)
            text.ptr[name + 7] = '-';
        fwrite(strbuf_text(&text), 1, text.len, stdout);
        return 0;
    }
    err = demo_run(&context, &options, &diag);
    if (err != ERR_OK)
        return fail(lang, err, &diag);
    return fflush(stdout) == 0 ? 0 : err_exit_code(ERR_IO);
}
