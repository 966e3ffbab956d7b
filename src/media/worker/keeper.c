// The keeper's loop: receive a request, fork, watch, classify, answer.
#include "media/worker/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"

// How long a child that closed its last descriptor may take to be gone.
#define LEAVING_NS INT64_C(2000000000)

typedef struct Received {
    WireRequest request;
    int fds[WIRE_FDS_MAX];
    int fd_count;
} Received;

static void received_done(Received *received) {
    for (int i = 0; i < received->fd_count; i++)
        close(received->fds[i]);
    received->fd_count = 0;
}

// False when the client is gone.
static bool receive(int channel, Received *ret) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)];
    } control;
    struct iovec part = {.iov_base = &ret->request, .iov_len = sizeof ret->request};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t n;
    do
        n = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    ret->fd_count = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c != NULL; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count && ret->fd_count < WIRE_FDS_MAX; i++)
            memcpy(&ret->fds[ret->fd_count++], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
    }
    int expected = ret->request.verb == WIRE_DECODE ? 1 : 3;
    if (n != sizeof ret->request || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
        !wire_request_is_sound(&ret->request) || ret->fd_count != expected) {
        // Our own client never does this: something else speaks, and is not served.
        received_done(ret);
        return false;
    }
    return true;
}

static bool answer(int channel, const WireResult *result) {
    ssize_t n;
    do
        n = send(channel, result, sizeof *result, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == sizeof *result;
}

// What the way in which a child ended means.
static WireResult classify(int status, const struct rusage *usage, const WireRequest *request) {
    if (WIFEXITED(status))
        return wire_result_failed(ERR_CRASHED, WIRE_SAYS_CRASH);
    int64_t cpu_ms = (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * INT64_C(1000) +
                     (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000;
    switch (WTERMSIG(status)) {
    case SIGSYS:
    case SIGXFSZ:
        return wire_result_failed(ERR_SANDBOX, WIRE_SAYS_VIOLATION);
    case SIGXCPU:
        return wire_result_failed(ERR_TIMEOUT, WIRE_SAYS_CPU);
    case SIGKILL:
        // Not by us: the second processor limit, or the system, out of memory.
        if (cpu_ms + 100 >= request->cpu_seconds * INT64_C(1000))
            return wire_result_failed(ERR_TIMEOUT, WIRE_SAYS_CPU);
        return wire_result_failed(ERR_LIMIT, WIRE_SAYS_MEMORY);
    default:
        return wire_result_failed(ERR_CRASHED, WIRE_SAYS_CRASH);
    }
}

// One byte more than a result, so that an answer that is too long is seen.
typedef struct Answer {
    uint8_t bytes[sizeof(WireResult) + 1];
    size_t length;
} Answer;

typedef enum WatchEnd { WATCH_OUTPUT_CLOSED, WATCH_TOO_LONG, WATCH_TIME, WATCH_CLIENT } WatchEnd;

// Collects what the child says until it closes its end, says too much, time is up, or the client
// is gone.
static WatchEnd watch(int channel, int output, int64_t deadline_ns, Answer *ret) {
    for (;;) {
        int64_t left_ms = (deadline_ns - clock_monotonic_ns()) / 1000000;
        if (left_ms <= 0)
            return WATCH_TIME;
        struct pollfd polled[2] = {{.fd = output, .events = POLLIN}, {.fd = channel, .events = 0}};
        int ready = poll(polled, 2, left_ms > INT32_MAX ? INT32_MAX : (int)left_ms);
        if (ready < 0 && errno != EINTR)
            return WATCH_TIME;
        if (ready <= 0)
            continue;
        if ((polled[1].revents & (POLLHUP | POLLERR)) != 0)
            return WATCH_CLIENT;
        if (polled[0].revents == 0)
            continue;
        ssize_t n = read(output, ret->bytes + ret->length, sizeof ret->bytes - ret->length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return WATCH_OUTPUT_CLOSED;
        ret->length += (size_t)n;
        if (ret->length == sizeof ret->bytes)
            return WATCH_TOO_LONG;
    }
}

// Waits for the child until the deadline, then kills it. True when it ended by itself. SIGCHLD is
// blocked, so it stays pending until sigtimedwait takes it.
static bool reap(pid_t child, int64_t deadline_ns, int *ret_status, struct rusage *ret_usage) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    for (;;) {
        pid_t ended = wait4(child, ret_status, WNOHANG, ret_usage);
        if (ended == child)
            return true;
        int64_t left_ns = deadline_ns - clock_monotonic_ns();
        if (left_ns <= 0 || (ended < 0 && errno != EINTR))
            break;
        struct timespec wait = {.tv_sec = left_ns / 1000000000, .tv_nsec = left_ns % 1000000000};
        sigtimedwait(&signals, NULL, &wait);
    }
    kill(child, SIGKILL);
    while (wait4(child, ret_status, 0, ret_usage) < 0 && errno == EINTR) {
    }
    return false;
}

// Watches one child to its end. False when the client is gone.
static bool supervise(int channel, pid_t child, int output, int64_t deadline_ns,
                      const WireRequest *request, WireResult *ret) {
    Answer got = {.length = 0};
    WatchEnd end = watch(channel, output, deadline_ns, &got);
    int status = 0;
    struct rusage usage = {0};
    // A child that closed its end is about to leave; any other is killed now.
    bool has_left = reap(child, end == WATCH_OUTPUT_CLOSED ? deadline_ns : 0, &status, &usage);
    if (end == WATCH_CLIENT)
        return false;
    if (end == WATCH_TOO_LONG) {
        *ret = wire_result_failed(ERR_SANDBOX, WIRE_SAYS_GARBAGE);
    } else if (!has_left) {
        *ret = wire_result_failed(ERR_TIMEOUT, WIRE_SAYS_WALL);
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        *ret = classify(status, &usage, request);
    } else {
        WireResult result;
        memcpy(&result, got.bytes, sizeof result);
        *ret = got.length == sizeof result && wire_result_is_sound(&result, request->want)
                   ? result
                   : wire_result_failed(ERR_SANDBOX, WIRE_SAYS_GARBAGE);
    }
    return true;
}

static int64_t deadline_of(const WireRequest *request) {
    return clock_monotonic_ns() + request->wall_ms * INT64_C(1000000);
}

// False when the client is gone.
static bool serve_decode(const Keeper *keeper, Received *received) {
    WireResult result = wire_result_failed(ERR_BUSY, WIRE_SAYS_PROCESS);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == 0) {
        pid_t child = fork();
        if (child == 0)
            child_decode(keeper, &received->request, received->fds[0], ends[1]);
        close(ends[1]);
        received_done(received);
        if (child > 0 && !supervise(keeper->channel, child, ends[0],
                                    deadline_of(&received->request), &received->request, &result)) {
            close(ends[0]);
            return false;
        }
        close(ends[0]);
    }
    received_done(received);
    return answer(keeper->channel, &result);
}

// Waits until the child is gone (its end of the life line closes) or the client is. Time by the
// clock is the client's to keep, since it may read as slowly as it likes.
static WireResult await_stream(int control, pid_t child, int life, const WireRequest *request) {
    struct pollfd polled[2] = {{.fd = life, .events = POLLIN}, {.fd = control, .events = 0}};
    while (poll(polled, 2, -1) < 0 && errno == EINTR) {
    }
    int status = 0;
    struct rusage usage = {0};
    bool has_left = (polled[0].revents & POLLIN) == 0 && polled[1].revents == 0;
    int64_t deadline_ns = has_left ? clock_monotonic_ns() + LEAVING_NS : 0;
    has_left = reap(child, deadline_ns, &status, &usage);
    if (has_left && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return wire_result_failed(ERR_OK, WIRE_SAYS_NOTHING);
    return classify(status, &usage, request);
}

// The stream's own keeper: it lives beside the first one, so that members can be decoded while
// their archive is still open, and ends with the stream's own socket.
_Noreturn static void supervise_stream(const Keeper *keeper, Received *received) {
    int control = received->fds[2], ends[2];
    close(keeper->channel);
    Keeper own = *keeper;
    own.pid = getpid();
    WireResult result = wire_result_failed(ERR_BUSY, WIRE_SAYS_PROCESS);
    if (pipe2(ends, O_CLOEXEC) == 0) {
        pid_t child = fork();
        if (child == 0)
            child_stream(&own, &received->request, received->fds[0], received->fds[1], ends[1]);
        close(ends[1]);
        close(received->fds[0]);
        close(received->fds[1]);
        if (child > 0)
            result = await_stream(control, child, ends[0], &received->request);
    }
    (void)answer(control, &result);
    _exit(0);
}

static bool serve_stream(const Keeper *keeper, Received *received) {
    pid_t supervisor = fork();
    if (supervisor == 0)
        supervise_stream(keeper, received);
    received_done(received);
    WireResult result = supervisor > 0 ? wire_result_failed(ERR_OK, WIRE_SAYS_NOTHING)
                                       : wire_result_failed(ERR_BUSY, WIRE_SAYS_PROCESS);
    return answer(keeper->channel, &result);
}

void keeper_run(const Keeper *keeper) {
    Received received = {0};
    while (receive(keeper->channel, &received)) {
        // Supervisors of streams that have ended.
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        const Work *work = keeper->work;
        uint32_t verb = received.request.verb;
        bool is_served = false;
        if (verb == WIRE_DECODE && work->decode != NULL)
            is_served = serve_decode(keeper, &received);
        else if (verb == work->stream_verb)
            is_served = serve_stream(keeper, &received);
        if (!is_served)
            return;
    }
}
