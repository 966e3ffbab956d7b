// The keeper: the one thread of seventh-media that speaks with the client, forks a confined child
// for every input, watches it and reaps it. It never reads a byte of any input.
#pragma once
#include <sys/types.h>

#include "media/wire.h"
#include "sandbox/sandbox.h"

typedef struct Keeper {
    int channel; // to the client
    pid_t pid;   // of the process that forks the next child
    const Sandbox *sandbox;
    uint64_t memory_used; // bytes of address space before any input
} Keeper;

// Serves until the client is gone.
void keeper_run(const Keeper *keeper);

// child.c: in the forked child. Both confine themselves, never return, and leave by _exit.
_Noreturn void child_decode(const Keeper *keeper, const WireRequest *request, int input,
                            int output);
_Noreturn void child_unpack(const Keeper *keeper, const WireRequest *request, int input, int output,
                            int life);
