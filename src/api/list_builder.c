// The public library's making of lists, and the pictures of their videos.
#include "api/limits.h"
#include "api/objects.h"
#include "base/arena.h"

struct S7ListBuilder {
    ListBuilder *builder;
    bool is_spent; // written or finished, or an addition failed
};

S7Error s7_list_vpdq(const S7List *list, uint32_t entry, S7Vpdq **ret) {
    _cleanup_(arena_freep) Arena *scratch = arena_new(API_ENTRY_SCRATCH_BYTES);
    ListEntry found;
    if (scratch == NULL)
        return S7_ERROR_NO_MEMORY;
    Err err = list_entry(list->list, entry, scratch, &found, NULL);
    if (err != ERR_OK)
        return api_error_of(err);
    S7Vpdq *made = calloc(1, sizeof *made);
    VpdqFrame *frames = calloc(found.frame_count + 1, sizeof *frames);
    if (made == NULL || frames == NULL) {
        free(made);
        free(frames);
        return S7_ERROR_NO_MEMORY;
    }
    if (found.frame_count > 0)
        memcpy(frames, found.frames, found.frame_count * sizeof *frames);
    made->vpdq = (Vpdq){frames, found.frame_count};
    *ret = made;
    return S7_OK;
}

S7Error s7_list_builder_new(S7ListBuilder **ret) {
    S7ListBuilder *made = calloc(1, sizeof *made);
    if (made == NULL)
        return S7_ERROR_NO_MEMORY;
    Err err = list_builder_new(&made->builder);
    if (err != ERR_OK) {
        free(made);
        return api_error_of(err);
    }
    *ret = made;
    return S7_OK;
}

void s7_list_builder_free(S7ListBuilder *builder) {
    if (builder == NULL)
        return;
    list_builder_free(builder->builder);
    free(builder);
}

static Str str_from_text(S7Text text) {
    return str_of(text.ptr, text.len);
}

static ListEntry entry_from(const S7Entry *entry) {
    static const struct {
        unsigned theirs, ours;
    } BITS[] = {
        {S7_HAS_MD5, ENTRY_MD5},
        {S7_HAS_SHA1, ENTRY_SHA1},
        {S7_HAS_SHA256, ENTRY_SHA256},
        {S7_HAS_PDQ, ENTRY_PDQ},
        {S7_HAS_SIZE, ENTRY_SIZE},
        {S7_IS_WITHDRAWN, ENTRY_DELETED},
        {S7_IS_KNOWN_GOOD, ENTRY_KNOWN_GOOD},
    };
    ListEntry made = {
        .id = str_from_text(entry->id),
        .pdq_quality = entry->pdq_quality < 0 ? PDQ_QUALITY_UNKNOWN : (uint8_t)entry->pdq_quality,
        .size = entry->file_size,
        .scheme = str_from_text(entry->scheme),
        .scheme_version = str_from_text(entry->scheme_version),
        .category = str_from_text(entry->category),
        .media_type = str_from_text(entry->media_type),
    };
    for (size_t i = 0; i < sizeof BITS / sizeof BITS[0]; i++)
        made.has |= (entry->has & BITS[i].theirs) != 0 ? (unsigned)BITS[i].ours : 0;
    memcpy(made.md5, entry->digests.md5, sizeof made.md5);
    memcpy(made.sha1, entry->digests.sha1, sizeof made.sha1);
    memcpy(made.sha256, entry->digests.sha256, sizeof made.sha256);
    memcpy(&made.pdq, &entry->pdq, sizeof made.pdq);
    return made;
}

static bool may_add(const ListEntry *entry) {
    const unsigned MATCHABLE = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ | ENTRY_VPDQ;
    return (entry->has & ENTRY_DELETED) != 0 ? entry->id.len > 0 : (entry->has & MATCHABLE) != 0;
}

S7Error s7_list_builder_add(S7ListBuilder *builder, const S7Entry *entry, const S7VpdqFrame *frames,
                            size_t frame_count) {
    if (builder->is_spent || entry->size < sizeof *entry || entry->pdq_quality < -1 ||
        entry->pdq_quality > 100 || !api_are_frames(frames, frame_count))
        return S7_ERROR_INVALID;
    ListEntry made = entry_from(entry);
    if (frame_count > 0) {
        made.has |= ENTRY_VPDQ;
        made.frames = frames_of(frames);
        made.frame_count = frame_count;
    }
    if (!may_add(&made))
        return S7_ERROR_INVALID;
    Err err = list_builder_add(builder->builder, &made, NULL);
    builder->is_spent = err != ERR_OK;
    return api_error_of(err);
}

static bool meta_from(const S7ListMeta *meta, ListMeta *ret) {
    if (meta->size < sizeof *meta)
        return false;
    *ret = (ListMeta){.name = str_from(meta->name),
                      .issuer = str_from(meta->issuer),
                      .version = meta->version == 0 ? 1 : meta->version,
                      .created_ms = meta->created_ms,
                      .sources_json = STR("[]")};
    return true;
}

S7Error s7_list_builder_write(S7ListBuilder *builder, const S7ListMeta *meta, const char *path) {
    ListMeta made;
    if (builder->is_spent || !meta_from(meta, &made))
        return S7_ERROR_INVALID;
    builder->is_spent = true;
    return api_error_of(list_builder_write(builder->builder, &made, path, NULL));
}

S7Error s7_list_builder_finish(S7ListBuilder *builder, const S7ListMeta *meta, S7List **ret) {
    ListMeta made;
    if (builder->is_spent || !meta_from(meta, &made))
        return S7_ERROR_INVALID;
    S7List *list = calloc(1, sizeof *list);
    if (list == NULL)
        return S7_ERROR_NO_MEMORY;
    builder->is_spent = true;
    Err err = list_builder_finish(builder->builder, &made, &list->list, NULL);
    if (err != ERR_OK) {
        free(list);
        return api_error_of(err);
    }
    *ret = list;
    return S7_OK;
}
