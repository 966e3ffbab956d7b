// A confined child: it takes its two descriptors, maps the input, gives up everything else, and
// only then looks at the first byte.
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "media/limits.h"
#include "media/worker/decoder.h"
#include "media/worker/keeper.h"

// CHILD_LIFE is the end of a pipe whose closing tells that the child is gone; only a
// streaming child keeps one. CHILD_LIFE_SAFE is out of the way of the others while they are put in
// place.
enum { CHILD_INPUT = 3, CHILD_OUTPUT = 4, CHILD_LIFE = 5, CHILD_LIFE_SAFE = 40 };

_Noreturn static void leave(const WireResult *result) {
    // A result that cannot be written is a child that gave none: the keeper sees it.
    _exit(fd_write_all(CHILD_OUTPUT, result, sizeof *result, NULL) == ERR_OK ? 0 : 1);
}

// Only the input, the output and the life line (or -1) stay open. Input first: it frees its old
// number for the output.
static void keep_descriptors(const Keeper *keeper, int input, int output, int life) {
    int last = life < 0 ? CHILD_OUTPUT : CHILD_LIFE;
    if (dup2(input, CHILD_INPUT) < 0 || dup2(output, CHILD_OUTPUT) < 0 ||
        (life >= 0 && dup2(life, CHILD_LIFE) < 0) ||
        syscall(SYS_close_range, last + 1, ~0u, 0) != 0)
        _exit(1);
    // Ends with the keeper, even if that is killed (and may be already).
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != keeper->pid)
        _exit(1);
}

// The whole input: mapped where that is possible, else copied.
static Err map_input(Str *ret) {
    off_t size = lseek(CHILD_INPUT, 0, SEEK_END);
    if (size < 0)
        return ERR_IO;
    if ((uint64_t)size > MEDIA_INPUT_MAX)
        return ERR_LIMIT;
    if (size == 0) {
        *ret = STR("");
        return ERR_OK;
    }
    void *bytes = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, CHILD_INPUT, 0);
    if (bytes == MAP_FAILED) {
        bytes = malloc((size_t)size);
        if (bytes == NULL)
            return ERR_NOMEM;
        for (off_t at = 0; at < size;) {
            ssize_t n = pread(CHILD_INPUT, (char *)bytes + at, (size_t)(size - at), at);
            if (n <= 0)
                return ERR_IO;
            at += n;
        }
    }
    *ret = str_of(bytes, (size_t)size);
    return ERR_OK;
}

_Noreturn void child_decode(const Keeper *keeper, const WireRequest *request, int input,
                            int output) {
    keep_descriptors(keeper, input, output, -1);
    WireResult result = wire_result_failed(ERR_CRASHED, WIRE_SAYS_NOTHING);
    Decoding decoding = {.rows = {.want = request->want}, .result = &result};
    Err err = map_input(&decoding.input);
    if (err != ERR_OK) {
        result = err == ERR_NOMEM   ? wire_result_failed(ERR_LIMIT, WIRE_SAYS_MEMORY)
                 : err == ERR_LIMIT ? wire_result_failed(err, WIRE_SAYS_INPUT_SIZE)
                                    : wire_result_failed(err, WIRE_SAYS_READ);
        leave(&result);
    }
    SandboxPolicy policy = {
        .memory = keeper->memory_used + decoding.input.len + request->memory,
        .cpu_seconds = request->cpu_seconds,
        .open_files = MEDIA_CHILD_FILES,
    };
    err = sandbox_enter_child(keeper->sandbox, &policy, NULL);
    if (err != ERR_OK) {
        result = wire_result_failed(err, WIRE_SAYS_CONFINE);
        leave(&result);
    }
    keeper->work->decode(&decoding);
    leave(&result);
}

_Noreturn void child_stream(const Keeper *keeper, const WireRequest *request, int input, int output,
                            int life) {
    if (dup2(life, CHILD_LIFE_SAFE) < 0)
        _exit(1);
    keep_descriptors(keeper, input, output, CHILD_LIFE_SAFE);
    SandboxPolicy policy = {
        .memory = keeper->memory_used + request->memory,
        .cpu_seconds = request->cpu_seconds,
        .open_files = MEDIA_CHILD_FILES,
    };
    if (sandbox_enter_child(keeper->sandbox, &policy, NULL) != ERR_OK)
        _exit(1);
    keeper->work->stream(CHILD_INPUT, CHILD_OUTPUT, request);
    _exit(0);
}
