// Mutated pictures of every format through the real client: each ends in facts or in an error,
// never in a violation of the sandbox, a hang or a dead keeper. SEVENTH_MUTATIONS says how many
// (200).
#include "base/clock.h"
#include "media/decode.h"
#include "media/limits.h"
#include "samples.h"
#include "t.h"

#ifndef MUTATIONS
#define MUTATIONS 200
#endif

static void mutate(Prng *prng, StrBuf *bytes) {
    uint64_t edits = 1 + prng_below(prng, 12);
    for (uint64_t i = 0; i < edits && bytes->len > 4; i++) {
        // Half of the edits fall into the first bytes, where the structure is.
        size_t reach = prng_below(prng, 2) == 0 && bytes->len > 200 ? 200 : bytes->len;
        size_t at = (size_t)prng_below(prng, reach);
        size_t span = (size_t)prng_below(prng, 32);
        if (span > bytes->len - at)
            span = bytes->len - at;
        switch (prng_below(prng, 5)) {
        case 0:
            bytes->ptr[at] ^= (char)(1 << prng_below(prng, 8));
            break;
        case 1:
            bytes->ptr[at] = (char)prng_next(prng);
            break;
        case 2:
            memset(bytes->ptr + at, prng_below(prng, 2) == 0 ? 0 : 0xFF, span);
            break;
        case 3:
            memmove(bytes->ptr + at, bytes->ptr + at + span, bytes->len - at - span);
            strbuf_truncate(bytes, bytes->len - span);
            break;
        default:
            if (prng_below(prng, 8) == 0)
                strbuf_truncate(bytes, at + 1);
        }
    }
}

TEST(mutated_pictures_end_in_facts_or_errors)
{
    const char *runs_text = getenv("SEVENTH_MUTATIONS");
    long runs = runs_text == NULL ? MUTATIONS : atol(runs_text);
    const MediaOptions options = {.memory_limit = 512 << 20, .cpu_seconds = 10, .wall_ms = 30000};
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    REQUIRE(media_client_new(&options, &client, NULL) == ERR_OK);
    StrBuf *corpus = calloc(SAMPLE_COUNT, sizeof *corpus);
    REQUIRE(corpus != NULL);
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        corpus[i] = STRBUF(SAMPLE_CEILING);
        if (!SAMPLES[i].make(&corpus[i], SAMPLES[i].variant))
            strbuf_clear(&corpus[i]);
    }
    Prng prng = {t_seed()};
    int counts[ERR_CLASS_COUNT] = {0};
    int64_t slowest_ns = 0;
    for (long run = 0; run < runs; run++) {
        const StrBuf *original = &corpus[(size_t)run % SAMPLE_COUNT];
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        strbuf_put(&bytes, strbuf_str(original));
        mutate(&prng, &bytes);
        _cleanup_close_ int fd = sample_file(strbuf_str(&bytes));
        MediaFacts facts;
        Diag diag = {0};
        int64_t start_ns = clock_monotonic_ns();
        Err err = media_decode(client, fd, MEDIA_PDQ | MEDIA_PDQ512 | MEDIA_TURNS | MEDIA_FACTS,
                               &facts, &diag);
        int64_t took_ns = clock_monotonic_ns() - start_ns;
        slowest_ns = took_ns > slowest_ns ? took_ns : slowest_ns;
        counts[err]++;
        if (err == ERR_SANDBOX || err == ERR_INTERNAL || err == ERR_TIMEOUT ||
            (err != ERR_OK && diag.msgid == NULL))
            t_fail(__FILE__, __LINE__, "run %ld of %s: %s, %s", run,
                   SAMPLES[(size_t)run % SAMPLE_COUNT].name, err_name(err),
                   diag.msgid == NULL ? "" : diag.msgid);
        if (err == ERR_CRASHED)
            printf("# a crash inside a library, contained: run %ld of %s\n", run,
                   SAMPLES[(size_t)run % SAMPLE_COUNT].name);
    }
    for (int i = 0; i < ERR_CLASS_COUNT; i++)
        if (counts[i] > 0)
            printf("# %s: %d\n", err_name((Err)i), counts[i]);
    printf("# slowest %.0f ms\n", (double)slowest_ns / 1e6);
    for (size_t i = 0; i < SAMPLE_COUNT; i++)
        strbuf_done(&corpus[i]);
    free(corpus);
}
