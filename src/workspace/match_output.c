// One answer after another, each written as soon as it is there.
#include "workspace/match_output.h"

#include "format/json.h"
#include "language/safe_text.h"
#include "workspace/limits.h"

static const char *algorithm_name(int algorithm) {
    return algorithm == MATCH_BY_PDQ ? "pdq" : digest_name((DigestKind)algorithm);
}

Err match_output_begin(MatchOutput *output, Diag *diag) {
    output->line = STRBUF(MATCH_LINE_MAX);
    output->scratch = arena_new(GATHER_ENTRY_MEMORY);
    return output->scratch != NULL ? ERR_OK
                                   : diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

void match_output_done(MatchOutput *output) {
    strbuf_done(&output->line);
    arena_free(output->scratch);
    output->scratch = NULL;
}

// The record's own id, or its number.
static Str entry_name(const ListEntry *entry, uint32_t index, char number[16]) {
    if (entry->id.len > 0)
        return entry->id;
    snprintf(number, 16, "#%lu", (unsigned long)index + 1);
    return str_from(number);
}

static void put_or_null(JsonWriter *json, const char *key, Str value) {
    json_key(json, key);
    if (value.len > 0)
        json_str(json, value);
    else
        json_null(json);
}

static void put_match_json(const MatchOutput *output, JsonWriter *json, const Match *match,
                           const ListEntry *entry, PdqTurn turn) {
    char number[16];
    json_object_begin(json);
    json_key(json, "list");
    json_text(json, output->lists->names[match->list]);
    json_key(json, "entry");
    json_str(json, entry_name(entry, match->entry, number));
    json_key(json, "kind");
    json_text(json, match->kind == MATCH_EXACT ? "exact" : "near");
    json_key(json, "algorithm");
    json_text(json, algorithm_name(match->algorithm));
    json_key(json, "distance");
    json_u64(json, match->distance);
    put_or_null(json, "scheme", entry->scheme);
    put_or_null(json, "scheme_version", entry->scheme_version);
    put_or_null(json, "category", entry->category);
    if (turn != PDQ_ORIGINAL) {
        json_key(json, "turn");
        json_text(json, pdq_turn_name(turn));
    }
    json_object_end(json);
}

static void put_match_line(const MatchOutput *output, StrBuf *out, const Match *match,
                           const ListEntry *entry) {
    char number[16];
    const Lang *lang = output->context->lang;
    MsgArgs args =
        MSG_ARGS(msg_ident("list", str_from(output->lists->names[match->list])),
                 msg_ident("entry", entry_name(entry, match->entry, number)),
                 msg_ident("algorithm", str_from(algorithm_name(match->algorithm))),
                 msg_int("distance", match->distance), msg_ident("category", entry->category),
                 msg_ident("scheme", entry->scheme), msg_ident("version", entry->scheme_version));
    bool is_exact = match->kind == MATCH_EXACT;
    strbuf_put_text(out, "  ");
    if (is_exact && entry->category.len > 0)
        tr_put(out, lang, NULL,
               "exact match by {algorithm}: record {entry} of {list}, category {category} of "
               "{scheme} {version}",
               args);
    else if (is_exact)
        tr_put(out, lang, NULL, "exact match by {algorithm}: record {entry} of {list}", args);
    else if (entry->category.len > 0)
        tr_put(out, lang, NULL,
               "near match by {algorithm} at distance {distance}: record {entry} of {list}, "
               "category {category} of {scheme} {version}",
               args);
    else
        tr_put(out, lang, NULL,
               "near match by {algorithm} at distance {distance}: record {entry} of {list}", args);
    strbuf_put_byte(out, '\n');
}

static Err flush(MatchOutput *output, Diag *diag) {
    if (strbuf_err(&output->line) != ERR_OK)
        return diag_set(diag, strbuf_err(&output->line), N_("There is not enough memory."));
    fwrite(strbuf_text(&output->line), 1, output->line.len, output->context->out);
    strbuf_clear(&output->line);
    return ERR_OK;
}

static void put_head_json(JsonWriter *json, const MatchAnswer *answer) {
    json_object_begin(json);
    json_key(json, "query");
    json_str(json, answer->query);
    if (answer->id.len > 0) {
        json_key(json, "id");
        json_str(json, answer->id);
    }
    if (answer->problem != NULL) {
        json_key(json, "error");
        json_text(json, answer->problem);
    }
    json_key(json, "matches");
    json_array_begin(json);
}

Err match_output_put(MatchOutput *output, const MatchAnswer *answer, Diag *diag) {
    StrBuf *out = &output->line;
    const Lang *lang = output->context->lang;
    JsonWriter json;
    json_writer_init(&json, out);
    output->queries++;
    output->matched += answer->count > 0;
    if (output->wants_json) {
        put_head_json(&json, answer);
    } else {
        text_put_safe(out, answer->query);
        if (answer->id.len > 0) {
            strbuf_put_text(out, "  ");
            text_put_safe(out, answer->id);
        }
        strbuf_put_byte(out, '\n');
        if (answer->count == 0) {
            strbuf_put_text(out, "  ");
            strbuf_put(out, tr(lang, NULL, "no match"));
            strbuf_put_byte(out, '\n');
        }
    }
    for (size_t i = 0; i < answer->count; i++) {
        ListEntry entry;
        const Match *match = &answer->matches[i];
        arena_reset(output->scratch);
        TRY(list_entry(output->lists->lists[match->list], match->entry, output->scratch, &entry,
                       diag));
        if (output->wants_json)
            put_match_json(output, &json, match, &entry,
                           answer->turns == NULL ? PDQ_ORIGINAL : answer->turns[i]);
        else
            put_match_line(output, out, match, &entry);
    }
    if (output->wants_json) {
        json_array_end(&json);
        json_object_end(&json);
        strbuf_put_byte(out, '\n');
    }
    return flush(output, diag);
}

void match_output_end(MatchOutput *output) {
    if (output->wants_json)
        return;
    _cleanup_strbuf_ StrBuf line = STRBUF(4096);
    strbuf_put_byte(&line, '\n');
    trn_put(&line, output->context->lang, NULL, "{n} query was asked; {matched} matched.",
            "{n} queries were asked; {matched} matched.", (int64_t)output->queries,
            MSG_ARGS(msg_int("matched", (int64_t)output->matched)));
    strbuf_put_byte(&line, '\n');
    fwrite(strbuf_text(&line), 1, line.len, output->context->out);
}
