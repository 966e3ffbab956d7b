// Search tables: the same answers in the same order on either database.
#include "fixture.h"
#include "store/schema.h"
#include "store/search.h"

static const StoreStep STEPS[] = {{1, "search notes"}};
static const StoreSchema SCHEMA[] = {{"notes", STEPS, 1}};

typedef struct Document {
    int64_t id;
    const char *text; // words separated by one space
} Document;

static size_t words_of(const char *text, Str *words, size_t most) {
    size_t count = 0;
    Str rest = str_from(text), word;
    while (rest.len > 0 && count < most) {
        if (!str_cut(rest, ' ', &word, &rest)) {
            word = rest;
            rest = (Str){0};
        }
        words[count++] = word;
    }
    return count;
}

static Err put_work(Tx *tx, void *context, Diag *diag) {
    const Document *document = context;
    Str words[64];
    return search_put(tx, "notes", document->id, words, words_of(document->text, words, 64), diag);
}

static Err remove_work(Tx *tx, void *context, Diag *diag) {
    return search_remove(tx, "notes", *(int64_t *)context, diag);
}

typedef struct Finding {
    const char *query; // words; a last * means a prefix
    int64_t offset;
    size_t limit, count;
    SearchHit hits[16];
} Finding;

static Err find_work(Tx *tx, void *context, Diag *diag) {
    Finding *finding = context;
    Str words[16];
    SearchTerm terms[16];
    size_t count = words_of(finding->query, words, 16);
    for (size_t i = 0; i < count; i++) {
        bool is_prefix = str_has_suffix(words[i], STR("*"));
        terms[i] = (SearchTerm){{words[i].ptr, words[i].len - is_prefix}, is_prefix};
    }
    return search_find(tx, "notes", terms, count, finding->offset, finding->hits, finding->limit,
                       &finding->count, diag);
}

static void check_finds_from(Store *store, const char *query, int64_t offset, size_t limit,
                             const char *expected) {
    Finding finding = {.query = query, .offset = offset, .limit = limit};
    char ids[256] = "";
    CHECK_OK(store_run(store, STORE_READ, NULL, find_work, &finding, NULL));
    for (size_t i = 0; i < finding.count; i++) {
        CHECK(finding.hits[i].score > 0);
        snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%lld", i > 0 ? " " : "",
                 (long long)finding.hits[i].id);
    }
    CHECK_STR(str_from(ids), expected);
}

static void check_finds(Store *store, const char *query, const char *expected) {
    check_finds_from(store, query, 0, 16, expected);
}

TEST(documents_are_found_best_first)
{
    static const Document DOCUMENTS[] = {
        {1, "red lamp on the table"},
        {2, "lamp lamp lamp"},
        {3, "a blue lampshade and a red chair near the red door"},
        {4, "table"},
        {5, "محمد lamp"},
        {6, "窓 漢 字"},
        {7, "red lamp on the table"},
    };
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_OK(store_upgrade(store, SCHEMA, 1, NULL, NULL));
    for (size_t i = 0; i < sizeof DOCUMENTS / sizeof DOCUMENTS[0]; i++)
        CHECK_OK(
            store_run(store, STORE_WRITE, NULL, put_work, (void *)(uintptr_t)&DOCUMENTS[i], NULL));
    check_finds(store, "lamp", "2 5 7 1");
    check_finds(store, "lamp*", "2 5 7 1 3");
    check_finds(store, "red table", "7 1");
    check_finds(store, "red", "7 1 3");
    check_finds(store, "r* l*", "7 1 3");
    check_finds(store, "محمد", "5");
    check_finds(store, "مح*", "5");
    check_finds(store, "窓 字", "6");
    check_finds(store, "nothing", "");
    check_finds(store, "lamp nothing", "");
    check_finds(store, "%", "");
    check_finds(store, "'*", "");
    check_finds_from(store, "lamp", 1, 2, "5 7");
    check_finds_from(store, "lamp", 4, 2, "");
    // A changed document is found by its new words only; a removed one leaves nothing.
    Document changed = {2, "bulb"};
    CHECK_OK(store_run(store, STORE_WRITE, NULL, put_work, &changed, NULL));
    check_finds(store, "lamp", "5 7 1");
    check_finds(store, "bulb", "2");
    int64_t id = 5;
    CHECK_OK(store_run(store, STORE_WRITE, NULL, remove_work, &id, NULL));
    CHECK_OK(store_run(store, STORE_WRITE, NULL, remove_work, &id, NULL));
    check_finds(store, "lamp", "7 1");
    CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM notes WHERE id = 5")), 0);
}

TEST(a_search_has_limits)
{
    _cleanup_(store_freep) Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_OK(store_upgrade(store, SCHEMA, 1, NULL, NULL));
    Finding many = {.query = "1 2 3 4 5 6 7 8", .limit = 1};
    CHECK_OK(store_run(store, STORE_READ, NULL, find_work, &many, NULL));
    many.query = "1 2 3 4 5 6 7 8 9";
    CHECK_ERR(store_run(store, STORE_READ, NULL, find_work, &many, NULL), ERR_LIMIT);
    many.query = "";
    CHECK_ERR(store_run(store, STORE_READ, NULL, find_work, &many, NULL), ERR_LIMIT);
    many.query = "*";
    CHECK_ERR(store_run(store, STORE_READ, NULL, find_work, &many, NULL), ERR_LIMIT);
    static char word[STORE_SEARCH_TOKEN_MAX + 2];
    memset(word, 'a', STORE_SEARCH_TOKEN_MAX + 1);
    Document document = {1, word};
    CHECK_ERR(store_run(store, STORE_WRITE, NULL, put_work, &document, NULL), ERR_LIMIT);
    document.text = "\xFF";
    CHECK_ERR(store_run(store, STORE_WRITE, NULL, put_work, &document, NULL), ERR_ENCODING);
}
