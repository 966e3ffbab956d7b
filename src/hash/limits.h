// The limits of hash/: what one input may make us hold or do.
#pragma once

enum {
    // Pixels of a picture, and of one side. Memory of a stream is about 200 bytes for each column
    // and 4 bytes for each
    // 128 pixels: at most some 80 MB at these limits.
    PDQ_PIXELS_MAX = 1 << 29,
    PDQ_SIDE_MAX = 1 << 18,
    // Bytes that go through all digests before the next ones are touched, so that they are still in
    // the cache.
    DIGEST_BLOCK_BYTES = 64 << 10,
    VPDQ_FRAMES_MAX = 1 << 20, // pictures of one video hash
};
#define PDQ_UNSURE_TERM 0.5f // distance of a cosine term from the median, in units of luma
#define VPDQ_SECONDS_MAX (UINT64_C(1) << 30) // time stamp of a picture, some 34 years
#define VPDQ_TIME_MAX (UINT64_C(1) << 40)    // milliseconds; the same and a little more
#define VPDQ_PAIRS_MAX (UINT64_C(1) << 33)   // pictures compared with each other in one call
