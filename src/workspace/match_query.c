// Reads hashes given as text.
#include "workspace/match_query.h"

#include "base/encoding.h"

// The text in lower case when it is hexadecimal.
static bool hex_lower(Str text, char *ret) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        ret[i] = c;
    }
    ret[text.len] = '\0';
    return true;
}

static bool query_base32(Str text, MatchQuery *query, char *ret_text) {
    size_t n;
    if (text.len != 32 || !base32_decode(text, query->digests.sha1, SHA1_BYTES, &n) ||
        n != SHA1_BYTES)
        return false;
    query->digests.has = 1u << DIGEST_SHA1;
    memcpy(ret_text, text.ptr, text.len);
    ret_text[text.len] = '\0';
    return true;
}

bool match_query_from(Str text, int radius, MatchQuery *ret, char ret_text[QUERY_TEXT_MAX + 1]) {
    MatchQuery query = {.radius = radius, .pdq_quality = 100, .is_exhaustive = true};
    text = str_trim(text);
    if (text.len > QUERY_TEXT_MAX)
        return false;
    bool is_known = false;
    if (!hex_lower(text, ret_text)) {
        is_known = query_base32(text, &query, ret_text);
    } else if (text.len == 2 * MD5_BYTES) {
        query.digests.has = 1u << DIGEST_MD5;
        is_known = hex_decode(text, query.digests.md5, MD5_BYTES);
    } else if (text.len == 2 * SHA1_BYTES) {
        query.digests.has = 1u << DIGEST_SHA1;
        is_known = hex_decode(text, query.digests.sha1, SHA1_BYTES);
    } else if (text.len == 2 * SHA256_BYTES) {
        query.digests.has = 1u << DIGEST_SHA256;
        query.has_pdq = true;
        is_known = hex_decode(text, query.digests.sha256, SHA256_BYTES) &&
                   hex_decode(text, query.pdq.bytes, PDQ_BYTES);
    }
    if (is_known)
        *ret = query;
    return is_known;
}
