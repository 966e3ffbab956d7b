// Asks the matcher about every file, in parallel, and draws the conclusions in path order.
#include "scan/assess.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/workqueue.h"
#include "scan/assess_steps.h"
#include "scan/limits.h"

enum { FILES_A_JOB = 32 };

const char *scan_class_id(ScanClass class) {
    static const char *const IDS[] = {
#define SCAN_CLASS_ID(name, id) [SCAN_##name] = id,
        SCAN_CLASSES(SCAN_CLASS_ID)
#undef SCAN_CLASS_ID
    };
    return IDS[class];
}

const char *scan_flag_id(ScanFlag flag) {
    static const char *const IDS[] = {
#define SCAN_FLAG_ID(name, id) [SCAN_FLAG_##name] = id,
        SCAN_FLAGS(SCAN_FLAG_ID)
#undef SCAN_FLAG_ID
    };
    return IDS[flag];
}

typedef VEC(ScanMatch) ScanMatchVec;

typedef struct Assessor Assessor;
typedef struct Worker {
    Arena *scratch;
    MatchVec matches;
    ScanMatchVec found;
    VideoMatches video; // what `found` points into
    Err failed;
    Diag failure;
} Worker;

typedef struct Batch {
    Assessor *assessor;
    size_t from, to;
} Batch;

struct Assessor {
    const CollectedFiles *files;
    const AssessOptions *options;
    Assessment result;
    pthread_mutex_t lock; // result.memory
    Worker *workers;
};

static int compare_by_digest(const void *a, const void *b, void *items) {
    ScanItem *const *of = items;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int order = memcmp(of[i]->digests.sha256, of[j]->digests.sha256, SHA256_BYTES);
    return order != 0 ? order : (i > j) - (i < j);
}

static Err find_duplicates(Assessor *assessor, Diag *diag) {
    const CollectedFiles *files = assessor->files;
    _cleanup_free_ uint32_t *order = calloc(files->items.len + 1, sizeof *order);
    if (order == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    size_t count = 0;
    for (uint32_t i = 0; i < files->items.len; i++) {
        const Digests *digests = &files->items.items[i]->digests;
        if ((digests->has & 1u << DIGEST_SHA256) != 0 &&
            !digest_is_of_nothing(DIGEST_SHA256, digests->sha256))
            order[count++] = i;
    }
    if (count > 1)
        qsort_r(order, count, sizeof *order, compare_by_digest, files->items.items);
    for (size_t i = 1, first = 0; i < count; i++) {
        if (memcmp(files->items.items[order[i]]->digests.sha256,
                   files->items.items[order[first]]->digests.sha256, SHA256_BYTES) == 0)
            assessor->result.verdicts[order[i]].duplicate_of = order[first];
        else
            first = i;
    }
    return ERR_OK;
}

static int compare_matches(const void *a, const void *b) {
    const ScanMatch *x = a, *y = b;
    const int64_t differences[] = {
        (int64_t)x->match.kind - y->match.kind,
        (int64_t)x->match.distance - y->match.distance,
        (int64_t)x->match.list - y->match.list,
        (int64_t)x->match.entry - y->match.entry,
        (int64_t)x->turn - y->turn,
    };
    for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++)
        if (differences[i] != 0)
            return differences[i] < 0 ? -1 : 1;
    return 0;
}

static int compare_entries(const void *a, const void *b) {
    const ScanMatch *x = a, *y = b;
    if (x->match.list != y->match.list)
        return x->match.list < y->match.list ? -1 : 1;
    if (x->match.entry != y->match.entry)
        return x->match.entry < y->match.entry ? -1 : 1;
    return compare_matches(a, b);
}

// An entry near in several orientations is there once, with its best; best first.
static void order_matches(ScanMatchVec *found) {
    if (found->len < 2)
        return;
    qsort(found->items, found->len, sizeof found->items[0], compare_entries);
    size_t kept = 1;
    for (size_t i = 1; i < found->len; i++)
        if (found->items[i].match.list != found->items[kept - 1].match.list ||
            found->items[i].match.entry != found->items[kept - 1].match.entry)
            found->items[kept++] = found->items[i];
    found->len = kept;
    qsort(found->items, found->len, sizeof found->items[0], compare_matches);
}

// A video whose bytes are on no list is asked for by its pictures.
static Err query_video(const Assessor *assessor, Worker *worker, const ScanItem *item) {
    const AssessOptions *options = assessor->options;
    VideoRule rule = VIDEO_RULE_USUAL;
    rule.radius = options->radius;
    rule.leaves_out = options->is_known_good; // nothing is near to a harmless file
    TRY(video_match(options->matcher, item->video->frames, item->video->frame_count, &rule,
                    &worker->video));
    for (size_t i = 0; i < worker->video.found.len; i++) {
        const VideoMatch *video = &worker->video.found.items[i];
        ScanMatch match = {.match = video->match,
                           .video = video,
                           .segments = worker->video.segments.items + video->segment_first};
        if (!vec_push(&worker->found, match))
            return ERR_NOMEM;
    }
    return ERR_OK;
}

// All matches of one file, best first, each entry once.
static Err query(const Assessor *assessor, Worker *worker, const ScanItem *item) {
    const AssessOptions *options = assessor->options;
    ScanMatchVec *found = &worker->found;
    vec_clear(found);
    worker->video.asked = worker->video.matched = 0;
    for (int turn = 0; turn < PDQ_TURNS; turn++) {
        const PdqHash *hash = scan_item_pdq(item, PDQ_FULL, turn);
        if (turn > 0 &&
            (hash == NULL || (found->len > 0 && found->items[0].match.kind == MATCH_EXACT)))
            break;
        MatchQuery ask = {.radius = options->radius};
        if (turn == 0)
            ask.digests = item->digests;
        if (hash != NULL) {
            ask.has_pdq = true;
            ask.pdq = *hash;
            ask.pdq_quality = item->quality[PDQ_FULL];
        }
        vec_clear(&worker->matches);
        TRY(matcher_query(options->matcher, &ask, &worker->matches));
        for (size_t i = 0; i < worker->matches.len; i++) {
            Match match = worker->matches.items[i];
            // Nothing is near to a harmless file.
            if (match.kind == MATCH_NEAR && options->is_known_good[match.list])
                continue;
            if (!vec_push(found, ((ScanMatch){.match = match, .turn = (uint8_t)turn})))
                return ERR_NOMEM;
        }
    }
    order_matches(found);
    return item->video != NULL && found->len == 0 ? query_video(assessor, worker, item) : ERR_OK;
}

// What the matched entries say, gathered while going through them.
typedef struct Findings {
    bool is_known, is_known_good, is_near;
    bool is_partly;                 // a video, and what is near is too little of it
    bool has_comparable, is_larger; // than every near entry that can be compared
    bool may_have_news;             // some entry is near or has facts
    uint32_t known_facts;           // bits: facts of the file that some entry has
    uint8_t flags;
} Findings;

typedef struct FactCheck {
    const ListEntry *entry;
    Findings *findings;
    int number;
} FactCheck;

static bool check_fact(void *to, Str name, Str value) {
    FactCheck *check = to;
    for (size_t i = 0; i < check->entry->fact_count; i++)
        if (str_equal(check->entry->facts[i].name, name) &&
            str_equal(check->entry->facts[i].value, value))
            check->findings->known_facts |= 1u << check->number;
    check->number++;
    return true;
}

_Static_assert(MEDIA_FACTS_MAX <= 32, "a bit for each fact");

static void compare_sizes(const ScanItem *item, const ListEntry *entry, Findings *findings) {
    bool has_pixels = (entry->has & ENTRY_DIMENSIONS) != 0 && entry->width > 0;
    if (!has_pixels && (entry->has & ENTRY_SIZE) == 0)
        return;
    bool is_larger =
        has_pixels ? (uint64_t)item->width * item->height > (uint64_t)entry->width * entry->height
                   : item->size > entry->size;
    findings->is_larger = is_larger && (findings->is_larger || !findings->has_comparable);
    findings->has_comparable = true;
}

// False when the match does not count.
static bool weigh(const Assessor *assessor, const ScanItem *item, const Match *match,
                  const ListEntry *entry, Findings *findings) {
    bool is_good =
        assessor->options->is_known_good[match->list] || (entry->has & ENTRY_KNOWN_GOOD) != 0;
    if (is_good && match->kind == MATCH_NEAR)
        return false;
    if (is_good) {
        findings->is_known_good = true;
        return true;
    }
    findings->is_known |= match->kind == MATCH_EXACT;
    findings->is_near |= match->kind == MATCH_NEAR;
    if (entry->victim_identified == TRI_NO)
        findings->flags |= 1u << SCAN_FLAG_VICTIM_UNIDENTIFIED;
    // A picture and a video have no sizes to compare.
    if (match->kind == MATCH_NEAR &&
        match->algorithm == (item->video != NULL ? MATCH_BY_VPDQ : MATCH_BY_PDQ))
        compare_sizes(item, entry, findings);
    findings->may_have_news |= match->kind == MATCH_NEAR || entry->fact_count > 0;
    FactCheck check = {.entry = entry, .findings = findings};
    scan_item_each_fact(item, check_fact, &check);
    return true;
}

static ScanClass class_of(const ScanItem *item, const Findings *findings) {
    if (findings->is_known)
        return SCAN_KNOWN;
    if (findings->is_known_good)
        return SCAN_KNOWN_GOOD;
    if (findings->is_near && !findings->is_partly)
        return SCAN_PROBABLY_KNOWN;
    if (item->problem != NULL)
        return SCAN_PROBLEM;
    return item->type.class == MEDIA_CLASS_IMAGE || item->type.class == MEDIA_CLASS_VIDEO
               ? SCAN_UNKNOWN
               : SCAN_OTHER;
}

static uint8_t flags_of(const ScanItem *item, const Findings *findings) {
    if (!findings->is_known && !findings->is_near)
        return 0;
    uint8_t flags = findings->flags;
    if (findings->is_partly)
        flags |= 1u << SCAN_FLAG_PARTLY_KNOWN;
    if (findings->has_comparable && findings->is_larger)
        flags |= 1u << SCAN_FLAG_LARGER_COPY;
    uint32_t all = (uint32_t)((1ull << item->fact_count) - 1);
    if (findings->may_have_news && (findings->known_facts & all) != all)
        flags |= 1u << SCAN_FLAG_NEW_METADATA;
    if (findings->is_known && findings->is_known_good)
        flags |= 1u << SCAN_FLAG_CONFLICTING_LISTS;
    return flags;
}

// What belongs to the worker becomes the result's.
static Err keep_video(Assessor *assessor, ScanMatch *match) {
    size_t count = match->video->segment_count;
    pthread_mutex_lock(&assessor->lock);
    VideoMatch *video = ARENA_ARRAY(assessor->result.memory, VideoMatch, 1);
    VpdqSegment *segments = ARENA_ARRAY(assessor->result.memory, VpdqSegment, count + 1);
    pthread_mutex_unlock(&assessor->lock);
    if (video == NULL || segments == NULL)
        return ERR_NOMEM;
    *video = *match->video;
    video->segment_first = 0;
    if (count > 0)
        memcpy(segments, match->segments, count * sizeof *segments);
    match->video = video;
    match->segments = segments;
    return ERR_OK;
}

static Err keep_matches(Assessor *assessor, const ScanMatchVec *found, ScanVerdict *verdict) {
    verdict->match_total = (uint32_t)found->len;
    verdict->match_count = found->len < SCAN_MATCHES_MAX ? (uint32_t)found->len : SCAN_MATCHES_MAX;
    if (found->len == 0)
        return ERR_OK;
    pthread_mutex_lock(&assessor->lock);
    ScanMatch *kept = ARENA_ARRAY(assessor->result.memory, ScanMatch, verdict->match_count);
    pthread_mutex_unlock(&assessor->lock);
    if (kept == NULL)
        return ERR_NOMEM;
    memcpy(kept, found->items, verdict->match_count * sizeof *kept);
    for (uint32_t i = 0; i < verdict->match_count; i++)
        if (kept[i].video != NULL)
            TRY(keep_video(assessor, &kept[i]));
    verdict->matches = kept;
    return ERR_OK;
}

static Err assess_one(Assessor *assessor, Worker *worker, size_t which) {
    const ScanItem *item = assessor->files->items.items[which];
    ScanVerdict *verdict = &assessor->result.verdicts[which];
    Err err = query(assessor, worker, item);
    if (err != ERR_OK)
        return diag_set(&worker->failure, err, N_("There is not enough memory."));
    Findings findings = {0};
    ScanMatchVec *found = &worker->found;
    size_t kept = 0, weighed = found->len < SCAN_WEIGHED_MAX ? found->len : SCAN_WEIGHED_MAX;
    size_t passed_over = found->len - weighed;
    for (size_t i = 0; i < weighed; i++) {
        ListEntry entry;
        const Match *match = &found->items[i].match;
        arena_reset(worker->scratch);
        TRY(list_entry(assessor->options->lists[match->list], match->entry, worker->scratch, &entry,
                       &worker->failure));
        if (weigh(assessor, item, match, &entry, &findings))
            found->items[kept++] = found->items[i];
    }
    found->len = kept;
    findings.is_partly = findings.is_near && !findings.is_known && item->video != NULL &&
                         video_matched_share(&worker->video) < VIDEO_SHARE_USUAL;
    verdict->class = class_of(item, &findings);
    verdict->flags = flags_of(item, &findings);
    err = keep_matches(assessor, found, verdict);
    verdict->match_total += (uint32_t)passed_over;
    return err == ERR_OK ? err : diag_set(&worker->failure, err, N_("There is not enough memory."));
}

static void assess_batch(void *argument, int number) {
    Batch *batch = argument;
    Assessor *assessor = batch->assessor;
    Worker *worker = &assessor->workers[number];
    for (size_t i = batch->from; i < batch->to && worker->failed == ERR_OK; i++)
        if (assessor->result.verdicts[i].duplicate_of == SCAN_NOT_DUPLICATE)
            worker->failed = assess_one(assessor, worker, i);
    free(batch);
}

static Err run_batches(Assessor *assessor, int jobs, Diag *diag) {
    _cleanup_(work_queue_freep) WorkQueue *queue = NULL;
    TRY(work_queue_new(jobs, (size_t)jobs * 4, assess_batch, &queue, diag));
    for (size_t from = 0; from < assessor->result.count; from += FILES_A_JOB) {
        Batch *batch = malloc(sizeof *batch);
        if (batch == NULL)
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
        size_t left = assessor->result.count - from;
        *batch = (Batch){assessor, from, from + (left < FILES_A_JOB ? left : FILES_A_JOB)};
        if (!work_queue_push(queue, batch))
            free(batch); // never: this queue is not cancelled
    }
    return ERR_OK;
}

static Err assess_all(Assessor *assessor, Diag *diag) {
    int jobs = assessor->options->jobs;
    assessor->workers = calloc((size_t)jobs, sizeof *assessor->workers);
    if (assessor->workers == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Err err = ERR_OK;
    for (int i = 0; i < jobs; i++) {
        assessor->workers[i].scratch = arena_new(SCAN_ENTRY_MEMORY);
        if (assessor->workers[i].scratch == NULL)
            err = diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    if (err == ERR_OK)
        err = run_batches(assessor, jobs, diag);
    for (int i = 0; i < jobs; i++) {
        Worker *worker = &assessor->workers[i];
        if (err == ERR_OK && worker->failed != ERR_OK) {
            err = worker->failed;
            if (diag != NULL)
                *diag = worker->failure;
        }
        arena_free(worker->scratch);
        vec_done(&worker->matches);
        vec_done(&worker->found);
        video_matches_done(&worker->video);
    }
    free(assessor->workers);
    return err;
}

static void inherit(Assessor *assessor) {
    for (size_t i = 0; i < assessor->result.count; i++) {
        ScanVerdict *verdict = &assessor->result.verdicts[i];
        uint32_t first = verdict->duplicate_of;
        if (first == SCAN_NOT_DUPLICATE)
            continue;
        *verdict = assessor->result.verdicts[first];
        verdict->duplicate_of = first;
    }
}

Err files_assess(const CollectedFiles *files, const AssessOptions *options, Assessment *ret,
                 Diag *diag) {
    Assessor assessor = {.files = files, .options = options};
    Assessment *result = &assessor.result;
    result->count = files->items.len;
    result->verdicts = calloc(result->count + 1, sizeof *result->verdicts);
    result->memory = arena_new(SIZE_MAX);
    if (result->verdicts == NULL || result->memory == NULL) {
        assessment_done(result);
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    for (size_t i = 0; i < result->count; i++)
        result->verdicts[i].duplicate_of = SCAN_NOT_DUPLICATE;
    pthread_mutex_init(&assessor.lock, NULL);
    Err err = find_duplicates(&assessor, diag);
    if (err == ERR_OK)
        err = assess_all(&assessor, diag);
    pthread_mutex_destroy(&assessor.lock);
    if (err == ERR_OK) {
        inherit(&assessor);
        err = assessment_stack(files, options->radius, result, diag);
    }
    if (err != ERR_OK) {
        assessment_done(result);
        return err;
    }
    assessment_count(files, result);
    *ret = *result;
    return ERR_OK;
}

void assessment_done(Assessment *assessment) {
    free(assessment->verdicts);
    vec_done(&assessment->stacks);
    arena_free(assessment->memory);
    *assessment = (Assessment){0};
}
