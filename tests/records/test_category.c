// Categories: mappings derive, never raise severity when they lose something, and compare.
#include "records/category.h"

#include "format/scheme.h"
#include "items_fixture.h"

typedef struct Question {
    Category from, present;
    Str to;
    Arena *memory;
    DerivedCategory derived;
    bool has;
    CategoryMatch match;
} Question;

static Err derive(Tx *tx, void *context, Diag *diag) {
    Question *q = context;
    return category_derive(tx, &q->from, q->to, q->present.code.len == 0 ? NULL : &q->present,
                           q->memory, &q->derived, &q->has, diag);
}

static Err compare(Tx *tx, void *context, Diag *diag) {
    Question *q = context;
    return category_compare(tx, &q->from, &q->present, &q->match, diag);
}

TEST(every_mapping_leads_from_a_code_to_a_code)
{
    size_t count;
    const Mapping *all = mapping_all(&count);
    CHECK(count > 0);
    for (size_t i = 0; i < count; i++) {
        CHECK_INT(scheme_has_code(all[i].from.scheme, all[i].from.version, all[i].from.code),
                  SCHEME_HAS);
        CHECK_INT(scheme_has_code(all[i].to.scheme, all[i].to.version, all[i].to.code), SCHEME_HAS);
        CHECK(all[i].relation != MAPPING_EXACT || !all[i].is_lossy);
        CHECK(all[i].authority.len > 0 && all[i].date.len == 10);
    }
}

TEST(a_lossy_mapping_never_raises_severity)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    // The baseline says more than vic-us needs; where vic-us has a lesser code, it stays.
    Question q = {.from = {STR("interpol-baseline"), STR("1"), STR("yes")},
                  .present = {STR("vic-us"), STR("2.0"), STR("2")},
                  .to = STR("vic-us"),
                  .memory = f.memory};
    CHECK_OK(store_run(f.log.store, STORE_READ, NULL, derive, &q, NULL));
    CHECK(!q.has);
    q.present.code = STR("1");
    CHECK_OK(store_run(f.log.store, STORE_READ, NULL, derive, &q, NULL));
    CHECK(q.has && q.derived.is_lossy);
    // Nothing follows from a mapping to something narrower.
    q = (Question){.from = {STR("vic-us"), STR("2.0"), STR("1")},
                   .to = STR("interpol-baseline"),
                   .memory = f.memory};
    CHECK_OK(store_run(f.log.store, STORE_READ, NULL, derive, &q, NULL));
    CHECK(!q.has);
    q.to = STR("vic-us-legacy");
    CHECK_OK(store_run(f.log.store, STORE_READ, NULL, derive, &q, NULL));
    CHECK(q.has && !q.derived.is_lossy);
    CHECK_STR(q.derived.category.code, "1");
}

TEST(categories_compare_the_same_either_way)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    size_t count;
    const SchemeCode *codes = scheme_code_all(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j += 3) {
            Category a = {str_from(codes[i].id), str_from(codes[i].version),
                          str_from(codes[i].code)};
            Category b = {str_from(codes[j].id), str_from(codes[j].version),
                          str_from(codes[j].code)};
            Question forth = {.from = a, .present = b}, back = {.from = b, .present = a};
            CHECK_OK(store_run(f.log.store, STORE_READ, NULL, compare, &forth, NULL));
            CHECK_OK(store_run(f.log.store, STORE_READ, NULL, compare, &back, NULL));
            CHECK_INT(forth.match, back.match);
            if (i == j)
                CHECK_INT(forth.match, CATEGORY_SAME);
        }
}
