// PDQ: bit for bit the textbook's, in every kernel, however rows arrive; golden hashes; hexadecimal
// and distance.
#include "hash/pdq.h"

#include "kernels/kernels.h"
#include "pdq_textbook.h"
#include "pictures.h"
#include "t.h"

static bool facts_equal(const PdqFacts *a, const PdqFacts *b) {
    return a->quality == b->quality && memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}

static void check_facts(const char *what, uint32_t width, uint32_t height, int kind,
                        const PdqFacts *actual, const PdqFacts *expected) {
    if (facts_equal(actual, expected))
        return;
    int bits = 0;
    for (int turn = 0; turn < PDQ_TURNS; turn++)
        bits += pdq_distance(&actual->hash[turn], &expected->hash[turn]);
    t_fail(__FILE__, __LINE__, "%s %ux%u kind %d: %d bits differ, quality %d, expected %d", what,
           width, height, kind, bits, actual->quality, expected->quality);
}

static Err hash_in_parts(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                         bool wants_turns, uint32_t rows_at_once, PdqFacts ret[PDQ_VARIANTS]) {
    PdqRequest request = {width, height, {true, true}, wants_turns};
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    TRY(pdq_stream_new(&request, &stream));
    size_t row_bytes = (size_t)width * (size_t)channels;
    for (uint32_t row = 0; row < height; row += rows_at_once) {
        uint32_t n = height - row < rows_at_once ? height - row : rows_at_once;
        if (channels == 3)
            pdq_stream_put_rgb(stream, pixels + row * row_bytes, n);
        else
            pdq_stream_put_gray(stream, pixels + row * row_bytes, n);
    }
    return pdq_stream_finish(stream, ret);
}

static void compare(PictureKind kind, uint32_t width, uint32_t height, uint64_t seed) {
    _cleanup_free_ uint8_t *rgb = picture_rgb(kind, width, height, seed);
    PdqFacts expected[PDQ_VARIANTS], actual[PDQ_VARIANTS];
    REQUIRE(rgb != NULL);
    for (int variant = 0; variant < PDQ_VARIANTS; variant++)
        REQUIRE(
            pdq_textbook(rgb, (int)width, (int)height, (PdqVariant)variant, &expected[variant]));
    for (int set = 0; set < KERNEL_SETS; set++) {
        const KernelOps *ops = kernels_of((KernelSet)set);
        if (ops == NULL)
            continue;
        kernels_use(ops);
        memset(actual, 0xAA, sizeof actual);
        CHECK_OK(hash_in_parts(rgb, width, height, 3, true, 1 + (uint32_t)seed % 40, actual));
        for (int variant = 0; variant < PDQ_VARIANTS; variant++)
            check_facts(ops->name, width, height, kind, &actual[variant], &expected[variant]);
    }
    kernels_use(NULL);
}

TEST(every_kernel_gives_the_textbooks_bits)
{
    static const uint32_t SIZES[][2] = {
        {5, 5},     {4, 1000},  {1, 300},   {300, 1},   {6, 5},     {5, 64},    {63, 64},
        {64, 64},   {65, 64},   {64, 65},   {64, 63},   {127, 127}, {128, 128}, {129, 129},
        {200, 129}, {129, 200}, {16, 700},  {255, 257}, {256, 256}, {257, 255}, {384, 385},
        {511, 511}, {512, 512}, {513, 513}, {513, 64},  {64, 513},  {512, 513}, {5, 3000},
        {3000, 5},  {640, 480}, {1200, 61},
    };
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        for (int kind = 0; kind < PICTURE_KINDS; kind++)
            compare((PictureKind)kind, SIZES[i][0], SIZES[i][1], i * 7 + (uint64_t)kind);
    }
}

TEST(larger_pictures_give_the_textbooks_bits)
{
    compare(PICTURE_PLASMA, 1200, 900, 1);
    compare(PICTURE_TEXT, 901, 1203, 2);
    compare(PICTURE_NOISE, 1025, 767, 3);
}

TEST(random_sizes_give_the_textbooks_bits)
{
    Prng prng = {t_seed()};
    for (int i = 0; i < 40; i++)
        compare((PictureKind)prng_below(&prng, PICTURE_KINDS), 5 + (uint32_t)prng_below(&prng, 400),
                5 + (uint32_t)prng_below(&prng, 400), prng_next(&prng));
}

TEST(it_does_not_matter_how_rows_arrive)
{
    enum { WIDTH = 600, HEIGHT = 333 };
    _cleanup_free_ uint8_t *rgb = picture_rgb(PICTURE_PLASMA, WIDTH, HEIGHT, 9);
    REQUIRE(rgb != NULL);
    PdqFacts whole[PDQ_VARIANTS], parts[PDQ_VARIANTS];
    REQUIRE(hash_in_parts(rgb, WIDTH, HEIGHT, 3, true, HEIGHT, whole) == ERR_OK);
    static const uint32_t STEPS[] = {1, 2, 7, 15, 16, 17, 31, 100, 332};
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        REQUIRE(hash_in_parts(rgb, WIDTH, HEIGHT, 3, true, STEPS[i], parts) == ERR_OK);
        CHECK(facts_equal(&parts[PDQ_FULL], &whole[PDQ_FULL]) &&
              facts_equal(&parts[PDQ_512], &whole[PDQ_512]));
    }
}

TEST(grey_hashes_like_the_same_picture_in_colour)
{
    for (int kind = 0; kind < PICTURE_KINDS; kind++) {
        enum { WIDTH = 531, HEIGHT = 200 };
        _cleanup_free_ uint8_t *gray = picture_gray((PictureKind)kind, WIDTH, HEIGHT, 5);
        _cleanup_free_ uint8_t *rgb = malloc(3 * WIDTH * HEIGHT);
        REQUIRE(gray != NULL && rgb != NULL);
        for (size_t i = 0; i < WIDTH * HEIGHT; i++)
            memset(rgb + 3 * i, gray[i], 3);
        PdqFacts of_gray[PDQ_VARIANTS], of_rgb[PDQ_VARIANTS];
        REQUIRE(hash_in_parts(gray, WIDTH, HEIGHT, 1, true, 13, of_gray) == ERR_OK);
        REQUIRE(hash_in_parts(rgb, WIDTH, HEIGHT, 3, true, 64, of_rgb) == ERR_OK);
        CHECK(facts_equal(&of_gray[PDQ_FULL], &of_rgb[PDQ_FULL]));
        CHECK(facts_equal(&of_gray[PDQ_512], &of_rgb[PDQ_512]));
    }
}

TEST(the_original_does_not_depend_on_what_else_is_asked)
{
    static const uint32_t SIZES[][2] = {{64, 64}, {100, 90}, {700, 80}};
    for (size_t i = 0; i < 3; i++) {
        uint32_t width = SIZES[i][0], height = SIZES[i][1];
        _cleanup_free_ uint8_t *rgb = picture_rgb(PICTURE_TEXT, width, height, i);
        REQUIRE(rgb != NULL);
        PdqFacts all[PDQ_VARIANTS];
        REQUIRE(hash_in_parts(rgb, width, height, 3, true, 10, all) == ERR_OK);
        for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
            PdqFacts one[PDQ_VARIANTS];
            memset(one, 0x55, sizeof one);
            PdqFacts other = one[1 - variant];
            PdqRequest request = {width, height, {variant == PDQ_FULL, variant == PDQ_512}, false};
            _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
            REQUIRE(pdq_stream_new(&request, &stream) == ERR_OK);
            pdq_stream_put_rgb(stream, rgb, height + 5);
            REQUIRE(pdq_stream_finish(stream, one) == ERR_OK);
            CHECK_INT(pdq_distance(&one[variant].hash[0], &all[variant].hash[0]), 0);
            CHECK_INT(one[variant].quality, all[variant].quality);
            CHECK(memcmp(&one[1 - variant], &other, sizeof other) == 0);
        }
    }
}

// Facts: what the public algorithm gives for these pictures.
TEST(golden_hashes)
{
    static const struct {
        PictureKind kind;
        uint32_t width, height;
        int quality;
        const char *full, *reduced;
    } GOLDEN[] = {
        {PICTURE_PLASMA, 400, 300, 6,
         "801f294800c882c7040d3f8ecb358117d89725aea6b767cac47f75af9bdf05fe",
         "801f294800c882c7040d3f8ecb358117d89725aea6b767cac47f75af9bdf05fe"},
        {PICTURE_PLASMA, 1000, 700, 40,
         "4396016d140f7b5b8a518719ca70934b749e256d27d62d5e8beddeb7cd734880",
         "4396016d140f7b5b8a518719ca70934b749e2d6d27d62d5e8be9deb7cd734880"},
        {PICTURE_TEXT, 640, 480, 100,
         "d13401bda74d0d61e43a67c7284683b3911dd4ffa2a3d3b844551e5ab37bb2ca",
         "517601b9274d4d61ec3ae5c7284681b39115543fa2a3d3f904555e5ab37bbeca"},
        {PICTURE_TEXT, 64, 64, 100,
         "7c9a26d557282b73e681b2f5e1c533c7f96cc124c7231d286fc0c63b881fd89c",
         "7c9a26d557282b73e681b2f5e1c533c7f96cc124c7231d286fc0c63b881fd89c"},
        {PICTURE_GRADIENT, 777, 333, 100,
         "adaaea92ada9aabaaaaaeabaadabaa92aaaa5a92a52b2a92a4aa2ad256a9554a",
         "aaaaaa92adabaabaaaaaaa92adabaaaaaaaa5ab2ad2b2a92a4aa2ad256ab554a"},
        {PICTURE_STRIPES, 1024, 100, 100,
         "3a7a3a7ac585c5853a7ac5853a7a3a7ac585c5853a7ac5853a7a3a7ac585c585",
         "3a3e3a3ec5c1c5c13a3ec5c13a3e3a3ec5c1c5c13a3ec5c13a3e3a3ec5c1c5c1"},
        {PICTURE_NOISE, 130, 5, 100,
         "b60a8b8449f5763b88dedaac9a5a255377a1a9c4b60a8b8449f5763b885edaac",
         "b60a8b8449f5763b88dedaac9a5a255377a1a9c4b60a8b8449f5763b885edaac"},
        {PICTURE_FLAT, 300, 200, 0,
         "0000ffff0000ffff0000ffff0000ffff0000ffff00000000ffffffffffff0000",
         "0000ffff0000ffff0000ffff0000ffff0000ffff00000000ffffffffffff0000"},
        {PICTURE_TEXT, 4, 1000, 0,
         "0000000000000000000000000000000000000000000000000000000000000000",
         "0000000000000000000000000000000000000000000000000000000000000000"},
    };
    for (size_t i = 0; i < sizeof GOLDEN / sizeof GOLDEN[0]; i++) {
        _cleanup_free_ uint8_t *rgb =
            picture_rgb(GOLDEN[i].kind, GOLDEN[i].width, GOLDEN[i].height, 42);
        PdqFacts facts[PDQ_VARIANTS];
        char full[PDQ_HEX + 1], reduced[PDQ_HEX + 1];
        REQUIRE(rgb != NULL);
        REQUIRE(hash_in_parts(rgb, GOLDEN[i].width, GOLDEN[i].height, 3, false, 50, facts) ==
                ERR_OK);
        pdq_to_hex(&facts[PDQ_FULL].hash[0], full);
        pdq_to_hex(&facts[PDQ_512].hash[0], reduced);
        CHECK_STR(str_from(full), GOLDEN[i].full);
        CHECK_STR(str_from(reduced), GOLDEN[i].reduced);
        CHECK_INT(facts[PDQ_FULL].quality, GOLDEN[i].quality);
    }
}

TEST(what_cannot_be_hashed_is_refused)
{
    PdqStream *stream = NULL;
    CHECK_ERR(pdq_stream_new(&(PdqRequest){.width = 0, .height = 9}, &stream), ERR_INVALID);
    CHECK_ERR(pdq_stream_new(&(PdqRequest){.width = 1u << 19, .height = 9}, &stream), ERR_LIMIT);
    CHECK_ERR(pdq_stream_new(&(PdqRequest){.width = 1u << 15, .height = (1u << 14) + 1}, &stream),
              ERR_LIMIT);
    CHECK_ERR(pdq_stream_new(&(PdqRequest){.width = UINT32_MAX, .height = UINT32_MAX}, &stream),
              ERR_LIMIT);
    CHECK(stream == NULL);
    _cleanup_(pdq_stream_freep) PdqStream *short_one = NULL;
    REQUIRE(pdq_stream_new(&(PdqRequest){.width = 8, .height = 8, .want = {true}}, &short_one) ==
            ERR_OK);
    uint8_t rows[8 * 3 * 8] = {0};
    PdqFacts facts[PDQ_VARIANTS] = {{.quality = 77}};
    pdq_stream_put_rgb(short_one, rows, 7);
    CHECK_ERR(pdq_stream_finish(short_one, facts), ERR_TRUNCATED);
    CHECK_INT(facts[0].quality, 77);
    pdq_stream_put_rgb(short_one, rows, 1);
    CHECK_OK(pdq_stream_finish(short_one, facts));
}

TEST(hexadecimal_and_distance)
{
    const char *text = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
    PdqHash hash, other;
    REQUIRE(pdq_from_hex(str_from(text), &hash));
    CHECK_INT(hash.bytes[0], 0xf8);
    CHECK_INT(hash.bytes[31], 0x22);
    char out[PDQ_HEX + 1];
    pdq_to_hex(&hash, out);
    CHECK_STR(str_from(out), text);
    other = hash;
    CHECK_INT(pdq_distance(&hash, &other), 0);
    other.bytes[7] ^= 0x81;
    other.bytes[31] ^= 1;
    CHECK_INT(pdq_distance(&hash, &other), 3);
    for (int i = 0; i < PDQ_BYTES; i++)
        other.bytes[i] = (uint8_t)~hash.bytes[i];
    CHECK_INT(pdq_distance(&hash, &other), 256);
    PdqHash untouched = hash;
    CHECK(!pdq_from_hex(STR("f8"), &hash));
    CHECK(!pdq_from_hex(STR("g8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"),
                        &hash));
    CHECK(memcmp(&hash, &untouched, sizeof hash) == 0);
    CHECK_STR(str_from(pdq_turn_name(PDQ_FLIP_MINUS1)), "flip_minus1");
    CHECK_STR(str_from(pdq_turn_name(PDQ_ORIGINAL)), "");
}
