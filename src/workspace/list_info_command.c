// `seventh list info`: what a list holds, from what it was made, and what was rejected then.
#include "base/clock.h"
#include "cli/table.h"
#include "format/json.h"
#include "workspace/commands.h"
#include "workspace/limits.h"
#include "workspace/list_open.h"
#include "workspace/list_sources.h"

typedef struct ListInfoOptions {
    bool wants_json;
} ListInfoOptions;

static const Option LIST_INFO_OPTIONS[] = {
    {.name = "json",
     .kind = OPTION_FLAG,
     .offset = offsetof(ListInfoOptions, wants_json),
     .help = N_("Write one JSON object a list")},
    {0},
};

// One list with what is told about it.
typedef struct Info {
    const char *path;
    Str name;
    const List *list;
    ListMeta meta;
    ListKinds kinds;
    ListCategory *categories;
    size_t category_count;
    ListSources sources;
} Info;

static void info_done(Info *info) {
    free(info->categories);
    list_sources_done(&info->sources);
}

static bool is_same_scheme(const ListCategory *a, const ListCategory *b) {
    return str_equal(a->scheme, b->scheme) && str_equal(a->version, b->version);
}

// Categories that only withdrawn entries bear.
static void drop_unused(Info *info) {
    size_t kept = 0;
    for (size_t i = 0; i < info->category_count; i++) {
        if (info->categories[i].entries > 0)
            info->categories[kept++] = info->categories[i];
    }
    info->category_count = kept;
}

// Whether an earlier row began this scheme.
static bool is_begun(const Info *info, size_t at) {
    for (size_t i = 0; i < at; i++) {
        if (is_same_scheme(&info->categories[i], &info->categories[at]))
            return true;
    }
    return false;
}

static void put_or_null(JsonWriter *json, const char *key, Str value) {
    json_key(json, key);
    if (value.len > 0)
        json_str(json, value);
    else
        json_null(json);
}

// A key that may be any text: json_key takes our own only.
static void put_code(JsonWriter *json, Str code, uint64_t entries) {
    char key[256];
    size_t n = code.len < sizeof key ? code.len : sizeof key - 1;
    memcpy(key, code.ptr, n);
    key[n] = '\0';
    json_key(json, key);
    json_u64(json, entries);
}

static void put_scheme(const Info *info, JsonWriter *json, size_t first) {
    const ListCategory *scheme = &info->categories[first];
    uint64_t uncategorised = 0;
    json_object_begin(json);
    put_or_null(json, "scheme", scheme->scheme);
    put_or_null(json, "version", scheme->version);
    json_key(json, "categories");
    json_object_begin(json);
    for (size_t i = first; i < info->category_count; i++) {
        const ListCategory *category = &info->categories[i];
        if (!is_same_scheme(scheme, category))
            continue;
        if (category->code.len == 0)
            uncategorised = category->entries;
        else
            put_code(json, category->code, category->entries);
    }
    json_object_end(json);
    json_key(json, "uncategorised");
    json_u64(json, uncategorised);
    json_object_end(json);
}

static void put_kinds(JsonWriter *json, const ListKinds *kinds) {
    json_key(json, "kinds");
    json_object_begin(json);
    json_key(json, "md5");
    json_u64(json, kinds->md5);
    json_key(json, "sha1");
    json_u64(json, kinds->sha1);
    json_key(json, "sha256");
    json_u64(json, kinds->sha256);
    json_key(json, "pdq");
    json_u64(json, kinds->pdq);
    json_key(json, "photodna");
    json_u64(json, kinds->photodna);
    json_key(json, "vpdq");
    json_u64(json, kinds->vpdq);
    json_key(json, "vpdq_pictures");
    json_u64(json, kinds->frames);
    json_key(json, "tombstones");
    json_u64(json, kinds->tombstones);
    json_object_end(json);
}

static Err print_json(const CommandContext *context, const Info *info) {
    _cleanup_strbuf_ StrBuf out = STRBUF(GATHER_SOURCES_JSON_MAX + (64 << 20));
    _cleanup_strbuf_ StrBuf created = STRBUF(64);
    JsonWriter json;
    json_writer_init(&json, &out);
    json_object_begin(&json);
    json_key(&json, "name");
    json_str(&json, info->name);
    json_key(&json, "issuer");
    json_str(&json, info->meta.issuer);
    json_key(&json, "version");
    json_u64(&json, info->meta.version);
    timestamp_put(&created, info->meta.created_ms);
    json_key(&json, "created");
    if (info->meta.created_ms != 0)
        json_str(&json, strbuf_str(&created));
    else
        json_null(&json);
    json_key(&json, "entries");
    json_u64(&json, list_count(info->list));
    put_kinds(&json, &info->kinds);
    json_key(&json, "schemes");
    json_array_begin(&json);
    for (size_t i = 0; i < info->category_count; i++) {
        if (!is_begun(info, i))
            put_scheme(info, &json, i);
    }
    json_array_end(&json);
    json_key(&json, "sources");
    _cleanup_strbuf_ StrBuf sources = STRBUF(GATHER_SOURCES_JSON_MAX);
    list_sources_put_json(&info->sources, &sources);
    json_raw(&json, strbuf_str(&sources));
    json_object_end(&json);
    strbuf_put_byte(&out, '\n');
    TRY(strbuf_err(&sources));
    TRY(strbuf_err(&out));
    fwrite(strbuf_text(&out), 1, out.len, context->out);
    return ERR_OK;
}

static Err print_facts(const CommandContext *context, const Info *info) {
    Table _cleanup_(table_freep) *table =
        table_new(context->lang, context->is_terminal ? context->columns : 0);
    _cleanup_strbuf_ StrBuf created = STRBUF(64);
    if (table == NULL)
        return ERR_NOMEM;
    const struct {
        const char *name_msgid;
        uint64_t number;
    } numbers[] = {{N_("Version"), info->meta.version},
                   {N_("Records"), list_count(info->list)},
                   {N_("MD5"), info->kinds.md5},
                   {N_("SHA-1"), info->kinds.sha1},
                   {N_("SHA-256"), info->kinds.sha256},
                   {N_("PDQ"), info->kinds.pdq},
                   {N_("PhotoDNA"), info->kinds.photodna},
                   {N_("vPDQ"), info->kinds.vpdq},
                   {N_("Pictures of videos"), info->kinds.frames},
                   {N_("Withdrawn"), info->kinds.tombstones}};
    table_column(table, NULL, TABLE_START);
    table_column(table, NULL, TABLE_START);
    table_cell_text(table, tr(context->lang, NULL, "Name"));
    table_cell_ident(table, info->name);
    table_cell_text(table, tr(context->lang, NULL, "Issuer"));
    table_cell_ident(table, info->meta.issuer);
    if (info->meta.created_ms != 0) {
        timestamp_put(&created, info->meta.created_ms);
        table_cell_text(table, tr(context->lang, NULL, "Created"));
        table_cell_ident(table, strbuf_str(&created));
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const char *name_msgid = numbers[i].name_msgid;
        table_cell_text(table, tr(context->lang, NULL, name_msgid));
        table_cell_int(table, (int64_t)numbers[i].number);
    }
    return table_print(table, context->out);
}

static Err print_categories(const CommandContext *context, const Info *info) {
    if (info->category_count == 0)
        return ERR_OK;
    Table _cleanup_(table_freep) *table =
        table_new(context->lang, context->is_terminal ? context->columns : 0);
    if (table == NULL)
        return ERR_NOMEM;
    table_column(table, N_("Scheme"), TABLE_START);
    table_column(table, N_("Version"), TABLE_START);
    table_column(table, N_("Category"), TABLE_START);
    table_column(table, N_("Records"), TABLE_END);
    for (size_t i = 0; i < info->category_count; i++) {
        const ListCategory *category = &info->categories[i];
        table_cell_ident(table, category->scheme);
        table_cell_ident(table, category->version);
        if (category->code.len > 0)
            table_cell_ident(table, category->code);
        else
            table_cell_text(table, tr(context->lang, NULL, "uncategorised"));
        table_cell_int(table, (int64_t)category->entries);
    }
    fputc('\n', context->out);
    return table_print(table, context->out);
}

static Err print_for_person(const CommandContext *context, const Info *info) {
    TRY(print_facts(context, info));
    TRY(print_categories(context, info));
    if (info->sources.len == 0)
        return ERR_OK;
    fputc('\n', context->out);
    return list_sources_print(&info->sources, context);
}

static Err show(const CommandContext *context, const ListInfoOptions *options,
                const OpenLists *lists, Diag *diag) {
    _cleanup_(info_done) Info info = {
        .path = lists->paths[0], .list = lists->lists[0], .name = str_from(lists->names[0])};
    list_meta(info.list, &info.meta);
    list_kinds(info.list, &info.kinds);
    Err err = list_categories(info.list, &info.categories, &info.category_count, diag);
    drop_unused(&info);
    if (err == ERR_OK)
        err = list_sources_parse(info.meta.sources_json, &info.sources, diag);
    if (err != ERR_OK) {
        diag_file(diag, str_from(info.path));
        return err;
    }
    err = options->wants_json ? print_json(context, &info) : print_for_person(context, &info);
    return err == ERR_OK ? ERR_OK : diag_set(diag, err, N_("There is not enough memory."));
}

static Err list_info_run(CommandContext *context, const void *untyped, Diag *diag) {
    const ListInfoOptions *options = untyped;
    for (int i = 0; i < context->operand_count; i++) {
        _cleanup_lists_ OpenLists lists = {0};
        TRY(lists_add(&lists, context->operands[i], NULL, diag));
        TRY(show(context, options, &lists, diag));
        if (i + 1 < context->operand_count && !options->wants_json)
            fputc('\n', context->out);
    }
    return ERR_OK;
}

const Command list_info_command = {
    .name = "list info",
    .summary = N_("Show what lists hold and what was rejected when they were made"),
    .operands = N_("LIST…"),
    .operands_min = 1,
    .operands_max = -1,
    .options = LIST_INFO_OPTIONS,
    .options_size = sizeof(ListInfoOptions),
    .run = list_info_run,
    .description = N_("Besides list files it takes hash lists of any format, which shows what "
                      "“list create” would make of them."),
};
