// What the sample template of the tests is given.
#pragma once
#include "base/str.h"

typedef struct SampleItem {
    const char *name;
    int64_t size;
    bool is_known;
} SampleItem;

typedef struct Sample {
    Str title;
    const char *link, *id;
    char fixed[16];
    int64_t count;
    uint64_t bytes;
    double share;
    bool is_open;
    struct {
        const SampleItem *items;
        size_t len;
    } list;
} Sample;
