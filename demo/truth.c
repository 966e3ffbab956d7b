// Writing truth/: NAME.json a picture, edits.json for every file, expected.json with the counts.
#include "truth.h"

#include <stdio.h>

#include "base/file.h"
#include "format/json.h"
#include "lists.h"

enum { TRUTH_MAX = 64 << 20 };

// What a scan with all lists at radius 31 should say of a file.
typedef enum Expect {
    EXPECT_UNKNOWN,
    EXPECT_KNOWN_EXACT,
    EXPECT_KNOWN_NEAR,
    EXPECT_KNOWN_GOOD,
    EXPECT_DAMAGED,
    EXPECTS
} Expect;
static const char *const EXPECT_NAMES[EXPECTS] = {"unknown", "known-exact", "known-near",
                                                  "known-good", "damaged"};

static Expect file_expect(const Plan *plan, const Original *original, const DemoFile *file) {
    bool is_same = file->edit == EDIT_NONE || file->edit == EDIT_COPY;
    if (is_same && original->role == ROLE_GOOD)
        return EXPECT_KNOWN_GOOD;
    unsigned by_digest = 0;
    for (int i = 0; i < LISTS; i++)
        if (LIST_FACTS[i].has_digests && !LIST_FACTS[i].is_good)
            by_digest |= 1u << i;
    if (is_same && original->lists & by_digest)
        return EXPECT_KNOWN_EXACT;
    if (file->edit == EDIT_TRUNCATED)
        return EXPECT_DAMAGED;
    for (int i = 0; i < plan->count && file->pdq_quality >= PDQ_QUALITY_MATCHABLE; i++)
        if (original_lists_pdq(&plan->originals[i]) &&
            pdq_distance(&file->pdq, &plan->originals[i].files[0].pdq) <= PDQ_RADIUS_USUAL)
            return EXPECT_KNOWN_NEAR;
    return EXPECT_UNKNOWN;
}

static void json_pair(JsonWriter *json, const char *key, const char *value) {
    json_key(json, key);
    json_text(json, value);
}
static void json_number(JsonWriter *json, const char *key, int64_t value) {
    json_key(json, key);
    json_i64(json, value);
}

static Err text_write(StrBuf *text, const char *root, const char *name, Diag *diag) {
    strbuf_put_byte(text, '\n');
    TRY(strbuf_err(text));
    char path[1024];
    snprintf(path, sizeof path, "%s/truth/%s", root, name);
    return file_replace(path, strbuf_str(text), false, diag);
}

static void clue_write(JsonWriter *json, const Clue *clue) {
    json_object_begin(json);
    json_pair(json, "clue", clue->id);
    json_pair(json, "value", clue->value);
    json_key(json, "box");
    json_array_begin(json);
    json_i64(json, (int64_t)clue->x);
    json_i64(json, (int64_t)clue->y);
    json_i64(json, (int64_t)ceil(clue->w));
    json_i64(json, (int64_t)ceil(clue->h));
    json_array_end(json);
    json_object_end(json);
}

static void file_place_write(JsonWriter *json, const DemoFile *file) {
    json_key(json, "path");
    if (!file->is_written)
        json_null(json);
    else
        json_text(json, file->archive < 0 ? file->path : archive_path(file->archive));
    json_key(json, "member");
    json_text(json, file->archive < 0 || !file->is_written ? NULL : file->path);
}

static Err sidecar_write(const Original *original, const char *root, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(TRUTH_MAX);
    JsonWriter json;
    json_writer_init(&json, &text);
    const DemoFile *file = &original->files[0];
    json_object_begin(&json);
    json_number(&json, "original", original->number);
    char seed[24];
    snprintf(seed, sizeof seed, "%016llx", (unsigned long long)original->seed);
    json_pair(&json, "seed", seed);
    json_pair(&json, "scene", SCENES[original->scene].name);
    json_pair(&json, "country", original->country->code);
    json_pair(&json, "language", original->country->language);
    json_number(&json, "width", original->width);
    json_number(&json, "height", original->height);
    file_place_write(&json, file);
    json_key(&json, "sha256");
    json_hex(&json, file->digests.sha256, SHA256_BYTES);
    json_key(&json, "pdq");
    json_hex(&json, file->pdq.bytes, PDQ_BYTES);
    json_number(&json, "quality", file->pdq_quality);
    json_key(&json, "clues");
    json_array_begin(&json);
    for (int i = 0; i < original->clues.count; i++)
        clue_write(&json, &original->clues.items[i]);
    json_array_end(&json);
    json_object_end(&json);
    char name[32];
    snprintf(name, sizeof name, "%05d.json", original->number);
    return text_write(&text, root, name, diag);
}

static void file_write(JsonWriter *json, const Plan *plan, const Original *original,
                       const DemoFile *file) {
    json_object_begin(json);
    file_place_write(json, file);
    json_number(json, "original", original->number);
    json_pair(json, "edit", edit_name(file->edit));
    json_pair(json, "format", image_extension(file->format));
    json_number(json, "width", file->width);
    json_number(json, "height", file->height);
    json_number(json, "size", (int64_t)file->size);
    json_key(json, "md5");
    json_hex(json, file->digests.md5, MD5_BYTES);
    json_key(json, "sha256");
    json_hex(json, file->digests.sha256, SHA256_BYTES);
    json_number(json, "quality", file->pdq_quality);
    json_key(json, "distance");
    if (file->edit == EDIT_TRUNCATED)
        json_null(json);
    else
        json_i64(json, file->distance);
    bool is_same = file->edit == EDIT_NONE || file->edit == EDIT_COPY;
    bool is_near = file->distance <= PDQ_RADIUS_USUAL &&
                   file->pdq_quality >= PDQ_QUALITY_MATCHABLE &&
                   original->files[0].pdq_quality >= PDQ_QUALITY_MATCHABLE;
    json_pair(json, "relation",
              is_same                        ? "same-bytes"
              : file->edit == EDIT_TRUNCATED ? "damaged"
              : is_near                      ? "near"
                                             : "far");
    json_pair(json, "expect", EXPECT_NAMES[file_expect(plan, original, file)]);
    json_object_end(json);
}

static Err edits_write(const Plan *plan, const char *root, Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(TRUTH_MAX);
    JsonWriter json;
    json_writer_init(&json, &text);
    json_array_begin(&json);
    for (int i = 0; i < plan->count; i++)
        for (int k = 0; k < plan->originals[i].file_count; k++)
            if (plan->originals[i].files[k].is_written)
                file_write(&json, plan, &plan->originals[i], &plan->originals[i].files[k]);
    json_array_end(&json);
    return text_write(&text, root, "edits.json", diag);
}

static Err expected_write(const Plan *plan, const StrayCounts *strays, const char *root,
                          Diag *diag) {
    int expects[EXPECTS] = {0}, edits[EDIT_KINDS] = {0}, in_archives = 0, images = 0;
    for (int i = 0; i < plan->count; i++)
        for (int k = 0; k < plan->originals[i].file_count; k++) {
            const DemoFile *file = &plan->originals[i].files[k];
            if (!file->is_written)
                continue;
            images++;
            in_archives += file->archive >= 0;
            edits[file->edit]++;
            expects[file_expect(plan, &plan->originals[i], file)]++;
        }
    _cleanup_strbuf_ StrBuf text = STRBUF(TRUTH_MAX);
    JsonWriter json;
    json_writer_init(&json, &text);
    json_object_begin(&json);
    json_number(&json, "pictures", plan->count);
    json_number(&json, "images", images);
    json_number(&json, "images_in_archives", in_archives);
    json_number(&json, "archives", ARCHIVES);
    json_number(&json, "texts", strays->texts);
    json_number(&json, "empty", strays->empties);
    json_number(&json, "broken_images", strays->broken_images);
    json_key(&json, "expect");
    json_object_begin(&json);
    for (int i = 0; i < EXPECTS; i++)
        json_number(&json, EXPECT_NAMES[i], expects[i]);
    json_object_end(&json);
    json_key(&json, "edits");
    json_object_begin(&json);
    for (int i = 0; i < EDIT_KINDS; i++)
        json_number(&json, edit_name((EditKind)i), edits[i]);
    json_object_end(&json);
    json_object_end(&json);
    return text_write(&text, root, "expected.json", diag);
}

Err truth_write(const Plan *plan, const StrayCounts *strays, const char *root, Diag *diag) {
    for (int i = 0; i < plan->count; i++)
        TRY(sidecar_write(&plan->originals[i], root, diag));
    TRY(edits_write(plan, root, diag));
    return expected_write(plan, strays, root, diag);
}
