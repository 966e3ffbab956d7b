// Writes what was found out about one file as members of a JSON object.
#include "workspace/item_json.h"

#include <stdio.h>

#include "base/encoding.h"
#include "base/utf8.h"

void item_json_path(JsonWriter *json, Str path) {
    json_key(json, "path");
    json_str(json, path);
    if (!utf8_is_valid(path)) {
        json_key(json, "path_hex");
        json_hex(json, (const uint8_t *)path.ptr, path.len);
    }
}

void item_json_digests(JsonWriter *json, const Digests *digests) {
    const uint8_t *const bytes[DIGEST_KINDS] = {digests->md5, digests->sha1, digests->sha256};
    for (int kind = 0; kind < DIGEST_KINDS; kind++) {
        if ((digests->has & 1u << kind) == 0)
            continue;
        json_key(json, digest_name(kind));
        json_hex(json, bytes[kind], digest_size(kind));
    }
}

static void put_variant(JsonWriter *json, const ScanItem *item, PdqVariant variant) {
    // Another key, so that no reader takes an approximate hash for a real one.
    const char *name = item->is_approximate  ? variant == PDQ_FULL ? "pdq_fast" : "pdq512_fast"
                       : variant == PDQ_FULL ? "pdq"
                                             : "pdq512";
    for (int turn = 0; turn < PDQ_TURNS; turn++) {
        const PdqHash *hash = scan_item_pdq(item, variant, turn);
        if (hash == NULL)
            continue;
        char key[32];
        snprintf(key, sizeof key, turn == PDQ_ORIGINAL ? "%s%s" : "%s_%s", name,
                 pdq_turn_name(turn));
        json_key(json, key);
        json_hex(json, hash->bytes, PDQ_BYTES);
    }
}

void item_json_hashes(JsonWriter *json, const ScanItem *item) {
    if (item->has == 0)
        return;
    if (item->is_approximate) {
        json_key(json, "approximate");
        json_bool(json, true);
    }
    put_variant(json, item, PDQ_FULL);
    put_variant(json, item, PDQ_512);
    bool has_full = (item->has & MEDIA_PDQ) != 0;
    json_key(json, "quality");
    json_i64(json, item->quality[has_full ? PDQ_FULL : PDQ_512]);
    if (has_full && (item->has & MEDIA_PDQ512) != 0) {
        json_key(json, "quality512");
        json_i64(json, item->quality[PDQ_512]);
    }
}

void item_json_video(JsonWriter *json, const ScanItem *item) {
    if (item->video == NULL)
        return;
    if (item->video->duration_ms > 0)
        json_seconds(json, "duration", item->video->duration_ms);
    json_vpdq(json, item->video->frames, item->video->frame_count);
}

void item_problem_put(StrBuf *out, const Lang *lang, Str path, const ScanProblem *problem) {
    Diag diag = problem->diag;
    diag_file(&diag, path);
    tr_diag(out, lang, &diag);
}
