// The public library survives want of memory: everything it makes, once through.
#include "fault.h"

#include "hash/pdq.h"
#include "index/list.h"
#include "pictures.h"
#include "seventh.h"

enum { WIDTH = 520, HEIGHT = 40 };

static char path[256];
static uint8_t *pixels;

static Err err_of(S7Error error) {
    return error == S7_OK ? ERR_OK : error == S7_ERROR_NO_MEMORY ? ERR_NOMEM : ERR_INTERNAL;
}

static Err list_is_written(void) {
    _cleanup_(list_builder_freep) ListBuilder *builder = NULL;
    TRY(list_builder_new(&builder));
    for (int i = 0; i < 40; i++) {
        ListEntry entry = {.id = STR("entry"), .has = ENTRY_MD5 | ENTRY_PDQ, .pdq_quality = 90};
        memset(entry.md5, i, sizeof entry.md5);
        memset(entry.pdq.bytes, i * 5, sizeof entry.pdq.bytes);
        TRY(list_builder_add(builder, &entry, NULL));
    }
    ListMeta meta = {.name = STR("n"), .issuer = STR("i"), .version = 1, .sources_json = STR("[]")};
    return list_builder_write(builder, &meta, path, NULL);
}

static S7Error ask(const S7List *list, const S7Matcher *matcher) {
    uint8_t md5[16];
    S7Match matches[4];
    size_t count;
    memset(md5, 7, sizeof md5);
    S7Query query = {.size = sizeof query, .md5 = md5, .radius = 31, .pdq_quality = 100};
    S7Error error = s7_match(matcher, &query, matches, 4, &count);
    if (error != S7_OK)
        return error;
    CHECK_INT(count, 1);
    S7Entry entry = {.size = sizeof entry};
    return s7_list_entry(list, matches[0].entry, &entry);
}

static Err list_is_matched(void) {
    S7List *list = NULL;
    S7Matcher *matcher = NULL;
    S7Error error = s7_list_open(path, &list);
    if (error == S7_OK)
        error = s7_matcher_new((const S7List *const[]){list}, 1, &matcher);
    if (error == S7_OK)
        error = ask(list, matcher);
    s7_matcher_free(matcher);
    s7_list_free(list);
    return err_of(error);
}

static S7Error ask_videos(const S7List *list, const S7VpdqFrame *frames, size_t count) {
    S7Matcher *matcher = NULL;
    S7VideoMatches *matches = NULL;
    S7Vpdq *video = NULL;
    S7Error error = s7_matcher_new((const S7List *const[]){list}, 1, &matcher);
    if (error == S7_OK)
        error = s7_match_video(matcher, frames, count, NULL, &matches);
    if (error == S7_OK) {
        CHECK_INT(s7_video_matches_count(matches), 1);
        error = s7_list_vpdq(list, 0, &video);
    }
    s7_vpdq_free(video);
    s7_video_matches_free(matches);
    s7_matcher_free(matcher);
    return error;
}

static Err video_list_is_made_and_asked(void) {
    S7VpdqFrame frames[20] = {{.quality = 90}};
    S7ListBuilder *builder = NULL;
    S7List *list = NULL;
    S7Entry entry = {.size = sizeof entry, .pdq_quality = -1, .id = {"v", 1}};
    S7ListMeta meta = {.size = sizeof meta, .name = "n"};
    for (int i = 0; i < 20; i++) {
        frames[i] = (S7VpdqFrame){.number = (uint64_t)i, .time_ms = i * 1000, .quality = 90};
        memset(frames[i].hash.bytes, i * 11, sizeof frames[i].hash.bytes);
    }
    S7Error error = s7_list_builder_new(&builder);
    if (error == S7_OK)
        error = s7_list_builder_add(builder, &entry, frames, 20);
    if (error == S7_OK)
        error = s7_list_builder_finish(builder, &meta, &list);
    if (error == S7_OK)
        error = ask_videos(list, frames, 20);
    s7_list_free(list);
    s7_list_builder_free(builder);
    return err_of(error);
}

static Err video_text_is_read(void) {
    static const char TEXT[] =
        "0,100,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,0.000\n";
    S7Vpdq *video = NULL;
    S7Error error = s7_vpdq_parse(TEXT, sizeof TEXT - 1, &video);
    s7_vpdq_free(video);
    return err_of(error);
}

static Err picture_is_hashed(void) {
    S7Image image = {pixels, WIDTH, HEIGHT, WIDTH * 3, S7_PIXELS_RGB};
    S7Pdq hashes[S7_PDQ_TURNS];
    return err_of(s7_pdq_dihedral(&image, S7_PDQ_512, hashes, NULL));
}

static Err four_byte_pixels_are_hashed(void) {
    S7Image image = {pixels, WIDTH / 2, HEIGHT, WIDTH * 3, S7_PIXELS_BGRA};
    S7Pdq hash;
    return err_of(s7_pdq(&image, S7_PDQ_FULL, &hash, NULL));
}

static Err file_is_digested(void) {
    S7Digests digests;
    return err_of(s7_digests_of_file(path, &digests));
}

TEST(the_library_survives_want_of_memory)
{
    snprintf(path, sizeof path, "%s/known.s7list", t_folder());
    pixels = picture_rgb(PICTURE_PLASMA, WIDTH, HEIGHT, 1);
    REQUIRE(pixels != NULL);
    FAULT_SWEEP(list_is_written);
    FAULT_SWEEP(list_is_matched);
    FAULT_SWEEP(picture_is_hashed);
    FAULT_SWEEP(video_list_is_made_and_asked);
    FAULT_SWEEP(video_text_is_read);
    FAULT_SWEEP(four_byte_pixels_are_hashed);
    FAULT_SWEEP(file_is_digested);
    free(pixels);
}
