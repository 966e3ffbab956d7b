// The account of a list's sources: to JSON and back, and as tables.
#include "workspace/list_sources.h"

#include "cli/table.h"
#include "format/json.h"
#include "workspace/limits.h"

bool list_sources_add(ListSources *sources, Str name, Str format, const FormatReport *report) {
    ListSource source = {.report = *report};
    source.name = strndup(name.len > 0 ? name.ptr : "", name.len);
    source.format = strndup(format.len > 0 ? format.ptr : "", format.len);
    if (source.name != NULL && source.format != NULL && vec_push(sources, source))
        return true;
    free(source.name);
    free(source.format);
    return false;
}

void list_sources_done(ListSources *sources) {
    for (size_t i = 0; i < sources->len; i++) {
        free(sources->items[i].name);
        free(sources->items[i].format);
    }
    vec_done(sources);
}

static size_t place_count(const FormatReport *report, int reason) {
    return report->rejected[reason] < REJECT_PLACES ? (size_t)report->rejected[reason]
                                                    : REJECT_PLACES;
}

static void put_places(JsonWriter *json, const FormatReport *report, int reason) {
    json_array_begin(json);
    for (size_t i = 0; i < place_count(report, reason); i++) {
        json_object_begin(json);
        json_key(json, "record");
        json_i64(json, report->places[reason][i].record);
        json_key(json, "offset");
        json_i64(json, report->places[reason][i].offset);
        json_object_end(json);
    }
    json_array_end(json);
}

static void put_source(JsonWriter *json, const ListSource *source) {
    const FormatReport *report = &source->report;
    json_object_begin(json);
    json_key(json, "file");
    json_text(json, source->name);
    json_key(json, "format");
    json_text(json, source->format);
    json_key(json, "records");
    json_u64(json, report->records);
    json_key(json, "accepted");
    json_u64(json, report->accepted);
    json_key(json, "rejected");
    json_object_begin(json);
    for (int reason = 0; reason < REJECT_REASON_COUNT; reason++) {
        if (report->rejected[reason] == 0)
            continue;
        json_key(json, reject_id((RejectReason)reason));
        json_u64(json, report->rejected[reason]);
    }
    json_object_end(json);
    json_key(json, "rejected_places");
    json_object_begin(json);
    for (int reason = 0; reason < REJECT_REASON_COUNT; reason++) {
        if (report->rejected[reason] == 0)
            continue;
        json_key(json, reject_id((RejectReason)reason));
        put_places(json, report, reason);
    }
    json_object_end(json);
    json_object_end(json);
}

void list_sources_put_json(const ListSources *sources, StrBuf *out) {
    JsonWriter json;
    json_writer_init(&json, out);
    json_array_begin(&json);
    for (size_t i = 0; i < sources->len; i++)
        put_source(&json, &sources->items[i]);
    json_array_end(&json);
}

// Where the reader stands: the keys from the source's object inwards.
typedef struct Parsing {
    JsonReader *json;
    Diag *diag;
    ListSource source;
    char member[32], reason[32];
    size_t place;
} Parsing;

static int reason_from(const char *id) {
    for (int reason = 0; reason < REJECT_REASON_COUNT; reason++) {
        if (strcmp(reject_id((RejectReason)reason), id) == 0)
            return reason;
    }
    return -1;
}

static void keep_key(char *to, size_t capacity, Str key) {
    size_t n = key.len < capacity ? key.len : capacity - 1;
    memcpy(to, key.ptr, n);
    to[n] = '\0';
}

static bool keep_text(char **to, Str text) {
    free(*to);
    *to = strndup(text.len > 0 ? text.ptr : "", text.len);
    return *to != NULL;
}

static void keep_number(Parsing *parsing, const char *key, Str text) {
    FormatReport *report = &parsing->source.report;
    int64_t number;
    if (!str_to_i64(text, &number))
        return;
    if (strcmp(key, "records") == 0)
        report->records = (uint64_t)number;
    else if (strcmp(key, "accepted") == 0)
        report->accepted = (uint64_t)number;
    int reason = reason_from(key);
    if (reason >= 0 && strcmp(parsing->member, "rejected") == 0)
        report->rejected[reason] = (uint64_t)number;
    reason = reason_from(parsing->reason);
    if (reason < 0 || parsing->place >= REJECT_PLACES)
        return;
    if (strcmp(key, "record") == 0)
        report->places[reason][parsing->place].record = number;
    else if (strcmp(key, "offset") == 0)
        report->places[reason][parsing->place].offset = number;
}

// Depths: 1 the array, 2 a source, 3 its reasons, 4 their places, 5 one place.
static Err parse_source(Parsing *parsing) {
    char key[32] = "";
    for (;;) {
        JsonToken token;
        Str text;
        TRY(json_next(parsing->json, &token, &text, parsing->diag));
        int depth = json_depth(parsing->json);
        switch (token) {
        case JSON_KEY:
            keep_key(key, sizeof key, text);
            if (depth == 2)
                keep_key(parsing->member, sizeof parsing->member, text);
            if (depth == 3) {
                keep_key(parsing->reason, sizeof parsing->reason, text);
                parsing->place = 0;
            }
            break;
        case JSON_STRING:
            if ((strcmp(key, "file") == 0 && depth == 2 &&
                 !keep_text(&parsing->source.name, text)) ||
                (strcmp(key, "format") == 0 && depth == 2 &&
                 !keep_text(&parsing->source.format, text)))
                return ERR_NOMEM;
            break;
        case JSON_NUMBER:
            keep_number(parsing, key, text);
            break;
        case JSON_OBJECT_END:
            if (depth == 4)
                parsing->place++;
            if (depth == 2)
                parsing->reason[0] = '\0';
            if (depth == 1)
                return ERR_OK;
            break;
        case JSON_END:
            return ERR_SYNTAX;
        default:
            break;
        }
    }
}

static Err parse_sources(Parsing *parsing, ListSources *sources) {
    JsonToken token;
    TRY(json_next(parsing->json, &token, NULL, parsing->diag));
    if (token != JSON_ARRAY_BEGIN)
        return ERR_SYNTAX;
    for (;;) {
        TRY(json_next(parsing->json, &token, NULL, parsing->diag));
        if (token == JSON_ARRAY_END)
            return ERR_OK;
        if (token != JSON_OBJECT_BEGIN)
            return ERR_SYNTAX;
        parsing->source = (ListSource){0};
        Err err = parse_source(parsing);
        const ListSource *source = &parsing->source;
        if (err == ERR_OK && !list_sources_add(sources, str_from(source->name),
                                               str_from(source->format), &source->report))
            err = ERR_NOMEM;
        free(parsing->source.name);
        free(parsing->source.format);
        TRY(err);
    }
}

Err list_sources_parse(Str json, ListSources *ret, Diag *diag) {
    ListSources sources = {0};
    MemorySource memory;
    JsonOptions options = {0};
    Parsing parsing = {.diag = diag};
    if (json.len == 0)
        return ERR_OK;
    memory_source_init(&memory, json, (Str){0});
    Err err = json_reader_new(&memory.source, &options, &parsing.json);
    if (err == ERR_OK)
        err = parse_sources(&parsing, &sources);
    json_reader_free(parsing.json);
    if (err != ERR_OK) {
        list_sources_done(&sources);
        return diag_set(diag, err, N_("What {file} says about its sources cannot be read."));
    }
    *ret = sources;
    return ERR_OK;
}

static Err print_table(Table *table, const CommandContext *context) {
    Err err = table_print(table, context->out);
    table_free(table);
    return err;
}

static uint64_t rejected_in_all(const FormatReport *report) {
    uint64_t sum = 0;
    for (int reason = 0; reason < REJECT_REASON_COUNT; reason++)
        sum += report->rejected[reason];
    return sum;
}

// "record 3", or the byte where there are no records; the first few, with commas.
static void put_place_list(StrBuf *out, const FormatReport *report, int reason) {
    for (size_t i = 0; i < place_count(report, reason); i++) {
        if (i > 0)
            strbuf_put_text(out, ", ");
        strbuf_put_i64(out, report->places[reason][i].record);
    }
    if (report->rejected[reason] > REJECT_PLACES)
        strbuf_put_text(out, ", …");
}

static Err print_rejected(const ListSources *sources, const CommandContext *context) {
    Table *table = table_new(context->lang, context->is_terminal ? context->columns : 0);
    bool has_any = false;
    if (table == NULL)
        return ERR_NOMEM;
    table_column(table, N_("File"), TABLE_START);
    table_column(table, N_("Rejected"), TABLE_END);
    table_column(table, N_("Reason"), TABLE_START);
    table_column(table, N_("First records"), TABLE_START);
    for (size_t i = 0; i < sources->len; i++) {
        const ListSource *source = &sources->items[i];
        for (int reason = 0; reason < REJECT_REASON_COUNT; reason++) {
            _cleanup_strbuf_ StrBuf places = STRBUF(4096);
            if (source->report.rejected[reason] == 0)
                continue;
            has_any = true;
            put_place_list(&places, &source->report, reason);
            table_cell_ident(table, str_from(source->name));
            table_cell_int(table, (int64_t)source->report.rejected[reason]);
            const char *reason_msgid = reject_msgid((RejectReason)reason);
            table_cell_text(table, tr(context->lang, NULL, reason_msgid));
            table_cell_ident(table, strbuf_str(&places));
        }
    }
    if (!has_any) {
        table_free(table);
        return ERR_OK;
    }
    fputc('\n', context->out);
    return print_table(table, context);
}

Err list_sources_print(const ListSources *sources, const CommandContext *context) {
    Table *table = table_new(context->lang, context->is_terminal ? context->columns : 0);
    if (table == NULL)
        return ERR_NOMEM;
    table_column(table, N_("File"), TABLE_START);
    table_column(table, N_("Format"), TABLE_START);
    table_column(table, N_("Records"), TABLE_END);
    table_column(table, N_("Accepted"), TABLE_END);
    table_column(table, N_("Rejected"), TABLE_END);
    for (size_t i = 0; i < sources->len; i++) {
        const ListSource *source = &sources->items[i];
        table_cell_ident(table, str_from(source->name));
        table_cell_ident(table, str_from(source->format));
        table_cell_int(table, (int64_t)source->report.records);
        table_cell_int(table, (int64_t)source->report.accepted);
        table_cell_int(table, (int64_t)rejected_in_all(&source->report));
    }
    TRY(print_table(table, context));
    return print_rejected(sources, context);
}
