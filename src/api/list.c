// The public library's lists and matching.
#include "api/limits.h"
#include "api/objects.h"
#include "base/arena.h"

_Static_assert((int)S7_PDQ == (int)MATCH_BY_PDQ && (int)S7_SHA256 == (int)DIGEST_SHA256 &&
                   (int)S7_FRAME == (int)MATCH_BY_FRAME && (int)S7_VPDQ == (int)MATCH_BY_VPDQ,
               "same order");
_Static_assert((int)S7_MATCH_NEAR == (int)MATCH_NEAR && (int)S7_RADIUS_MAX == (int)MATCH_RADIUS_MAX,
               "same numbers");

static S7Text text_of(Str s) {
    return (S7Text){s.ptr, s.len};
}

S7Error s7_list_open(const char *path, S7List **ret) {
    S7List *made = calloc(1, sizeof *made);
    if (made == NULL)
        return S7_ERROR_NO_MEMORY;
    Err err = list_open(path, &made->list, NULL);
    if (err != ERR_OK) {
        free(made);
        return api_error_of(err);
    }
    *ret = made;
    return S7_OK;
}

void s7_list_free(S7List *list) {
    if (list == NULL)
        return;
    list_free(list->list);
    free(list);
}

S7Error s7_list_check(const S7List *list) {
    return api_error_of(list_check(list->list, NULL));
}

static ListMeta meta_of(const S7List *list) {
    ListMeta meta;
    list_meta(list->list, &meta);
    return meta;
}

S7Text s7_list_name(const S7List *list) {
    return text_of(meta_of(list).name);
}

S7Text s7_list_issuer(const S7List *list) {
    return text_of(meta_of(list).issuer);
}

uint64_t s7_list_version(const S7List *list) {
    return meta_of(list).version;
}

uint32_t s7_list_count(const S7List *list) {
    return list_count(list->list);
}

static unsigned has_of(unsigned has) {
    static const struct {
        unsigned ours, theirs;
    } BITS[] = {
        {ENTRY_MD5, S7_HAS_MD5},
        {ENTRY_SHA1, S7_HAS_SHA1},
        {ENTRY_SHA256, S7_HAS_SHA256},
        {ENTRY_PDQ, S7_HAS_PDQ},
        {ENTRY_SIZE, S7_HAS_SIZE},
        {ENTRY_DELETED, S7_IS_WITHDRAWN},
        {ENTRY_KNOWN_GOOD, S7_IS_KNOWN_GOOD},
        {ENTRY_VPDQ, S7_HAS_VPDQ},
    };
    unsigned theirs = 0;
    for (size_t i = 0; i < sizeof BITS / sizeof BITS[0]; i++)
        theirs |= has & BITS[i].ours ? BITS[i].theirs : 0;
    return theirs;
}

// In this first version of the struct every caller has all of it; when members are added, older
// callers get the first ones.
S7Error s7_list_entry(const S7List *list, uint32_t entry, S7Entry *io_entry) {
    if (io_entry->size < sizeof(S7Entry))
        return S7_ERROR_INVALID;
    _cleanup_(arena_freep) Arena *scratch = arena_new(API_ENTRY_SCRATCH_BYTES);
    if (scratch == NULL)
        return S7_ERROR_NO_MEMORY;
    ListEntry found;
    Err err = list_entry(list->list, entry, scratch, &found, NULL);
    if (err != ERR_OK)
        return api_error_of(err);
    S7Entry answer = {
        .size = io_entry->size,
        .has = has_of(found.has),
        .pdq_quality = found.pdq_quality == PDQ_QUALITY_UNKNOWN ? -1 : found.pdq_quality,
        .file_size = found.has & ENTRY_SIZE ? found.size : 0,
        .id = text_of(found.id),
        .scheme = text_of(found.scheme),
        .scheme_version = text_of(found.scheme_version),
        .category = text_of(found.category),
        .media_type = text_of(found.media_type),
    };
    memcpy(answer.digests.md5, found.md5, sizeof answer.digests.md5);
    memcpy(answer.digests.sha1, found.sha1, sizeof answer.digests.sha1);
    memcpy(answer.digests.sha256, found.sha256, sizeof answer.digests.sha256);
    memcpy(&answer.pdq, &found.pdq, sizeof answer.pdq);
    *io_entry = answer;
    return S7_OK;
}

S7Error s7_matcher_new(const S7List *const *lists, size_t count, S7Matcher **ret) {
    S7Matcher *made = calloc(1, sizeof *made);
    _cleanup_free_ const List **inner = calloc(count + 1, sizeof *inner);
    Err err = made == NULL || inner == NULL ? ERR_NOMEM : ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count; i++)
        inner[i] = lists[i]->list;
    if (err == ERR_OK)
        err = matcher_new(inner, count, &made->matcher, NULL);
    if (err != ERR_OK) {
        free(made);
        return api_error_of(err);
    }
    *ret = made;
    return S7_OK;
}

void s7_matcher_free(S7Matcher *matcher) {
    if (matcher == NULL)
        return;
    matcher_free(matcher->matcher);
    free(matcher);
}

static MatchQuery query_of(const S7Query *query) {
    MatchQuery inner = {
        .pdq_quality = query->pdq_quality,
        .radius = query->radius,
        .is_exhaustive = query->is_exhaustive != 0,
        .has_pdq = query->pdq != NULL,
    };
    inner.digests.has = (query->md5 != NULL ? 1u << DIGEST_MD5 : 0) |
                        (query->sha1 != NULL ? 1u << DIGEST_SHA1 : 0) |
                        (query->sha256 != NULL ? 1u << DIGEST_SHA256 : 0);
    if (query->md5 != NULL)
        memcpy(inner.digests.md5, query->md5, MD5_BYTES);
    if (query->sha1 != NULL)
        memcpy(inner.digests.sha1, query->sha1, SHA1_BYTES);
    if (query->sha256 != NULL)
        memcpy(inner.digests.sha256, query->sha256, SHA256_BYTES);
    if (query->pdq != NULL)
        memcpy(&inner.pdq, query->pdq, sizeof inner.pdq);
    return inner;
}

S7Error s7_match(const S7Matcher *matcher, const S7Query *query, S7Match *ret_matches,
                 size_t capacity, size_t *ret_count) {
    if (query->size < sizeof(S7Query) || query->radius < 0 || query->radius > MATCH_RADIUS_MAX)
        return S7_ERROR_INVALID;
    MatchQuery inner = query_of(query);
    MatchVec matches = {0};
    Err err = matcher_query(matcher->matcher, &inner, &matches);
    for (size_t i = 0; err == ERR_OK && i < matches.len && i < capacity; i++) {
        const Match *match = &matches.items[i];
        ret_matches[i] = (S7Match){
            .list = match->list,
            .entry = match->entry,
            .kind = match->kind == MATCH_NEAR ? S7_MATCH_NEAR : S7_MATCH_EXACT,
            .algorithm = (S7Algorithm)match->algorithm,
            .distance = match->distance,
            .frame = match->frame,
        };
    }
    if (err == ERR_OK)
        *ret_count = matches.len;
    vec_done(&matches);
    return api_error_of(err);
}
