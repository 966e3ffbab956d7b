// Mutated lists of every format through the readers, in this process: no crash, no hang, no leak
// (under the sanitizers), and what comes out keeps its promises.
#include <time.h>

#include "base/utf8.h"
#include "list_check.h"
#include "made_list.h"

#ifndef SOAK_FILES
#define SOAK_FILES 300
#endif
enum { LIST_MAX = 1 << 20 };

// One to twelve edits of one byte or a span.
static void mutate(Prng *prng, StrBuf *list) {
    static const char TELLING[] = "\"\\{}[]<>&;,'\n\r\t\0\xFF\xC3 0=%#";
    uint64_t edits = 1 + prng_below(prng, 12);
    for (uint64_t e = 0; e < edits && list->len > 0; e++) {
        size_t at = (size_t)prng_below(prng, list->len);
        size_t most = list->len - at < 200 ? list->len - at : 200;
        size_t span = 1 + (size_t)prng_below(prng, most);
        switch (prng_below(prng, 6)) {
        case 0:
            list->ptr[at] ^= (char)(1 << prng_below(prng, 8));
            break;
        case 1:
        case 2:
            list->ptr[at] = TELLING[prng_below(prng, sizeof TELLING - 1)];
            break;
        case 3:
            memmove(list->ptr + at, list->ptr + at + span, list->len - at - span);
            strbuf_truncate(list, list->len - span);
            break;
        case 4:
            memmove(list->ptr + prng_below(prng, list->len - span + 1), list->ptr + at, span);
            break;
        default:
            if (prng_below(prng, 4) == 0)
                strbuf_truncate(list, at);
        }
    }
}

static void entry_check(const ListEntry *entry) {
    const unsigned MATCHABLE = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ;
    CHECK((entry->has & (MATCHABLE | ENTRY_DELETED)) != 0);
    CHECK(utf8_is_valid(entry->id) && utf8_is_valid(entry->category));
    CHECK(utf8_is_valid(entry->scheme) && utf8_is_valid(entry->scheme_version));
    CHECK(utf8_is_valid(entry->series) && utf8_is_valid(entry->issuer));
    CHECK(utf8_is_valid(entry->media_type) && utf8_is_valid(entry->updated));
    for (size_t i = 0; i < entry->location_count; i++)
        CHECK(utf8_is_valid(entry->locations[i].name) && utf8_is_valid(entry->locations[i].path));
}

static void list_read(Str content) {
    // An exact-size copy, so that a read past the end is seen by the sanitizer.
    char *exact = malloc(content.len + (content.len == 0));
    REQUIRE(exact != NULL);
    memcpy(exact, content.ptr, content.len);
    _cleanup_(list_done) List list = {0};
    Err err = list_open(&list, str_of(exact, content.len), (Str){0});
    CHECK(err == ERR_OK || err == ERR_UNSUPPORTED);
    bool has = err == ERR_OK;
    uint64_t entries = 0;
    while (has) {
        err = format_next(list.reader, &list.entry, &has, &list.diag);
        CHECK(err == ERR_OK || err == ERR_UNSUPPORTED);
        has = has && err == ERR_OK;
        if (has)
            entry_check(&list.entry);
        entries += has;
    }
    if (list.reader != NULL) {
        const FormatReport *report = format_report(list.reader);
        CHECK_INT(report->accepted, entries);
        CHECK(report->accepted <= report->records);
    }
    format_free(list.reader);
    list.reader = NULL;
    free(exact);
}

TEST(mutated_lists_do_no_harm)
{
    Prng prng = {t_seed()};
    _cleanup_strbuf_ StrBuf list = STRBUF(LIST_MAX);
    for (int file = 0; file < SOAK_FILES; file++) {
        strbuf_clear(&list);
        made_list_put((MadeKind)(file % MADE_KINDS), prng_next(&prng), 1 + prng_below(&prng, 60),
                      &list);
        CHECK_OK(strbuf_err(&list));
        mutate(&prng, &list);
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        list_read(strbuf_str(&list));
        clock_gettime(CLOCK_MONOTONIC, &end);
        CHECK(end.tv_sec - begin.tv_sec < 20); // a hang, not a measure
    }
}

TEST(made_lists_are_recognised_and_read)
{
    static const FormatKind KINDS[MADE_KINDS] = {
        FORMAT_ICSE_CSV,     FORMAT_NCMEC_XML,  FORMAT_HASHDEEP, FORMAT_DIGEST_LINES,
        FORMAT_DIGEST_LINES, FORMAT_HASHLOOKUP, FORMAT_CSV,      FORMAT_CSV,
        FORMAT_PDQ_TEXT,     FORMAT_VICS20,     FORMAT_VICS13};
    for (int kind = 0; kind < MADE_KINDS; kind++) {
        _cleanup_strbuf_ StrBuf content = STRBUF(LIST_MAX);
        MadeList made;
        made_list_begin(&made, (MadeKind)kind, 5, &content);
        made.is_perfect = true;
        for (int i = 0; i < 100; i++)
            made_list_row(&made, &content);
        made_list_end(&made, &content);
        LIST(list, strbuf_str(&content), KINDS[kind]);
        CHECK_INT(list_rest(&list), 100);
        CHECK_INT(format_report(list.reader)->records, 100);
    }
}
