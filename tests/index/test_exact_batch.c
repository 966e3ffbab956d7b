// Batched digest look-ups answer like single ones: repeats, misses, long runs of one leading value,
// empty columns.
#include "base/bytes.h"
#include "index/exact.h"
#include "t.h"

enum { ROW = 20, DIGEST = 16 };

static int by_digest(const void *a, const void *b) {
    return memcmp(a, b, ROW);
}

static void check_rows(size_t count, uint64_t distinct_leads, Prng *prng) {
    uint8_t *rows = calloc(count + 1, ROW);
    REQUIRE(rows != NULL);
    for (size_t i = 0; i < count; i++) {
        store_le32(rows + i * ROW, (uint32_t)(prng_below(prng, distinct_leads) * 0x9E3779B1u));
        for (int k = 4; k < DIGEST; k++)
            rows[i * ROW + k] = (uint8_t)(prng_below(prng, 4) == 0 ? prng_next(prng) : 7);
        if (i > 0 && prng_below(prng, 5) == 0)
            memcpy(rows + i * ROW, rows + (i - 1) * ROW, DIGEST);
        store_le32(rows + i * ROW + DIGEST, (uint32_t)i);
    }
    qsort(rows, count, ROW, by_digest);
    ExactIndex index;
    CHECK_OK(exact_index_init(&index, (SectionView){.bytes = rows, .count = count}, ROW));
    enum { QUERIES = 3000 };
    static uint8_t queries[QUERIES * DIGEST];
    static ExactRange ranges[QUERIES];
    for (size_t i = 0; i < QUERIES; i++) {
        if (count > 0)
            memcpy(queries + i * DIGEST, rows + prng_below(prng, count) * ROW, DIGEST);
        if (prng_below(prng, 2) == 0)
            queries[i * DIGEST + prng_below(prng, DIGEST)] ^= (uint8_t)(1 << prng_below(prng, 8));
    }
    for (size_t batch = 1; batch <= QUERIES; batch = batch * 5 + 2) {
        exact_index_find_batch(&index, queries, batch, ranges);
        size_t wrong = 0;
        for (size_t i = 0; i < batch; i++) {
            size_t first = 0, found = exact_index_find(&index, queries + i * DIGEST, &first);
            wrong += found != ranges[i].count || (found > 0 && first != ranges[i].first);
        }
        CHECK_INT(wrong, 0);
    }
    exact_index_done(&index);
    free(rows);
}

TEST(a_batch_answers_like_single_questions)
{
    Prng prng = {t_seed()};
    check_rows(0, 1, &prng);
    check_rows(1, 1, &prng);
    check_rows(20000, 1u << 30, &prng);
    check_rows(20000, 3, &prng); // long runs
    check_rows(300, 40, &prng);
}
