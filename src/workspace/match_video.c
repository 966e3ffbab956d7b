// The pictures' answers are collected and merged entry by entry now and then, so that a video of
// hours that stands still on a flooded hash needs no more memory than its distinct entries.
#include "workspace/match_video.h"

#include <stdlib.h>

enum { MERGE_AT_LEAST = 1 << 16 };

static int by_entry(const void *a, const void *b) {
    const Match *x = &((const VideoMatch *)a)->match, *y = &((const VideoMatch *)b)->match;
    if (x->list != y->list)
        return x->list < y->list ? -1 : 1;
    return (x->entry > y->entry) - (x->entry < y->entry);
}

static int by_distance(const void *a, const void *b) {
    const Match *x = &((const VideoMatch *)a)->match, *y = &((const VideoMatch *)b)->match;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return by_entry(a, b);
}

static void merge(VideoMatchVec *io) {
    if (io->len == 0)
        return;
    qsort(io->items, io->len, sizeof *io->items, by_entry);
    size_t kept = 0;
    for (size_t i = 1; i < io->len; i++) {
        VideoMatch *into = &io->items[kept], *one = &io->items[i];
        if (by_entry(into, one) != 0) {
            io->items[++kept] = *one;
            continue;
        }
        if (one->match.distance < into->match.distance)
            into->match = one->match;
        into->first_ms = one->first_ms < into->first_ms ? one->first_ms : into->first_ms;
        into->last_ms = one->last_ms > into->last_ms ? one->last_ms : into->last_ms;
        into->pictures += one->pictures;
    }
    io->len = kept + 1;
}

Err match_video(const Matcher *matcher, const MediaVideo *video, int radius,
                VideoMatchVec *io_matches, VideoShare *ret_share) {
    MatchVec found = {0};
    size_t merge_at = MERGE_AT_LEAST;
    VideoShare share = {0};
    Err err = ERR_OK;
    vec_clear(io_matches);
    for (size_t i = 0; i < video->frame_count && err == ERR_OK; i++) {
        const VpdqFrame *frame = &video->frames[i];
        MatchQuery query = {.has_pdq = true,
                            .pdq = frame->hash,
                            .pdq_quality = (int)frame->quality,
                            .radius = radius,
                            .is_exhaustive = true};
        vec_clear(&found);
        err = matcher_query(matcher, &query, &found);
        share.asked += frame->quality >= PDQ_QUALITY_MATCHABLE;
        share.matched += found.len > 0;
        for (size_t j = 0; j < found.len && err == ERR_OK; j++) {
            VideoMatch one = {found.items[j], frame->time_ms, frame->time_ms, 1};
            if (!vec_push(io_matches, one))
                err = ERR_NOMEM;
        }
        if (io_matches->len >= merge_at) {
            merge(io_matches);
            merge_at = 2 * io_matches->len > MERGE_AT_LEAST ? 2 * io_matches->len : MERGE_AT_LEAST;
        }
    }
    vec_done(&found);
    if (err != ERR_OK)
        return err;
    *ret_share = share;
    merge(io_matches);
    if (io_matches->len > 0)
        qsort(io_matches->items, io_matches->len, sizeof *io_matches->items, by_distance);
    return ERR_OK;
}
