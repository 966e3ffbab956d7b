// vPDQ: the three text forms and what is refused; shares against brute force; planted stretches.
#include "hash/vpdq.h"

#include "hash/limits.h"
#include "t.h"

#define HEX_A "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEX_B "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static void check_two(Str text, uint64_t second_number) {
    _cleanup_(vpdq_done) Vpdq vpdq = {0};
    Diag diag = {0};
    Err err = vpdq_read(text, &vpdq, &diag);
    if (err != ERR_OK || vpdq.count != 2) {
        t_fail(__FILE__, __LINE__, "%.*s: %s, %zu pictures", STR_ARG(text), err_name(err),
               vpdq.count);
        return;
    }
    char hex[PDQ_HEX + 1];
    pdq_to_hex(&vpdq.frames[1].hash, hex);
    CHECK_STR(str_from(hex), HEX_B);
    CHECK_INT(vpdq.frames[0].number, 0);
    CHECK_INT(vpdq.frames[0].quality, 100);
    CHECK_INT(vpdq.frames[0].time_ms, 0);
    CHECK_INT(vpdq.frames[1].number, second_number);
    CHECK_INT(vpdq.frames[1].quality, 7);
    CHECK_INT(vpdq.frames[1].time_ms, 1001);
}

TEST(the_three_forms_are_told_apart)
{
    check_two(STR("0,100," HEX_A ",0.000\n30,7," HEX_B ",1.001\n"), 30);
    check_two(STR("0," HEX_A ",100,0\n30," HEX_B ",7,1.0012"), 30);
    check_two(STR(HEX_A ",100,0.0\n" HEX_B ",7,1.0005\n"), 1);
    check_two(STR("\xEF\xBB\xBF\r\n# a remark\r\n 0 , 100 , " HEX_A " , 0.000 , more\r\n\r\n"
                  "30,7,FEDCBA9876543210FEDCBA9876543210FEDCBA9876543210FEDCBA9876543210,1.001"),
              30);
    Vpdq none = {0};
    CHECK_OK(vpdq_read(STR("\n\n"), &none, NULL));
    CHECK_INT(none.count, 0);
    vpdq_done(&none);
}

TEST(the_text_is_written_as_the_public_tool_writes_it)
{
    VpdqFrame frames[2] = {{.quality = 100},
                           {.number = 29, .quality = 7, .time_ms = INT64_C(3600968)}};
    CHECK(pdq_from_hex(STR(HEX_A), &frames[0].hash) && pdq_from_hex(STR(HEX_B), &frames[1].hash));
    _cleanup_strbuf_ StrBuf text = STRBUF(4096);
    vpdq_write(&text, frames, 2);
    CHECK_STR(strbuf_str(&text), "0,100," HEX_A ",0.000\n29,7," HEX_B ",3600.968\n");
}

TEST(what_is_no_picture_is_refused_with_its_line)
{
    static const struct {
        const char *line;
        Err err;
    } BAD[] = {
        {"frame,quality,hash,time", ERR_SYNTAX},
        {"1,2,3,4", ERR_SYNTAX},
        {"0,100," HEX_A, ERR_SYNTAX},
        {HEX_A ",100", ERR_SYNTAX},
        {"0,100," HEX_A "0,1.0", ERR_SYNTAX},
        {"-1,100," HEX_A ",1.0", ERR_SYNTAX},
        {"x,100," HEX_A ",1.0", ERR_SYNTAX},
        {"0,101," HEX_A ",1.0", ERR_RANGE},
        {"0,-1," HEX_A ",1.0", ERR_SYNTAX},
        {"0,100," HEX_A ",1e9", ERR_SYNTAX},
        {"0,100," HEX_A ",nan", ERR_SYNTAX},
        {"0,100," HEX_A ",-1", ERR_SYNTAX},
        {"0,100," HEX_A ",", ERR_SYNTAX},
        {"0,100," HEX_A ",99999999999", ERR_RANGE},
        {"99999999999999999999,100," HEX_A ",1", ERR_SYNTAX},
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "0,100,%s,0.000\n%s\n", HEX_A, BAD[i].line);
        Vpdq vpdq = {0};
        Diag diag = {0};
        Err err = vpdq_read(str_from(text), &vpdq, &diag);
        if (err != BAD[i].err || diag.record != 2 || vpdq.frames != NULL)
            t_fail(__FILE__, __LINE__, "%s: %s in line %jd", BAD[i].line, err_name(err),
                   (intmax_t)diag.record);
    }
}

static void flip_bits(Prng *prng, PdqHash *hash, int count) {
    for (int i = 0; i < count; i++) {
        uint64_t bit = prng_below(prng, 256);
        hash->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static PdqHash any_hash(Prng *prng) {
    PdqHash hash;
    for (int i = 0; i < PDQ_BYTES; i++)
        hash.bytes[i] = (uint8_t)prng_next(prng);
    return hash;
}

// Bit by bit, and by counting pairs instead of looking for the first.
static int slow_distance(const PdqHash *a, const PdqHash *b) {
    int distance = 0;
    for (int bit = 0; bit < 256; bit++)
        distance += ((a->bytes[bit / 8] ^ b->bytes[bit / 8]) >> bit % 8) & 1;
    return distance;
}

static size_t slow_matched(const Vpdq *of, const Vpdq *in, const VpdqRule *rule,
                           size_t *ret_counted) {
    size_t matched = 0, counted = 0;
    for (size_t i = 0; i < of->count; i++) {
        size_t partners = 0;
        for (size_t j = 0; j < in->count; j++)
            partners += (int)in->frames[j].quality >= rule->quality_min &&
                        slow_distance(&of->frames[i].hash, &in->frames[j].hash) <= rule->radius;
        bool is_good = (int)of->frames[i].quality >= rule->quality_min;
        counted += is_good;
        matched += is_good && partners > 0;
    }
    *ret_counted = counted;
    return matched;
}

TEST(shares_are_those_of_brute_force)
{
    enum { COUNT = 40 };
    Prng prng = {t_seed()};
    for (int run = 0; run < 60; run++) {
        VpdqFrame a[COUNT], b[COUNT];
        Vpdq query = {a, prng_below(&prng, COUNT + 1)}, target = {b, prng_below(&prng, COUNT + 1)};
        for (size_t i = 0; i < COUNT; i++) {
            a[i] =
                (VpdqFrame){.quality = (uint32_t)prng_below(&prng, 101), .hash = any_hash(&prng)};
            b[i] = (VpdqFrame){.quality = (uint32_t)prng_below(&prng, 101)};
            // Around the radius, so that its last bit matters.
            b[i].hash = a[prng_below(&prng, i + 1)].hash;
            flip_bits(&prng, &b[i].hash, 25 + (int)prng_below(&prng, 20));
        }
        VpdqRule rule = VPDQ_RULE_USUAL;
        VpdqShares shares;
        REQUIRE(vpdq_match(&query, &target, &rule, &shares) == ERR_OK);
        size_t counted;
        CHECK_INT(shares.query_matched, slow_matched(&query, &target, &rule, &counted));
        CHECK_INT(shares.query_counted, counted);
        CHECK_INT(shares.target_matched, slow_matched(&target, &query, &rule, &counted));
        CHECK_INT(shares.target_counted, counted);
    }
    CHECK(vpdq_percent(0, 0) == 0);
    CHECK(vpdq_percent(1, 4) == 25);
}

TEST(the_radius_and_the_quality_are_inclusive)
{
    VpdqFrame a = {.quality = 50}, b = {.quality = 50};
    memset(b.hash.bytes, 0xFF, 3);
    b.hash.bytes[3] = 0x7F; // distance 31
    Vpdq query = {&a, 1}, target = {&b, 1};
    VpdqRule rule = VPDQ_RULE_USUAL;
    VpdqShares shares;
    REQUIRE(vpdq_match(&query, &target, &rule, &shares) == ERR_OK);
    CHECK_INT(shares.query_matched, 1);
    rule.radius = 30;
    REQUIRE(vpdq_match(&query, &target, &rule, &shares) == ERR_OK);
    CHECK_INT(shares.query_matched, 0);
    CHECK_INT(shares.query_counted, 1);
    b.quality = 49;
    REQUIRE(vpdq_match(&query, &target, &rule, &shares) == ERR_OK);
    CHECK_INT(shares.target_counted, 0);
}

// Two stretches of the target stand in the query, the second one cut short by other pictures, with
// a dark picture inside the first.
TEST(planted_stretches_are_found_with_their_times)
{
    enum { TARGET = 60, QUERY = 50 };
    Prng prng = {t_seed()};
    VpdqFrame t[TARGET], q[QUERY];
    for (int i = 0; i < TARGET; i++)
        t[i] = (VpdqFrame){.number = (uint64_t)i * 25,
                           .time_ms = i * 1000,
                           .quality = 100,
                           .hash = any_hash(&prng)};
    for (int i = 0; i < QUERY; i++) {
        q[i] = (VpdqFrame){.number = (uint64_t)i * 30,
                           .time_ms = i * 1001,
                           .quality = 90,
                           .hash = any_hash(&prng)};
        int from = i >= 10 && i < 20 ? i + 20 : i >= 30 && i < 42 ? i - 30 : -1;
        if (from < 0)
            continue;
        q[i].hash = t[from].hash;
        flip_bits(&prng, &q[i].hash, 20);
    }
    q[14] = (VpdqFrame){.number = 14 * 30, .time_ms = 14 * 1001, .quality = 3};
    Vpdq query = {q, QUERY}, target = {t, TARGET};
    VpdqRule rule = VPDQ_RULE_USUAL;
    _cleanup_free_ VpdqSegment *segments = NULL;
    size_t count = 0;
    REQUIRE(vpdq_segments(&query, &target, &rule, &segments, &count) == ERR_OK);
    REQUIRE(count == 2);
    CHECK_INT(segments[0].query_begin_ms, 10010);
    CHECK_INT(segments[0].query_end_ms, 19019);
    CHECK_INT(segments[0].target_begin_ms, 30000);
    CHECK_INT(segments[0].target_end_ms, 39000);
    CHECK_INT(segments[0].pictures, 9);
    CHECK(segments[0].distance <= 20);
    CHECK_INT(segments[1].query_begin_ms, 30030);
    CHECK_INT(segments[1].target_begin_ms, 0);
    CHECK_INT(segments[1].target_end_ms, 11000);
    CHECK_INT(segments[1].pictures, 12);
    VpdqSegment *none = NULL;
    Vpdq empty = {NULL, 0};
    REQUIRE(vpdq_segments(&empty, &target, &rule, &none, &count) == ERR_OK);
    CHECK_INT(count, 0);
    CHECK(none == NULL);
}

TEST(too_many_pairs_are_refused)
{
    enum { MANY = 100000 };
    VpdqFrame *frames = calloc(MANY, sizeof *frames);
    REQUIRE(frames != NULL);
    for (int i = 0; i < MANY; i++)
        frames[i].quality = 100;
    Vpdq vpdq = {frames, MANY};
    VpdqRule rule = VPDQ_RULE_USUAL;
    VpdqShares shares;
    CHECK_ERR(vpdq_match(&vpdq, &vpdq, &rule, &shares), ERR_LIMIT);
    free(frames);
}
