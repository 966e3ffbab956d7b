// `seventh list create`: hash lists of any format into one list file, with an account of what was
// accepted and what was not.
#include <errno.h>
#include <sys/stat.h>

#include "cli/terminal.h"
#include "format/scheme.h"
#include "workspace/commands.h"
#include "workspace/limits.h"
#include "workspace/list_gather.h"
#include "workspace/list_open.h"
#include "workspace/source_date.h"

typedef struct ListCreateOptions {
    const char *out, *name, *issuer, *scheme, *scheme_version;
    int64_t version;
    bool drops_locations, may_replace;
} ListCreateOptions;

static const Option LIST_CREATE_OPTIONS[] = {
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListCreateOptions, out),
     .value = N_("OUT"),
     .help = N_("The list file to write; otherwise the first operand")},
    {.name = "name",
     .letter = 'n',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListCreateOptions, name),
     .value = N_("NAME"),
     .help = N_("What the list is called; the name of the file unless given")},
    {.name = "issuer",
     .kind = OPTION_TEXT,
     .offset = offsetof(ListCreateOptions, issuer),
     .value = N_("ISSUER"),
     .help = N_("Who issues the list")},
    {.name = "version",
     .kind = OPTION_NUMBER,
     .offset = offsetof(ListCreateOptions, version),
     .value = N_("N"),
     .help = N_("The number of this version of the list, from 1"),
     .min = 1,
     .max = INT64_MAX},
    {.name = "scheme",
     .kind = OPTION_TEXT,
     .offset = offsetof(ListCreateOptions, scheme),
     .value = N_("SCHEME"),
     .help = N_("The scheme that all categories belong to, whatever the sources say")},
    {.name = "scheme-version",
     .kind = OPTION_TEXT,
     .offset = offsetof(ListCreateOptions, scheme_version),
     .value = N_("VERSION"),
     .help = N_("The version of that scheme; the latest unless given")},
    {.name = "no-locations",
     .kind = OPTION_FLAG,
     .offset = offsetof(ListCreateOptions, drops_locations),
     .help = N_("Leave out file names and paths")},
    {.name = "force",
     .letter = 'f',
     .kind = OPTION_FLAG,
     .offset = offsetof(ListCreateOptions, may_replace),
     .help = N_("Replace the output when it exists")},
    {0},
};

static void list_create_preset(void *untyped) {
    ((ListCreateOptions *)untyped)->version = 1;
}

// The ids of the schemes that ship, each once, with commas.
static void put_schemes(StrBuf *out) {
    size_t count;
    const Scheme *all = scheme_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(all[i].id, all[i - 1].id) == 0)
            continue;
        if (out->len > 0)
            strbuf_put_text(out, ", ");
        strbuf_put_text(out, all[i].id);
    }
}

static Err scheme_check(const ListCreateOptions *options, Str *ret_version, Diag *diag) {
    Str id = str_from(options->scheme), version = str_from(options->scheme_version);
    if (id.len == 0) {
        return version.len == 0
                   ? ERR_OK
                   : diag_set(diag, ERR_INVALID,
                              N_("The option --scheme-version needs the option --scheme."));
    }
    const Scheme *scheme = scheme_find(id, version);
    if (scheme != NULL || scheme_is_local(id)) {
        *ret_version = version.len > 0 || scheme == NULL ? version : str_from(scheme->version);
        return ERR_OK;
    }
    _cleanup_strbuf_ StrBuf known = STRBUF(4096);
    put_schemes(&known);
    if (scheme_find(id, (Str){0}) != NULL) {
        diag_set(diag, ERR_INVALID, N_("The scheme “{scheme}” has no version “{version}” here."));
        diag_arg(diag, "version", version);
    } else {
        diag_set(diag, ERR_INVALID,
                 N_("There is no scheme “{scheme}”. The schemes are {schemes}; your own begin with "
                    "“local-”."));
        diag_arg(diag, "schemes", strbuf_str(&known));
    }
    diag_arg(diag, "scheme", id);
    return ERR_INVALID;
}

// The output must not be there, and never one of the inputs.
static Err output_check(const char *out, char *const *inputs, int count, bool may_replace,
                        Diag *diag) {
    struct stat status, input;
    if (stat(out, &status) != 0) {
        if (errno != ENOENT)
            return diag_errno(diag, errno, out);
        return ERR_OK;
    }
    for (int i = 0; i < count; i++) {
        if (stat(inputs[i], &input) == 0 && input.st_dev == status.st_dev &&
            input.st_ino == status.st_ino) {
            diag_set(diag, ERR_INVALID, N_("{file} is both input and output."));
            diag_file(diag, str_from(out));
            return ERR_INVALID;
        }
    }
    if (may_replace)
        return ERR_OK;
    diag_set(diag, ERR_EXISTS,
             N_("{file} exists already. Choose another name, or give --force to replace it."));
    diag_file(diag, str_from(out));
    return ERR_EXISTS;
}

static void print_passed_over(const CommandContext *context, const ListGather *gather) {
    for (size_t i = 0; i < gather->passed_over.len; i++) {
        _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
        tr_put(&line, context->lang, NULL, "{file} is no hash list and was passed over.",
               MSG_ARGS(msg_ident("file", str_from(gather->passed_over.items[i]))));
        strbuf_put_byte(&line, '\n');
        fwrite(strbuf_text(&line), 1, line.len, context->err);
    }
}

static Err print_result(const CommandContext *context, const ListGather *gather, const char *out) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
    print_passed_over(context, gather);
    TRY(list_sources_print(&gather->sources, context));
    strbuf_put_byte(&line, '\n');
    trn_put(&line, context->lang, NULL, "{file} holds {n} record.", "{file} holds {n} records.",
            (int64_t)list_builder_count(gather->builder),
            MSG_ARGS(msg_ident("file", str_from(out))));
    strbuf_put_byte(&line, '\n');
    fwrite(strbuf_text(&line), 1, line.len, context->out);
    return strbuf_err(&line);
}

static Err create(const CommandContext *context, const ListCreateOptions *options, const char *out,
                  char *const *inputs, int count, Diag *diag) {
    static const ProgressText TEXT = {
        .known_msgid = N_("{percent} of {total} read, {left} left"),
        .unknown_msgid = N_("{done} read"),
        .is_bytes = true,
    };
    Progress _cleanup_(progress_freep) *progress = progress_new(context->lang, context->err, TEXT);
    _cleanup_(list_gather_done)
        ListGather gather = {.scheme = str_from(options->scheme),
                             .drops_locations = options->drops_locations,
                             .progress = terminal_is_at(context->err) ? progress : NULL};
    _cleanup_strbuf_ StrBuf sources = STRBUF(GATHER_SOURCES_JSON_MAX);
    ListMeta meta = {.name =
                         options->name != NULL ? str_from(options->name) : list_name_from_path(out),
                     .issuer = str_from(options->issuer),
                     .version = (uint64_t)options->version};
    TRY(scheme_check(options, &gather.scheme_version, diag));
    TRY(source_date_ms(&meta.created_ms, diag));
    TRY(list_gather_begin(&gather, diag));
    for (int i = 0; i < count; i++)
        TRY(list_gather_file(&gather, inputs[i], diag));
    list_sources_put_json(&gather.sources, &sources);
    TRY(strbuf_err(&sources));
    meta.sources_json = strbuf_str(&sources);
    TRY(list_builder_write(gather.builder, &meta, out, diag));
    progress_free(TAKE(progress));
    return print_result(context, &gather, out);
}

static Err list_create_run(CommandContext *context, const void *untyped, Diag *diag) {
    const ListCreateOptions *options = untyped;
    const char *out = options->out;
    char **inputs = context->operands;
    int count = context->operand_count;
    if (out == NULL) {
        out = inputs[0];
        inputs++;
        count--;
    }
    if (count < 1)
        return diag_set(diag, ERR_INVALID,
                        N_("Name the list file to write and at least one hash list to read."));
    TRY(output_check(out, inputs, count, options->may_replace, diag));
    return create(context, options, out, inputs, count, diag);
}

const Command list_create_command = {
    .name = "list create",
    .summary = N_("Make a list file from hash lists of any format"),
    .operands = N_("OUT FILE…"),
    .operands_min = 1,
    .operands_max = -1,
    .options = LIST_CREATE_OPTIONS,
    .options_size = sizeof(ListCreateOptions),
    .preset = list_create_preset,
    .run = list_create_run,
    .description = N_(
        "The format of each file is found by its content: VICS, ICSE, NCMEC, NSRL, hashdeep, the "
        "output of digest tools, hashlookup, CSV, PDQ text, vPDQ text (a file a video), what "
        "“seventh hash --json” writes, "
        "and list files themselves. "
        "Compressed files and archives are read without being unpacked to disk. A value that "
        "cannot be right is rejected and counted, and the rest of its record is kept. Records "
        "of one MD5 in one source become one, with all their places. When a file is no hash "
        "list, nothing is written."),
};
