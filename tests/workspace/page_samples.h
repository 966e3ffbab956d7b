// Views of every page of the workspace with made-up content, for tests and for looking at them.
#pragma once
#include "base/strbuf.h"
#include "language/catalogue.h"

typedef struct PageSample {
    const char *name;
    // `hostile` stands in place of every text that comes from people; empty: plausible texts.
    void (*put)(StrBuf *out, const Lang *lang, Str hostile);
} PageSample;

extern const PageSample PAGE_SAMPLES[];
extern const size_t PAGE_SAMPLE_COUNT;
