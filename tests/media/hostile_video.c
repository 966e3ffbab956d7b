// A worker for videos that misbehaves on request, in place of FFmpeg: the input's text says how.
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "media/worker/keeper.h"

static int the_output;

static void put(uint32_t kind, const void *payload, uint32_t length, uint32_t said) {
    WireFrame frame = {.kind = kind, .length = said};
    if (fd_write_all(the_output, &frame, sizeof frame, NULL) != ERR_OK ||
        fd_write_all(the_output, payload, length, NULL) != ERR_OK)
        _exit(0);
}

static void put_head(uint32_t width, int64_t duration_ms) {
    WireVideo video = {.width = width, .height = 10, .duration_ms = duration_ms};
    put(WIRE_FRAME_VIDEO, &video, sizeof video, sizeof video);
}

static void put_picture(uint64_t number, int64_t time_ms, uint32_t quality) {
    WirePicture picture = {.frame = number, .time_ms = time_ms, .quality = quality};
    put(WIRE_FRAME_PICTURE, &picture, sizeof picture, sizeof picture);
}

static void put_end(uint32_t err, uint32_t message, uint32_t flags) {
    WireVideoEnd end = {.failure = {.err = err, .message = message, .offset = -1}, .flags = flags};
    put(WIRE_FRAME_VIDEO_END, &end, sizeof end, sizeof end);
}

static void act(Str deed) {
    if (str_is(deed, "headless"))
        put_picture(0, 0, 100);
    else if (str_is(deed, "claim"))
        put_end(ERR_OK, 0, 0);
    else if (str_is(deed, "wide"))
        put_head(70000, 0);
    else if (str_is(deed, "duration"))
        put_head(10, INT64_MAX);
    else if (str_is(deed, "garbage"))
        put(WIRE_FRAME_VIDEO, "?", 1, UINT32_MAX);
    else if (str_is(deed, "kind"))
        put(99, "", 0, 0);
    put_head(10, 5000);
    put_picture(5, 1000, 80);
    if (str_is(deed, "twice"))
        put_head(10, 5000);
    else if (str_is(deed, "backwards"))
        put_picture(5, 2000, 80);
    else if (str_is(deed, "past"))
        put_picture(6, 999, 80);
    else if (str_is(deed, "quality"))
        put_picture(6, 2000, 101);
    else if (str_is(deed, "flags"))
        put_end(ERR_OK, 0, 8);
    else if (str_is(deed, "class"))
        put_end(77, 0, 0);
    else if (str_is(deed, "message"))
        put_end(ERR_SYNTAX, 7777, 0);
    else if (str_is(deed, "leave"))
        _exit(0);
    else if (str_is(deed, "fault"))
        __builtin_trap();
    else if (str_is(deed, "open"))
        (void)!open("/etc/hostname", O_RDONLY);
    else if (str_is(deed, "fork"))
        (void)!fork();
    for (uint64_t i = 6; str_is(deed, "flood"); i++)
        put_picture(i, 1000, 80);
    while (str_is(deed, "sleep"))
        nanosleep(&(struct timespec){.tv_sec = 60}, NULL);
    put_picture(9, 4000, 80);
    put_end(ERR_OK, 0, 0);
}

static void misbehave(int input, int output, const WireRequest *request) {
    (void)request;
    char text[64];
    ssize_t n = pread(input, text, sizeof text, 0);
    the_output = output;
    Str deed = str_of(text, n < 0 ? 0 : (size_t)n);
    // What must look like a video has the deed behind a hash sign.
    ptrdiff_t mark = str_find_byte(deed, '#');
    act(mark < 0 ? deed : str_from_index(deed, (size_t)mark + 1));
}

int main(void) {
    static const Work WORK = {.stream_verb = WIRE_VIDEO, .stream = misbehave};
    return worker_run(&WORK);
}
