// Runs the registered tests and prints TAP.
#include "t.h"

#include <ftw.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

extern const TestCase __start_test_cases[], __stop_test_cases[];

int t_failures;
static const char *skip_reason;
static char folder[64];

void t_fail(const char *file, int line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    printf("# %s:%d: ", file, line);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    t_failures++;
}

void t_skip(const char *reason) {
    skip_reason = reason;
}

uint64_t t_seed(void) {
    const char *text = getenv("SEVENTH_SEED");
    return text == NULL ? 7 : strtoull(text, NULL, 0);
}

const char *t_source_path(const char *relative) {
    static char path[4096];
    const char *root = getenv("SEVENTH_SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/%s", root == NULL ? SOURCE_ROOT : root, relative);
    return path;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static void remove_folder(void) {
    if (folder[0] != '\0')
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *t_folder(void) {
    if (folder[0] == '\0') {
        snprintf(folder, sizeof folder, "/tmp/seventh-test-XXXXXX");
        if (mkdtemp(folder) == NULL) {
            perror("mkdtemp");
            exit(99);
        }
        atexit(remove_folder);
    }
    return folder;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int number = 0, failed = 0;
    for (const TestCase *test = __start_test_cases; test < __stop_test_cases; test++) {
        if (argc > 1 && strstr(test->name, argv[1]) == NULL)
            continue;
        t_failures = 0;
        skip_reason = NULL;
        test->run();
        number++;
        if (t_failures > 0) {
            failed++;
            printf("# seed %llu\n", (unsigned long long)t_seed());
        }
        printf("%s %d - %s%s%s\n", t_failures > 0 ? "not ok" : "ok", number, test->name,
               skip_reason != NULL ? " # SKIP " : "", skip_reason != NULL ? skip_reason : "");
    }
    printf("1..%d\n", number);
    return failed > 0 || number == 0;
}
