// One answer after another, each written as soon as it is there.
#include "workspace/match_output.h"

#include "format/json.h"
#include "language/safe_text.h"
#include "workspace/entry_name.h"
#include "workspace/item_json.h"
#include "workspace/limits.h"
#include "workspace/video_text.h"

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

static void put_or_null(JsonWriter *json, const char *key, Str value) {
    json_key(json, key);
    if (value.len > 0)
        json_str(json, value);
    else
        json_null(json);
}

static void put_match_json(const MatchOutput *output, JsonWriter *json, const Match *match,
                           const ListEntry *entry, PdqTurn turn, const VideoMatch *video,
                           const VpdqSegment *segments) {
    char number[16];
    json_object_begin(json);
    json_key(json, "list");
    json_text(json, output->lists->names[match->list]);
    json_key(json, "entry");
    json_str(json, entry_name(entry, match->entry, number));
    json_key(json, "kind");
    json_text(json, match->kind == MATCH_EXACT ? "exact" : "near");
    json_key(json, "algorithm");
    json_text(json, match_algorithm_name(match->algorithm));
    json_key(json, "distance");
    json_u64(json, match->distance);
    put_or_null(json, "scheme", entry->scheme);
    put_or_null(json, "scheme_version", entry->scheme_version);
    put_or_null(json, "category", entry->category);
    if (turn != PDQ_ORIGINAL) {
        json_key(json, "turn");
        json_text(json, pdq_turn_name(turn));
    }
    match_frame_json(json, match, entry);
    if (video != NULL)
        match_video_json(json, video, segments);
    json_object_end(json);
}

static void put_match_line(const MatchOutput *output, StrBuf *out, const Match *match,
                           const ListEntry *entry) {
    char number[16];
    const Lang *lang = output->context->lang;
    MsgArgs args =
        MSG_ARGS(msg_ident("list", str_from(output->lists->names[match->list])),
                 msg_ident("entry", entry_name(entry, match->entry, number)),
                 msg_ident("algorithm", str_from(match_algorithm_name(match->algorithm))),
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

// Times of a video as a person reads them.
static void put_times_line(const MatchOutput *output, StrBuf *out, const VideoMatch *video) {
    char first[CLOCK_TEXT_MAX], last[CLOCK_TEXT_MAX];
    clock_text(first, video->first_ms);
    clock_text(last, video->last_ms);
    strbuf_put_text(out, "    ");
    MsgArgs args = MSG_ARGS(msg_ident("first", str_from(first)), msg_ident("last", str_from(last)));
    if (video->pictures == 1)
        tr_put(out, output->context->lang, NULL, "one picture of the video, at {first}", args);
    else
        trn_put(
            out, output->context->lang, NULL, "{n} picture of the video, from {first} to {last}",
            "{n} pictures of the video, from {first} to {last}", (int64_t)video->pictures, args);
    strbuf_put_byte(out, '\n');
}

static void put_shares_line(const MatchOutput *output, StrBuf *out, const VpdqShares *shares) {
    strbuf_put_text(out, "    ");
    tr_put(out, output->context->lang, NULL,
           "{query} of the {asked} pictures of this video are in the listed one, and {target} of "
           "its {listed} in this one",
           MSG_ARGS(msg_int("query", (int64_t)shares->query_matched),
                    msg_int("asked", (int64_t)shares->query_counted),
                    msg_int("target", (int64_t)shares->target_matched),
                    msg_int("listed", (int64_t)shares->target_counted)));
    strbuf_put_byte(out, '\n');
}

static void put_segment_line(const MatchOutput *output, StrBuf *out, const VpdqSegment *segment) {
    char begin[CLOCK_TEXT_MAX], end[CLOCK_TEXT_MAX], from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];
    clock_text(begin, segment->query_begin_ms);
    clock_text(end, segment->query_end_ms);
    clock_text(from, segment->target_begin_ms);
    clock_text(to, segment->target_end_ms);
    strbuf_put_text(out, "    ");
    tr_put(out, output->context->lang, NULL,
           "from {begin} to {end}: what the listed video has from {from} to {to}",
           MSG_ARGS(msg_ident("begin", str_from(begin)), msg_ident("end", str_from(end)),
                    msg_ident("from", str_from(from)), msg_ident("to", str_from(to))));
    strbuf_put_byte(out, '\n');
}

static void put_video_lines(const MatchOutput *output, StrBuf *out, const VideoMatch *video,
                            const VpdqSegment *segments) {
    if (video->match.algorithm != MATCH_BY_VPDQ) {
        put_times_line(output, out, video);
        return;
    }
    put_shares_line(output, out, &video->shares);
    for (size_t i = 0; i < video->segment_count && i < MATCH_SEGMENTS_SHOWN; i++)
        put_segment_line(output, out, &segments[video->segment_first + i]);
    if (video->segment_count <= MATCH_SEGMENTS_SHOWN)
        return;
    int64_t more = (int64_t)(video->segment_count - MATCH_SEGMENTS_SHOWN);
    strbuf_put_text(out, "    ");
    trn_put(out, output->context->lang, NULL, "and {n} further stretch",
            "and {n} further stretches", more, MSG_NONE);
    strbuf_put_byte(out, '\n');
}

static void put_frame_line(const MatchOutput *output, StrBuf *out, const Match *match,
                           const ListEntry *entry) {
    char time[CLOCK_TEXT_MAX];
    if (match->frame >= entry->frame_count)
        return;
    clock_text(time, entry->frames[match->frame].time_ms);
    strbuf_put_text(out, "    ");
    tr_put(out, output->context->lang, NULL, "like the picture of the listed video at {time}",
           MSG_ARGS(msg_ident("time", str_from(time))));
    strbuf_put_byte(out, '\n');
}

static Err put_match(MatchOutput *output, JsonWriter *json, const Match *match, PdqTurn turn,
                     const VideoMatch *video, const VpdqSegment *segments, Diag *diag) {
    ListEntry entry;
    arena_reset(output->scratch);
    TRY(list_entry(output->lists->lists[match->list], match->entry, output->scratch, &entry, diag));
    if (output->wants_json) {
        put_match_json(output, json, match, &entry, turn, video, segments);
        return ERR_OK;
    }
    put_match_line(output, &output->line, match, &entry);
    if (match->algorithm == MATCH_BY_FRAME)
        put_frame_line(output, &output->line, match, &entry);
    if (video != NULL)
        put_video_lines(output, &output->line, video, segments);
    return ERR_OK;
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
    if (answer->video != NULL) {
        json_key(json, "pictures");
        json_u64(json, answer->video->asked);
        json_key(json, "pictures_matched");
        json_u64(json, answer->video->matched);
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
    size_t video_count = answer->video == NULL ? 0 : answer->video->found.len;
    size_t count = answer->count + video_count;
    output->matched += count > 0;
    if (output->wants_json) {
        put_head_json(&json, answer);
    } else {
        text_put_safe(out, answer->query);
        if (answer->id.len > 0) {
            strbuf_put_text(out, "  ");
            text_put_safe(out, answer->id);
        }
        strbuf_put_byte(out, '\n');
        if (count == 0) {
            strbuf_put_text(out, "  ");
            strbuf_put(out, tr(lang, NULL, "no match"));
            strbuf_put_byte(out, '\n');
        }
    }
    for (size_t i = 0; i < answer->count; i++) {
        PdqTurn turn = answer->turns == NULL ? PDQ_ORIGINAL : answer->turns[i];
        TRY(put_match(output, &json, &answer->matches[i], turn, NULL, NULL, diag));
    }
    for (size_t i = 0; i < video_count; i++) {
        const VideoMatch *video = &answer->video->found.items[i];
        TRY(put_match(output, &json, &video->match, PDQ_ORIGINAL, video,
                      answer->video->segments.items, diag));
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
