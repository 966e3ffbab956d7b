// A compromised decoder of videos: the input gets its error, and the next one is as if nothing had
// been.

#include <stdlib.h>

#include "base/cleanup.h"
#include "media/video.h"
#include "samples.h"
#include "sandbox/sandbox.h"
#include "t.h"

static const struct {
    const char *deed;
    Err err;
} DEEDS[] = {
    {"headless", ERR_SANDBOX}, {"claim", ERR_SANDBOX},     {"wide", ERR_SANDBOX},
    {"duration", ERR_SANDBOX}, {"garbage", ERR_SANDBOX},   {"kind", ERR_SANDBOX},
    {"twice", ERR_SANDBOX},    {"backwards", ERR_SANDBOX}, {"past", ERR_SANDBOX},
    {"quality", ERR_SANDBOX},  {"flags", ERR_SANDBOX},     {"class", ERR_SANDBOX},
    {"message", ERR_SANDBOX},  {"leave", ERR_CRASHED},     {"fault", ERR_CRASHED},
    {"open", ERR_SANDBOX},     {"fork", ERR_SANDBOX},      {"flood", ERR_SANDBOX},
    {"sleep", ERR_TIMEOUT},    {"nothing", ERR_OK},
};

TEST(every_misdeed_is_an_error_of_that_video_only)
{
    setenv("SEVENTH_MEDIA_VIDEO", HOSTILE_VIDEO_WORKER, 1);
    MediaOptions options = {.wall_ms = 1500, .cpu_seconds = 5};
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    REQUIRE(media_client_new(&options, &client, NULL) == ERR_OK);
    for (size_t i = 0; i < sizeof DEEDS / sizeof DEEDS[0]; i++) {
        bool is_good = DEEDS[i].err == ERR_OK;
        _cleanup_close_ int fd = sample_file(str_from(DEEDS[i].deed));
        MediaVideoOptions wanted = {.want = MEDIA_PDQ, .frames_max = 1000};
        _cleanup_(media_video_done) MediaVideo video = {0};
        Diag diag = {0};
        Err err = media_decode_video(client, fd, &wanted, &video, &diag);
        // A sanitizer has its own ways with what is forbidden and with faults.
        bool is_other = strcmp(DEEDS[i].deed, "open") == 0 || strcmp(DEEDS[i].deed, "fault") == 0;
        if (err != DEEDS[i].err && !(is_other && sandbox_is_sanitized()))
            t_fail(__FILE__, __LINE__, "%s: %s", DEEDS[i].deed, err_name(err));
        CHECK(err == ERR_OK || diag.msgid != NULL);
        if (is_good)
            CHECK_INT(video.frame_count, 2);
        else if (!is_other)
            CHECK(video.frames == NULL);
    }
    unsetenv("SEVENTH_MEDIA_VIDEO");
}
