// The near table against brute force: every radius, every shape of data, single and batched, from
// memory and from a file.
#include <unistd.h>

#include "base/file.h"
#include "index/near_sample.h"
#include "index/near_table.h"
#include "kernels/kernels.h"
#include "t.h"

static int by_id(const void *a, const void *b) {
    const NearHit *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

// Compares a table's answer with a look at every hash; true when they are the same, each id once.
static bool is_exact(const PdqHash *hashes, size_t count, const PdqHash *query, int radius,
                     NearHits *hits) {
    if (hits->found.len > 1)
        qsort(hits->found.items, hits->found.len, sizeof *hits->found.items, by_id);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        int distance = pdq_distance(&hashes[i], query);
        if (distance > radius)
            continue;
        if (at >= hits->found.len || hits->found.items[at].id != i ||
            hits->found.items[at].distance != distance)
            return false;
        at++;
    }
    return at == hits->found.len && !hits->has_more;
}

static void check_shape(NearShape shape, size_t count, bool is_compact, uint64_t seed) {
    enum { QUERIES = 49 * 2 };
    Prng prng = {seed};
    PdqHash *hashes = near_sample_new(shape, count, &prng);
    NearBuild build = {
        .hashes = hashes, .count = count, .seed = seed, .is_compact = is_compact, .threads = 2};
    _cleanup_(near_table_freep) NearTable *table = NULL;
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    REQUIRE(hashes != NULL && scratch != NULL);
    CHECK_OK(near_table_build(&build, &table, NULL));
    REQUIRE(table != NULL);
    CHECK_INT(near_table_count(table), count);
    PdqHash queries[QUERIES];
    NearHits batch[QUERIES];
    memset(batch, 0, sizeof batch);
    for (int i = 0; i < QUERIES; i++) {
        queries[i] = near_sample_query(hashes, count, i / 2, &prng);
        NearHits hits = {0};
        CHECK_OK(near_table_search(table, scratch, &queries[i], i / 2, 0, &hits));
        if (!is_exact(hashes, count, &queries[i], i / 2, &hits))
            t_fail(__FILE__, __LINE__,
                   "shape %d, %zu hashes, radius %d: %zu found, not what brute force finds", shape,
                   count, i / 2, hits.found.len);
        near_hits_done(&hits);
    }
    for (int radius = 0; radius <= NEAR_RADIUS_MAX; radius += 12) {
        CHECK_OK(near_table_search_batch(table, scratch, queries, QUERIES, radius, 0, batch));
        for (int i = 0; i < QUERIES; i++) {
            if (!is_exact(hashes, count, &queries[i], radius, &batch[i]))
                t_fail(__FILE__, __LINE__, "shape %d, batch, radius %d: wrong", shape, radius);
            vec_clear(&batch[i].found);
        }
    }
    for (int i = 0; i < QUERIES; i++)
        near_hits_done(&batch[i]);
    free(hashes);
}

TEST(recall_is_one_for_every_radius_and_shape)
{
    for (int shape = 0; shape < NEAR_SHAPES; shape++)
        for (int is_compact = 0; is_compact < 2; is_compact++)
            check_shape((NearShape)shape, 20000, is_compact != 0, t_seed() + (uint64_t)shape);
}

TEST(small_and_empty_tables)
{
    static const size_t COUNTS[] = {0, 1, 2, 3, 17};
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++)
        check_shape(NEAR_UNIFORM, COUNTS[i], false, t_seed());
}

TEST(every_kernel_finds_the_same)
{
    for (int set = 0; set < KERNEL_SETS; set++) {
        const KernelOps *ops = kernels_of((KernelSet)set);
        if (ops == NULL)
            continue;
        kernels_use(ops);
        check_shape(NEAR_CLUSTERED, 5000, false, t_seed());
        check_shape(NEAR_FLOODED, 5000, true, t_seed());
    }
    kernels_use(NULL);
}

TEST(a_limit_stops_and_says_so)
{
    PdqHash hashes[100];
    memset(hashes, 0x5A, sizeof hashes);
    NearBuild build = {.hashes = hashes, .count = 100, .seed = 1, .threads = 1};
    _cleanup_(near_table_freep) NearTable *table = NULL;
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    REQUIRE(scratch != NULL);
    CHECK_OK(near_table_build(&build, &table, NULL));
    REQUIRE(table != NULL);
    NearHits hits = {0};
    CHECK_OK(near_table_search(table, scratch, &hashes[0], 31, 99, &hits));
    CHECK_INT(hits.found.len, 99);
    CHECK(hits.has_more);
    vec_clear(&hits.found);
    hits.has_more = false;
    CHECK_OK(near_table_search(table, scratch, &hashes[0], 31, 100, &hits));
    CHECK_INT(hits.found.len, 100);
    CHECK(!hits.has_more);
    near_hits_done(&hits);
}

TEST(a_file_answers_like_memory_and_damage_is_seen)
{
    char path[256];
    snprintf(path, sizeof path, "%s/near", t_folder());
    Prng prng = {t_seed()};
    enum { COUNT = 3000 };
    PdqHash *hashes = near_sample_new(NEAR_CLUSTERED, COUNT, &prng);
    NearBuild build = {.hashes = hashes,
                       .count = COUNT,
                       .seed = 3,
                       .threads = 1,
                       .path = path,
                       .source = {1, 2, 3}};
    _cleanup_(near_table_freep) NearTable *built = NULL, *opened = NULL;
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    REQUIRE(hashes != NULL && scratch != NULL);
    CHECK_OK(near_table_build(&build, &built, NULL));
    CHECK_OK(near_table_open(path, &opened, NULL));
    REQUIRE(opened != NULL);
    CHECK_OK(near_table_check(opened, NULL));
    uint8_t source[32];
    near_table_source(opened, source);
    CHECK_INT(memcmp(source, build.source, 32), 0);
    PdqHash *back = malloc(COUNT * sizeof *back);
    REQUIRE(back != NULL);
    near_table_hashes(opened, back);
    CHECK_INT(memcmp(back, hashes, COUNT * sizeof *back), 0);
    free(back);
    for (uint32_t i = 0; i < COUNT; i += 97) {
        NearHits hits = {0};
        CHECK_OK(near_table_search(opened, scratch, &hashes[i], 31, 0, &hits));
        CHECK(is_exact(hashes, COUNT, &hashes[i], 31, &hits));
        near_hits_done(&hits);
    }
    // A byte changed anywhere: refused at open or by the check; a search reads nothing outside and
    // does not fall over.
    _cleanup_strbuf_ StrBuf content = STRBUF(1 << 26);
    CHECK_OK(file_read_all(path, &content, NULL));
    for (int round = 0; round < 60; round++) {
        size_t at =
            round < 30 ? (size_t)prng_below(&prng, 400) : (size_t)prng_below(&prng, content.len);
        char held = content.ptr[at];
        content.ptr[at] = (char)(held ^ (1 << prng_below(&prng, 8)));
        CHECK_OK(file_replace(path, strbuf_str(&content), false, NULL));
        content.ptr[at] = held;
        _cleanup_(near_table_freep) NearTable *damaged = NULL;
        if (near_table_open(path, &damaged, NULL) != ERR_OK)
            continue;
        // Bytes between the sections carry nothing.
        for (uint32_t i = 0; i < COUNT; i += 500) {
            NearHits hits = {0};
            CHECK_OK(near_table_search(damaged, scratch, &hashes[i], 40, 0, &hits));
            near_hits_done(&hits);
        }
    }
    size_t version = 8; // where it stands in the header
    content.ptr[version]--;
    CHECK_OK(file_replace(path, strbuf_str(&content), false, NULL));
    content.ptr[version]++;
    NearTable *older = NULL;
    Diag diag = {0};
    CHECK_ERR(near_table_open(path, &older, &diag), ERR_CORRUPT);
    CHECK(strstr(diag.msgid, "another version") != NULL);
    for (size_t length = 0; length < content.len; length += content.len / 13 + 1) {
        CHECK_OK(file_replace(path, str_of(content.ptr, length), false, NULL));
        NearTable *cut = NULL;
        CHECK_ERR(near_table_open(path, &cut, NULL), ERR_CORRUPT);
    }
    free(hashes);
}
