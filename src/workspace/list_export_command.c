// `seventh list export`: a list in the forms that other tools read.
#include <errno.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "format/writer.h"
#include "workspace/commands.h"
#include "workspace/limits.h"
#include "workspace/list_open.h"
#include "workspace/source_date.h"

typedef struct ListExportOptions {
    const char *to, *out;
    bool may_replace;
} ListExportOptions;

static const Option LIST_EXPORT_OPTIONS[] = {
    {.name = "to",
     .letter = 't',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListExportOptions, to),
     .value = N_("FORMAT"),
     .help = N_("vics2, icse, csv, ncmec, hashlookup or jsonl")},
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .offset = offsetof(ListExportOptions, out),
     .value = N_("OUT"),
     .help = N_("The file to write; the standard output unless given")},
    {.name = "force",
     .letter = 'f',
     .kind = OPTION_FLAG,
     .offset = offsetof(ListExportOptions, may_replace),
     .help = N_("Replace the output when it exists")},
    {0},
};

typedef struct Export {
    FormatWriter *writer;
    StrBuf text;
    int fd;
    Arena *scratch;
} Export;

static void export_done(Export *export) {
    format_writer_free(export->writer);
    strbuf_done(&export->text);
    arena_free(export->scratch);
}

static Err flush(Export *export, size_t from, Diag *diag) {
    if (strbuf_err(&export->text) != ERR_OK)
        return diag_set(diag, strbuf_err(&export->text), N_("There is not enough memory."));
    if (export->text.len < from)
        return ERR_OK;
    TRY(fd_write_all(export->fd, strbuf_text(&export->text), export->text.len, diag));
    strbuf_clear(&export->text);
    return ERR_OK;
}

static Err write_all(Export *export, const List *list, Diag *diag) {
    format_writer_begin(export->writer);
    for (uint32_t i = 0; i < list_count(list); i++) {
        ListEntry entry;
        arena_reset(export->scratch);
        Err err = list_entry(list, i, export->scratch, &entry, diag);
        if (err != ERR_OK) {
            diag_place(diag, -1, (int64_t)i + 1);
            return err;
        }
        format_writer_put(export->writer, &entry);
        TRY(flush(export, EXPORT_FLUSH_BYTES, diag));
    }
    format_writer_end(export->writer);
    return flush(export, 0, diag);
}

static Err format_from(const char *name, ExportKind *ret, Diag *diag) {
    if (name != NULL && export_kind_from(str_from(name), ret))
        return ERR_OK;
    diag_set(diag, ERR_INVALID,
             name == NULL ? N_("Say the format with --to: vics2, icse, csv, ncmec, hashlookup or "
                               "jsonl.")
                          : N_("There is no format “{format}” to write. Choose vics2, icse, csv, "
                               "ncmec, hashlookup or jsonl."));
    if (name != NULL)
        diag_arg(diag, "format", str_from(name));
    return ERR_INVALID;
}

static void put_loss(const CommandContext *context, StrBuf *line) {
    strbuf_put_byte(line, '\n');
    fwrite(strbuf_text(line), 1, line->len, context->err);
    strbuf_clear(line);
}

static void say_loss(const CommandContext *context, ExportLoss loss) {
    _cleanup_strbuf_ StrBuf line = STRBUF(4096);
    if (loss.entries > 0) {
        trn_put(&line, context->lang, NULL,
                "{n} record was left out: the format has no place for it.",
                "{n} records were left out: the format has no place for them.",
                (int64_t)loss.entries, MSG_NONE);
        put_loss(context, &line);
    }
    if (loss.hashes > 0) {
        trn_put(
            &line, context->lang, NULL,
            "{n} hash of a record that was written was left out: the format has no place for it.",
            "{n} hashes of records that were written were left out: the format has no place "
            "for them.",
            (int64_t)loss.hashes, MSG_NONE);
        put_loss(context, &line);
    }
    if (loss.categories > 0) {
        trn_put(&line, context->lang, NULL,
                "{n} category was left out: it is of another scheme than the format’s.",
                "{n} categories were left out: they are of another scheme than the format’s.",
                (int64_t)loss.categories, MSG_NONE);
        put_loss(context, &line);
    }
}

static Err export_list(const CommandContext *context, const OpenLists *lists, ExportKind kind,
                       int64_t now_ms, int fd, Diag *diag) {
    ListMeta meta;
    list_meta(lists->lists[0], &meta);
    _cleanup_(export_done) Export export = {
        .text = STRBUF(EXPORT_TEXT_MAX), .fd = fd, .scratch = arena_new(GATHER_ENTRY_MEMORY)};
    ExportMeta header = {.name = str_from(lists->names[0]),
                         .issuer = meta.issuer,
                         .created_ms = meta.created_ms != 0 ? meta.created_ms : now_ms};
    if (export.scratch == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Err err = format_writer_new(kind, &header, &export.text, &export.writer);
    if (err != ERR_OK)
        return diag_set(diag, err, N_("This format cannot be written by this program."));
    TRY(write_all(&export, lists->lists[0], diag));
    say_loss(context, format_writer_loss(export.writer));
    return ERR_OK;
}

static Err list_export_run(CommandContext *context, const void *untyped, Diag *diag) {
    const ListExportOptions *options = untyped;
    _cleanup_lists_ OpenLists lists = {0};
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    struct stat status;
    ExportKind kind;
    int64_t now_ms;
    TRY(format_from(options->to, &kind, diag));
    TRY(source_date_ms(&now_ms, diag));
    if (options->out != NULL && !options->may_replace && lstat(options->out, &status) == 0) {
        diag_set(diag, ERR_EXISTS,
                 N_("{file} exists already. Choose another name, or give --force to replace it."));
        diag_file(diag, str_from(options->out));
        return ERR_EXISTS;
    }
    TRY(lists_add(&lists, context->operands[0], NULL, diag));
    if (options->out == NULL) {
        fflush(context->out);
        return export_list(context, &lists, kind, now_ms, fileno(context->out), diag);
    }
    TRY(file_writer_open(&writer, options->out, false, diag));
    TRY(export_list(context, &lists, kind, now_ms, writer.fd, diag));
    return file_writer_commit(&writer, diag);
}

const Command list_export_command = {
    .name = "list export",
    .summary = N_("Write a list in a format that other tools read"),
    .operands = N_("LIST"),
    .operands_min = 1,
    .operands_max = 1,
    .options = LIST_EXPORT_OPTIONS,
    .options_size = sizeof(ListExportOptions),
    .run = list_export_run,
    .description =
        N_("What a format has no place for is left out: hashlookup has no categories, "
           "CSV no file names, and only vics2 and jsonl the pictures of videos. How much "
           "was left out is said. Hash lists of any format are taken as well as list "
           "files."),
};
