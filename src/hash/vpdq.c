// vPDQ: the text form and matching; see vpdq.h.
#include "hash/vpdq.h"

#include <inttypes.h>
#include <stdlib.h>

#include "hash/limits.h"

void vpdq_done(Vpdq *vpdq) {
    free(vpdq->frames);
    *vpdq = (Vpdq){0};
}

enum { FIELDS_MAX = 4 };

Err vpdq_seconds_read(Str text, int64_t *ret_ms) {
    Str whole = text, fraction = {0};
    uint64_t seconds;
    (void)str_cut(text, '.', &whole, &fraction);
    if (!str_to_u64(whole, &seconds))
        return ERR_SYNTAX;
    if (seconds > VPDQ_SECONDS_MAX)
        return ERR_RANGE;
    int64_t ten_thousandths = 0, unit = 1000;
    for (size_t i = 0; i < fraction.len; i++, unit /= 10) {
        if (fraction.ptr[i] < '0' || fraction.ptr[i] > '9')
            return ERR_SYNTAX;
        ten_thousandths += (fraction.ptr[i] - '0') * unit;
    }
    *ret_ms = (int64_t)seconds * 1000 + (ten_thousandths + 5) / 10;
    return ERR_OK;
}

static Err parse_quality(Str text, uint32_t *ret) {
    uint64_t quality;
    if (!str_to_u64(text, &quality))
        return ERR_SYNTAX;
    if (quality > 100)
        return ERR_RANGE;
    *ret = (uint32_t)quality;
    return ERR_OK;
}

Err vpdq_line_read(Str line, uint64_t index, VpdqFrame *ret) {
    Str fields[FIELDS_MAX], rest = line;
    int count = 0, hash_at = -1;
    VpdqFrame frame = {.number = index};
    while (count < FIELDS_MAX) {
        Str field = rest, tail = {0};
        bool has_more = str_cut(rest, ',', &field, &tail);
        fields[count] = str_trim(field);
        if (hash_at < 0 && count < 3 && pdq_from_hex(fields[count], &frame.hash))
            hash_at = count;
        count++;
        if (!has_more)
            break;
        rest = tail;
    }
    // Where quality stands, for each place of the hash; the time is always the last.
    static const int QUALITY_AT[3] = {1, 2, 1};
    if (hash_at < 0 || count < (hash_at == 0 ? 3 : 4))
        return ERR_SYNTAX;
    if (hash_at > 0 && !str_to_u64(fields[0], &frame.number))
        return ERR_SYNTAX;
    TRY(parse_quality(fields[QUALITY_AT[hash_at]], &frame.quality));
    TRY(vpdq_seconds_read(fields[hash_at == 0 ? 2 : 3], &frame.time_ms));
    *ret = frame;
    return ERR_OK;
}

static Err add(Vpdq *to, size_t *io_capacity, const VpdqFrame *frame) {
    if (to->count == VPDQ_FRAMES_MAX)
        return ERR_LIMIT;
    if (to->count == *io_capacity) {
        size_t capacity = *io_capacity == 0 ? 64 : *io_capacity * 2;
        VpdqFrame *frames = reallocarray(to->frames, capacity, sizeof *frames);
        if (frames == NULL)
            return ERR_NOMEM;
        to->frames = frames;
        *io_capacity = capacity;
    }
    to->frames[to->count++] = *frame;
    return ERR_OK;
}

static Err fail(Diag *diag, Err err, int64_t line) {
    const char *text =
        err == ERR_NOMEM   ? N_("There is not enough memory.")
        : err == ERR_LIMIT ? N_("The video hash has more pictures than are allowed.")
        : err == ERR_RANGE
            ? N_("A number in line {record} is out of range: quality goes from 0 to 100.")
            : N_("Line {record} is no picture of a video hash: frame number, quality, hash and "
                 "seconds were expected, with commas between.");
    diag_set(diag, err, text);
    diag_place(diag, -1, line);
    return err;
}

Err vpdq_read(Str text, Vpdq *ret, Diag *diag) {
    _cleanup_(vpdq_done) Vpdq vpdq = {0};
    size_t capacity = 0;
    if (str_has_prefix(text, STR("\xEF\xBB\xBF")))
        text = str_from_index(text, 3);
    for (int64_t number = 1; text.len > 0; number++) {
        Str line = text, tail = {0};
        (void)str_cut(text, '\n', &line, &tail);
        text = tail;
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        VpdqFrame frame;
        Err err = vpdq_line_read(line, vpdq.count, &frame);
        if (err == ERR_OK)
            err = add(&vpdq, &capacity, &frame);
        if (err != ERR_OK)
            return fail(diag, err, number);
    }
    *ret = vpdq;
    vpdq = (Vpdq){0};
    return ERR_OK;
}

void vpdq_write(StrBuf *out, const VpdqFrame *frames, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char hex[PDQ_HEX + 1];
        pdq_to_hex(&frames[i].hash, hex);
        strbuf_printf(out, "%" PRIu64 ",%" PRIu32 ",%s,%" PRId64 ".%03d\n", frames[i].number,
                      frames[i].quality, hex, frames[i].time_ms / 1000,
                      (int)(frames[i].time_ms % 1000));
    }
}

double vpdq_percent(size_t matched, size_t counted) {
    return counted == 0 ? 0 : (double)matched * 100 / (double)counted;
}

// The pictures that are good enough.
static Err choose(const Vpdq *from, const VpdqRule *rule, Vpdq *ret) {
    VpdqFrame *frames = malloc((from->count + 1) * sizeof *frames);
    if (frames == NULL)
        return ERR_NOMEM;
    size_t count = 0;
    for (size_t i = 0; i < from->count; i++)
        if ((int)from->frames[i].quality >= rule->quality_min)
            frames[count++] = from->frames[i];
    *ret = (Vpdq){frames, count};
    return ERR_OK;
}

static Err choose_both(const Vpdq *query, const Vpdq *target, const VpdqRule *rule, Vpdq *ret_query,
                       Vpdq *ret_target) {
    TRY(choose(query, rule, ret_query));
    TRY(choose(target, rule, ret_target));
    return ret_query->count != 0 && ret_target->count > VPDQ_PAIRS_MAX / ret_query->count
               ? ERR_LIMIT
               : ERR_OK;
}

static size_t count_matched(const Vpdq *of, const Vpdq *in, int radius) {
    size_t matched = 0;
    for (size_t i = 0; i < of->count; i++) {
        size_t j = 0;
        while (j < in->count && pdq_distance(&of->frames[i].hash, &in->frames[j].hash) > radius)
            j++;
        matched += j < in->count;
    }
    return matched;
}

Err vpdq_match(const Vpdq *query, const Vpdq *target, const VpdqRule *rule, VpdqShares *ret) {
    _cleanup_(vpdq_done) Vpdq q = {0};
    _cleanup_(vpdq_done) Vpdq t = {0};
    TRY(choose_both(query, target, rule, &q, &t));
    *ret = (VpdqShares){
        .query_counted = q.count,
        .query_matched = count_matched(&q, &t, rule->radius),
        .target_counted = t.count,
        .target_matched = count_matched(&t, &q, rule->radius),
    };
    return ERR_OK;
}

// The nearest picture of the target within the radius, the first of equals; with `open`, only among
// those that continue it. `count` when there is none.
static size_t find_partner(const VpdqFrame *frame, const Vpdq *target, const VpdqRule *rule,
                           const VpdqSegment *open, int *ret_distance) {
    size_t best = target->count;
    int least = rule->radius + 1;
    for (size_t j = 0; j < target->count; j++) {
        const VpdqFrame *other = &target->frames[j];
        if (open != NULL) {
            int64_t drift =
                (other->time_ms - frame->time_ms) - (open->target_begin_ms - open->query_begin_ms);
            if (drift > rule->slack_ms || drift < -rule->slack_ms ||
                other->time_ms < open->target_end_ms)
                continue;
        }
        int distance = pdq_distance(&frame->hash, &other->hash);
        if (distance < least) {
            least = distance;
            best = j;
        }
    }
    *ret_distance = least;
    return best;
}

static Err add_segment(VpdqSegment **io_segments, size_t *io_count, const VpdqSegment *segment) {
    // A power of two is full.
    if ((*io_count & (*io_count - 1)) == 0) {
        size_t capacity = *io_count == 0 ? 1 : *io_count * 2;
        VpdqSegment *more = reallocarray(*io_segments, capacity, sizeof *more);
        if (more == NULL)
            return ERR_NOMEM;
        *io_segments = more;
    }
    (*io_segments)[(*io_count)++] = *segment;
    return ERR_OK;
}

Err vpdq_segments(const Vpdq *query, const Vpdq *target, const VpdqRule *rule, VpdqSegment **ret,
                  size_t *ret_count) {
    _cleanup_(vpdq_done) Vpdq q = {0};
    _cleanup_(vpdq_done) Vpdq t = {0};
    TRY(choose_both(query, target, rule, &q, &t));
    _cleanup_free_ VpdqSegment *segments = NULL;
    size_t count = 0;
    bool is_open = false;
    for (size_t i = 0; i < q.count; i++) {
        const VpdqFrame *frame = &q.frames[i];
        int distance;
        if (is_open) {
            VpdqSegment *last = &segments[count - 1];
            size_t j = find_partner(frame, &t, rule, last, &distance);
            if (j < t.count) {
                last->query_end_ms = frame->time_ms;
                last->target_end_ms = t.frames[j].time_ms;
                last->pictures++;
                last->distance = distance > last->distance ? distance : last->distance;
                continue;
            }
        }
        size_t j = find_partner(frame, &t, rule, NULL, &distance);
        is_open = j < t.count;
        if (!is_open)
            continue;
        VpdqSegment segment = {
            frame->time_ms, frame->time_ms, t.frames[j].time_ms, t.frames[j].time_ms, 1, distance};
        TRY(add_segment(&segments, &count, &segment));
    }
    *ret = TAKE(segments);
    *ret_count = count;
    return ERR_OK;
}
