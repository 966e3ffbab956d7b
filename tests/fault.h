// Fault sweeps: a function is run again and again, and each time another of its allocations fails,
// until a run asks for no more memory than was let through. It must then have returned ERR_OK or
// ERR_NOMEM every time, and have given back all that it took.
//
//     static Err list_in_and_out(void) { … builds, uses and frees everything it makes … }
//     TEST(a_list_survives_want_of_memory) { FAULT_SWEEP(list_in_and_out); }
//
// In meson.build: 'deps': [index_dep, fault_dep], 'suite': 'full'. The function may not keep
// anything (it is run once beforehand, so that what a library makes once for ever is not counted).
// Covered are malloc, calloc, realloc, reallocarray, aligned_alloc, posix_memalign, strdup and
// strndup called from our own objects; what shared libraries allocate inside does not fail and is
// not counted, except where our code hands it to free(). Each sweep is done twice: only the n-th
// allocation fails, and the n-th and all later ones.
#pragma once
#include "t.h"

enum { FAULT_SWEEP_MAX = 100000 }; // allocations of one run; more fail the test

typedef Err FaultFunction(void);
#define FAULT_SWEEP(function) fault_sweep(__FILE__, __LINE__, #function, function)
void fault_sweep(const char *file, int line, const char *name, FaultFunction *function);

// For tests of its own: lets `count` allocations through, then fails one (or all later ones).
void fault_arm(uint64_t count, bool is_lasting);
// Stops failing. True when an allocation failed since fault_arm.
bool fault_disarm(void);
// Allocations of our objects that are not freed yet.
size_t fault_live(void);
