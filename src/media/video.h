// Videos: the hashes of their pictures at intervals (vPDQ), from a confined child of a second
// program, seventh-media-video, which is started at the first video. All numbers that come back are
// checked here.
#pragma once
#include "hash/vpdq.h"
#include "media/decode.h"

typedef struct MediaVideoOptions {
    double interval;     // seconds between hashed pictures, 0.001–86400; 0: one a second
    unsigned want;       // MEDIA_PDQ, or 0 for the dimensions and the duration only
    uint32_t frames_max; // hashed pictures; 0: the default of media/limits.h
} MediaVideoOptions;

typedef struct MediaVideo {
    uint32_t width, height;
    int64_t duration_ms; // as the container says; 0: unknown
    bool is_truncated;   // part of it is missing or did not decode; the frames are what there was
    size_t frame_count;
    VpdqFrame *frames; // in the order of their numbers, times rising with them; owned
} MediaVideo;

void media_video_done(MediaVideo *video);

// fd as for media_decode; `options` may be NULL: one a second, MEDIA_PDQ. *ret is the caller's, to
// be given to media_video_done. Errors as for media_decode; a video of which no picture decodes is
// SYNTAX.
Err media_decode_video(MediaClient *client, int fd, const MediaVideoOptions *options,
                       MediaVideo *ret, Diag *diag) MUST_CHECK;
