// Starting a helper by posix_spawn with exact descriptors.
#include "sandbox/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>

#include "sandbox/sandbox.h"

static int prepare_files(posix_spawn_file_actions_t *actions, int channel) {
    int code = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (code == 0)
        code = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
    if (code == 0 && !sandbox_is_sanitized())
        code = posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(actions, channel, HELPER_CHANNEL_FD);
    if (code == 0)
        code = posix_spawn_file_actions_addclosefrom_np(actions, HELPER_CHANNEL_FD + 1);
    return code;
}

static int prepare_attributes(posix_spawnattr_t *attributes) {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int code = posix_spawnattr_setsigdefault(attributes, &all);
    if (code == 0)
        code = posix_spawnattr_setsigmask(attributes, &none);
    if (code == 0)
        code = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
                                                        POSIX_SPAWN_SETPGROUP);
    return code;
}

// What little of the environment a helper may see: how sanitizers behave, and the choice of
// kernels.
static const char *const PASSED[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "SEVENTH_KERNELS"};
enum { PASSED_COUNT = sizeof PASSED / sizeof PASSED[0], ENVIRONMENT_TEXT_MAX = 512 };

static void prepare_environment(char texts[][ENVIRONMENT_TEXT_MAX], char **ret) {
    size_t count = 0;
    for (size_t i = 0; i < PASSED_COUNT; i++) {
        const char *value = getenv(PASSED[i]);
        if (value == NULL || strlen(PASSED[i]) + strlen(value) + 2 > ENVIRONMENT_TEXT_MAX)
            continue;
        stpcpy(stpcpy(stpcpy(texts[count], PASSED[i]), "="), value);
        ret[count] = texts[count];
        count++;
    }
    ret[count] = NULL;
}

Err helper_spawn(const char *program, int channel, pid_t *ret_pid, Diag *diag) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    }
    char texts[PASSED_COUNT][ENVIRONMENT_TEXT_MAX], *environment[PASSED_COUNT + 1];
    prepare_environment(texts, environment);
    char *name = strdup(program);
    char *arguments[2] = {name, NULL};
    pid_t pid = -1;
    int code = name == NULL ? ENOMEM : prepare_files(&actions, channel);
    if (code == 0)
        code = prepare_attributes(&attributes);
    if (code == 0)
        code = posix_spawn(&pid, program, &actions, &attributes, arguments, environment);
    free(name);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0)
        return diag_errno(diag, code, program);
    *ret_pid = pid;
    return ERR_OK;
}
