// Runs a fuzz target over its corpus folder and then over seeded mutations of the corpus, printing
// TAP. The number of mutations comes from SEVENTH_FUZZ_RUNS (default 200), the seed from
// SEVENTH_SEED (default 7).
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/prng.h"
#include "base/vec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20 };
typedef VEC(StrBuf) Inputs;

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool load_corpus(const char *folder, Inputs *inputs) {
    struct dirent **names;
    int count = scandir(folder, &names, NULL, by_name);
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        StrBuf content = STRBUF(INPUT_MAX);
        if (names[i]->d_name[0] != '.' && file_read_all(path, &content, NULL) == ERR_OK) {
            if (!vec_push(inputs, content))
                exit(99);
        } else {
            strbuf_done(&content);
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return inputs->len > 0;
}

// One to eight edits: flip a bit, set a byte, remove or repeat a span, or splice in another input's
// span.
static void mutate(Prng *prng, const Inputs *inputs, StrBuf *work) {
    static const uint8_t TELLING[] = {0,   1,   0x7F, 0x80, 0xFF, '"',  '\\', '{',
                                      '[', '<', '&',  ';',  ',',  '\n', '0',  '-'};
    uint64_t edits = 1 + prng_below(prng, 8);
    for (uint64_t e = 0; e < edits && work->len > 0; e++) {
        size_t at = (size_t)prng_below(prng, work->len);
        size_t span = 1 + (size_t)prng_below(prng, work->len - at < 64 ? work->len - at : 64);
        switch (prng_below(prng, 5)) {
        case 0:
            work->ptr[at] ^= (char)(1 << prng_below(prng, 8));
            break;
        case 1:
            work->ptr[at] = (char)TELLING[prng_below(prng, sizeof TELLING)];
            break;
        case 2:
            memmove(work->ptr + at, work->ptr + at + span, work->len - at - span);
            strbuf_truncate(work, work->len - span);
            break;
        case 3:
            if (work->len + span <= INPUT_MAX && strbuf_reserve(work, span) != NULL) {
                strbuf_commit(work, span);
                memmove(work->ptr + at + span, work->ptr + at, work->len - at - span);
            }
            break;
        default: {
            const StrBuf *other = &inputs->items[prng_below(prng, inputs->len)];
            if (other->len == 0)
                break;
            size_t from = (size_t)prng_below(prng, other->len);
            size_t n = other->len - from < work->len - at ? other->len - from : work->len - at;
            memcpy(work->ptr + at, other->ptr + from, n);
        }
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    Inputs inputs = {0};
    bool has_corpus = load_corpus(argv[1], &inputs);
    printf("%s 1 - corpus %s has inputs\n", has_corpus ? "ok" : "not ok", argv[1]);
    for (size_t i = 0; i < inputs.len; i++)
        LLVMFuzzerTestOneInput((const uint8_t *)strbuf_text(&inputs.items[i]), inputs.items[i].len);
    printf("ok 2 - %zu inputs replayed\n", inputs.len);
    const char *runs_text = getenv("SEVENTH_FUZZ_RUNS"), *seed_text = getenv("SEVENTH_SEED");
    long runs = runs_text == NULL ? 200 : atol(runs_text);
    Prng prng = {seed_text == NULL ? 7 : strtoull(seed_text, NULL, 0)};
    for (long run = 0; run < runs && has_corpus; run++) {
        StrBuf work = STRBUF(INPUT_MAX);
        strbuf_put(&work, strbuf_str(&inputs.items[prng_below(&prng, inputs.len)]));
        mutate(&prng, &inputs, &work);
        // An exact-size copy, so that a read past the end is seen by the sanitizer.
        uint8_t *exact = malloc(work.len + (work.len == 0));
        if (exact == NULL)
            return 99;
        memcpy(exact, strbuf_text(&work), work.len);
        LLVMFuzzerTestOneInput(exact, work.len);
        free(exact);
        strbuf_done(&work);
    }
    printf("ok 3 - %ld mutations\n1..3\n", runs);
    for (size_t i = 0; i < inputs.len; i++)
        strbuf_done(&inputs.items[i]);
    vec_done(&inputs);
    return has_corpus ? 0 : 1;
}
