// Videos, the client's side: one request, then frames from a child that may be hostile.
#include "media/video.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "media/client.h"
#include "media/limits.h"

#define VIDEO_PROGRAM_NAME "seventh-media-video"

typedef struct VideoReading {
    int stream, control;
    int64_t wall_ms; // the longest silence
    uint32_t frames_max;
    bool has_head, is_over;
    size_t capacity;
    MediaVideo video;
} VideoReading;

void media_video_done(MediaVideo *video) {
    free(video->frames);
    *video = (MediaVideo){0};
}

static void reading_done(VideoReading *reading) {
    media_video_done(&reading->video);
    closep(&reading->stream);
    closep(&reading->control);
}

static Err fail(Diag *diag, Err err, WireMessage message) {
    return diag_set(diag, err, wire_message_text(message));
}

// The stream broke off: its keeper knows how the child ended.
static Err fail_by_verdict(VideoReading *reading, Diag *diag) {
    WireResult verdict;
    Err err = media_client_receive(reading->control, MEDIA_GRACE_MS, &verdict);
    if (err != ERR_OK || !wire_result_is_sound(&verdict, 0) || verdict.err == ERR_OK)
        return fail(diag, ERR_CRASHED, WIRE_SAYS_CRASH);
    return fail(diag, (Err)verdict.err, (WireMessage)verdict.message);
}

static Err take_exact(VideoReading *reading, void *ret_bytes, size_t n, Diag *diag) {
    int64_t deadline_ns = clock_monotonic_ns() + reading->wall_ms * INT64_C(1000000);
    for (size_t done = 0; done < n;) {
        int64_t left_ms = (deadline_ns - clock_monotonic_ns()) / 1000000;
        if (left_ms <= 0)
            return fail(diag, ERR_TIMEOUT, WIRE_SAYS_WALL);
        struct pollfd polled = {.fd = reading->stream, .events = POLLIN};
        int ready = poll(&polled, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        ssize_t got = ready < 0 ? -1 : read(reading->stream, (uint8_t *)ret_bytes + done, n - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail_by_verdict(reading, diag);
        done += (size_t)got;
    }
    return ERR_OK;
}

static Err take_payload(VideoReading *reading, const WireFrame *frame, void *ret, size_t size,
                        Diag *diag) {
    if (frame->length != size)
        return fail(diag, ERR_SANDBOX, WIRE_SAYS_GARBAGE);
    return take_exact(reading, ret, size, diag);
}

static Err take_head(VideoReading *reading, const WireFrame *frame, Diag *diag) {
    WireVideo head;
    TRY(take_payload(reading, frame, &head, sizeof head, diag));
    if (reading->has_head || !wire_video_is_sound(&head))
        return fail(diag, ERR_SANDBOX, WIRE_SAYS_GARBAGE);
    reading->has_head = true;
    reading->video.width = head.width;
    reading->video.height = head.height;
    reading->video.duration_ms = head.duration_ms;
    return ERR_OK;
}

static Err take_picture(VideoReading *reading, const WireFrame *frame, Diag *diag) {
    MediaVideo *video = &reading->video;
    WirePicture picture, last = {0};
    TRY(take_payload(reading, frame, &picture, sizeof picture, diag));
    if (video->frame_count > 0) {
        last.frame = video->frames[video->frame_count - 1].number;
        last.time_ms = video->frames[video->frame_count - 1].time_ms;
    }
    if (!reading->has_head || video->frame_count >= reading->frames_max ||
        !wire_picture_is_sound(&picture, video->frame_count > 0 ? &last : NULL))
        return fail(diag, ERR_SANDBOX, WIRE_SAYS_GARBAGE);
    if (video->frame_count == reading->capacity) {
        size_t capacity = reading->capacity == 0 ? 64 : reading->capacity * 2;
        VpdqFrame *frames = reallocarray(video->frames, capacity, sizeof *frames);
        if (frames == NULL)
            return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
        video->frames = frames;
        reading->capacity = capacity;
    }
    VpdqFrame *to = &video->frames[video->frame_count++];
    *to = (VpdqFrame){
        .number = picture.frame, .time_ms = picture.time_ms, .quality = picture.quality};
    memcpy(to->hash.bytes, picture.pdq, PDQ_BYTES);
    return ERR_OK;
}

static Err take_end(VideoReading *reading, const WireFrame *frame, Diag *diag) {
    WireVideoEnd end;
    TRY(take_payload(reading, frame, &end, sizeof end, diag));
    if (!wire_failure_is_sound(&end.failure) || (end.flags & ~(unsigned)WIRE_IS_TRUNCATED) != 0 ||
        (end.failure.err == ERR_OK && !reading->has_head))
        return fail(diag, ERR_SANDBOX, WIRE_SAYS_GARBAGE);
    if (end.failure.err != ERR_OK)
        return fail(diag, (Err)end.failure.err, (WireMessage)end.failure.message);
    reading->video.is_truncated = (end.flags & WIRE_IS_TRUNCATED) != 0;
    reading->is_over = true;
    return ERR_OK;
}

static Err take_frame(VideoReading *reading, Diag *diag) {
    WireFrame frame;
    TRY(take_exact(reading, &frame, sizeof frame, diag));
    switch (frame.kind) {
    case WIRE_FRAME_VIDEO:
        return take_head(reading, &frame, diag);
    case WIRE_FRAME_PICTURE:
        return take_picture(reading, &frame, diag);
    case WIRE_FRAME_VIDEO_END:
        return take_end(reading, &frame, diag);
    default:
        return fail(diag, ERR_SANDBOX, WIRE_SAYS_GARBAGE);
    }
}

// The program for videos stands beside the one for pictures.
static Err start(MediaClient *client, Diag *diag) {
    if (client->video != NULL)
        return media_client_start(client->video, diag);
    const char *given = getenv("SEVENTH_MEDIA_VIDEO");
    const char *slash = strrchr(client->program, '/');
    _cleanup_free_ char *path = NULL;
    if (given != NULL && given[0] != '\0')
        path = strdup(given);
    else if (asprintf(&path, "%.*s" VIDEO_PROGRAM_NAME,
                      slash == NULL ? 0 : (int)(slash - client->program) + 1, client->program) < 0)
        path = NULL;
    if (path == NULL)
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    MediaOptions options = client->options;
    options.program = path;
    return media_client_new(&options, &client->video, diag);
}

static Err send_request(MediaClient *client, const WireRequest *request, int fd,
                        VideoReading *reading, Diag *diag) {
    int pipe_ends[2], socket_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return diag_errno(diag, errno, "");
    reading->stream = pipe_ends[0];
    _cleanup_close_ int far_stream = pipe_ends[1];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socket_ends) != 0)
        return diag_errno(diag, errno, "");
    reading->control = socket_ends[0];
    _cleanup_close_ int far_control = socket_ends[1];
    _cleanup_close_ int own = -1;
    TRY(media_client_reopen(fd, &own, diag));
    int fds[3] = {own, far_stream, far_control};
    WireResult started;
    Err err = ERR_CRASHED;
    if (!media_client_send(client->channel, request, fds, 3)) {
        // It died while idle, so not by this input.
        media_client_stop(client);
        TRY(media_client_start(client, diag));
        if (media_client_send(client->channel, request, fds, 3))
            err = ERR_OK;
    } else {
        err = ERR_OK;
    }
    if (err == ERR_OK)
        err = media_client_receive(client->channel, MEDIA_START_MS, &started);
    if (err == ERR_OK && (started.magic != WIRE_MAGIC || started.err >= ERR_CLASS_COUNT))
        err = ERR_SANDBOX;
    if (err != ERR_OK) {
        media_client_stop(client);
        return fail(diag, err, WIRE_SAYS_CRASH);
    }
    return started.err == ERR_OK ? ERR_OK : fail(diag, (Err)started.err, WIRE_SAYS_PROCESS);
}

Err media_decode_video(MediaClient *client, int fd, const MediaVideoOptions *options,
                       MediaVideo *ret, Diag *diag) {
    static const MediaVideoOptions DEFAULTS = {.want = MEDIA_PDQ};
    if (options == NULL)
        options = &DEFAULTS;
    double interval = options->interval == 0 ? 1 : options->interval;
    if (!(interval >= 0.001 && interval <= 86400) || (options->want & ~(unsigned)MEDIA_PDQ) != 0)
        return diag_set(diag, ERR_INVALID,
                        N_("Pictures of a video can be hashed every 0.001 to 86400 seconds"));
    const MediaOptions *limits = &client->options;
    WireRequest request = {
        .magic = WIRE_MAGIC,
        .verb = WIRE_VIDEO,
        .want = options->want,
        .cpu_seconds = limits->cpu_seconds != 0 ? limits->cpu_seconds : MEDIA_VIDEO_CPU_SECONDS,
        .wall_ms = limits->wall_ms != 0 ? limits->wall_ms : MEDIA_WALL_MS,
        .interval_ms = (uint32_t)(interval * 1000 + 0.5),
        .frames_max = options->frames_max != 0 ? options->frames_max : MEDIA_VIDEO_FRAMES_MAX,
        .memory = limits->memory_limit != 0 ? limits->memory_limit : MEDIA_MEMORY_DEFAULT,
    };
    TRY(start(client, diag));
    _cleanup_(reading_done) VideoReading reading = {
        .stream = -1,
        .control = -1,
        // A longer interval has more to decode between two answers.
        .wall_ms = (int64_t)request.wall_ms * ((request.interval_ms + 999) / 1000),
        .frames_max = request.frames_max,
    };
    TRY(send_request(client->video, &request, fd, &reading, diag));
    while (!reading.is_over)
        TRY(take_frame(&reading, diag));
    *ret = reading.video;
    reading.video = (MediaVideo){0};
    return ERR_OK;
}
