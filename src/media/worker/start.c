// The start of every worker program: a channel, no signals, confinement, hello, then keeping.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "media/worker/keeper.h"
#include "sandbox/spawn.h"

static bool is_channel(int fd) {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

int worker_run(const Work *work) {
    if (!is_channel(HELPER_CHANNEL_FD))
        return 2;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    _cleanup_(sandbox_freep) Sandbox *sandbox = NULL;
    Keeper keeper = {.work = work,
                     .channel = HELPER_CHANNEL_FD,
                     .pid = getpid(),
                     .memory_used = sandbox_memory_used()};
    Err err = sandbox_new(&sandbox, NULL);
    if (err == ERR_OK)
        err = sandbox_enter_keeper(sandbox, NULL);
    keeper.sandbox = sandbox;
    WireResult hello =
        wire_result_failed(err, err == ERR_OK ? WIRE_SAYS_NOTHING : WIRE_SAYS_CONFINE);
    // From here on without exit handlers: a leak checker's would wait for ever for what the filter
    // forbids it.
    if (send(HELPER_CHANNEL_FD, &hello, sizeof hello, MSG_NOSIGNAL) != sizeof hello)
        _exit(1);
    if (err == ERR_OK)
        keeper_run(&keeper);
    _exit(0);
}
