// Unpacking, the client's side: reads frames from a child that may be hostile, and trusts none of
// their numbers.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/file.h"
#include "media/client.h"
#include "media/limits.h"

enum { STREAM_BUFFER = 128 << 10, PIPE_SIZE = 512 << 10 };

typedef enum UnpackState {
    UNPACK_BETWEEN, // a member, or the end, comes next
    UNPACK_INSIDE,  // data of a member
    UNPACK_OVER     // the end was seen, or an error after which nothing comes
} UnpackState;

struct MediaUnpack {
    int stream, control;
    uint32_t wall_ms;
    uint64_t bytes_max, total;
    UnpackState state;
    uint32_t data_left; // of the present data frame
    size_t start, end;  // of what is buffered
    uint8_t buffer[STREAM_BUFFER];
    char path[MEDIA_MEMBER_PATH_MAX];
};

static Err stop(MediaUnpack *u, Diag *diag, Err err, WireMessage message) {
    u->state = UNPACK_OVER;
    if (u->stream >= 0)
        close(u->stream);
    u->stream = -1;
    return diag_set(diag, err, wire_message_text(message));
}

// The stream broke off: the archive's keeper knows how its child ended.
static Err stop_by_verdict(MediaUnpack *u, Diag *diag) {
    WireResult verdict;
    Err err = media_client_receive(u->control, MEDIA_GRACE_MS, &verdict);
    if (err != ERR_OK || !wire_result_is_sound(&verdict, 0) || verdict.err == ERR_OK)
        return stop(u, diag, ERR_CRASHED, WIRE_SAYS_CRASH);
    return stop(u, diag, (Err)verdict.err, (WireMessage)verdict.message);
}

// Waits for bytes and puts 1..capacity of them; anything else ends the unpacking.
static Err pull(MediaUnpack *u, void *ret_bytes, size_t capacity, size_t *ret_n, Diag *diag) {
    int64_t deadline_ns = clock_monotonic_ns() + u->wall_ms * INT64_C(1000000);
    for (;;) {
        int64_t left_ms = (deadline_ns - clock_monotonic_ns()) / 1000000;
        if (left_ms <= 0)
            return stop(u, diag, ERR_TIMEOUT, WIRE_SAYS_WALL);
        struct pollfd polled = {.fd = u->stream, .events = POLLIN};
        int ready = poll(&polled, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        ssize_t n = ready < 0 ? -1 : read(u->stream, ret_bytes, capacity);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return stop_by_verdict(u, diag);
        *ret_n = (size_t)n;
        return ERR_OK;
    }
}

static Err take_exact(MediaUnpack *u, void *ret_bytes, size_t n, Diag *diag) {
    for (size_t done = 0; done < n;) {
        if (u->start == u->end) {
            u->start = u->end = 0;
            TRY(pull(u, u->buffer, sizeof u->buffer, &u->end, diag));
        }
        size_t part = u->end - u->start < n - done ? u->end - u->start : n - done;
        memcpy((uint8_t *)ret_bytes + done, u->buffer + u->start, part);
        u->start += part;
        done += part;
    }
    return ERR_OK;
}

static Err stop_as_garbage(MediaUnpack *u, Diag *diag) {
    return stop(u, diag, ERR_SANDBOX, WIRE_SAYS_GARBAGE);
}

static Err take_failure(MediaUnpack *u, const WireFrame *frame, WireFailure *ret, Diag *diag) {
    if (frame->length != sizeof *ret)
        return stop_as_garbage(u, diag);
    TRY(take_exact(u, ret, sizeof *ret, diag));
    return wire_failure_is_sound(ret) ? ERR_OK : stop_as_garbage(u, diag);
}

static Err take_member(MediaUnpack *u, const WireFrame *frame, MediaMember *ret, Diag *diag) {
    WireMember member;
    if (frame->length <= sizeof member || frame->length > sizeof member + sizeof u->path)
        return stop_as_garbage(u, diag);
    TRY(take_exact(u, &member, sizeof member, diag));
    TRY(take_exact(u, u->path, frame->length - sizeof member, diag));
    Str path = str_of(u->path, frame->length - sizeof member);
    unsigned flags = WIRE_MEMBER_ENCRYPTED | WIRE_MEMBER_SIZE_UNKNOWN;
    if (member.path_length != path.len || (member.flags & ~flags) != 0 ||
        !wire_text_is_printable(path))
        return stop_as_garbage(u, diag);
    *ret = (MediaMember){
        .path = path,
        .size = (member.flags & WIRE_MEMBER_SIZE_UNKNOWN) != 0 ? UINT64_MAX : member.size,
        .is_encrypted = (member.flags & WIRE_MEMBER_ENCRYPTED) != 0,
    };
    u->state = UNPACK_INSIDE;
    return ERR_OK;
}

// Inside a member: moves to its next data frame (data_left > 0), or past its end (state).
static Err take_data_frame(MediaUnpack *u, Diag *diag) {
    WireFrame frame;
    WireFailure failure;
    TRY(take_exact(u, &frame, sizeof frame, diag));
    if (frame.kind == WIRE_FRAME_MEMBER_END) {
        TRY(take_failure(u, &frame, &failure, diag));
        u->state = UNPACK_BETWEEN;
        if (failure.err == ERR_OK)
            return ERR_OK;
        diag_set(diag, (Err)failure.err, wire_message_text((WireMessage)failure.message));
        diag_place(diag, failure.offset, -1);
        return (Err)failure.err;
    }
    if (frame.kind != WIRE_FRAME_DATA || frame.length == 0 || frame.length > MEDIA_FRAME_MAX)
        return stop_as_garbage(u, diag);
    u->total += frame.length;
    if (u->total > u->bytes_max)
        return stop(u, diag, ERR_LIMIT, WIRE_SAYS_ARCHIVE_OUTPUT);
    u->data_left = frame.length;
    return ERR_OK;
}

Err media_unpack_open(MediaClient *client, int fd, MediaUnpack **ret, Diag *diag) {
    const MediaOptions *options = &client->options;
    _cleanup_(media_unpack_freep) MediaUnpack *u = malloc(sizeof *u);
    if (u == NULL)
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    u->stream = u->control = -1;
    u->wall_ms = options->wall_ms != 0 ? options->wall_ms : MEDIA_WALL_MS;
    u->bytes_max = options->unpack_bytes_max != 0 ? options->unpack_bytes_max : MEDIA_UNPACK_OUTPUT;
    u->total = 0;
    u->state = UNPACK_BETWEEN;
    u->data_left = 0;
    u->start = u->end = 0;
    WireRequest request = {
        .magic = WIRE_MAGIC,
        .verb = WIRE_UNPACK,
        .cpu_seconds = MEDIA_UNPACK_CPU_SECONDS,
        .wall_ms = u->wall_ms,
        .members_max =
            options->unpack_members_max != 0 ? options->unpack_members_max : MEDIA_MEMBERS_MAX,
        .memory = options->memory_limit != 0 ? options->memory_limit : MEDIA_UNPACK_MEMORY,
        .output_max = u->bytes_max,
    };
    TRY(media_client_start(client, diag));
    int pipe_ends[2], socket_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return diag_errno(diag, errno, "");
    u->stream = pipe_ends[0];
    _cleanup_close_ int far_stream = pipe_ends[1];
    (void)fcntl(far_stream, F_SETPIPE_SZ, PIPE_SIZE); // fewer switches; any size works
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socket_ends) != 0)
        return diag_errno(diag, errno, "");
    u->control = socket_ends[0];
    _cleanup_close_ int far_control = socket_ends[1];
    _cleanup_close_ int own = -1;
    TRY(media_client_reopen(fd, &own, diag));
    WireResult started;
    Err err = ERR_CRASHED;
    if (media_client_send(client->channel, &request, (int[]){own, far_stream, far_control}, 3))
        err = media_client_receive(client->channel, MEDIA_START_MS, &started);
    if (err == ERR_OK && (started.magic != WIRE_MAGIC || started.err >= ERR_CLASS_COUNT))
        err = ERR_SANDBOX;
    if (err != ERR_OK) {
        media_client_stop(client);
        return diag_set(diag, err, wire_message_text(WIRE_SAYS_CRASH));
    }
    if (started.err != ERR_OK)
        return diag_set(diag, (Err)started.err, wire_message_text(WIRE_SAYS_PROCESS));
    *ret = TAKE(u);
    return ERR_OK;
}

void media_unpack_free(MediaUnpack *u) {
    if (u == NULL)
        return;
    if (u->stream >= 0)
        close(u->stream);
    if (u->control >= 0)
        close(u->control);
    free(u);
}

Err media_unpack_next(MediaUnpack *u, MediaMember *ret, bool *ret_has, Diag *diag) {
    while (u->state == UNPACK_INSIDE) {
        uint8_t passed[4096];
        size_t n;
        // What is wrong with a member that nobody reads is of no interest.
        (void)!media_unpack_read(u, passed, sizeof passed, &n, NULL);
    }
    if (u->state == UNPACK_OVER)
        return diag_set(diag, ERR_STATE, N_("The archive was read to its end already"));
    WireFrame frame;
    WireFailure failure;
    TRY(take_exact(u, &frame, sizeof frame, diag));
    switch (frame.kind) {
    case WIRE_FRAME_MEMBER:
        TRY(take_member(u, &frame, ret, diag));
        *ret_has = true;
        return ERR_OK;
    case WIRE_FRAME_END:
        TRY(take_failure(u, &frame, &failure, diag));
        if (failure.err != ERR_OK) {
            stop(u, diag, (Err)failure.err, (WireMessage)failure.message);
            diag_place(diag, failure.offset, -1);
            return (Err)failure.err;
        }
        stop(u, NULL, ERR_OK, WIRE_SAYS_NOTHING);
        *ret_has = false;
        return ERR_OK;
    default:
        return stop_as_garbage(u, diag);
    }
}

Err media_unpack_read(MediaUnpack *u, void *ret_bytes, size_t capacity, size_t *ret_n, Diag *diag) {
    if (capacity == 0 || u->state != UNPACK_INSIDE) {
        *ret_n = 0;
        return ERR_OK;
    }
    if (u->data_left == 0)
        TRY(take_data_frame(u, diag));
    if (u->state != UNPACK_INSIDE) {
        *ret_n = 0;
        return ERR_OK;
    }
    size_t n = capacity < u->data_left ? capacity : u->data_left;
    if (u->start < u->end) {
        n = n < u->end - u->start ? n : u->end - u->start;
        memcpy(ret_bytes, u->buffer + u->start, n);
        u->start += n;
    } else {
        TRY(pull(u, ret_bytes, n, &n, diag));
    }
    u->data_left -= (uint32_t)n;
    *ret_n = n;
    return ERR_OK;
}
