// Groups near-duplicate videos: the longest leads, and takes in those whose pictures lie in it.
#include "index/video_match.h"
#include "scan/assess_steps.h"
#include "scan/limits.h"

enum { NO_LEADER = UINT32_MAX };

typedef struct Grouping {
    const CollectedFiles *files;
    const uint32_t *which;
    size_t count;
    List *list; // entry i: the video of which[i]
    Matcher *matcher;
} Grouping;

static const ScanItem *item_at(const Grouping *grouping, uint32_t at) {
    return grouping->files->items.items[grouping->which[at]];
}

// The videos as a list, so that they are found as listed ones are.
static Err list_make(Grouping *grouping, Diag *diag) {
    _cleanup_(list_builder_freep) ListBuilder *builder = NULL;
    Err err = list_builder_new(&builder);
    if (err != ERR_OK)
        return diag_set(diag, err, N_("There is not enough memory."));
    for (uint32_t i = 0; i < grouping->count; i++) {
        const MediaVideo *video = item_at(grouping, i)->video;
        ListEntry entry = {.has = ENTRY_VPDQ,
                           .pdq_quality = PDQ_QUALITY_UNKNOWN,
                           .frames = video->frames,
                           .frame_count = video->frame_count};
        TRY(list_builder_add(builder, &entry, diag));
    }
    TRY(list_builder_finish(builder, &(ListMeta){.version = 1}, &grouping->list, diag));
    const List *const lists[] = {grouping->list};
    return matcher_new(lists, 1, &grouping->matcher, diag);
}

// The longest first, then the largest, then in path order.
static int compare_videos(const void *a, const void *b, void *untyped) {
    const Grouping *grouping = untyped;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const ScanItem *x = item_at(grouping, i), *y = item_at(grouping, j);
    if (x->video->frame_count != y->video->frame_count)
        return x->video->frame_count < y->video->frame_count ? 1 : -1;
    uint64_t left = (uint64_t)x->width * x->height, right = (uint64_t)y->width * y->height;
    if (left != right)
        return left < right ? 1 : -1;
    return (i > j) - (i < j);
}

static Err lead_all(const Grouping *grouping, const uint32_t *order, int radius,
                    uint32_t *io_leaders) {
    VideoRule rule = VIDEO_RULE_USUAL;
    VideoMatches matches = {0};
    Err err = ERR_OK;
    rule.radius = radius;
    rule.query_share = 0;
    rule.target_share = SCAN_VIDEO_STACK_SHARE;
    for (size_t i = 0; i < grouping->count && err == ERR_OK; i++) {
        uint32_t leader = order[i];
        if (io_leaders[leader] != NO_LEADER)
            continue;
        const MediaVideo *video = item_at(grouping, leader)->video;
        io_leaders[leader] = leader;
        err = video_match(grouping->matcher, video->frames, video->frame_count, &rule, &matches);
        for (size_t j = 0; j < matches.found.len && err == ERR_OK; j++) {
            uint32_t member = matches.found.items[j].match.entry;
            if (io_leaders[member] == NO_LEADER)
                io_leaders[member] = leader;
        }
    }
    video_matches_done(&matches);
    return err;
}

Err videos_group(const CollectedFiles *files, const uint32_t *which, size_t count, int radius,
                 uint32_t *ret_leaders, Diag *diag) {
    if (count == 0)
        return ERR_OK;
    Grouping grouping = {.files = files, .which = which, .count = count};
    _cleanup_free_ uint32_t *order = calloc(count, sizeof *order);
    _cleanup_free_ uint32_t *leaders = calloc(count, sizeof *leaders);
    if (order == NULL || leaders == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Err err = list_make(&grouping, diag);
    if (err == ERR_OK) {
        for (uint32_t i = 0; i < count; i++) {
            order[i] = i;
            leaders[i] = NO_LEADER;
        }
        qsort_r(order, count, sizeof *order, compare_videos, &grouping);
        err = lead_all(&grouping, order, radius, leaders);
        if (err != ERR_OK)
            diag_set(diag, err, N_("There is not enough memory."));
    }
    if (err == ERR_OK)
        memcpy(ret_leaders, leaders, count * sizeof *leaders);
    matcher_free(grouping.matcher);
    list_free(grouping.list);
    return err;
}
