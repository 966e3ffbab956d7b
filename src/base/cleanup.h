// Scope-bound ownership: a variable marked with _cleanup_(f) is released by f when its scope ends.
//
// Conventions for the functions named here and everywhere: `x_free` takes NULL and frees the
// object; `x_done` empties an object it does not own; `x_unref` drops one count. TAKE(p) moves
// ownership out of a variable.
#pragma once
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

// Moves the pointer out of `var`, which becomes NULL, so that its cleanup does nothing.
#define TAKE(var) \
    ({ \
        __typeof__(var) *take_at_ = &(var); \
        __typeof__(var) take_value_ = *take_at_; \
        *take_at_ = NULL; \
        take_value_; \
    })

// Moves a file descriptor out of `var`, which becomes -1.
#define TAKE_FD(var) \
    ({ \
        int *take_at_ = &(var); \
        int take_value_ = *take_at_; \
        *take_at_ = -1; \
        take_value_; \
    })

// Defines name##_freep for use with _cleanup_: DEFINE_CLEANUP(Arena *, arena_free)
#define DEFINE_CLEANUP(Type, function) \
    static inline void function##p(Type *at) { \
        if (*at != NULL) \
            function(*at); \
    } \
    struct swallow_semicolon_

static inline void freep(void *at) {
    free(*(void **)at);
}
static inline void closep(int *fd) {
    if (*fd >= 0)
        close(*fd);
}
#define _cleanup_free_ _cleanup_(freep)
#define _cleanup_close_ _cleanup_(closep)
