// Writes a scan as one JSON document, each file on a line of its own.
#include "base/arena.h"
#include "format/json.h"
#include "scan/limits.h"
#include "workspace/entry_name.h"
#include "workspace/item_json.h"
#include "workspace/scan_output.h"
#include "workspace/video_text.h"

enum { DOCUMENT_VERSION = 1, PIECE_MAX = 256 << 20, FLUSH_BYTES = 64 << 10 };

typedef struct Writing {
    const ScanOutput *output;
    FILE *to;
    JsonWriter json; // the document; what it holds is written out between elements
    StrBuf document, element;
    Arena *scratch;
} Writing;

static Str path_of(const ScanOutput *output, uint32_t file) {
    return scan_item_path(output->files->items.items[file]);
}

// The element just made becomes the next one of the open array, on a line of its own.
static Err put_element(Writing *writing, Diag *diag) {
    Err err = strbuf_err(&writing->element);
    if (err == ERR_OK) {
        json_raw(&writing->json, strbuf_str(&writing->element));
        err = strbuf_err(&writing->document);
    }
    if (err != ERR_OK)
        return diag_set(diag, err, N_("There is not enough memory."));
    if (writing->document.len >= FLUSH_BYTES) {
        fwrite(writing->document.ptr, 1, writing->document.len, writing->to);
        strbuf_clear(&writing->document);
    }
    strbuf_clear(&writing->element);
    return ERR_OK;
}

static JsonWriter element_begin(Writing *writing) {
    JsonWriter json;
    json_writer_init(&json, &writing->element);
    strbuf_put_byte(&writing->element, '\n');
    json_object_begin(&json);
    return json;
}

static void put_text(JsonWriter *json, const char *key, Str text) {
    json_key(json, key);
    if (text.len == 0)
        json_null(json);
    else
        json_str(json, text);
}

static void put_count(JsonWriter *json, const char *key, uint64_t count) {
    json_key(json, key);
    json_u64(json, count);
}

static Err put_match(Writing *writing, JsonWriter *json, const ScanMatch *match, Diag *diag) {
    const ScannedList *list = &writing->output->lists[match->match.list];
    ListEntry entry;
    arena_reset(writing->scratch);
    TRY(list_entry(list->list, match->match.entry, writing->scratch, &entry, diag));
    bool is_near = match->match.kind == MATCH_NEAR;
    json_object_begin(json);
    put_text(json, "list", list->name);
    char number[ENTRY_NUMBER_TEXT];
    put_text(json, "entry", entry_name(&entry, match->match.entry, number));
    json_key(json, "kind");
    json_text(json, is_near ? "near" : "exact");
    json_key(json, "algorithm");
    json_text(json, match_algorithm_name(match->match.algorithm));
    put_count(json, "distance", match->match.distance);
    if (match->turn != PDQ_ORIGINAL) {
        json_key(json, "turn");
        json_text(json, pdq_turn_name(match->turn));
    }
    put_text(json, "scheme", entry.scheme);
    put_text(json, "scheme_version", entry.scheme_version);
    put_text(json, "category", entry.category);
    match_frame_json(json, &match->match, &entry);
    if (match->video != NULL)
        match_video_json(json, match->video, match->segments);
    json_object_end(json);
    return ERR_OK;
}

static Err put_verdict(Writing *writing, JsonWriter *json, const ScanVerdict *verdict, Diag *diag) {
    json_key(json, "class");
    json_text(json, scan_class_id(verdict->class));
    json_key(json, "duplicate_of");
    if (verdict->duplicate_of == SCAN_NOT_DUPLICATE)
        json_null(json);
    else
        json_str(json, path_of(writing->output, verdict->duplicate_of));
    json_key(json, "stack");
    if (verdict->stack == 0)
        json_null(json);
    else
        json_u64(json, verdict->stack);
    json_key(json, "flags");
    json_array_begin(json);
    for (int flag = 0; flag < SCAN_FLAG_COUNT; flag++)
        if ((verdict->flags >> flag & 1) != 0)
            json_text(json, scan_flag_id(flag));
    json_array_end(json);
    json_key(json, "matches");
    json_array_begin(json);
    for (uint32_t i = 0; i < verdict->match_count; i++)
        TRY(put_match(writing, json, &verdict->matches[i], diag));
    json_array_end(json);
    if (verdict->match_total > verdict->match_count)
        put_count(json, "matches_total", verdict->match_total);
    return ERR_OK;
}

static void put_problem(Writing *writing, JsonWriter *json, const ScanItem *item) {
    _cleanup_strbuf_ StrBuf message = STRBUF(SCAN_PATH_MAX * 2);
    item_problem_put(&message, writing->output->lang, scan_item_path(item), item->problem);
    json_key(json, "error");
    json_text(json, item->problem->id);
    json_key(json, "message");
    json_str(json, strbuf_str(&message));
}

static Err put_item(Writing *writing, size_t which, Diag *diag) {
    const ScanItem *item = writing->output->files->items.items[which];
    JsonWriter json = element_begin(writing);
    item_json_path(&json, scan_item_path(item));
    put_count(&json, "size", item->size);
    json_key(&json, "media_type");
    json_text(&json, item->type.mime);
    if (item->width > 0) {
        put_count(&json, "width", item->width);
        put_count(&json, "height", item->height);
    }
    item_json_digests(&json, &item->digests);
    item_json_hashes(&json, item);
    item_json_video(&json, item);
    TRY(put_verdict(writing, &json, &writing->output->assessment->verdicts[which], diag));
    if (item->is_truncated) {
        json_key(&json, "warning");
        json_text(&json, "truncated");
    }
    if (item->problem != NULL) {
        json_key(&json, "error");
        json_text(&json, item->problem->id);
    }
    json_object_end(&json);
    return put_element(writing, diag);
}

static Err put_items(Writing *writing, Diag *diag) {
    json_key(&writing->json, "items");
    json_array_begin(&writing->json);
    for (size_t i = 0; i < writing->output->assessment->count; i++)
        TRY(put_item(writing, i, diag));
    json_array_end(&writing->json);
    return ERR_OK;
}

static Err put_stacks(Writing *writing, Diag *diag) {
    const ScanOutput *output = writing->output;
    json_key(&writing->json, "stacks");
    json_array_begin(&writing->json);
    for (size_t i = 0; i < output->assessment->stacks.len; i++) {
        const ScanStack *stack = &output->assessment->stacks.items[i];
        JsonWriter json = element_begin(writing);
        put_count(&json, "id", stack->number);
        json_key(&json, "class");
        json_text(&json,
                  scan_class_id(stack->is_probably_known ? SCAN_PROBABLY_KNOWN : SCAN_UNKNOWN));
        json_key(&json, "representative");
        json_str(&json, path_of(output, stack->representative));
        json_key(&json, "members");
        json_array_begin(&json);
        for (uint32_t j = 0; j < stack->member_count; j++)
            json_str(&json, path_of(output, stack->members[j]));
        json_array_end(&json);
        json_object_end(&json);
        TRY(put_element(writing, diag));
    }
    json_array_end(&writing->json);
    return ERR_OK;
}

static Err put_problems(Writing *writing, Diag *diag) {
    const CollectedFiles *files = writing->output->files;
    json_key(&writing->json, "problems");
    json_array_begin(&writing->json);
    for (size_t i = 0; i < files->items.len; i++) {
        const ScanItem *item = files->items.items[i];
        if (item->problem == NULL)
            continue;
        JsonWriter json = element_begin(writing);
        item_json_path(&json, scan_item_path(item));
        put_problem(writing, &json, item);
        json_object_end(&json);
        TRY(put_element(writing, diag));
    }
    json_array_end(&writing->json);
    json_key(&writing->json, "skipped");
    json_array_begin(&writing->json);
    for (size_t i = 0; i < files->skipped.len; i++) {
        JsonWriter json = element_begin(writing);
        item_json_path(&json, str_from(files->skipped.items[i].path));
        json_key(&json, "reason");
        json_text(&json, files->skipped.items[i].is_link ? "link" : "special-file");
        json_object_end(&json);
        TRY(put_element(writing, diag));
    }
    json_array_end(&writing->json);
    return ERR_OK;
}

static void put_lists(Writing *writing) {
    JsonWriter *json = &writing->json;
    json_key(json, "lists");
    json_array_begin(json);
    for (size_t i = 0; i < writing->output->list_count; i++) {
        const ScannedList *list = &writing->output->lists[i];
        json_object_begin(json);
        put_text(json, "name", list->name);
        json_key(json, "digest");
        json_hex(json, list->digest, sizeof list->digest);
        put_count(json, "entries", list_count(list->list));
        json_key(json, "role");
        json_text(json, list->is_known_good ? "known-good" : "known");
        json_object_end(json);
    }
    json_array_end(json);
}

static void put_totals(Writing *writing) {
    const ScanTotals *totals = &writing->output->assessment->totals;
    JsonWriter *json = &writing->json;
    json_key(json, "totals");
    json_object_begin(json);
    put_count(json, "files", totals->files);
    put_count(json, "bytes", totals->bytes);
    put_count(json, "in_archives", totals->members);
    put_count(json, "known", totals->classes[SCAN_KNOWN]);
    put_count(json, "probably_known", totals->classes[SCAN_PROBABLY_KNOWN]);
    put_count(json, "known_good", totals->classes[SCAN_KNOWN_GOOD]);
    put_count(json, "duplicates", totals->duplicates);
    put_count(json, "unknown", totals->classes[SCAN_UNKNOWN]);
    put_count(json, "other", totals->classes[SCAN_OTHER]);
    put_count(json, "problems", totals->classes[SCAN_PROBLEM]);
    put_count(json, "problems_listed", totals->problems_listed);
    put_count(json, "stacks", totals->stacks);
    put_count(json, "stacked", totals->stacked);
    put_count(json, "probably_known_stacks", totals->known_stacks);
    put_count(json, "probably_known_stacked", totals->known_stacked);
    put_count(json, "victim_unidentified", totals->flags[SCAN_FLAG_VICTIM_UNIDENTIFIED]);
    put_count(json, "larger_copies", totals->flags[SCAN_FLAG_LARGER_COPY]);
    put_count(json, "new_metadata", totals->flags[SCAN_FLAG_NEW_METADATA]);
    put_count(json, "conflicting_lists", totals->flags[SCAN_FLAG_CONFLICTING_LISTS]);
    put_count(json, "partly_known", totals->flags[SCAN_FLAG_PARTLY_KNOWN]);
    put_count(json, "skipped_links", totals->links);
    put_count(json, "skipped_special_files", totals->special);
    json_object_end(json);
}

static Err put_document(Writing *writing, Diag *diag) {
    JsonWriter *json = &writing->json;
    json_object_begin(json);
    json_key(json, "seventh");
    json_text(json, "scan");
    put_count(json, "version", DOCUMENT_VERSION);
    put_text(json, "case_number", writing->output->case_number);
    put_count(json, "radius", (uint64_t)writing->output->radius);
    json_key(json, "dihedral");
    json_bool(json, writing->output->wants_turns);
    put_lists(writing);
    put_totals(writing);
    TRY(put_items(writing, diag));
    TRY(put_stacks(writing, diag));
    TRY(put_problems(writing, diag));
    json_object_end(json);
    strbuf_put_byte(&writing->document, '\n');
    return ERR_OK;
}

Err scan_json_write(const ScanOutput *output, FILE *to, Diag *diag) {
    Writing writing = {.output = output,
                       .to = to,
                       .document = STRBUF(PIECE_MAX),
                       .element = STRBUF(PIECE_MAX),
                       .scratch = arena_new(SCAN_ENTRY_MEMORY)};
    json_writer_init(&writing.json, &writing.document);
    Err err = writing.scratch == NULL ? diag_set(diag, ERR_NOMEM, N_("There is not enough memory."))
                                      : put_document(&writing, diag);
    if (err == ERR_OK && strbuf_err(&writing.document) != ERR_OK)
        err = diag_set(diag, strbuf_err(&writing.document), N_("There is not enough memory."));
    if (err == ERR_OK)
        fwrite(writing.document.ptr, 1, writing.document.len, to);
    strbuf_done(&writing.document);
    strbuf_done(&writing.element);
    arena_free(writing.scratch);
    return err;
}
