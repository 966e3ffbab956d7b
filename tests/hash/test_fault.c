// Hashing survives want of memory.
#include "fault.h"

#include "hash/digests.h"
#include "hash/pdq.h"

static Err hash_picture(uint32_t width, uint32_t height) {
    static uint8_t row[3 * 1000];
    PdqRequest request = {
        .width = width, .height = height, .want = {true, true}, .want_turns = true};
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    TRY(pdq_stream_new(&request, &stream));
    for (uint32_t y = 0; y < height; y++)
        pdq_stream_put_rgb(stream, row, 1);
    PdqFacts facts[PDQ_VARIANTS];
    return pdq_stream_finish(stream, facts);
}

static Err picture_that_is_reduced(void) {
    return hash_picture(1000, 70);
}

static Err picture_that_is_estimated(void) {
    static uint8_t row[500];
    PdqRequest request = {.width = 1000, .height = 60, .want = {true}, .reduction = 2};
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    TRY(pdq_stream_new(&request, &stream));
    for (uint32_t y = 0; y < 30; y++)
        pdq_stream_put_gray(stream, row, 1);
    PdqFacts facts[PDQ_VARIANTS];
    return pdq_stream_finish(stream, facts);
}

static Err picture_that_is_small(void) {
    return hash_picture(64, 64);
}

static Err digest_in_and_out(void) {
    _cleanup_(digest_stream_freep) DigestStream *stream = NULL;
    TRY(digest_stream_new(1 << DIGEST_MD5 | 1 << DIGEST_SHA1 | 1 << DIGEST_SHA256, &stream));
    digest_stream_put(stream, "abc", 3);
    Digests digests;
    return digest_stream_finish(stream, &digests);
}

TEST(pdq_survives_want_of_memory)
{
    FAULT_SWEEP(picture_that_is_reduced);
    FAULT_SWEEP(picture_that_is_small);
    FAULT_SWEEP(picture_that_is_estimated);
}

TEST(digests_survive_want_of_memory)
{ FAULT_SWEEP(digest_in_and_out); }
