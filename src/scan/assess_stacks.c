// Stacks of unknown pictures and videos by likeness, stacks of probably known ones by the entry
// they are nearest to, and the totals.
#include "base/arena.h"
#include "scan/assess_steps.h"
#include "scan/limits.h"
#include "scan/stacks.h"

// Groups of different kinds never meet.
#define KNOWN_GROUPS (1ull << 63)
#define VIDEO_GROUPS (1ull << 62)

// One file and the group it falls into, before groups become stacks.
typedef struct Grouped {
    uint64_t group; // equal for the files of one group only
    uint32_t file;
    uint32_t leader; // file
} Grouped;
typedef VEC(Grouped) GroupedVec;

static bool is_stackable(const ScanItem *item, const ScanVerdict *verdict) {
    return verdict->class == SCAN_UNKNOWN && verdict->duplicate_of == SCAN_NOT_DUPLICATE &&
           (item->has & MEDIA_PDQ) != 0 && item->quality[PDQ_FULL] >= PDQ_QUALITY_MATCHABLE;
}

static Err group_unknown(const CollectedFiles *files, const Assessment *assessment, int radius,
                         GroupedVec *io_grouped, Diag *diag) {
    size_t count = 0;
    for (size_t i = 0; i < assessment->count; i++)
        count += is_stackable(files->items.items[i], &assessment->verdicts[i]);
    _cleanup_free_ StackPicture *pictures = calloc(count + 1, sizeof *pictures);
    _cleanup_free_ uint32_t *which = calloc(count + 1, sizeof *which);
    _cleanup_free_ uint32_t *leaders = calloc(count + 1, sizeof *leaders);
    if (pictures == NULL || which == NULL || leaders == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    size_t at = 0;
    for (uint32_t i = 0; i < assessment->count; i++) {
        const ScanItem *item = files->items.items[i];
        if (!is_stackable(item, &assessment->verdicts[i]))
            continue;
        which[at] = i;
        pictures[at++] = (StackPicture){.hashes = scan_item_pdq(item, PDQ_FULL, PDQ_ORIGINAL),
                                        .turns = item->hash_turns,
                                        .pixels = (uint64_t)item->width * item->height,
                                        .quality = item->quality[PDQ_FULL]};
    }
    // A stack for one look must be tight: wide radii are for finding, not for putting away.
    TRY(stacks_group(pictures, count, radius < PDQ_RADIUS_USUAL ? radius : PDQ_RADIUS_USUAL,
                     leaders, diag));
    for (size_t i = 0; i < count; i++)
        if (!vec_push(io_grouped, ((Grouped){leaders[i], which[i], which[leaders[i]]})))
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return ERR_OK;
}

static bool is_stackable_video(const ScanItem *item, const ScanVerdict *verdict) {
    if (verdict->class != SCAN_UNKNOWN || verdict->duplicate_of != SCAN_NOT_DUPLICATE ||
        item->video == NULL)
        return false;
    for (size_t i = 0; i < item->video->frame_count; i++)
        if (item->video->frames[i].quality >= PDQ_QUALITY_MATCHABLE)
            return true;
    return false;
}

static Err group_videos(const CollectedFiles *files, const Assessment *assessment, int radius,
                        GroupedVec *io_grouped, Diag *diag) {
    size_t count = 0;
    _cleanup_free_ uint32_t *which = calloc(assessment->count + 1, sizeof *which);
    _cleanup_free_ uint32_t *leaders = calloc(assessment->count + 1, sizeof *leaders);
    if (which == NULL || leaders == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (uint32_t i = 0; i < assessment->count; i++)
        if (is_stackable_video(files->items.items[i], &assessment->verdicts[i]))
            which[count++] = i;
    TRY(videos_group(files, which, count, radius < PDQ_RADIUS_USUAL ? radius : PDQ_RADIUS_USUAL,
                     leaders, diag));
    for (size_t i = 0; i < count; i++)
        if (!vec_push(io_grouped,
                      ((Grouped){VIDEO_GROUPS | which[leaders[i]], which[i], which[leaders[i]]})))
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return ERR_OK;
}

static Err group_probably_known(const Assessment *assessment, GroupedVec *io_grouped, Diag *diag) {
    for (uint32_t i = 0; i < assessment->count; i++) {
        const ScanVerdict *verdict = &assessment->verdicts[i];
        if (verdict->class != SCAN_PROBABLY_KNOWN || verdict->duplicate_of != SCAN_NOT_DUPLICATE)
            continue;
        const Match *best = &verdict->matches[0].match;
        Grouped grouped = {KNOWN_GROUPS | (uint64_t)best->list << 32 | best->entry, i, i};
        if (!vec_push(io_grouped, grouped))
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    return ERR_OK;
}

static int compare_grouped(const void *a, const void *b) {
    const Grouped *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->file > y->file) - (x->file < y->file);
}

static int compare_stacks(const void *a, const void *b) {
    const ScanStack *x = a, *y = b;
    return (x->members[0] > y->members[0]) - (x->members[0] < y->members[0]);
}

static uint64_t pixels_of(const CollectedFiles *files, uint32_t file) {
    return (uint64_t)files->items.items[file]->width * files->items.items[file]->height;
}

static Err add_stack(const CollectedFiles *files, const Grouped *group, size_t count,
                     Assessment *io) {
    uint32_t *members = ARENA_ARRAY(io->memory, uint32_t, count);
    if (members == NULL)
        return ERR_NOMEM;
    ScanStack stack = {.representative = group[0].leader,
                       .members = members,
                       .member_count = (uint32_t)count,
                       .is_probably_known = (group[0].group & KNOWN_GROUPS) != 0};
    for (size_t i = 0; i < count; i++)
        members[i] = group[i].file;
    if (stack.is_probably_known) {
        const Match *best = &io->verdicts[members[0]].matches[0].match;
        stack.list = best->list;
        stack.entry = best->entry;
        for (size_t i = 0; i < count; i++)
            if (pixels_of(files, members[i]) > pixels_of(files, stack.representative))
                stack.representative = members[i];
    }
    return vec_push(&io->stacks, stack) ? ERR_OK : ERR_NOMEM;
}

// Numbers in path order, then takes in the copies of the members: one look serves them too.
static Err number_stacks(Assessment *io) {
    if (io->stacks.len > 1)
        qsort(io->stacks.items, io->stacks.len, sizeof io->stacks.items[0], compare_stacks);
    for (uint32_t i = 0; i < io->stacks.len; i++) {
        ScanStack *stack = &io->stacks.items[i];
        stack->number = i + 1;
        for (uint32_t j = 0; j < stack->member_count; j++)
            io->verdicts[stack->members[j]].stack = stack->number;
        stack->member_count = 0;
    }
    for (size_t i = 0; i < io->count; i++) {
        ScanVerdict *verdict = &io->verdicts[i];
        if (verdict->duplicate_of != SCAN_NOT_DUPLICATE)
            verdict->stack = io->verdicts[verdict->duplicate_of].stack;
        if (verdict->stack != 0)
            io->stacks.items[verdict->stack - 1].member_count++;
    }
    _cleanup_free_ uint32_t **ends = calloc(io->stacks.len + 1, sizeof *ends);
    if (ends == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < io->stacks.len; i++) {
        ends[i] = ARENA_ARRAY(io->memory, uint32_t, io->stacks.items[i].member_count);
        if (ends[i] == NULL)
            return ERR_NOMEM;
        io->stacks.items[i].members = ends[i];
    }
    for (uint32_t i = 0; i < io->count; i++)
        if (io->verdicts[i].stack != 0)
            *ends[io->verdicts[i].stack - 1]++ = i;
    return ERR_OK;
}

Err assessment_stack(const CollectedFiles *files, int radius, Assessment *io, Diag *diag) {
    GroupedVec grouped = {0};
    Err err = group_unknown(files, io, radius, &grouped, diag);
    if (err == ERR_OK)
        err = group_videos(files, io, radius, &grouped, diag);
    if (err == ERR_OK)
        err = group_probably_known(io, &grouped, diag);
    if (err == ERR_OK && grouped.len > 1)
        qsort(grouped.items, grouped.len, sizeof grouped.items[0], compare_grouped);
    for (size_t from = 0, to; from < grouped.len && err == ERR_OK; from = to) {
        to = from + 1;
        while (to < grouped.len && grouped.items[to].group == grouped.items[from].group)
            to++;
        if (to - from > 1 && add_stack(files, &grouped.items[from], to - from, io) != ERR_OK)
            err = diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    vec_done(&grouped);
    if (err == ERR_OK && number_stacks(io) != ERR_OK)
        err = diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return err;
}

void assessment_count(const CollectedFiles *files, Assessment *io) {
    ScanTotals *totals = &io->totals;
    for (size_t i = 0; i < io->count; i++) {
        const ScanItem *item = files->items.items[i];
        const ScanVerdict *verdict = &io->verdicts[i];
        totals->files++;
        totals->bytes += item->size;
        totals->members += item->ordinal > 0;
        totals->problems_listed += item->problem != NULL;
        if (verdict->duplicate_of != SCAN_NOT_DUPLICATE) {
            totals->duplicates++;
            continue;
        }
        totals->classes[verdict->class]++;
        if (verdict->stack != 0)
            *(verdict->class == SCAN_UNKNOWN ? &totals->stacked : &totals->known_stacked) += 1;
        for (int flag = 0; flag < SCAN_FLAG_COUNT; flag++)
            totals->flags[flag] += (verdict->flags >> flag) & 1;
    }
    for (size_t i = 0; i < files->skipped.len; i++) {
        totals->links += files->skipped.items[i].is_link;
        totals->special += !files->skipped.items[i].is_link;
    }
    for (size_t i = 0; i < io->stacks.len; i++)
        *(io->stacks.items[i].is_probably_known ? &totals->known_stacks : &totals->stacks) += 1;
}
