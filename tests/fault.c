// The linker's --wrap turns every allocation of our objects into a call of these.
#include "fault.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *at);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
void *__wrap_reallocarray(void *at, size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_posix_memalign(void **ret, size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t max);
void __wrap_free(void *at);

// The live allocations: open addressing, a hole is 0, a grave 1.
static struct {
    pthread_mutex_t lock;
    uintptr_t *slots;
    size_t capacity, live, used;
    bool is_armed, is_lasting, has_failed;
    uint64_t left;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool may_allocate(void) {
    pthread_mutex_lock(&state.lock);
    bool may = true;
    if (state.is_armed) {
        may = state.left > 0 || (state.has_failed && !state.is_lasting);
        if (state.left > 0)
            state.left--;
        if (!may)
            state.has_failed = true;
    }
    pthread_mutex_unlock(&state.lock);
    if (!may)
        errno = ENOMEM;
    return may;
}

static size_t slot_of(uintptr_t key) {
    size_t at = (size_t)((key >> 4) * 0x9E3779B97F4A7C15u) & (state.capacity - 1);
    while (state.slots[at] != 0 && state.slots[at] != key)
        at = (at + 1) & (state.capacity - 1);
    return at;
}

static void grow(void) {
    uintptr_t *old = state.slots;
    size_t old_capacity = state.capacity;
    state.capacity = old_capacity == 0               ? 1024
                     : state.live * 4 > old_capacity ? old_capacity * 2
                                                     : old_capacity;
    state.slots = __real_calloc(state.capacity, sizeof *state.slots);
    if (state.slots == NULL)
        abort();
    state.used = state.live;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i] > 1)
            state.slots[slot_of(old[i])] = old[i];
    }
    __real_free(old);
}

static void *note_new(void *at) {
    if (at == NULL)
        return NULL;
    pthread_mutex_lock(&state.lock);
    if (state.used * 2 >= state.capacity)
        grow();
    state.slots[slot_of((uintptr_t)at)] = (uintptr_t)at;
    state.live++;
    state.used++;
    pthread_mutex_unlock(&state.lock);
    return at;
}

// What a shared library allocated is not in the set; freeing it changes no count.
static void note_gone(uintptr_t key) {
    if (key == 0)
        return;
    pthread_mutex_lock(&state.lock);
    if (state.capacity > 0) {
        size_t slot = slot_of(key);
        if (state.slots[slot] == key) {
            state.slots[slot] = 1;
            state.live--;
        }
    }
    pthread_mutex_unlock(&state.lock);
}

void *__wrap_malloc(size_t size) {
    return may_allocate() ? note_new(__real_malloc(size)) : NULL;
}

void *__wrap_calloc(size_t count, size_t size) {
    return may_allocate() ? note_new(__real_calloc(count, size)) : NULL;
}

void *__wrap_realloc(void *at, size_t size) {
    if (!may_allocate())
        return NULL;
    // Noted as gone first: once freed, another thread may be given the same address.
    note_gone((uintptr_t)at);
    void *moved = __real_realloc(at, size);
    note_new(moved == NULL && size > 0 ? at : moved);
    return moved;
}

void *__wrap_reallocarray(void *at, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return __wrap_realloc(at, bytes);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    return may_allocate() ? note_new(__real_aligned_alloc(alignment, size)) : NULL;
}

int __wrap_posix_memalign(void **ret, size_t alignment, size_t size) {
    void *at = __wrap_aligned_alloc(alignment, size);
    if (at == NULL)
        return ENOMEM;
    *ret = at;
    return 0;
}

char *__wrap_strndup(const char *text, size_t max) {
    size_t len = strnlen(text, max);
    char *copy = __wrap_malloc(len + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *__wrap_strdup(const char *text) {
    return __wrap_strndup(text, strlen(text));
}

void __wrap_free(void *at) {
    note_gone((uintptr_t)at);
    __real_free(at);
}

void fault_arm(uint64_t count, bool is_lasting) {
    pthread_mutex_lock(&state.lock);
    state.is_armed = true;
    state.is_lasting = is_lasting;
    state.has_failed = false;
    state.left = count;
    pthread_mutex_unlock(&state.lock);
}

bool fault_disarm(void) {
    pthread_mutex_lock(&state.lock);
    bool has_failed = state.has_failed;
    state.is_armed = state.has_failed = false;
    pthread_mutex_unlock(&state.lock);
    return has_failed;
}

size_t fault_live(void) {
    pthread_mutex_lock(&state.lock);
    size_t live = state.live;
    pthread_mutex_unlock(&state.lock);
    return live;
}

void fault_sweep(const char *file, int line, const char *name, FaultFunction *function) {
    Err err = function();
    if (err != ERR_OK) {
        t_fail(file, line, "%s gives %s with all its memory", name, err_name(err));
        return;
    }
    for (int is_lasting = 0; is_lasting < 2; is_lasting++) {
        const char *how = is_lasting ? " and all later ones" : "";
        for (uint64_t n = 0;; n++) {
            if (n == FAULT_SWEEP_MAX) {
                t_fail(file, line, "%s allocates more than %d times", name, FAULT_SWEEP_MAX);
                return;
            }
            size_t before = fault_live();
            fault_arm(n, is_lasting);
            err = function();
            bool has_failed = fault_disarm();
            if (err != ERR_OK && (err != ERR_NOMEM || !has_failed)) {
                t_fail(file, line, "%s gives %s when allocation %llu%s fails", name, err_name(err),
                       (unsigned long long)n + 1, how);
                return;
            }
            if (fault_live() != before) {
                t_fail(file, line, "%s leaks %lld allocation(s) when allocation %llu%s fails", name,
                       (long long)fault_live() - (long long)before, (unsigned long long)n + 1, how);
                return;
            }
            if (!has_failed)
                break;
        }
    }
}
