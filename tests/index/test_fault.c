// Lists and the matcher survive want of memory: building in memory, opening, asking.
#include "fault.h"

#include "index/matcher.h"
#include "index/near_sample.h"
#include "index/near_stacks.h"
#include "list_sample.h"

static Err list_is_finished(List **ret) {
    _cleanup_(list_builder_freep) ListBuilder *builder = NULL;
    TRY(list_builder_new(&builder));
    for (unsigned i = 0; i < 40; i++) {
        EntryFact fact = {STR("Make"), STR("ExampleCam")};
        EntryLocation location = {.name = STR("a.jpg")};
        ListEntry entry = sample_entry(i / 2);
        entry.id = i % 3 == 0 ? STR("a") : STR("b");
        entry.has |= ENTRY_PDQ;
        entry.pdq.bytes[i % 7] = 1;
        entry.facts = &fact;
        entry.fact_count = 1;
        entry.locations = &location;
        entry.location_count = 1;
        TRY(list_builder_add(builder, &entry, NULL));
    }
    TRY(list_builder_add(builder, &(ListEntry){.id = STR("a"), .has = ENTRY_DELETED}, NULL));
    ListMeta meta = {.name = STR("n"), .sources_json = STR("[]")};
    return list_builder_finish(builder, &meta, ret, NULL);
}

static Err built_and_read(void) {
    _cleanup_(list_freep) List *list = NULL;
    _cleanup_(arena_freep) Arena *scratch = arena_new(1 << 16);
    _cleanup_free_ ListCategory *categories = NULL;
    size_t count;
    ListEntry entry;
    if (scratch == NULL)
        return ERR_NOMEM;
    TRY(list_is_finished(&list));
    TRY(list_check(list, NULL));
    TRY(list_entry(list, 1, scratch, &entry, NULL));
    return list_categories(list, &categories, &count, NULL);
}
TEST(lists_survive_want_of_memory)
{ FAULT_SWEEP(built_and_read); }

static Err asked(void) {
    _cleanup_(list_freep) List *list = NULL;
    _cleanup_(matcher_freep) Matcher *matcher = NULL;
    MatchVec matches = {0};
    MatchQuery query = {.digests.has = 1u << DIGEST_MD5,
                        .has_pdq = true,
                        .pdq_quality = 100,
                        .radius = 31,
                        .is_exhaustive = true};
    ListEntry entry = sample_entry(2);
    memcpy(query.digests.md5, entry.md5, 16);
    TRY(list_is_finished(&list));
    TRY(matcher_new((const List *const *)&list, 1, &matcher, NULL));
    Err err = matcher_query(matcher, &query, &matches);
    CHECK(err != ERR_OK || matches.len > 0);
    CHECK(err == ERR_OK || matches.len == 0);
    vec_done(&matches);
    return err;
}
TEST(the_matcher_survives_want_of_memory)
{ FAULT_SWEEP(asked); }

// Many enough for a table, with a crowd in their midst, some equal.
static Err stacked(void) {
    enum { COUNT = 700 };
    static PdqHash hashes[COUNT];
    static uint32_t leaders[COUNT];
    Prng prng = {7};
    for (size_t i = 0; i < COUNT; i++) {
        hashes[i] = near_sample_uniform(&prng);
        if (i % 4 == 0) {
            hashes[i] = hashes[0];
            near_sample_flip(&hashes[i], (int)prng_below(&prng, 20), &prng);
        } else if (i % 15 == 0) {
            hashes[i] = hashes[1];
        }
    }
    NearStacks ask = {.hashes = hashes, .count = COUNT, .radius = 31, .reach = 46, .threads = 1};
    return near_stacks_find(&ask, leaders, NULL);
}
TEST(stacks_survive_want_of_memory)
{ FAULT_SWEEP(stacked); }
