// The public library against the rooms behind it.
#include "seventh.h"

#include <stdio.h>

#include "hash/digests.h"
#include "hash/pdq.h"
#include "index/list.h"
#include "pictures.h"
#include "t.h"

enum { WIDTH = 600, HEIGHT = 90 };

static PdqFacts facts_of(const uint8_t *rgb, PdqVariant variant) {
    PdqFacts facts[PDQ_VARIANTS] = {0};
    PdqRequest request = {WIDTH, HEIGHT, {true, true}, true};
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    CHECK_OK(pdq_stream_new(&request, &stream));
    pdq_stream_put_rgb(stream, rgb, HEIGHT);
    CHECK_OK(pdq_stream_finish(stream, facts));
    return facts[variant];
}

TEST(versions_and_errors)
{
    CHECK_STR(str_from(s7_version()), S7_VERSION);
    CHECK_STR(str_from(s7_version()), PROJECT_VERSION);
    char numbers[40];
    snprintf(numbers, sizeof numbers, "%d.%d.%d", S7_VERSION_MAJOR, S7_VERSION_MINOR,
             S7_VERSION_PATCH);
    CHECK_STR(str_from(s7_version()), numbers);
    for (int error = -1; error < 20; error++) {
        CHECK(strlen(s7_error_text((S7Error)error)) > 5);
        CHECK(strlen(s7_error_name((S7Error)error)) > 1);
    }
    CHECK_STR(str_from(s7_error_name(S7_ERROR_NOT_FOUND)), "not-found");
    CHECK_STR(str_from(s7_error_name((S7Error)99)), "internal");
    CHECK(strlen(s7_kernels()) > 3);
}

TEST(every_pixel_format_and_stride_gives_the_same_hash)
{
    _cleanup_free_ uint8_t *rgb = picture_rgb(PICTURE_PLASMA, WIDTH, HEIGHT, 4);
    enum { STRIDE = WIDTH * 4 + 13 };
    _cleanup_free_ uint8_t *wide = malloc((size_t)STRIDE * HEIGHT);
    REQUIRE(rgb != NULL && wide != NULL);
    static const S7PixelFormat FORMATS[] = {S7_PIXELS_RGB, S7_PIXELS_RGBA, S7_PIXELS_BGRA};
    for (int variant = 0; variant < 2; variant++) {
        PdqFacts expected = facts_of(rgb, (PdqVariant)variant);
        for (size_t f = 0; f < 3; f++) {
            memset(wide, 0x5A, (size_t)STRIDE * HEIGHT);
            size_t step = FORMATS[f] == S7_PIXELS_RGB ? 3 : 4;
            for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) {
                uint8_t *to = wide + i / WIDTH * STRIDE + i % WIDTH * step;
                for (size_t c = 0; c < 3; c++)
                    to[FORMATS[f] == S7_PIXELS_BGRA ? 2 - c : c] = rgb[3 * i + c];
            }
            S7Image image = {wide, WIDTH, HEIGHT, STRIDE, FORMATS[f]};
            S7Pdq one, all[S7_PDQ_TURNS];
            int quality = -1;
            REQUIRE(s7_pdq(&image, (S7PdqVariant)variant, &one, NULL) == S7_OK);
            REQUIRE(s7_pdq_dihedral(&image, (S7PdqVariant)variant, all, &quality) == S7_OK);
            CHECK(memcmp(&one, &expected.hash[0], sizeof one) == 0);
            CHECK(memcmp(all, expected.hash, sizeof all) == 0);
            CHECK_INT(quality, expected.quality);
        }
    }
}

TEST(wrong_arguments_are_refused)
{
    uint8_t pixels[48] = {0};
    S7Pdq hash, before;
    memset(&hash, 0x77, sizeof hash);
    before = hash;
    S7Image image = {pixels, 4, 4, 11, S7_PIXELS_RGB};
    CHECK_INT(s7_pdq(&image, S7_PDQ_FULL, &hash, NULL), S7_ERROR_INVALID);
    image.stride = 12;
    image.format = (S7PixelFormat)2;
    CHECK_INT(s7_pdq(&image, S7_PDQ_FULL, &hash, NULL), S7_ERROR_INVALID);
    image.format = S7_PIXELS_RGB;
    CHECK_INT(s7_pdq(&image, (S7PdqVariant)2, &hash, NULL), S7_ERROR_INVALID);
    image.width = 0;
    CHECK_INT(s7_pdq(&image, S7_PDQ_FULL, &hash, NULL), S7_ERROR_INVALID);
    image = (S7Image){pixels, 1u << 20, 1, SIZE_MAX, S7_PIXELS_GRAY};
    CHECK_INT(s7_pdq(&image, S7_PDQ_FULL, &hash, NULL), S7_ERROR_LIMIT);
    CHECK(memcmp(&hash, &before, sizeof hash) == 0);
    CHECK_INT(s7_pdq_parse("12", &hash), S7_ERROR_SYNTAX);
    CHECK_INT(s7_pdq_parse(NULL, &hash), S7_ERROR_SYNTAX);
    CHECK_INT(s7_digests_of_file("/nonexistent/file", &(S7Digests){{0}, {0}, {0}}),
              S7_ERROR_NOT_FOUND);
    S7List *list = NULL;
    CHECK_INT(s7_list_open("/nonexistent/list", &list), S7_ERROR_NOT_FOUND);
    S7Match matches[1];
    size_t count = 7;
    S7Matcher *matcher = NULL;
    REQUIRE(s7_matcher_new(NULL, 0, &matcher) == S7_OK);
    S7Query query = {.size = sizeof query, .radius = S7_RADIUS_MAX + 1};
    CHECK_INT(s7_match(matcher, &query, matches, 1, &count), S7_ERROR_INVALID);
    query.size = 3;
    CHECK_INT(s7_match(matcher, &query, matches, 1, &count), S7_ERROR_INVALID);
    CHECK_INT(count, 7);
    s7_matcher_free(matcher);
}

TEST(hashes_are_parsed_printed_and_compared)
{
    const char *text = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
    S7Pdq a, b;
    char out[S7_PDQ_HEX + 1];
    REQUIRE(s7_pdq_parse(text, &a) == S7_OK);
    s7_pdq_print(&a, out);
    CHECK_STR(str_from(out), text);
    b = a;
    b.bytes[3] ^= 0x11;
    CHECK_INT(s7_pdq_distance(&a, &b), 2);
}

TEST(digests_of_memory_and_file_are_the_same)
{
    char path[200];
    snprintf(path, sizeof path, "%s/file", t_folder());
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    static uint8_t bytes[200001];
    REQUIRE(fwrite(bytes, 1, sizeof bytes, file) == sizeof bytes);
    fclose(file);
    S7Digests memory, disk;
    REQUIRE(s7_digests(bytes, sizeof bytes, &memory) == S7_OK);
    REQUIRE(s7_digests_of_file(path, &disk) == S7_OK);
    CHECK(memcmp(&memory, &disk, sizeof memory) == 0);
    CHECK_INT(s7_digests_of_file(t_folder(), &disk), S7_ERROR_IO);
}

static Err write_list(const char *path, const S7Pdq *pdq) {
    _cleanup_(list_builder_freep) ListBuilder *builder = NULL;
    TRY(list_builder_new(&builder));
    for (int i = 0; i < 3; i++) {
        ListEntry entry = {.id = i == 0   ? STR("first")
                                 : i == 1 ? STR("second")
                                          : STR("third"),
                           .has = ENTRY_PDQ | ENTRY_MD5 | (i == 2 ? ENTRY_SIZE : 0),
                           .pdq_quality = i == 1 ? PDQ_QUALITY_UNKNOWN : 80,
                           .size = 1234,
                           .scheme = STR("vic-us"),
                           .scheme_version = STR("2.0"),
                           .category = STR("1")};
        memcpy(&entry.pdq, pdq, sizeof entry.pdq);
        entry.pdq.bytes[0] ^= (uint8_t)((1 << (2 * i)) - 1);
        memset(entry.md5, 10 + i, sizeof entry.md5);
        TRY(list_builder_add(builder, &entry, NULL));
    }
    ListMeta meta = {
        .name = STR("three"), .issuer = STR("unit"), .version = 9, .sources_json = STR("[]")};
    return list_builder_write(builder, &meta, path, NULL);
}

TEST(lists_are_opened_read_and_matched)
{
    char path[200];
    snprintf(path, sizeof path, "%s/three.s7list", t_folder());
    S7Pdq pdq;
    REQUIRE(s7_pdq_parse("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22",
                         &pdq) == S7_OK);
    REQUIRE(write_list(path, &pdq) == ERR_OK);
    S7List *list = NULL;
    S7Matcher *matcher = NULL;
    REQUIRE(s7_list_open(path, &list) == S7_OK);
    CHECK_INT(s7_list_check(list), S7_OK);
    CHECK_INT(s7_list_count(list), 3);
    CHECK_INT(s7_list_version(list), 9);
    CHECK_STR(str_of(s7_list_name(list).ptr, s7_list_name(list).len), "three");
    CHECK_STR(str_of(s7_list_issuer(list).ptr, s7_list_issuer(list).len), "unit");
    S7Entry entry = {.size = sizeof entry};
    REQUIRE(s7_list_entry(list, 2, &entry) == S7_OK);
    CHECK_STR(str_of(entry.id.ptr, entry.id.len), "third");
    CHECK_STR(str_of(entry.category.ptr, entry.category.len), "1");
    CHECK_INT(entry.has, S7_HAS_PDQ | S7_HAS_MD5 | S7_HAS_SIZE);
    CHECK_INT(entry.file_size, 1234);
    CHECK_INT(entry.pdq_quality, 80);
    REQUIRE(s7_list_entry(list, 1, &entry) == S7_OK);
    CHECK_INT(entry.pdq_quality, -1);
    CHECK_INT(entry.file_size, 0);
    CHECK_INT(s7_list_entry(list, 3, &entry), S7_ERROR_NOT_FOUND);

    REQUIRE(s7_matcher_new((const S7List *const[]){list}, 1, &matcher) == S7_OK);
    S7Match matches[2] = {{0}};
    size_t count = 0;
    S7Query query = {
        .size = sizeof query, .pdq = &pdq, .pdq_quality = 100, .radius = S7_PDQ_RADIUS};
    REQUIRE(s7_match(matcher, &query, matches, 2, &count) == S7_OK);
    CHECK_INT(count, 3);
    CHECK_INT(matches[0].entry, 0);
    CHECK_INT(matches[1].entry, 1);
    CHECK_INT(matches[1].distance, 2);
    CHECK_INT(matches[1].kind, S7_MATCH_NEAR);
    CHECK_INT(matches[1].algorithm, S7_PDQ);
    uint8_t md5[16];
    memset(md5, 12, sizeof md5);
    query = (S7Query){.size = sizeof query, .md5 = md5};
    REQUIRE(s7_match(matcher, &query, matches, 2, &count) == S7_OK);
    REQUIRE(count == 1);
    CHECK_INT(matches[0].entry, 2);
    CHECK_INT(matches[0].kind, S7_MATCH_EXACT);
    CHECK_INT(matches[0].algorithm, S7_MD5);
    s7_matcher_free(matcher);
    s7_list_free(list);
}
