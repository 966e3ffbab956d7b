// `seventh hash`: the digests and perceptual hashes of files, one object or one block a file, in
// the order of the paths whatever the number of workers.
#include "base/encoding.h"
#include "base/workqueue.h"
#include "language/number.h"
#include "language/safe_text.h"
#include "scan/limits.h"
#include "scan/pool.h"
#include "workspace/commands.h"
#include "workspace/item_json.h"

typedef struct HashOptions {
    const char *kinds;
    bool wants_turns, wants_fast, wants_json, wants_vpdq_text;
    int64_t jobs;
} HashOptions;

static const Option HASH_OPTIONS[] = {
    {.name = "kind",
     .letter = 'k',
     .kind = OPTION_TEXT,
     .offset = offsetof(HashOptions, kinds),
     .value = N_("KIND,…"),
     .help = N_("Which hashes: md5, sha1, sha256, pdq, pdq512, vpdq. All of them unless given")},
    {.name = "dihedral",
     .kind = OPTION_FLAG,
     .offset = offsetof(HashOptions, wants_turns),
     .help = N_("Also the perceptual hashes of the picture turned and mirrored")},
    {.name = "fast",
     .kind = OPTION_FLAG,
     .offset = offsetof(HashOptions, wants_fast),
     .help =
         N_("Approximate perceptual hashes of JPEG pictures, in less time: some bits differ, so "
            "they are named apart and are no hashes for a list")},
    {.name = "jobs",
     .letter = 'j',
     .kind = OPTION_NUMBER,
     .offset = offsetof(HashOptions, jobs),
     .value = N_("N"),
     .help = N_("How many files to work on at once; one for each processor unless given"),
     .min = 1,
     .max = SCAN_JOBS_MAX},
    {.name = "vpdq-text",
     .kind = OPTION_FLAG,
     .offset = offsetof(HashOptions, wants_vpdq_text),
     .help = N_("Write nothing but the hash of one video, a picture a line: frame number, quality, "
                "hash, seconds, as other programs for vPDQ read and write it")},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(HashOptions, wants_json),
     .help = N_("Write one JSON object a line, as also happens when the output is no terminal")},
    {0},
};

static const struct {
    const char *name;
    unsigned digest, media;
    bool is_video;
} KINDS[] = {
    {"md5", 1u << DIGEST_MD5, 0},       {"sha1", 1u << DIGEST_SHA1, 0},
    {"sha256", 1u << DIGEST_SHA256, 0}, {"pdq", 0, MEDIA_PDQ},
    {"pdq512", 0, MEDIA_PDQ512},        {"vpdq", 0, 0, true},
};

static Err parse_kinds(const char *text, InspectOptions *io, Diag *diag) {
    Str rest = str_from(text);
    while (rest.ptr != NULL) {
        Str name = rest, tail = {0};
        if (str_cut(rest, ',', &name, &tail))
            rest = tail;
        else
            rest = (Str){0};
        size_t i = 0;
        while (i < sizeof KINDS / sizeof KINDS[0] && !str_is(name, KINDS[i].name))
            i++;
        if (i == sizeof KINDS / sizeof KINDS[0]) {
            diag_set(diag, ERR_INVALID,
                     N_("There is no kind of hash called “{kind}”. Choose from md5, sha1, sha256, "
                        "pdq, pdq512 and vpdq, with commas between them."));
            diag_arg(diag, "kind", name);
            return ERR_INVALID;
        }
        io->digests |= KINDS[i].digest;
        io->media |= KINDS[i].media;
        io->wants_video |= KINDS[i].is_video;
    }
    return ERR_OK;
}

// Bytes of one file's output: a video of two days, and the same as text alone.
enum { HASH_LINE_MAX = 64 << 20, VPDQ_TEXT_MAX = 32 << 20 };
// Ids of what is listed but not opened; they travel through the pool as problems to keep the order.
#define ID_LINK "link"
#define ID_SPECIAL "special-file"

typedef struct HashRun {
    CommandContext *context;
    bool wants_json;
    StrBuf line;
    bool has_errors;
    Err failed;
    // --vpdq-text: the text is in `line`, and written at the end.
    bool has_video;
    Diag problem;
} HashRun;

static bool is_skipped(const ScanItem *item) {
    return item->problem != NULL && strcmp(item->problem->id, ID_LINK) == 0;
}

static void put_json(HashRun *run, const ScanItem *item) {
    JsonWriter json;
    json_writer_init(&json, &run->line);
    json_object_begin(&json);
    item_json_path(&json, scan_item_path(item));
    // What was never opened has neither size nor type.
    if (item->digests.has != 0 || item->problem == NULL || item->size > 0) {
        json_key(&json, "size");
        json_u64(&json, item->size);
        json_key(&json, "media_type");
        json_text(&json, item->type.mime);
    }
    if (item->width > 0) {
        json_key(&json, "width");
        json_u64(&json, item->width);
        json_key(&json, "height");
        json_u64(&json, item->height);
    }
    item_json_digests(&json, &item->digests);
    item_json_hashes(&json, item);
    item_json_video(&json, item);
    if (item->is_truncated) {
        json_key(&json, "warning");
        json_text(&json, "truncated");
    }
    if (is_skipped(item)) {
        json_key(&json, "skipped");
        json_text(&json, item->problem->id);
    } else if (item->problem != NULL) {
        _cleanup_strbuf_ StrBuf message = STRBUF(1 << 16);
        item_problem_put(&message, run->context->lang, scan_item_path(item), item->problem);
        json_key(&json, "error");
        json_text(&json, item->problem->id);
        json_key(&json, "error_message");
        json_str(&json, strbuf_str(&message));
    }
    json_object_end(&json);
    strbuf_put_byte(&run->line, '\n');
}

static void put_row(StrBuf *out, const char *name, const uint8_t *bytes, size_t n) {
    strbuf_printf(out, "  %-18s", name);
    hex_put(out, bytes, n);
    strbuf_put_byte(out, '\n');
}

static void put_pdq_rows(StrBuf *out, const Lang *lang, const ScanItem *item, PdqVariant variant) {
    for (int turn = 0; turn < PDQ_TURNS; turn++) {
        const PdqHash *hash = scan_item_pdq(item, variant, turn);
        if (hash == NULL)
            continue;
        char name[32];
        snprintf(name, sizeof name, "%s%s%s%s", variant == PDQ_FULL ? "pdq" : "pdq512",
                 item->is_approximate ? " fast" : "", turn == PDQ_ORIGINAL ? "" : " ",
                 pdq_turn_name(turn));
        put_row(out, name, hash->bytes, PDQ_BYTES);
        if (turn != PDQ_ORIGINAL)
            continue;
        strbuf_printf(out, "  %-18s", "");
        tr_put(out, lang, NULL, "quality {quality} of 100",
               MSG_ARGS(msg_int("quality", item->quality[variant])));
        strbuf_put_byte(out, '\n');
        if (!item->is_approximate)
            continue;
        strbuf_printf(out, "  %-18s", "");
        strbuf_put(out, tr(lang, NULL, "approximate: for comparing, not for a list"));
        strbuf_put_byte(out, '\n');
    }
}

static void put_video_rows(StrBuf *out, const Lang *lang, const MediaVideo *video) {
    for (size_t i = 0; i < video->frame_count; i++) {
        const VpdqFrame *frame = &video->frames[i];
        char name[40];
        snprintf(name, sizeof name, "vpdq %jd:%02d:%02d.%03d", (intmax_t)(frame->time_ms / 3600000),
                 (int)(frame->time_ms / 60000 % 60), (int)(frame->time_ms / 1000 % 60),
                 (int)(frame->time_ms % 1000));
        put_row(out, name, frame->hash.bytes, PDQ_BYTES);
        strbuf_printf(out, "  %-18s", "");
        tr_put(out, lang, NULL, "quality {quality} of 100",
               MSG_ARGS(msg_int("quality", (int)frame->quality)));
        strbuf_put_byte(out, '\n');
    }
}

static void put_block(HashRun *run, const ScanItem *item) {
    StrBuf *out = &run->line;
    const Lang *lang = run->context->lang;
    text_put_safe(out, scan_item_path(item));
    strbuf_put_byte(out, '\n');
    if (item->digests.has != 0 || item->has != 0 || item->problem == NULL) {
        strbuf_put_text(out, "  ");
        bytes_put(out, lang, (int64_t)item->size);
        strbuf_printf(out, "  %s", item->type.mime);
        if (item->width > 0)
            strbuf_printf(out, "  %u×%u", item->width, item->height);
        strbuf_put_byte(out, '\n');
    }
    const uint8_t *const bytes[DIGEST_KINDS] = {item->digests.md5, item->digests.sha1,
                                                item->digests.sha256};
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        if ((item->digests.has & 1u << kind) != 0)
            put_row(out, digest_name(kind), bytes[kind], digest_size(kind));
    put_pdq_rows(out, lang, item, PDQ_FULL);
    put_pdq_rows(out, lang, item, PDQ_512);
    if (item->video != NULL)
        put_video_rows(out, lang, item->video);
    if (item->is_truncated) {
        strbuf_put_text(out, "  ");
        strbuf_put(out, item->video != NULL
                            ? tr(lang, NULL, "Part of the video is missing; the rest was used.")
                            : tr(lang, NULL, "The picture ends too soon; what there is was used."));
        strbuf_put_byte(out, '\n');
    }
    if (item->problem != NULL) {
        strbuf_put_text(out, "  ");
        item_problem_put(out, lang, scan_item_path(item), item->problem);
        strbuf_put_byte(out, '\n');
    }
    strbuf_put_byte(out, '\n');
}

// With --vpdq-text: one video and nothing else.
static void print_vpdq(void *to, ScanItem *item) {
    HashRun *run = to;
    if (item->problem != NULL && run->problem.err == ERR_OK) {
        run->problem = item->problem->diag;
        diag_file(&run->problem, scan_item_path(item));
    } else if ((item->video == NULL || run->has_video) && run->problem.err == ERR_OK) {
        diag_set(&run->problem, ERR_INVALID,
                 item->video == NULL ? N_("{file} is no video, so it has no vPDQ.")
                                     : N_("The text form of vPDQ holds one video, and {file} is a "
                                          "second one. Ask for one at a time."));
        diag_file(&run->problem, scan_item_path(item));
    } else if (item->video != NULL) {
        run->has_video = true;
        vpdq_write(&run->line, item->video->frames, item->video->frame_count);
    }
    scan_item_free(item);
}

static void print_item(void *to, ScanItem *item) {
    HashRun *run = to;
    strbuf_clear(&run->line);
    if (run->wants_json)
        put_json(run, item);
    else
        put_block(run, item);
    run->has_errors |= item->problem != NULL && !is_skipped(item);
    if (strbuf_err(&run->line) != ERR_OK)
        run->failed = strbuf_err(&run->line);
    else
        fwrite(run->line.ptr, 1, run->line.len, run->context->out);
    scan_item_free(item);
}

static Err hash_entry(InspectPool *pool, FileSource *source, const SourceEntry *entry, Diag *diag) {
    _cleanup_(scan_item_freep) ScanItem *item = scan_item_new(entry->path, entry->path.len, 0);
    if (item == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    SourceContent content = {.fd = -1};
    Diag problem = {0};
    switch (entry->kind) {
    case SOURCE_FILE:
        if (source_open(source, &content, &problem) == ERR_OK) {
            item->size = content.size;
            item->type = content.type;
        } else {
            scan_item_set_problem(item, NULL, &problem);
        }
        break;
    case SOURCE_LINK:
        diag_set(&problem, ERR_UNSUPPORTED, N_("{file} is a link and was not followed."));
        scan_item_set_problem(item, ID_LINK, &problem);
        break;
    case SOURCE_SPECIAL:
        diag_set(&problem, ERR_UNSUPPORTED,
                 N_("{file} is a device, pipe or socket and was not opened."));
        scan_item_set_problem(item, ID_SPECIAL, &problem);
        break;
    case SOURCE_PROBLEM:
        scan_item_set_problem(item, NULL, &entry->problem);
        break;
    }
    Err err = inspect_pool_push(pool, item, &content, diag);
    if (err == ERR_OK)
        TAKE(item);
    else
        closep(&content.fd);
    return err;
}

static Err hash_path(InspectPool *pool, const char *path, Diag *diag) {
    _cleanup_(file_source_freep) FileSource *source = NULL;
    TRY(folder_source_new(path, &source, diag));
    for (;;) {
        SourceEntry entry;
        bool has = false;
        TRY(source_next(source, &entry, &has, diag));
        if (!has)
            return ERR_OK;
        TRY(hash_entry(pool, source, &entry, diag));
    }
}

static Err hash_run(CommandContext *context, const void *untyped, Diag *diag) {
    const HashOptions *options = untyped;
    HashRun run = {.context = context,
                   .wants_json = options->wants_json || !context->is_terminal,
                   .line = STRBUF(HASH_LINE_MAX)};
    InspectOptions inspect = {
        .jobs = options->jobs > 0 ? (int)options->jobs : processor_count(),
        .is_ordered = true,
        .deliver = print_item,
        .to = &run,
    };
    if (options->wants_vpdq_text) {
        inspect.deliver = print_vpdq;
        inspect.wants_video = true;
        run.line.ceiling = VPDQ_TEXT_MAX;
    } else {
        // The second variant needs the whole picture, and would make the fast mode slow.
        const char *usual =
            options->wants_fast ? "md5,sha1,sha256,pdq,vpdq" : "md5,sha1,sha256,pdq,pdq512,vpdq";
        TRY(parse_kinds(options->kinds != NULL ? options->kinds : usual, &inspect, diag));
    }
    // Dimensions and damage are wanted of every picture that is decoded at all.
    if (inspect.media != 0 && options->wants_turns)
        inspect.media |= MEDIA_TURNS;
    if (inspect.media != 0 && options->wants_fast)
        inspect.media |= MEDIA_FAST;
    InspectPool *pool = NULL;
    TRY(inspect_pool_new(&inspect, &pool, diag));
    Err err = ERR_OK;
    for (int i = 0; i < context->operand_count && err == ERR_OK; i++)
        err = hash_path(pool, context->operands[i], diag);
    inspect_pool_free(pool);
    if (options->wants_vpdq_text && err == ERR_OK) {
        run.failed = strbuf_err(&run.line);
        err = run.problem.err;
        if (err != ERR_OK && diag != NULL)
            *diag = run.problem;
        if (err == ERR_OK && run.failed == ERR_OK)
            fwrite(run.line.ptr, 1, run.line.len, context->out);
    }
    strbuf_done(&run.line);
    if (err == ERR_OK && run.failed != ERR_OK)
        err = diag_set(diag, run.failed, N_("There is not enough memory."));
    context->exit_code = run.has_errors ? 1 : 0;
    return err;
}

const Command hash_command = {
    .name = "hash",
    .summary = N_("Compute the digests and perceptual hashes of files"),
    .operands = N_("PATH…"),
    .operands_min = 1,
    .operands_max = -1,
    .options = HASH_OPTIONS,
    .options_size = sizeof(HashOptions),
    .run = hash_run,
    .description =
        N_("Folders are walked with all that is in them, in the order of the paths; links are not "
           "followed. Pictures also get the perceptual hash PDQ in both of its variants, with its "
           "quality, and videos the hash vPDQ: the PDQ of a picture a second, with its time. A "
           "file that cannot be read or decoded is reported in its place, and the exit "
           "status is then 1. Archives are not unpacked: “seventh scan” does that."),
};
