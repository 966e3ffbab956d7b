// A decoder that does what an attacker would do with a decoder's bugs. Compiled only into the test
// program seventh-media-hostile; an input "HOSTILE:" followed by a word chooses the deed. Each deed
// that returns was not stopped, and answers as a good picture would, which the tests take as
// failure.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/worker/decoder.h"

enum { INPUT = 3, OUTPUT = 4 };

static volatile unsigned sink;

static void deed_open(Decoding *d) {
    (void)d;
    // Under a sanitizer the call is refused and not fatal; either way nothing is opened.
    if (open("/etc/passwd", O_RDONLY) < 0)
        raise(SIGSYS);
}
static void deed_create(Decoding *d) {
    (void)d;
    if (openat(AT_FDCWD, "/tmp/seventh-hostile", O_CREAT | O_WRONLY, 0600) < 0)
        raise(SIGSYS);
}
static void deed_unlink(Decoding *d) {
    (void)d;
    unlink("/tmp/seventh-hostile");
}
static void deed_socket(Decoding *d) {
    (void)d;
    socket(AF_INET, SOCK_STREAM, 0);
}
static void deed_fork(Decoding *d) {
    (void)d;
    if (fork() == 0)
        for (;;)
            sink++;
}
static void deed_vfork(Decoding *d) {
    (void)d;
    syscall(SYS_clone, CLONE_VM | CLONE_FS | SIGCHLD, NULL, NULL, NULL, NULL);
}
static void deed_exec(Decoding *d) {
    (void)d;
    char *arguments[] = {NULL}, *environment[] = {NULL};
    execve("/bin/true", arguments, environment);
}
static void deed_kill(Decoding *d) {
    (void)d;
    kill(getppid(), SIGKILL);
}
static void deed_tgkill(Decoding *d) {
    (void)d;
    syscall(SYS_tgkill, getppid(), getppid(), SIGKILL);
}
static void deed_ptrace(Decoding *d) {
    (void)d;
    ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}
static void deed_executable(Decoding *d) {
    (void)d;
    mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void deed_protect(Decoding *d) {
    (void)d;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(page, 4096, PROT_READ | PROT_EXEC);
}
static void deed_share(Decoding *d) {
    (void)d;
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, INPUT, 0);
}
static void deed_truncate(Decoding *d) {
    (void)d;
    syscall(SYS_ftruncate, INPUT, 0);
}
static void deed_overwrite(Decoding *d) {
    (void)d;
    // Refused because the description is read-only; a crash says that nothing was written.
    if (pwrite(INPUT, "x", 1, 0) != 1)
        raise(SIGSYS);
}
static void deed_allocate(Decoding *d) {
    for (size_t size = 1 << 20;; size *= 2) {
        char *memory = malloc(size);
        if (memory == NULL)
            break;
        memset(memory, 1, size);
    }
    d->result->message = WIRE_SAYS_MEMORY;
    d->result->err = ERR_LIMIT;
}
static void deed_loop(Decoding *d) {
    (void)d;
    for (;;)
        sink++;
}
static void deed_stubborn(Decoding *d) {
    signal(SIGXCPU, SIG_IGN);
    deed_loop(d);
}
static void deed_sleep(Decoding *d) {
    (void)d;
    for (;;)
        sleep(1000);
}
static int recurse(int depth) {
    volatile char frame[4096];
    frame[0] = (char)depth;
    if (depth < 0)
        return 0;
    return recurse(depth + 1) + frame[0];
}
static void deed_recurse(Decoding *d) {
    (void)d;
    sink = (unsigned)recurse(0);
}
static void deed_fault(Decoding *d) {
    (void)d;
    static volatile int *volatile nowhere;
    *nowhere = 1;
}
static void deed_abort(Decoding *d) {
    (void)d;
    abort();
}
static void deed_leave(Decoding *d) {
    (void)d;
    _exit(0);
}
static void say(const void *bytes, size_t n) {
    while (n > 0) {
        ssize_t done = write(OUTPUT, bytes, n);
        if (done <= 0)
            return;
        bytes = (const char *)bytes + done;
        n -= (size_t)done;
    }
}
static void deed_garbage(Decoding *d) {
    (void)d;
    uint8_t bytes[sizeof(WireResult)];
    memset(bytes, 0xA5, sizeof bytes);
    say(bytes, sizeof bytes);
    _exit(0);
}
static void deed_short(Decoding *d) {
    (void)d;
    say("abc", 3);
    _exit(0);
}
static void deed_flood(Decoding *d) {
    (void)d;
    static const uint8_t bytes[65536];
    for (;;)
        say(bytes, sizeof bytes);
}
static WireResult good(void) {
    return (WireResult){.magic = WIRE_MAGIC,
                        .type = WIRE_TYPE_PNG,
                        .width = 10,
                        .height = 10,
                        .frames = 1,
                        .offset = -1};
}
// A good answer twice: the second would be taken for the next input's.
static void deed_twice(Decoding *d) {
    (void)d;
    WireResult result = good();
    say(&result, sizeof result);
    say(&result, sizeof result);
    _exit(0);
}
static void deed_claim(Decoding *d) {
    (void)d;
    WireResult result = good();
    result.quality[0] = 255;
    say(&result, sizeof result);
    _exit(0);
}
static void deed_fact(Decoding *d) {
    (void)d;
    WireResult result = good();
    result.has = WIRE_PDQ;
    result.fact_count = 1;
    memset(result.facts[0].value, 'A', sizeof result.facts[0].value); // no end
    say(&result, sizeof result);
    _exit(0);
}
static void deed_dimension(Decoding *d) {
    (void)d;
    WireResult result = good();
    result.has = WIRE_PDQ;
    result.width = result.height = 65535;
    say(&result, sizeof result);
    _exit(0);
}
// A good answer, then staying behind.
static void deed_linger(Decoding *d) {
    WireResult result = good();
    result.has = d->rows.want;
    say(&result, sizeof result);
    close(OUTPUT);
    deed_loop(d);
}
static void *spin(void *nothing) {
    (void)nothing;
    for (;;)
        sink++;
    return NULL;
}
static void deed_thread(Decoding *d) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, spin, NULL) == 0)
        pthread_detach(thread);
    d->result->err = ERR_CORRUPT;
}
// What libraries may do in passing: refused, not fatal.
static void deed_harmless(Decoding *d) {
    (void)isatty(1);
    struct rlimit limit;
    (void)getrlimit(RLIMIT_AS, &limit);
    d->result->err = access("/etc/passwd", R_OK) == 0 ? ERR_OK : ERR_CORRUPT;
}

typedef struct Deed {
    const char *name;
    void (*run)(Decoding *d);
} Deed;
static const Deed DEEDS[] = {
    {"open", deed_open},         {"create", deed_create},      {"unlink", deed_unlink},
    {"socket", deed_socket},     {"fork", deed_fork},          {"vfork", deed_vfork},
    {"exec", deed_exec},         {"kill", deed_kill},          {"tgkill", deed_tgkill},
    {"ptrace", deed_ptrace},     {"mapexec", deed_executable}, {"protexec", deed_protect},
    {"share", deed_share},       {"truncate", deed_truncate},  {"overwrite", deed_overwrite},
    {"allocate", deed_allocate}, {"loop", deed_loop},          {"stubborn", deed_stubborn},
    {"sleep", deed_sleep},       {"recurse", deed_recurse},    {"fault", deed_fault},
    {"abort", deed_abort},       {"leave", deed_leave},        {"garbage", deed_garbage},
    {"short", deed_short},       {"flood", deed_flood},        {"twice", deed_twice},
    {"claim", deed_claim},       {"fact", deed_fact},          {"dimension", deed_dimension},
    {"linger", deed_linger},     {"thread", deed_thread},      {"harmless", deed_harmless},
};

Err hostile_decode(Decoding *d) {
    Str word = str_trim(str_from_index(d->input, 8));
    for (size_t i = 0; i < sizeof DEEDS / sizeof DEEDS[0]; i++)
        if (str_is(word, DEEDS[i].name)) {
            d->result->err = ERR_OK;
            DEEDS[i].run(d);
            if (d->result->err != ERR_OK)
                return (Err)d->result->err;
        }
    *d->result = good();
    return rows_begin(d, 10, 10);
}
