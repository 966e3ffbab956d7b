// Decoding of videos in a confined child: its pictures' hashes at intervals, as a stream of frames.
#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "media/wire.h"

// Reads the video open at `input` and writes frames to `output`. Returns when the video ends, is
// found damaged, a limit is reached, or nobody reads any more.
void video_decode(int input, int output, const WireRequest *request);

// video_open.c: an open file and the track that is decoded. Lives in a child that ends after one
// video, so nothing is freed for its own sake.
typedef struct VideoSource {
    int input;
    int64_t at, size; // of the input, by pread
    AVFormatContext *format;
    AVStream *track;
    AVCodecContext *codec;
    double rate; // pictures a second, as the container says; 0: it says nothing believable
} VideoSource;
Err video_source_open(VideoSource *source, int input, WireMessage *ret_message) MUST_CHECK;
// Milliseconds as the container says, in range; 0: unknown.
int64_t video_source_duration(const VideoSource *source);
