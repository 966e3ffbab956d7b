// MediaClient: starts seventh-media, hands it descriptors, checks its answers, and starts it again
// when it is gone.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "media/client.h"
#include "media/limits.h"
#include "sandbox/spawn.h"

#define PROGRAM_NAME "seventh-media"

// Beside the running program (a build folder), in the libexec folder of the same tree (an
// installation, wherever it was moved), else where this build was to be installed.
static char *find_beside(void) {
    static const char *const PLACES[] = {"/", "/../libexec/seventh/"};
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash = n <= 0 ? NULL : memrchr(self, '/', (size_t)n);
    for (size_t i = 0; slash != NULL && i < sizeof PLACES / sizeof PLACES[0]; i++) {
        char *path = NULL;
        if (asprintf(&path, "%.*s%s" PROGRAM_NAME, (int)(slash - self), self, PLACES[i]) < 0)
            return NULL;
        if (access(path, X_OK) == 0)
            return path;
        free(path);
    }
    return strdup(SEVENTH_LIBEXEC "/" PROGRAM_NAME);
}

static Err find_program(const MediaOptions *options, char **ret, Diag *diag) {
    const char *given = options->program != NULL ? options->program : getenv("SEVENTH_MEDIA");
    char *path = given != NULL && given[0] != '\0' ? strdup(given) : find_beside();
    if (path == NULL)
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    *ret = path;
    return ERR_OK;
}

static Err fail_by_result(const WireResult *result, Diag *diag) {
    diag_set(diag, (Err)result->err, wire_message_text((WireMessage)result->message));
    diag_place(diag, result->offset, -1);
    return (Err)result->err;
}

void media_client_stop(MediaClient *client) {
    if (client->channel >= 0)
        close(client->channel);
    client->channel = -1;
    if (client->keeper > 0) {
        // It ends by itself when its channel closes; the kill is for one that hangs.
        kill(client->keeper, SIGKILL);
        while (waitpid(client->keeper, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    client->keeper = -1;
}

Err media_client_receive(int channel, int64_t timeout_ms, WireResult *ret) {
    int64_t deadline_ns = clock_monotonic_ns() + timeout_ms * INT64_C(1000000);
    for (;;) {
        int64_t left_ms = (deadline_ns - clock_monotonic_ns()) / 1000000;
        if (left_ms <= 0)
            return ERR_TIMEOUT;
        struct pollfd polled = {.fd = channel, .events = POLLIN};
        int ready = poll(&polled, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        if (ready < 0)
            return ERR_CRASHED;
        WireResult result;
        ssize_t n = recv(channel, &result, sizeof result, MSG_TRUNC);
        if (n < 0 && errno == EINTR)
            continue;
        if (n != sizeof result)
            return ERR_CRASHED;
        *ret = result;
        return ERR_OK;
    }
}

Err media_client_start(MediaClient *client, Diag *diag) {
    if (client->channel >= 0)
        return ERR_OK;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return diag_errno(diag, errno, client->program);
    _cleanup_close_ int theirs = ends[1];
    client->channel = ends[0];
    Err err = helper_spawn(client->program, theirs, &client->keeper, diag);
    if (err != ERR_OK) {
        client->keeper = -1;
        media_client_stop(client);
        return err;
    }
    close(TAKE_FD(theirs));
    WireResult hello;
    err = media_client_receive(client->channel, MEDIA_START_MS, &hello);
    if (err != ERR_OK || hello.magic != WIRE_MAGIC || hello.err >= ERR_CLASS_COUNT) {
        media_client_stop(client);
        diag_set(diag, ERR_SANDBOX,
                 N_("{program} does not start as it should: it is missing, of another version, or "
                    "may not run here"));
        diag_arg(diag, "program", str_from(client->program));
        return ERR_SANDBOX;
    }
    if (hello.err != ERR_OK) {
        media_client_stop(client);
        return diag_set(diag, ERR_SANDBOX,
                        N_("This system does not let a process confine itself (seccomp filters "
                           "are refused), so no hostile file is opened on it"));
    }
    return ERR_OK;
}

Err media_client_new(const MediaOptions *options, MediaClient **ret, Diag *diag) {
    static const MediaOptions DEFAULTS = {0};
    if (options == NULL)
        options = &DEFAULTS;
    _cleanup_(media_client_freep) MediaClient *client = calloc(1, sizeof *client);
    if (client == NULL)
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    client->channel = -1;
    client->keeper = -1;
    client->options = *options;
    TRY(find_program(options, &client->program, diag));
    client->options.program = NULL;
    TRY(media_client_start(client, diag));
    *ret = TAKE(client);
    return ERR_OK;
}

void media_client_free(MediaClient *client) {
    if (client == NULL)
        return;
    media_client_stop(client);
    media_client_free(client->video);
    free(client->program);
    free(client);
}

Err media_client_reopen(int fd, int *ret_own, Diag *diag) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int own = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (own < 0)
        own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0)
        return diag_set(diag, ERR_INVALID, wire_message_text(WIRE_SAYS_READ));
    *ret_own = own;
    return ERR_OK;
}

bool media_client_send(int channel, const WireRequest *request, const int *fds, int fd_count) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)];
    } control = {0};
    WireRequest copy = *request;
    struct iovec part = {.iov_base = &copy, .iov_len = sizeof copy};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)fd_count)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)fd_count);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * (size_t)fd_count);
    ssize_t n;
    do
        n = sendmsg(channel, &message, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == sizeof copy;
}

static void facts_fill(const WireResult *result, MediaFacts *ret) {
    *ret = (MediaFacts){
        .type = wire_type_mime((WireType)result->type),
        .width = result->width,
        .height = result->height,
        .frames = result->frames,
        .is_truncated = (result->flags & WIRE_IS_TRUNCATED) != 0,
        .is_approximate = (result->flags & WIRE_IS_APPROXIMATE) != 0,
        .has = result->has,
        .fact_count = (int)result->fact_count,
    };
    for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
        ret->pdq[variant].quality = result->quality[variant];
        for (int turn = 0; turn < PDQ_TURNS; turn++)
            memcpy(ret->pdq[variant].hash[turn].bytes, result->pdq[variant][turn], PDQ_BYTES);
    }
    for (uint32_t i = 0; i < result->fact_count; i++) {
        const WireFact *fact = &result->facts[i];
        stpcpy(ret->facts[i].name, wire_fact_name((WireFactName)fact->name));
        memcpy(ret->facts[i].value, fact->value, sizeof fact->value);
    }
}

// One request and its answer.
static Err exchange(MediaClient *client, const WireRequest *request, int fd, WireResult *ret,
                    Diag *diag) {
    TRY(media_client_start(client, diag));
    if (!media_client_send(client->channel, request, &fd, 1)) {
        // It died while idle, so not by this input, which it never saw: another one gets it.
        media_client_stop(client);
        TRY(media_client_start(client, diag));
        if (!media_client_send(client->channel, request, &fd, 1)) {
            media_client_stop(client);
            return diag_set(diag, ERR_CRASHED, wire_message_text(WIRE_SAYS_CRASH));
        }
    }
    Err err = media_client_receive(client->channel, request->wall_ms + MEDIA_GRACE_MS, ret);
    if (err == ERR_OK && !wire_result_is_sound(ret, request->want))
        err = ERR_SANDBOX;
    if (err == ERR_OK)
        return ERR_OK;
    // A keeper that died, hangs or talks nonsense is replaced at the next request.
    media_client_stop(client);
    return diag_set(diag, err,
                    wire_message_text(err == ERR_TIMEOUT   ? WIRE_SAYS_WALL
                                      : err == ERR_SANDBOX ? WIRE_SAYS_GARBAGE
                                                           : WIRE_SAYS_CRASH));
}

Err media_decode(MediaClient *client, int fd, unsigned want, MediaFacts *ret, Diag *diag) {
    const MediaOptions *options = &client->options;
    WireRequest request = {
        .magic = WIRE_MAGIC,
        .verb = WIRE_DECODE,
        .want = want,
        .cpu_seconds = options->cpu_seconds != 0 ? options->cpu_seconds : MEDIA_CPU_SECONDS,
        .wall_ms = options->wall_ms != 0 ? options->wall_ms : MEDIA_WALL_MS,
        .memory = options->memory_limit != 0 ? options->memory_limit : MEDIA_MEMORY_DEFAULT,
    };
    _cleanup_close_ int own = -1;
    TRY(media_client_reopen(fd, &own, diag));
    WireResult result;
    TRY(exchange(client, &request, own, &result, diag));
    if (result.err != ERR_OK)
        return fail_by_result(&result, diag);
    facts_fill(&result, ret);
    return ERR_OK;
}
