// Short videos of the set: a camera moves over a painted room. One of them is on a list, as vPDQ;
// the others are made of it, or of another room.
#pragma once
#include "plan.h"

// Writes the videos below device/, lists/known-video.txt, and truth/videos.json. After the
// pictures.
Err videos_write(const Plan *plan, const char *root, Diag *diag) MUST_CHECK;

// A video file as it grows: Motion JPEG in AVI, every picture a whole one.
typedef struct VideoFile {
    int width, height, rate; // pictures a second
    int count;
    StrBuf pictures, index; // the chunks, and where each one stands
} VideoFile;
void video_file_begin(VideoFile *video, int width, int height, int rate);
void video_file_done(VideoFile *video);
#define _cleanup_video_file_ _cleanup_(video_file_done)
void video_file_put(VideoFile *video, Str jpeg);
// The whole file. Fails when a buffer did.
Err video_file_end(const VideoFile *video, StrBuf *out) MUST_CHECK;
