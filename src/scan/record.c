// Writes and reads the bytes of a ScanItem.
#include "scan/record.h"

#include "base/bytes.h"
#include "hash/limits.h"
#include "scan/limits.h"

enum { FRAME_BYTES = 8 + 8 + 1 + PDQ_BYTES }; // of one picture of a video

void interner_done(Interner *interner) {
    for (size_t i = 0; i < interner->texts.len; i++)
        free(interner->texts.items[i]);
    vec_done(&interner->texts);
}

const char *interner_get(Interner *interner, Str text) {
    size_t len = text.len == 0 ? 0 : strnlen(text.ptr, text.len);
    for (size_t i = 0; i < interner->texts.len; i++)
        if (str_equal(str_from(interner->texts.items[i]), str_of(text.ptr, len)))
            return interner->texts.items[i];
    if (interner->texts.len >= SCAN_INTERNED_MAX)
        return NULL;
    char *copy = len == 0 ? strdup("") : strndup(text.ptr, len);
    if (copy == NULL || !vec_push(&interner->texts, copy)) {
        interner->is_out_of_memory = true;
        free(copy);
        return NULL;
    }
    return copy;
}

void record_put_u8(StrBuf *out, uint8_t value) {
    strbuf_put_byte(out, (char)value);
}

void record_put_u32(StrBuf *out, uint32_t value) {
    char bytes[4];
    store_le32(bytes, value);
    strbuf_put(out, str_of(bytes, sizeof bytes));
}

void record_put_u64(StrBuf *out, uint64_t value) {
    char bytes[8];
    store_le64(bytes, value);
    strbuf_put(out, str_of(bytes, sizeof bytes));
}

void record_put_text(StrBuf *out, Str text) {
    record_put_u32(out, (uint32_t)text.len);
    strbuf_put(out, text);
}

void record_bytes(RecordReader *reader, void *ret, size_t n) {
    if (reader->is_bad || reader->rest.len < n) {
        reader->is_bad = true;
        memset(ret, 0, n);
        return;
    }
    memcpy(ret, reader->rest.ptr, n);
    reader->rest = str_from_index(reader->rest, n);
}

uint8_t record_u8(RecordReader *reader) {
    uint8_t value;
    record_bytes(reader, &value, 1);
    return value;
}

uint32_t record_u32(RecordReader *reader) {
    uint8_t bytes[4];
    record_bytes(reader, bytes, sizeof bytes);
    return load_le32(bytes);
}

uint64_t record_u64(RecordReader *reader) {
    uint8_t bytes[8];
    record_bytes(reader, bytes, sizeof bytes);
    return load_le64(bytes);
}

Str record_text(RecordReader *reader) {
    uint32_t len = record_u32(reader);
    if (reader->is_bad || reader->rest.len < len) {
        reader->is_bad = true;
        return (Str){0};
    }
    Str text = str_of(reader->rest.ptr, len);
    reader->rest = str_from_index(reader->rest, len);
    return text;
}

void scan_problem_put(StrBuf *out, const ScanProblem *problem) {
    record_put_text(out, str_from(problem->id));
    record_put_u8(out, (uint8_t)problem->diag.err);
    record_put_text(out, str_from(problem->diag.msgid));
    record_put_u64(out, (uint64_t)problem->diag.offset);
    record_put_u64(out, (uint64_t)problem->diag.record);
    record_put_u8(out, (uint8_t)problem->diag.arg_count);
    for (int i = 0; i < problem->diag.arg_count; i++) {
        record_put_text(out, str_from(problem->diag.args[i].name));
        record_put_text(out, str_from(problem->diag.args[i].text));
    }
}

bool record_problem(RecordReader *reader, Interner *interner, ScanProblem *ret) {
    ScanProblem problem = {.id = interner_get(interner, record_text(reader))};
    uint8_t err = record_u8(reader);
    const char *msgid = interner_get(interner, record_text(reader));
    if (reader->is_bad || problem.id == NULL || msgid == NULL || err >= ERR_CLASS_COUNT)
        return false;
    diag_set(&problem.diag, err, msgid);
    int64_t offset = (int64_t)record_u64(reader), record = (int64_t)record_u64(reader);
    diag_place(&problem.diag, offset, record);
    uint8_t args = record_u8(reader);
    if (args > DIAG_ARGS_MAX)
        return false;
    for (uint8_t i = 0; i < args; i++) {
        const char *name = interner_get(interner, record_text(reader));
        Str text = record_text(reader);
        if (reader->is_bad || name == NULL)
            return false;
        diag_arg(&problem.diag, name, text);
    }
    *ret = problem;
    return !reader->is_bad;
}

static void put_video(StrBuf *out, const MediaVideo *video) {
    record_put_u8(out, video != NULL);
    if (video == NULL)
        return;
    record_put_u64(out, (uint64_t)video->duration_ms);
    record_put_u32(out, (uint32_t)video->frame_count);
    for (size_t i = 0; i < video->frame_count; i++) {
        const VpdqFrame *frame = &video->frames[i];
        record_put_u64(out, frame->number);
        record_put_u64(out, (uint64_t)frame->time_ms);
        record_put_u8(out, (uint8_t)frame->quality);
        strbuf_put(out, str_of(frame->hash.bytes, PDQ_BYTES));
    }
}

void scan_item_put(StrBuf *out, const ScanItem *item) {
    record_put_text(out, scan_item_path(item));
    record_put_u32(out, item->ordinal);
    record_put_u32(out, (uint32_t)item->file_len);
    record_put_u64(out, item->file_size);
    record_put_u64(out, (uint64_t)item->file_mtime_ns);
    record_put_u64(out, item->size);
    record_put_text(out, str_from(item->type.mime));
    record_put_u8(out, (uint8_t)item->type.class);
    record_put_u32(out, item->width);
    record_put_u32(out, item->height);
    record_put_u32(out, item->frames);
    record_put_u8(out, item->is_truncated);
    record_put_u8(out, (uint8_t)item->digests.has);
    strbuf_put(out, str_of(item->digests.md5, MD5_BYTES));
    strbuf_put(out, str_of(item->digests.sha1, SHA1_BYTES));
    strbuf_put(out, str_of(item->digests.sha256, SHA256_BYTES));
    record_put_u8(out, (uint8_t)item->has);
    record_put_u8(out, (uint8_t)item->hash_turns);
    record_put_u8(out, (uint8_t)item->quality[PDQ_FULL]);
    record_put_u8(out, (uint8_t)item->quality[PDQ_512]);
    int hashes = __builtin_popcount(item->has) * item->hash_turns;
    strbuf_put(out, str_of(item->hashes, (size_t)hashes * sizeof *item->hashes));
    record_put_u8(out, (uint8_t)item->fact_count);
    record_put_text(out, str_of(item->facts, item->facts_len));
    put_video(out, item->video);
    record_put_u8(out, item->problem != NULL);
    if (item->problem != NULL)
        scan_problem_put(out, item->problem);
}

static Err parse_hashes(RecordReader *reader, ScanItem *item) {
    item->has = record_u8(reader);
    item->hash_turns = record_u8(reader);
    item->quality[PDQ_FULL] = record_u8(reader);
    item->quality[PDQ_512] = record_u8(reader);
    if ((item->has & ~(unsigned)(MEDIA_PDQ | MEDIA_PDQ512)) != 0 ||
        (item->hash_turns > 1 && item->hash_turns != PDQ_TURNS) || item->quality[PDQ_FULL] > 100 ||
        item->quality[PDQ_512] > 100)
        return ERR_CORRUPT;
    size_t n = (size_t)__builtin_popcount(item->has) * (size_t)item->hash_turns;
    if (n == 0)
        return item->has == 0 ? ERR_OK : ERR_CORRUPT;
    item->hashes = calloc(n, sizeof *item->hashes);
    if (item->hashes == NULL)
        return ERR_NOMEM;
    record_bytes(reader, item->hashes, n * sizeof *item->hashes);
    return reader->is_bad ? ERR_CORRUPT : ERR_OK;
}

static Err parse_facts(RecordReader *reader, ScanItem *item) {
    item->fact_count = record_u8(reader);
    Str block = record_text(reader);
    size_t nuls = 0;
    for (size_t i = 0; i < block.len; i++)
        nuls += block.ptr[i] == '\0';
    if (reader->is_bad || nuls != 2 * (size_t)item->fact_count ||
        (block.len > 0 && block.ptr[block.len - 1] != '\0'))
        return ERR_CORRUPT;
    if (block.len == 0)
        return ERR_OK;
    item->facts = malloc(block.len);
    if (item->facts == NULL)
        return ERR_NOMEM;
    memcpy(item->facts, block.ptr, block.len);
    item->facts_len = block.len;
    return ERR_OK;
}

// Numbers and times rise, as they do when they come from the worker.
static Err parse_frames(RecordReader *reader, MediaVideo *video) {
    for (size_t i = 0; i < video->frame_count; i++) {
        VpdqFrame *frame = &video->frames[i];
        frame->number = record_u64(reader);
        frame->time_ms = (int64_t)record_u64(reader);
        frame->quality = record_u8(reader);
        record_bytes(reader, frame->hash.bytes, PDQ_BYTES);
        if (reader->is_bad || frame->quality > 100 || frame->time_ms < 0 ||
            (uint64_t)frame->time_ms > VPDQ_TIME_MAX ||
            (i > 0 && (frame->number <= frame[-1].number || frame->time_ms < frame[-1].time_ms)))
            return ERR_CORRUPT;
    }
    return ERR_OK;
}

static Err parse_video(RecordReader *reader, ScanItem *item) {
    uint8_t has = record_u8(reader);
    if (has == 0)
        return reader->is_bad ? ERR_CORRUPT : ERR_OK;
    _cleanup_(media_video_done) MediaVideo video = {
        .width = item->width, .height = item->height, .is_truncated = item->is_truncated};
    video.duration_ms = (int64_t)record_u64(reader);
    uint32_t count = record_u32(reader);
    if (reader->is_bad || has != 1 || video.duration_ms < 0 || count > VPDQ_FRAMES_MAX ||
        reader->rest.len / FRAME_BYTES < count)
        return ERR_CORRUPT;
    video.frames = calloc((size_t)count + 1, sizeof *video.frames);
    if (video.frames == NULL)
        return ERR_NOMEM;
    video.frame_count = count;
    TRY(parse_frames(reader, &video));
    return scan_item_set_video(item, &video);
}

static bool parse_head(RecordReader *reader, Interner *interner, ScanItem *item) {
    item->file_size = record_u64(reader);
    item->file_mtime_ns = (int64_t)record_u64(reader);
    item->size = record_u64(reader);
    const char *mime = interner_get(interner, record_text(reader));
    uint8_t class = record_u8(reader);
    item->width = record_u32(reader);
    item->height = record_u32(reader);
    item->frames = record_u32(reader);
    item->is_truncated = record_u8(reader) != 0;
    item->digests.has = record_u8(reader);
    record_bytes(reader, item->digests.md5, MD5_BYTES);
    record_bytes(reader, item->digests.sha1, SHA1_BYTES);
    record_bytes(reader, item->digests.sha256, SHA256_BYTES);
    if (reader->is_bad || mime == NULL || class > MEDIA_CLASS_COMPRESSED ||
        item->digests.has >= 1u << DIGEST_KINDS)
        return false;
    item->type = (MediaType){mime, class};
    return true;
}

Err scan_item_parse(Str bytes, Interner *interner, ScanItem **ret) {
    RecordReader reader = {.rest = bytes};
    Str path = record_text(&reader);
    uint32_t ordinal = record_u32(&reader), file_len = record_u32(&reader);
    if (reader.is_bad || file_len > path.len || path.len == 0 || path.len > SCAN_PATH_MAX)
        return ERR_CORRUPT;
    _cleanup_(scan_item_freep) ScanItem *item = scan_item_new(path, file_len, ordinal);
    if (item == NULL)
        return ERR_NOMEM;
    if (!parse_head(&reader, interner, item))
        return interner->is_out_of_memory ? ERR_NOMEM : ERR_CORRUPT;
    TRY(parse_hashes(&reader, item));
    TRY(parse_facts(&reader, item));
    TRY(parse_video(&reader, item));
    if (record_u8(&reader) != 0) {
        ScanProblem problem;
        if (!record_problem(&reader, interner, &problem))
            return interner->is_out_of_memory ? ERR_NOMEM : ERR_CORRUPT;
        scan_item_set_problem(item, problem.id, &problem.diag);
        if (item->problem->id != problem.id)
            return ERR_NOMEM; // which then took the problem's place
    }
    if (reader.is_bad || reader.rest.len != 0)
        return ERR_CORRUPT;
    *ret = TAKE(item);
    return ERR_OK;
}
