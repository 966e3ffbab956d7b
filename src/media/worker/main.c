// seventh-media: started by a MediaClient with one socket at HELPER_CHANNEL_FD, never by a person.
// It loads its libraries, confines itself, and keeps children.
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kernels/kernels.h"
#include "media/worker/keeper.h"
#include "sandbox/spawn.h"

static bool is_channel(int fd) {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

// Whatever libraries read once from the disk must be read before the doors close.
static void prepare_libraries(void) {
    // Names in archives are converted to the locale's encoding; this one is built into the C
    // library and needs no file.
    setlocale(LC_CTYPE, "C.UTF-8");
    // Times in archives are local ones of an unknown place; the zone is read once, here.
    setenv("TZ", "UTC0", 1);
    tzset();
    // One arena: a second one would ask the system for its number of processors.
    mallopt(M_ARENA_MAX, 1);
    (void)kernels();
}

int main(void) {
    if (!is_channel(HELPER_CHANNEL_FD))
        return 2;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    prepare_libraries();
    _cleanup_(sandbox_freep) Sandbox *sandbox = NULL;
    Keeper keeper = {
        .channel = HELPER_CHANNEL_FD, .pid = getpid(), .memory_used = sandbox_memory_used()};
    Err err = sandbox_new(&sandbox, NULL);
    if (err == ERR_OK)
        err = sandbox_enter_keeper(sandbox, NULL);
    keeper.sandbox = sandbox;
    WireResult hello =
        wire_result_failed(err, err == ERR_OK ? WIRE_SAYS_NOTHING : WIRE_SAYS_CONFINE);
    if (send(HELPER_CHANNEL_FD, &hello, sizeof hello, MSG_NOSIGNAL) != sizeof hello)
        return 1;
    if (err == ERR_OK)
        keeper_run(&keeper);
    // Without exit handlers: a leak checker's would wait for ever for what the filter forbids it.
    _exit(0);
}
