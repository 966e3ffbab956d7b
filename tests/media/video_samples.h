// Small videos for the tests, made at run time by FFmpeg's libraries as encoders: a pattern that
// moves, so that its pictures' hashes differ.
#pragma once
#include "base/strbuf.h"
#include "hash/pdq.h"

enum { VIDEO_WIDTH = 160, VIDEO_HEIGHT = 128 };

typedef struct VideoSample {
    const char *name;
    const char *container, *encoder; // FFmpeg's names
    const char *options;             // "key=value" for the container, or NULL
    bool is_exact;                   // decodes to video_pixel
} VideoSample;
extern const VideoSample VIDEO_SAMPLES[];
extern const size_t VIDEO_SAMPLE_COUNT;

void video_pixel(uint32_t frame, uint32_t x, uint32_t y, uint8_t ret_rgb[3]);
// The hash of one picture as it was before coding.
void video_hash(uint32_t frame, PdqFacts *ret);
const VideoSample *video_sample_of(const char *name);
// A stretch: `frames` pictures of the pattern, from picture `first` on, every `step`th.
typedef struct VideoCut {
    int frames, first, step;
    bool is_mirrored;
} VideoCut;
// Stretches one behind the other, `rate` pictures a second. False: this system has no such encoder.
bool video_make_cuts(StrBuf *to, const VideoSample *sample, const VideoCut *cuts, size_t count,
                     int rate_num, int rate_den);
// frames at rate_num / rate_den a second. False: this system has no such encoder.
bool video_make(StrBuf *to, const VideoSample *sample, int frames, int rate_num, int rate_den);
