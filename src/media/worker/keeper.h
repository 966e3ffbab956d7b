// The keeper: the one thread of seventh-media that speaks with the client, forks a confined child
// for every input, watches it and reaps it. It never reads a byte of any input.
#pragma once
#include <sys/types.h>

#include "media/wire.h"
#include "sandbox/sandbox.h"

// What a program can do: the keeper and its confinement are the same in each.
struct Decoding;
typedef struct Work {
    void (*decode)(struct Decoding *d); // WIRE_DECODE; NULL: not served
    uint32_t stream_verb;               // of WireVerb, the one that `stream` serves
    // Reads `input`, writes frames to `output`; may end the process.
    void (*stream)(int input, int output, const WireRequest *request);
} Work;

typedef struct Keeper {
    const Work *work;
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
_Noreturn void child_stream(const Keeper *keeper, const WireRequest *request, int input, int output,
                            int life);

// start.c: confines this process, says hello, and serves until the client is gone; main returns
// what this returns. Everything that libraries read from the disk must have been read before.
int worker_run(const Work *work);
