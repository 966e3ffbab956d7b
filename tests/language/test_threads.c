// Readers of different languages at the same time: each gets their own, from the first use of a
// locale on.
#include <pthread.h>

#include "language/catalogue.h"
#include "language/number.h"
#include "t.h"

enum { THREADS = 8, ROUNDS = 500 };

static const struct {
    const char *tag, *number, *text;
} READERS[] = {
    {"en", "12,345 / 25%", "x does not exist."},
    {"ar-EG", "١٢٬٣٤٥ / ٢٥٪؜", NULL},
    {"fr-CA", "12\u00a0345 / 25\u00a0%", NULL},
    {"en-XA", "12,345 / 25%", "⟦x ðöéš ñöţ éẋîšţ. öñé ŵö⟧"},
};

static void *read_on(void *which) {
    size_t reader = (size_t)(uintptr_t)which % 4;
    StrBuf out = STRBUF(1000);
    bool is_good = true;
    for (int i = 0; i < ROUNDS; i++) {
        const Lang *lang = lang_get(str_from(READERS[reader].tag));
        strbuf_clear(&out);
        number_put(&out, lang, 12345);
        strbuf_put_text(&out, " / ");
        percent_put(&out, lang, 0.25);
        is_good = is_good && str_is(strbuf_str(&out), READERS[reader].number);
        strbuf_clear(&out);
        tr_put(&out, lang, NULL, "{file} does not exist.", MSG_ARGS(msg_ident("file", STR("x"))));
        is_good = is_good &&
                  (READERS[reader].text == NULL || str_is(strbuf_str(&out), READERS[reader].text));
        strbuf_clear(&out);
        trn_put(&out, lang, NULL, "{n} x", "{n} xs", i, MSG_NONE);
    }
    strbuf_done(&out);
    return is_good ? which : NULL;
}

TEST(readers_do_not_disturb_one_another)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, read_on, (void *)(uintptr_t)(i + 4)) == 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        if (result == NULL)
            t_fail(__FILE__, __LINE__, "reader of %s got another's text", READERS[i % 4].tag);
    }
}
