// Inside media/: the client's state and its dealings with the keeper, shared by decoding and
// unpacking.
#pragma once
#include <sys/types.h>

#include "media/decode.h"
#include "media/wire.h"

struct MediaClient {
    MediaOptions options; // program is NULL here; the path is below
    char *program;
    int channel;  // -1: the keeper is not running
    pid_t keeper; // -1 likewise
    // The client of seventh-media-video, which is started at the first video; NULL before.
    struct MediaClient *video;
};

// Starts the keeper unless it runs.
Err media_client_start(MediaClient *client, Diag *diag) MUST_CHECK;
void media_client_stop(MediaClient *client);
// A description of the same file of its own, for reading only: whoever gets it can neither write to
// the caller's file nor move its position. Where /proc is missing, a duplicate of the caller's.
// INVALID when fd is not open.
Err media_client_reopen(int fd, int *ret_own, Diag *diag) MUST_CHECK;
bool media_client_send(int channel, const WireRequest *request, const int *fds, int fd_count);
// The next answer on a channel: TIMEOUT, CRASHED (closed, or not an answer).
Err media_client_receive(int channel, int64_t timeout_ms, WireResult *ret) MUST_CHECK;
