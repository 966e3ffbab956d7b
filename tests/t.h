// The test harness: TEST(name) { … } registers itself in a linker section; the main here runs all,
// or those whose name contains an argument, and prints TAP. Checks print both values. PROPERTY
// seeds come from SEVENTH_SEED or are fixed.
#pragma once
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/prng.h"
#include "base/str.h"

typedef struct TestCase {
    const char *name;
    void (*run)(void);
} TestCase;

extern int t_failures; // in the running test

#define TEST(test_name) \
    static void test_name(void); \
    __attribute__((used, retain, section("test_cases"), \
                   aligned(sizeof(void *)))) static const TestCase test_name##_case = {#test_name, \
                                                                                       test_name}; \
    static void test_name(void)

void t_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Marks the running test as skipped, with the reason; return from the test afterwards.
void t_skip(const char *reason);
// A folder of this test run's own, removed at the end.
const char *t_folder(void);
// The seed of property tests; printed when a test fails.
uint64_t t_seed(void);
// A file of the source tree (for golden data under tests/).
const char *t_source_path(const char *relative);

#define CHECK(condition) \
    do { \
        if (!(condition)) \
            t_fail(__FILE__, __LINE__, "%s", #condition); \
    } while (0)
#define CHECK_INT(actual, expected) \
    do { \
        long long t_a_ = (long long)(actual), t_e_ = (long long)(expected); \
        if (t_a_ != t_e_) \
            t_fail(__FILE__, __LINE__, "%s is %lld, expected %lld", #actual, t_a_, t_e_); \
    } while (0)
#define CHECK_STR(actual, expected) \
    do { \
        Str t_a_ = (actual), t_e_ = str_from(expected); \
        if (!str_equal(t_a_, t_e_)) \
            t_fail(__FILE__, __LINE__, "%s is \"%.*s\", expected \"%.*s\"", #actual, \
                   STR_ARG(t_a_), STR_ARG(t_e_)); \
    } while (0)
#define CHECK_ERR(actual, expected) \
    do { \
        Err t_a_ = (actual), t_e_ = (expected); \
        if (t_a_ != t_e_) \
            t_fail(__FILE__, __LINE__, "%s gives %s, expected %s", #actual, err_name(t_a_), \
                   err_name(t_e_)); \
    } while (0)
#define CHECK_OK(actual) CHECK_ERR(actual, ERR_OK)
// Ends the running test at once when what follows would make no sense.
#define REQUIRE(condition) \
    do { \
        if (!(condition)) { \
            t_fail(__FILE__, __LINE__, "%s", #condition); \
            return; \
        } \
    } while (0)
