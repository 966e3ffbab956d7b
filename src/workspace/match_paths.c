// The walk over files for `match`.
#include "workspace/match_paths.h"

#include "base/workqueue.h"
#include "scan/limits.h"
#include "scan/pool.h"
#include "workspace/item_json.h"

typedef struct Run {
    const MatchPaths *match;
    MatchVec matches, turned;
    VideoMatches video; // of the video at hand
    VEC(PdqTurn) turns;
    Err failed;
    Diag diag;
    int exit_code;
} Run;

static int by_entry(const Match *a, const Match *b) {
    if (a->list != b->list)
        return a->list < b->list ? -1 : 1;
    return (a->entry > b->entry) - (a->entry < b->entry);
}

// The place in the answer of a turned picture's match: near matches by distance, list, entry. The
// nearer turn of one entry stays.
static Err add_turned(Run *run, const Match *match, PdqTurn turn) {
    MatchVec *matches = &run->matches;
    size_t at = 0;
    for (size_t i = 0; i < matches->len; i++) {
        if (by_entry(&matches->items[i], match) != 0)
            continue;
        if (matches->items[i].kind == MATCH_EXACT || matches->items[i].distance <= match->distance)
            return ERR_OK;
        memmove(&matches->items[i], &matches->items[i + 1],
                (matches->len - i - 1) * sizeof *matches->items);
        memmove(&run->turns.items[i], &run->turns.items[i + 1],
                (matches->len - i - 1) * sizeof *run->turns.items);
        matches->len--;
        run->turns.len--;
        break;
    }
    if (!vec_reserve(matches, 1) || !vec_reserve(&run->turns, 1))
        return ERR_NOMEM;
    while (at < matches->len && (matches->items[at].kind == MATCH_EXACT ||
                                 matches->items[at].distance < match->distance ||
                                 (matches->items[at].distance == match->distance &&
                                  by_entry(&matches->items[at], match) < 0)))
        at++;
    memmove(&matches->items[at + 1], &matches->items[at],
            (matches->len - at) * sizeof *matches->items);
    memmove(&run->turns.items[at + 1], &run->turns.items[at],
            (matches->len - at) * sizeof *run->turns.items);
    matches->items[at] = *match;
    run->turns.items[at] = turn;
    matches->len++;
    run->turns.len++;
    return ERR_OK;
}

// An entry that the file itself is needs no likeness.
static void drop_exact(Run *run) {
    size_t kept = 0;
    for (size_t i = 0; i < run->video.found.len; i++) {
        const VideoMatch *video = &run->video.found.items[i];
        size_t at = 0;
        while (at < run->matches.len && by_entry(&run->matches.items[at], &video->match) != 0)
            at++;
        if (at == run->matches.len)
            run->video.found.items[kept++] = *video;
    }
    run->video.found.len = kept;
}

static Err ask(Run *run, const ScanItem *item) {
    const PdqHash *hash = scan_item_pdq(item, PDQ_FULL, PDQ_ORIGINAL);
    MatchQuery query = {.digests = item->digests,
                        .radius = run->match->rule.radius,
                        .is_exhaustive = true,
                        .has_pdq = hash != NULL,
                        .pdq_quality = item->quality[PDQ_FULL]};
    vec_clear(&run->matches);
    vec_clear(&run->turns);
    if (hash != NULL)
        query.pdq = *hash;
    TRY(matcher_query(run->match->matcher, &query, &run->matches));
    for (size_t i = 0; i < run->matches.len; i++) {
        if (!vec_push(&run->turns, PDQ_ORIGINAL))
            return ERR_NOMEM;
    }
    if (item->video != NULL) {
        TRY(video_match(run->match->matcher, item->video->frames, item->video->frame_count,
                        &run->match->rule, &run->video));
        drop_exact(run);
    }
    query.digests.has = 0;
    for (int turn = PDQ_ORIGINAL + 1; run->match->wants_turns && turn < PDQ_TURNS; turn++) {
        hash = scan_item_pdq(item, PDQ_FULL, (PdqTurn)turn);
        if (hash == NULL)
            continue;
        query.pdq = *hash;
        vec_clear(&run->turned);
        TRY(matcher_query(run->match->matcher, &query, &run->turned));
        for (size_t i = 0; i < run->turned.len; i++)
            TRY(add_turned(run, &run->turned.items[i], (PdqTurn)turn));
    }
    return ERR_OK;
}

static void say_problem(Run *run, const ScanItem *item) {
    const CommandContext *context = run->match->output->context;
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 20);
    item_problem_put(&line, context->lang, scan_item_path(item), item->problem);
    strbuf_put_byte(&line, '\n');
    fwrite(strbuf_text(&line), 1, line.len, context->err);
}

static void answer_item(void *to, ScanItem *owned) {
    Run *run = to;
    _cleanup_(scan_item_freep) ScanItem *item = owned;
    if (run->failed != ERR_OK)
        return;
    // Files that are no pictures have nothing to decode: not worth a word here.
    bool is_problem = item->problem != NULL && item->problem->diag.err != ERR_UNSUPPORTED;
    if (is_problem)
        say_problem(run, item);
    if (item->digests.has == 0) {
        if (is_problem && run->exit_code == 0)
            run->exit_code = err_exit_code(item->problem->diag.err);
        if (!is_problem)
            return;
    }
    run->failed = ask(run, item);
    if (run->failed != ERR_OK) {
        diag_set(&run->diag, run->failed, N_("There is not enough memory."));
        return;
    }
    MatchAnswer answer = {.query = scan_item_path(item),
                          .matches = run->matches.items,
                          .turns = run->turns.items,
                          .count = run->matches.len,
                          .video = item->video != NULL ? &run->video : NULL,
                          .problem = is_problem ? item->problem->id : NULL};
    run->failed = match_output_put(run->match->output, &answer, &run->diag);
}

static Err push_entry(InspectPool *pool, FileSource *source, const SourceEntry *entry, Diag *diag) {
    if (entry->kind == SOURCE_LINK || entry->kind == SOURCE_SPECIAL)
        return ERR_OK;
    _cleanup_(scan_item_freep) ScanItem *item = scan_item_new(entry->path, entry->path.len, 0);
    SourceContent content = {.fd = -1};
    Diag problem = {0};
    if (item == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    if (entry->kind == SOURCE_PROBLEM) {
        scan_item_set_problem(item, NULL, &entry->problem);
    } else if (source_open(source, &content, &problem) == ERR_OK) {
        item->size = content.size;
        item->type = content.type;
    } else {
        scan_item_set_problem(item, NULL, &problem);
    }
    Err err = inspect_pool_push(pool, item, &content, diag);
    if (err == ERR_OK)
        TAKE(item);
    else
        closep(&content.fd);
    return err;
}

static Err walk(InspectPool *pool, const char *path, Diag *diag) {
    _cleanup_(file_source_freep) FileSource *source = NULL;
    TRY(folder_source_new(path, &source, diag));
    for (;;) {
        SourceEntry entry;
        bool has = false;
        TRY(source_next(source, &entry, &has, diag));
        if (!has)
            return ERR_OK;
        TRY(push_entry(pool, source, &entry, diag));
    }
}

Err match_paths(const MatchPaths *match, char *const *paths, int count, int *ret_exit_code,
                Diag *diag) {
    Run run = {.match = match};
    int jobs = processor_count();
    InspectOptions options = {.jobs = jobs < SCAN_JOBS_MAX ? jobs : SCAN_JOBS_MAX,
                              .digests = 1u << DIGEST_MD5 | 1u << DIGEST_SHA1 | 1u << DIGEST_SHA256,
                              .media = MEDIA_PDQ | (match->wants_turns ? MEDIA_TURNS : 0u),
                              .wants_video = true,
                              .is_ordered = true,
                              .deliver = answer_item,
                              .to = &run};
    InspectPool *pool = NULL;
    TRY(inspect_pool_new(&options, &pool, diag));
    Err err = ERR_OK;
    for (int i = 0; i < count && err == ERR_OK; i++)
        err = walk(pool, paths[i], diag);
    inspect_pool_free(pool);
    if (err == ERR_OK && run.failed != ERR_OK) {
        err = run.failed;
        if (diag != NULL)
            *diag = run.diag;
    }
    vec_done(&run.matches);
    vec_done(&run.turned);
    video_matches_done(&run.video);
    vec_done(&run.turns);
    if (err == ERR_OK)
        *ret_exit_code = run.exit_code;
    return err;
}
