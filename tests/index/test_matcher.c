// The matcher: what may match does, in its order, and what must not never does.
#include "index/matcher.h"

#include <pthread.h>

#include "base/encoding.h"
#include "list_sample.h"

static MatchQuery query_md5(unsigned seed) {
    ListEntry entry = sample_entry(seed);
    MatchQuery query = {.digests.has = 1u << DIGEST_MD5, .radius = PDQ_RADIUS_USUAL};
    memcpy(query.digests.md5, entry.md5, 16);
    return query;
}

static MatchQuery query_pdq(unsigned seed, int flipped) {
    MatchQuery query = {.has_pdq = true, .pdq_quality = 100, .radius = PDQ_RADIUS_USUAL};
    Prng prng = {seed + 1000};
    for (int b = 0; b < PDQ_BYTES; b++)
        query.pdq.bytes[b] = (uint8_t)prng_next(&prng);
    for (int bit = 0; bit < flipped; bit++)
        query.pdq.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    return query;
}

typedef struct Asked {
    List *lists[2];
    Matcher *matcher;
    MatchVec matches;
} Asked;

static void asked_begin(Asked *asked) {
    *asked = (Asked){.lists = {sample_close(sample_builder(), "m0.s7list"),
                               sample_close(sample_builder(), "m1.s7list")}};
    CHECK_OK(matcher_new((const List *const *)asked->lists, 2, &asked->matcher, NULL));
}
static void ask(Asked *asked, MatchQuery query) {
    vec_clear(&asked->matches);
    CHECK_OK(matcher_query(asked->matcher, &query, &asked->matches));
}
static void asked_done(Asked *asked) {
    matcher_free(asked->matcher);
    list_free(asked->lists[0]);
    list_free(asked->lists[1]);
    vec_done(&asked->matches);
}
#define _cleanup_asked_ _cleanup_(asked_done)

static void check_match(const Match *match, uint32_t list, uint32_t entry, int kind, int algorithm,
                        int distance) {
    CHECK_INT(match->list, list);
    CHECK_INT(match->entry, entry);
    CHECK_INT(match->kind, kind);
    CHECK_INT(match->algorithm, algorithm);
    CHECK_INT(match->distance, distance);
}

TEST(digests_match_in_every_list)
{
    _cleanup_asked_ Asked asked;
    asked_begin(&asked);
    ask(&asked, query_md5(7));
    REQUIRE(asked.matches.len == 2);
    check_match(&asked.matches.items[0], 0, 7, MATCH_EXACT, DIGEST_MD5, 0);
    check_match(&asked.matches.items[1], 1, 7, MATCH_EXACT, DIGEST_MD5, 0);
    ask(&asked, query_md5(7777));
    CHECK_INT(asked.matches.len, 0);
    MatchQuery strong = query_md5(8);
    strong.digests.has |= 1u << DIGEST_SHA256;
    memset(strong.digests.sha256, 10, 32);
    ask(&asked, strong);
    REQUIRE(asked.matches.len == 2);
    check_match(&asked.matches.items[0], 0, 8, MATCH_EXACT, DIGEST_SHA256, 0);
}

TEST(near_hashes_match_within_the_radius)
{
    _cleanup_asked_ Asked asked;
    asked_begin(&asked);
    ask(&asked, query_pdq(30, 31));
    REQUIRE(asked.matches.len == 2);
    check_match(&asked.matches.items[0], 0, 30, MATCH_NEAR, MATCH_BY_PDQ, 31);
    check_match(&asked.matches.items[1], 1, 30, MATCH_NEAR, MATCH_BY_PDQ, 31);
    ask(&asked, query_pdq(30, 32));
    CHECK_INT(asked.matches.len, 0);
    MatchQuery wide = query_pdq(30, 32);
    wide.radius = 49;
    CHECK_ERR(matcher_query(asked.matcher, &wide, &asked.matches), ERR_RANGE);
}

TEST(low_quality_never_matches)
{
    _cleanup_asked_ Asked asked;
    asked_begin(&asked);
    ask(&asked, query_pdq(5, 0)); // 49 in the list
    CHECK_INT(asked.matches.len, 0);
    ask(&asked, query_pdq(10, 0)); // 50
    CHECK_INT(asked.matches.len, 2);
    MatchQuery poor = query_pdq(10, 0);
    poor.pdq_quality = 49;
    ask(&asked, poor);
    CHECK_INT(asked.matches.len, 0);
}

TEST(what_was_withdrawn_never_matches)
{
    _cleanup_asked_ Asked asked;
    asked_begin(&asked);
    ask(&asked, query_md5(20));
    CHECK_INT(asked.matches.len, 0);
    ask(&asked, query_pdq(20, 0));
    CHECK_INT(asked.matches.len, 0);
}

TEST(near_stands_behind_exact)
{
    _cleanup_asked_ Asked asked;
    asked_begin(&asked);
    MatchQuery both = query_pdq(30, 4);
    MatchQuery exact = query_md5(7);
    both.digests = exact.digests;
    ask(&asked, both);
    CHECK_INT(asked.matches.len, 2); // exact was found: near is not asked
    both.is_exhaustive = true;
    ask(&asked, both);
    REQUIRE(asked.matches.len == 4);
    check_match(&asked.matches.items[1], 1, 7, MATCH_EXACT, DIGEST_MD5, 0);
    check_match(&asked.matches.items[2], 0, 30, MATCH_NEAR, MATCH_BY_PDQ, 4);
    // One entry that is both is told once, as exact.
    exact = query_md5(30);
    both.digests = exact.digests;
    ask(&asked, both);
    REQUIRE(asked.matches.len == 2);
    CHECK_INT(asked.matches.items[0].kind, MATCH_EXACT);
}

TEST(nothing_matches_the_empty_file)
{
    static const char *const NOTHING[] = {
        "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};
    ListEntry entry = {.has = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256};
    CHECK(hex_decode(str_from(NOTHING[0]), entry.md5, 16));
    CHECK(hex_decode(str_from(NOTHING[1]), entry.sha1, 20));
    CHECK(hex_decode(str_from(NOTHING[2]), entry.sha256, 32));
    ListBuilder *builder = sample_begin();
    sample_add(builder, &entry);
    _cleanup_(list_freep) List *list = sample_close(builder, "nothing.s7list");
    _cleanup_(matcher_freep) Matcher *matcher = NULL;
    CHECK_OK(matcher_new((const List *const *)&list, 1, &matcher, NULL));
    MatchQuery query = {.digests.has = 7};
    memcpy(query.digests.md5, entry.md5, 16);
    memcpy(query.digests.sha1, entry.sha1, 20);
    memcpy(query.digests.sha256, entry.sha256, 32);
    MatchVec matches = {0};
    CHECK_OK(matcher_query(matcher, &query, &matches));
    CHECK_INT(matches.len, 0);
    vec_done(&matches);
}

TEST(a_matcher_of_no_list_answers)
{
    _cleanup_(matcher_freep) Matcher *matcher = NULL;
    CHECK_OK(matcher_new(NULL, 0, &matcher, NULL));
    MatchQuery query = query_pdq(1, 0);
    MatchVec matches = {0};
    CHECK_OK(matcher_query(matcher, &query, &matches));
    CHECK_INT(matches.len, 0);
}

// Against brute force over many sizes of list, digests with long common beginnings among them.
TEST(every_digest_of_a_large_list_is_found)
{
    enum { COUNT = 30000 };
    Prng prng = {t_seed()};
    ListBuilder *builder = sample_begin();
    ListEntry *entries = calloc(COUNT, sizeof *entries);
    for (uint32_t i = 0; i < COUNT; i++) {
        entries[i].has = ENTRY_SHA1;
        for (int b = i % 3 == 0 ? 16 : 0; b < 20; b++)
            entries[i].sha1[b] = (uint8_t)prng_next(&prng);
        sample_add(builder, &entries[i]);
    }
    _cleanup_(list_freep) List *list = sample_close(builder, "large.s7list");
    _cleanup_(matcher_freep) Matcher *matcher = NULL;
    CHECK_OK(matcher_new((const List *const *)&list, 1, &matcher, NULL));
    MatchVec matches = {0};
    for (uint32_t i = 0; i < COUNT; i++) {
        MatchQuery query = {.digests.has = 1u << DIGEST_SHA1};
        memcpy(query.digests.sha1, entries[i].sha1, 20);
        vec_clear(&matches);
        CHECK_OK(matcher_query(matcher, &query, &matches));
        if (matches.len != 1 || matches.items[0].entry != i)
            t_fail(__FILE__, __LINE__, "entry %u is not found", i);
    }
    CHECK_OK(list_check(list, NULL));
    vec_done(&matches);
    free(entries);
}

typedef struct Asker {
    const Matcher *matcher;
    size_t found;
} Asker;

static void *ask_often(void *argument) {
    Asker *asker = argument;
    MatchVec matches = {0};
    for (int i = 0; i < 200; i++) {
        MatchQuery query = query_pdq(30, i % 40);
        vec_clear(&matches);
        if (matcher_query(asker->matcher, &query, &matches) == ERR_OK)
            asker->found += matches.len;
    }
    vec_done(&matches);
    return NULL;
}

TEST(many_threads_ask_at_once)
{
    _cleanup_asked_ Asked asked;
    asked_begin(&asked);
    pthread_t threads[4];
    Asker askers[4];
    for (int i = 0; i < 4; i++) {
        askers[i] = (Asker){.matcher = asked.matcher};
        REQUIRE(pthread_create(&threads[i], NULL, ask_often, &askers[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(askers[i].found, 2 * 32 * 5);
    }
}
