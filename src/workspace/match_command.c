// `seventh match`: asks hash lists for hashes or files. It tells what the lists hold and gives no
// verdict.
#include <errno.h>

#include "base/utf8.h"
#include "cli/terminal.h"
#include "workspace/commands.h"
#include "workspace/limits.h"
#include "workspace/match_output.h"
#include "workspace/match_paths.h"
#include "workspace/match_query.h"

typedef struct MatchOptions {
    TextList hashes;
    const char *queries;
    int64_t radius, quality, query_share, target_share;
    bool wants_turns, wants_json;
} MatchOptions;

static bool is_hash(const char *argument) {
    MatchQuery query;
    char text[QUERY_TEXT_MAX + 1];
    return match_query_from(str_from(argument), 0, &query, text);
}

static const Option MATCH_OPTIONS[] = {
    {.name = "hash",
     .letter = 'H',
     .kind = OPTION_TEXTS,
     .offset = offsetof(MatchOptions, hashes),
     .value = N_("HASH"),
     .help = N_("Hashes to ask for: MD5, SHA-1, SHA-256 or PDQ in hexadecimal, SHA-1 also in "
                "base32"),
     .takes = is_hash},
    {.name = "queries",
     .letter = 'q',
     .kind = OPTION_TEXT,
     .offset = offsetof(MatchOptions, queries),
     .value = N_("FILE"),
     .help = N_("A file with a hash a line, and after a tab any text that comes back with the "
                "answer, or the vPDQ text of one video; - is the standard input")},
    {.name = "radius",
     .letter = 'r',
     .kind = OPTION_NUMBER,
     .offset = offsetof(MatchOptions, radius),
     .value = N_("BITS"),
     .help = N_("The greatest distance of a near match, in bits of PDQ; 31 unless given"),
     .min = 0,
     .max = MATCH_RADIUS_MAX},
    {.name = "quality",
     .kind = OPTION_NUMBER,
     .offset = offsetof(MatchOptions, quality),
     .value = N_("N"),
     .help = N_("Pictures of videos of a lower quality do not count; 50 unless given"),
     .min = PDQ_QUALITY_MATCHABLE,
     .max = 100},
    {.name = "query-share",
     .kind = OPTION_NUMBER,
     .offset = offsetof(MatchOptions, query_share),
     .value = N_("PERCENT"),
     .help = N_("A listed video matches when it has this share of the pictures of the one asked "
                "for; 80 unless given, 0: that is no reason"),
     .min = 0,
     .max = 100},
    {.name = "target-share",
     .kind = OPTION_NUMBER,
     .offset = offsetof(MatchOptions, target_share),
     .value = N_("PERCENT"),
     .help = N_("It also matches when this share of its own pictures is in the one asked for; 80 "
                "unless given, 0: that is no reason"),
     .min = 0,
     .max = 100},
    {.name = "dihedral",
     .kind = OPTION_FLAG,
     .offset = offsetof(MatchOptions, wants_turns),
     .help = N_("Also look for the given pictures turned and mirrored")},
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(MatchOptions, wants_json),
     .help = N_("Write one JSON object a query")},
    {0},
};

static void match_preset(void *untyped) {
    MatchOptions *options = untyped;
    options->radius = PDQ_RADIUS_USUAL;
    options->quality = PDQ_QUALITY_MATCHABLE;
    options->query_share = VIDEO_SHARE_USUAL;
    options->target_share = VIDEO_SHARE_USUAL;
}

static VideoRule rule_of(const MatchOptions *options) {
    VideoRule rule = VIDEO_RULE_USUAL;
    rule.radius = (int)options->radius;
    rule.quality_min = (int)options->quality;
    rule.query_share = (double)options->query_share;
    rule.target_share = (double)options->target_share;
    return rule;
}

typedef struct MatchRun {
    CommandContext *context;
    const MatchOptions *options;
    const Matcher *matcher;
    MatchOutput *output;
    MatchVec matches;
    // --queries with the vPDQ text of a video: its pictures so far.
    bool is_video;
    VEC(VpdqFrame) frames;
} MatchRun;

static Err ask(MatchRun *run, const MatchQuery *query, const char *text, Str id, Diag *diag) {
    vec_clear(&run->matches);
    Err err = matcher_query(run->matcher, query, &run->matches);
    if (err != ERR_OK)
        return diag_set(diag, err, N_("There is not enough memory."));
    MatchAnswer answer = {.query = str_from(text),
                          .id = id,
                          .matches = run->matches.items,
                          .count = run->matches.len};
    return match_output_put(run->output, &answer, diag);
}

static Err ask_hashes(MatchRun *run, Diag *diag) {
    for (size_t i = 0; i < run->options->hashes.len; i++) {
        MatchQuery query;
        char text[QUERY_TEXT_MAX + 1];
        Str hash = str_from(run->options->hashes.items[i]);
        if (!match_query_from(hash, (int)run->options->radius, &query, text)) {
            diag_set(diag, ERR_INVALID,
                     N_("“{hash}” is no hash. An MD5 has 32 hexadecimal digits, a SHA-1 40, a "
                        "SHA-256 and a PDQ 64."));
            diag_arg(diag, "hash", hash);
            return ERR_INVALID;
        }
        TRY(ask(run, &query, text, (Str){0}, diag));
    }
    return ERR_OK;
}

static void say_bad_line(const MatchRun *run, int64_t line) {
    _cleanup_strbuf_ StrBuf text = STRBUF(4096);
    tr_put(&text, run->context->lang, NULL, "Line {line} of {file} is no hash and was passed over.",
           MSG_ARGS(msg_int("line", line), msg_ident("file", str_from(run->options->queries))));
    strbuf_put_byte(&text, '\n');
    fwrite(strbuf_text(&text), 1, text.len, run->context->err);
}

// The first line that says anything decides between hashes and the vPDQ text of a video.
static bool is_of_video(MatchRun *run, Str line, bool *io_is_decided) {
    VpdqFrame frame;
    if (!*io_is_decided)
        run->is_video = vpdq_line_read(line, 0, &frame) == ERR_OK;
    *io_is_decided = true;
    return run->is_video;
}

static Err take_frame(MatchRun *run, Str line, int64_t number, Diag *diag) {
    VpdqFrame frame;
    if (vpdq_line_read(line, run->frames.len, &frame) != ERR_OK) {
        say_bad_line(run, number);
        return ERR_OK;
    }
    return vec_push(&run->frames, frame)
               ? ERR_OK
               : diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

static Err ask_video(MatchRun *run, Diag *diag) {
    VideoRule rule = rule_of(run->options);
    VideoMatches matches = {0};
    Err err = video_match(run->matcher, run->frames.items, run->frames.len, &rule, &matches);
    if (err != ERR_OK)
        return diag_set(diag, err,
                        err == ERR_LIMIT ? N_("The video hash has more pictures than are allowed.")
                                         : N_("There is not enough memory."));
    MatchAnswer answer = {.query = str_from(run->options->queries), .video = &matches};
    err = match_output_put(run->output, &answer, diag);
    video_matches_done(&matches);
    return err;
}

static Err ask_line(MatchRun *run, Str line, int64_t number, Diag *diag) {
    MatchQuery query;
    char text[QUERY_TEXT_MAX + 1];
    Str hash = line, id = {0};
    if (!str_cut(line, '\t', &hash, &id))
        hash = line;
    id = str_trim(id);
    if (str_trim(line).len == 0)
        return ERR_OK;
    if (!utf8_is_valid(id) || !match_query_from(hash, (int)run->options->radius, &query, text)) {
        say_bad_line(run, number);
        return ERR_OK;
    }
    return ask(run, &query, text, id, diag);
}

static Err take_line(MatchRun *run, Str line, int64_t number, bool *io_is_decided, Diag *diag) {
    Str text = str_trim(line);
    if (text.len == 0 || (text.ptr[0] == '#' && (run->is_video || !*io_is_decided)))
        return ERR_OK;
    return is_of_video(run, text, io_is_decided) ? take_frame(run, text, number, diag)
                                                 : ask_line(run, line, number, diag);
}

// A line longer than any query is read past and counted as one bad line.
static Err ask_file(MatchRun *run, Diag *diag) {
    const char *path = run->options->queries;
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "re");
    if (file == NULL)
        return diag_errno(diag, errno, path);
    _cleanup_free_ char *line = malloc(MATCH_QUERY_LINE_MAX);
    Err err = line == NULL ? diag_set(diag, ERR_NOMEM, N_("There is not enough memory.")) : ERR_OK;
    int64_t number = 0;
    bool is_decided = false;
    while (err == ERR_OK && fgets(line, MATCH_QUERY_LINE_MAX, file) != NULL) {
        size_t len = strlen(line);
        bool is_whole = len > 0 && line[len - 1] == '\n';
        number++;
        Str text = str_of(line, len);
        if (number == 1 && str_has_prefix(text, STR("\xEF\xBB\xBF")))
            text = str_from_index(text, 3);
        if (is_whole || len + 1 < MATCH_QUERY_LINE_MAX) {
            err = take_line(run, text, number, &is_decided, diag);
            continue;
        }
        for (int c = getc(file); c != EOF && c != '\n';)
            c = getc(file);
        say_bad_line(run, number);
    }
    if (err == ERR_OK && ferror(file))
        err = diag_errno(diag, errno, path);
    if (!is_input)
        fclose(file);
    if (err == ERR_OK && run->is_video)
        err = ask_video(run, diag);
    return err;
}

// The first operand is a list; so are those behind it as long as they are lists. *ret_used: how
// many.
static Err open_lists(const MatchRun *run, OpenLists *lists, int *ret_used, Diag *diag) {
    static const ProgressText TEXT = {
        .known_msgid = N_("{percent} of {total} read, {left} left"),
        .unknown_msgid = N_("{done} read"),
        .is_bytes = true,
    };
    const CommandContext *context = run->context;
    bool are_all_lists = run->options->hashes.len > 0 || run->options->queries != NULL;
    int used = 0;
    for (; used < context->operand_count; used++) {
        _cleanup_(progress_freep) Progress *progress =
            terminal_is_at(context->err) ? progress_new(context->lang, context->err, TEXT) : NULL;
        Diag other = {0};
        Err err = lists_add(lists, context->operands[used], progress, &other);
        if (err == ERR_UNSUPPORTED && used > 0 && !are_all_lists)
            break;
        if (err != ERR_OK) {
            if (diag != NULL)
                *diag = other;
            return err;
        }
    }
    *ret_used = used;
    return ERR_OK;
}

static Err ask_all(MatchRun *run, int used, Diag *diag) {
    CommandContext *context = run->context;
    if (run->options->hashes.len > 0)
        TRY(ask_hashes(run, diag));
    if (run->options->queries != NULL)
        TRY(ask_file(run, diag));
    if (used < context->operand_count) {
        MatchPaths paths = {.matcher = run->matcher,
                            .output = run->output,
                            .rule = rule_of(run->options),
                            .wants_turns = run->options->wants_turns};
        TRY(match_paths(&paths, context->operands + used, context->operand_count - used,
                        &context->exit_code, diag));
    }
    match_output_end(run->output);
    return ERR_OK;
}

static Err match_run(CommandContext *context, const void *untyped, Diag *diag) {
    const MatchOptions *options = untyped;
    _cleanup_lists_ OpenLists lists = {0};
    _cleanup_(match_output_done) MatchOutput output = {
        .context = context, .lists = &lists, .wants_json = options->wants_json};
    _cleanup_(matcher_freep) Matcher *matcher = NULL;
    MatchRun run = {.context = context, .options = options, .output = &output};
    int used = 0;
    TRY(open_lists(&run, &lists, &used, diag));
    if (options->hashes.len == 0 && options->queries == NULL && used == context->operand_count)
        return diag_set(diag, ERR_INVALID,
                        N_("Say what to look for: --hash, --queries, or files and folders behind "
                           "the lists."));
    TRY(matcher_new((const List *const *)lists.lists, lists.count, &matcher, diag));
    TRY(match_output_begin(&output, diag));
    run.matcher = matcher;
    Err err = ask_all(&run, used, diag);
    vec_done(&run.matches);
    vec_done(&run.frames);
    return err;
}

const Command match_command = {
    .name = "match",
    .summary = N_("Ask hash lists for hashes or files"),
    .operands = N_("LIST… [PATH…]"),
    .operands_min = 1,
    .operands_max = -1,
    .options = MATCH_OPTIONS,
    .options_size = sizeof(MatchOptions),
    .preset = match_preset,
    .run = match_run,
    .description = N_(
        "The first operand is a list, and so are those behind it as long as they are lists: list "
        "files or hash lists of any format, which are then converted in memory. What follows are "
        "files and folders. A match tells what a list holds; it is no verdict. Near matches are "
        "found by PDQ, in videos by that of a picture a second; pictures of a quality below 50 "
        "have none. A listed video matches by the share of pictures that the two have in common, "
        "of either, and the answer says which stretches they are; a picture matches a listed video "
        "that has one like it."),
};
