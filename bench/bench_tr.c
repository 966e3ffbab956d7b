// What a message costs: look-up alone, with a placeholder filled, and a plural, in English and in
// Arabic.
#include <stdio.h>

#include "base/clock.h"
#include "language/catalogue.h"

enum { ROUNDS = 2000000 };

typedef void Work(const Lang *lang, StrBuf *out);

static volatile size_t sink;

static void look_up(const Lang *lang, StrBuf *out) {
    sink += tr(lang, NULL, "The input does not follow its format.").len;
}

static void look_up_long(const Lang *lang, StrBuf *out) {
    sink +=
        tr(lang, NULL,
           "The confinement of the process that reads files could not be set up, or was violated.")
            .len;
}

static void fill(const Lang *lang, StrBuf *out) {
    strbuf_clear(out);
    tr_put(out, lang, NULL, "{file} does not exist.",
           MSG_ARGS(msg_ident("file", STR("/a/path/to/a/file.jpg"))));
}

static void count(const Lang *lang, StrBuf *out) {
    strbuf_clear(out);
    tr_put(out, lang, NULL, "{done}", MSG_ARGS(msg_int("done", 1234567)));
}

static void plural(const Lang *lang, StrBuf *out) {
    strbuf_clear(out);
    trn_put(out, lang, NULL, "{n} file", "{n} files", 12, MSG_NONE);
}

static double measure(Work *work, const Lang *lang) {
    StrBuf out = STRBUF(4096);
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        int64_t began = clock_monotonic_ns();
        for (int i = 0; i < ROUNDS / 5; i++)
            work(lang, &out);
        double each = (double)(clock_monotonic_ns() - began) / (ROUNDS / 5);
        best = each < best ? each : best;
    }
    strbuf_done(&out);
    return best;
}

int main(void) {
    static const struct {
        const char *name;
        Work *work;
    } ROWS[] = {{"tr", look_up},
                {"tr, 85 bytes", look_up_long},
                {"tr_put", fill},
                {"tr_put number", count},
                {"trn_put", plural}};
    printf("%-16s %10s %10s %8s\n", "ns", "en", "ar", "ratio");
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        double en = measure(ROWS[i].work, lang_get(STR("en"))),
               ar = measure(ROWS[i].work, lang_get(STR("ar")));
        printf("%-16s %10.1f %10.1f %8.2f\n", ROWS[i].name, en, ar, ar / en);
    }
    return 0;
}
