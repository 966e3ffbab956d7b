// The estimate of a reduced picture: it has the filter's own weights, so that a picture made of
// whole squares gives the very plane of the exact filter, and others a hash a few bits away.
#include "hash/estimate.h"

#include <math.h>

#include "hash/decimate.h"
#include "hash/pdq.h"
#include "pictures.h"
#include "t.h"

enum { CELLS = DECIMATED_SIDE * DECIMATED_SIDE };

// The plane of the exact filter over grey pixels.
static Err plane_of(const uint8_t *gray, uint32_t width, uint32_t height, float ret[CELLS]) {
    _cleanup_(decimator_freep) Decimator *decimator = NULL;
    TRY(decimator_new(width, height, &decimator));
    for (uint32_t y = 0; y < height; y++) {
        float *row = decimator_row(decimator);
        for (uint32_t x = 0; x < width; x++)
            row[x] = (float)gray[(size_t)y * width + x];
        decimator_row_done(decimator);
    }
    memcpy(ret, decimator_plane(decimator), CELLS * sizeof(float));
    return ERR_OK;
}

static Err estimate_of(const uint8_t *small, uint32_t width, uint32_t height, uint32_t reduction,
                       float ret[CELLS]) {
    _cleanup_(estimator_freep) Estimator *estimator = NULL;
    TRY(estimator_new(width, height, reduction, &estimator));
    uint32_t columns = (width + reduction - 1) / reduction;
    for (uint32_t y = 0; y < (height + reduction - 1) / reduction; y++)
        estimator_row(estimator, small + (size_t)y * columns);
    memcpy(ret, estimator_plane(estimator), CELLS * sizeof(float));
    return ERR_OK;
}

static double greatest_difference(const float *a, const float *b) {
    double greatest = 0;
    for (int i = 0; i < CELLS; i++)
        greatest = fmax(greatest, fabs((double)a[i] - (double)b[i]));
    return greatest;
}

// A picture in which each square of `reduction` pixels has one colour, cut at the right and lower
// end when the sides are no multiples.
static uint8_t *magnify(const uint8_t *small, uint32_t width, uint32_t height, uint32_t reduction) {
    uint8_t *large = malloc((size_t)width * height);
    uint32_t columns = (width + reduction - 1) / reduction;
    for (size_t i = 0; large != NULL && i < (size_t)width * height; i++)
        large[i] = small[i / width / reduction * columns + i % width / reduction];
    return large;
}

TEST(a_picture_of_squares_has_the_exact_plane)
{
    static const uint32_t SHAPES[][3] = {{700, 500, 1}, {64, 64, 1},    {5, 9, 1},
                                         {512, 513, 2}, {801, 603, 2},  {640, 640, 4},
                                         {997, 355, 4}, {1203, 900, 8}, {129, 3000, 2}};
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        uint32_t width = SHAPES[i][0], height = SHAPES[i][1], reduction = SHAPES[i][2];
        uint32_t columns = (width + reduction - 1) / reduction,
                 rows = (height + reduction - 1) / reduction;
        _cleanup_free_ uint8_t *small = picture_gray(PICTURE_TEXT, columns, rows, i);
        REQUIRE(small != NULL);
        _cleanup_free_ uint8_t *large = magnify(small, width, height, reduction);
        static float exact[CELLS], estimate[CELLS];
        REQUIRE(large != NULL && plane_of(large, width, height, exact) == ERR_OK);
        REQUIRE(estimate_of(small, width, height, reduction, estimate) == ERR_OK);
        double difference = greatest_difference(exact, estimate);
        if (difference > 0.01)
            t_fail(__FILE__, __LINE__, "%ux%u by %u: planes differ by %f", width, height, reduction,
                   difference);
    }
}

// Means of squares, rounded to whole numbers as a decoder gives them.
static uint8_t *reduce(const uint8_t *gray, uint32_t width, uint32_t height, uint32_t reduction) {
    uint32_t columns = width / reduction, rows = height / reduction;
    uint8_t *small = malloc((size_t)columns * rows);
    for (size_t i = 0; small != NULL && i < (size_t)columns * rows; i++) {
        uint32_t sum = 0, x = (uint32_t)(i % columns) * reduction,
                 y = (uint32_t)(i / columns) * reduction;
        for (uint32_t j = 0; j < reduction * reduction; j++)
            sum += gray[(size_t)(y + j / reduction) * width + x + j % reduction];
        small[i] = (uint8_t)((sum + reduction * reduction / 2) / (reduction * reduction));
    }
    return small;
}

static Err hash_gray(const uint8_t *gray, uint32_t width, uint32_t height, uint32_t reduction,
                     PdqFacts ret[PDQ_VARIANTS]) {
    PdqRequest request = {width, height, {true, false}, true, reduction};
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    TRY(pdq_stream_new(&request, &stream));
    pdq_stream_put_gray(stream, gray, height);
    return pdq_stream_finish(stream, ret);
}

TEST(an_estimate_is_a_few_bits_away)
{
    enum { WIDTH = 1280, HEIGHT = 1024, BITS = 8 };
    static const PictureKind KINDS[] = {PICTURE_PLASMA, PICTURE_TEXT, PICTURE_GRADIENT};
    CHECK_INT(pdq_reduction(WIDTH, HEIGHT), 4);
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        _cleanup_free_ uint8_t *gray = picture_gray(KINDS[i], WIDTH, HEIGHT, 11);
        REQUIRE(gray != NULL);
        PdqFacts exact[PDQ_VARIANTS], estimate[PDQ_VARIANTS];
        REQUIRE(hash_gray(gray, WIDTH, HEIGHT, 1, exact) == ERR_OK);
        for (uint32_t reduction = 2; reduction <= 4; reduction *= 2) {
            _cleanup_free_ uint8_t *small = reduce(gray, WIDTH, HEIGHT, reduction);
            REQUIRE(small != NULL &&
                    hash_gray(small, WIDTH, HEIGHT, reduction, estimate) == ERR_OK);
            int bits = pdq_distance(&exact[PDQ_FULL].hash[0], &estimate[PDQ_FULL].hash[0]);
            printf("# picture %d by %u: %d bits, %d unsure\n", KINDS[i], reduction, bits,
                   estimate[PDQ_FULL].unsure);
            CHECK(bits <= BITS);
            CHECK(abs(exact[PDQ_FULL].quality - estimate[PDQ_FULL].quality) <= 2);
        }
    }
}

// Every bit of a flat picture hangs on rounding.
TEST(a_flat_picture_is_unsure)
{
    enum { WIDTH = 640, HEIGHT = 512 };
    PdqFacts flat[PDQ_VARIANTS], plasma[PDQ_VARIANTS];
    _cleanup_free_ uint8_t *gray = picture_gray(PICTURE_FLAT, WIDTH, HEIGHT, 1);
    _cleanup_free_ uint8_t *other = picture_gray(PICTURE_PLASMA, WIDTH, HEIGHT, 1);
    REQUIRE(gray != NULL && other != NULL);
    REQUIRE(hash_gray(gray, WIDTH, HEIGHT, 1, flat) == ERR_OK);
    REQUIRE(hash_gray(other, WIDTH, HEIGHT, 1, plasma) == ERR_OK);
    CHECK_INT(flat[PDQ_FULL].unsure, 256);
    CHECK(plasma[PDQ_FULL].unsure <= PDQ_UNSURE_MAX);
}

TEST(the_variant_of_nearest_pixels_is_not_estimated)
{
    PdqStream *stream = NULL;
    CHECK_ERR(pdq_stream_new(&(PdqRequest){1000, 600, {true, true}, false, 2}, &stream),
              ERR_INVALID);
    CHECK(stream == NULL);
}

TEST(how_far_a_picture_may_be_reduced)
{
    static const uint32_t CASES[][3] = {{64, 64, 1},     {511, 9000, 1},  {512, 512, 2},
                                        {1023, 1023, 2}, {1024, 1024, 4}, {4000, 3000, 8},
                                        {2048, 2048, 8}, {2047, 2047, 4}, {60000, 4000, 8}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        CHECK_INT(pdq_reduction(CASES[i][0], CASES[i][1]), CASES[i][2]);
}
