// seventh-media-video: like seventh-media, for videos only. A program of its own because FFmpeg's
// libraries take ten times as long to load as all others together.
#include <errno.h>
#include <iconv.h>
#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#include <libavutil/cpu.h>
#include <libavutil/log.h>

#include "kernels/kernels.h"
#include "media/limits.h"
#include "media/worker/keeper.h"
#include "media/worker/video.h"

// Names of programmes in transport streams would be converted from their encodings by tables read
// from the disk, which a confined process must not open. Nobody wants the names; this one stands
// before the C library's.
iconv_t iconv_open(const char *to, const char *from) {
    (void)to, (void)from;
    errno = EINVAL;
    return (iconv_t)-1;
}

int main(void) {
    static const Work WORK = {.stream_verb = WIRE_VIDEO, .stream = video_decode};
    setenv("TZ", "UTC0", 1);
    tzset();
    // One arena: a second one would ask the system for its number of processors.
    mallopt(M_ARENA_MAX, 1);
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(MEDIA_VIDEO_ALLOCATION);
    (void)av_get_cpu_flags();
    (void)av_cpu_count();
    (void)kernels();
    return worker_run(&WORK);
}
