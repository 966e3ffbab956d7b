// Items: one import is one entry or nothing, merging by digests, flags with their sources.
#include "items_fixture.h"

static const RoleSet ANALYST = ROLE_BIT(ROLE_ANALYST);

TEST(an_import_is_one_entry_with_count_and_digest)
{
    _cleanup_records_ RecordsFixture f = {0};
    Item *items;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Identifier id = fixture_case_made(&f, &analyst);
    int64_t entries = fixture_entries(&f);
    ImportResult first = fixture_import(&f, &analyst, &id, 1, 50);
    CHECK_INT(fixture_entries(&f), entries + 1);
    CHECK_INT(first.added, 50);
    CHECK_INT(first.merged, 0);
    LedgerRow row;
    size_t count;
    CHECK_OK(ledger_log_read(f.log.log, NULL, (uint64_t)entries, &row, 1, &count, NULL));
    CHECK_STR(str_from(row.entry.kind), "items-imported");
    CHECK_INT(row.entry.count, 50);
    CHECK(identifier_equal(&row.entry.case_, &id));
    CHECK(fixture_newest_says(&f, "\"digest\""));
    CHECK(!fixture_ledger_contains(&f, "a.jpg"));
    // The same again changes nothing but says so; the digest is that of the records.
    ImportResult second = fixture_import(&f, &analyst, &id, 1, 50);
    CHECK_INT(second.added, 0);
    CHECK_INT(second.merged, 50);
    CHECK(memcmp(first.digest, second.digest, sizeof first.digest) == 0);
    CHECK_INT(fixture_items(&f, &analyst, &id, &items), 50);
    CHECK_INT(items[0].locations, 1);
    CHECK_INT(items[0].state, STATE_ITEM_UNREVIEWED);
    CHECK_INT(items[0].width, 640);
    Str *paths;
    CHECK_OK(
        item_locations(f.records, &analyst, &id, &items[0].uid, f.memory, &paths, &count, NULL));
    REQUIRE(count == 1);
    CHECK_STR(paths[0], "disk/a.jpg");
}

TEST(an_import_that_fails_leaves_nothing)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Actor auditor = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_AUDITOR));
    Identifier id = fixture_case_made(&f, &analyst);
    ItemDraft drafts[3] = {made_draft(1, 7, ITEM_UNKNOWN), made_draft(2, 7, ITEM_UNKNOWN),
                           made_draft(3, 7, ITEM_UNKNOWN)};
    MadeItems items = {drafts, 3, 0, 2, 0};
    ItemStream stream = made_stream(&items);
    ImportResult result;
    int64_t entries = fixture_entries(&f);
    CHECK_ERR(items_import(f.records, &analyst, &id, &stream, &result, NULL), ERR_TRUNCATED);
    CHECK_ERR(items_import(f.records, &auditor, &id, &stream, &result, NULL), ERR_PERMISSION);
    CHECK_INT(fixture_entries(&f), entries);
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM items")), 0);
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM imports")), 0);
    // The way to a case of another unit is closed.
    Actor other = fixture_person_made(&f, fixture_unit_made(&f, "MA"), ANALYST);
    items.fails_at = -1;
    CHECK_ERR(items_import(f.records, &other, &id, &stream, &result, NULL), ERR_NOT_FOUND);
}

TEST(items_merge_by_digests_and_never_across_a_conflict)
{
    _cleanup_records_ RecordsFixture f = {0};
    Item *found;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ANALYST);
    Identifier id = fixture_case_made(&f, &analyst);
    enum { MD5 = 1 << DIGEST_MD5, SHA1 = 1 << DIGEST_SHA1, SHA256 = 1 << DIGEST_SHA256 };
    Str second = STR("disk/b.jpg");
    ItemDraft drafts[6] = {
        made_draft(1, MD5, ITEM_UNKNOWN),          // an MD5 alone…
        made_draft(1, MD5 | SHA256, ITEM_UNKNOWN), // …gets its SHA-256…
        made_draft(1, SHA256, ITEM_KNOWN),         // …by which a third is known,
        made_draft(1, MD5 | SHA256, ITEM_UNKNOWN), // and a forged MD5 is another item
        made_draft(9, MD5, ITEM_UNKNOWN),          // the empty file's digest is nobody's
        made_draft(0, 0, ITEM_PROBLEM),            // nothing to go by
    };
    drafts[1].paths = &second;
    memset(drafts[3].digests.sha256, 0xEE, 32);
    static const uint8_t EMPTY[16] = {0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04,
                                      0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8, 0x42, 0x7e};
    memcpy(drafts[4].digests.md5, EMPTY, sizeof EMPTY);
    MadeItems items = {drafts, 6, 0, -1, 0};
    ItemStream stream = made_stream(&items);
    ImportResult result;
    CHECK_OK(items_import(f.records, &analyst, &id, &stream, &result, NULL));
    CHECK_INT(result.added, 2);
    CHECK_INT(result.merged, 2);
    CHECK_INT(result.skipped, 2);
    REQUIRE(fixture_items(&f, &analyst, &id, &found) == 2);
    Item *first = found[0].class == ITEM_KNOWN ? &found[0] : &found[1];
    Item *forged = first == &found[0] ? &found[1] : &found[0];
    CHECK_INT(first->digests.has, MD5 | SHA256);
    CHECK_INT(first->class, ITEM_KNOWN);
    CHECK_INT(first->state, STATE_ITEM_KNOWN_BAD);
    CHECK_INT(first->locations, 2);
    ItemFlag *flags;
    size_t count;
    CHECK_OK(item_flags(f.records, &analyst, &id, &forged->uid, f.memory, &flags, &count, NULL));
    REQUIRE(count == 1);
    CHECK_STR(flags[0].flag, "digest-conflict");
    // Known stays known when it comes again without the list.
    drafts[0].class = ITEM_UNKNOWN;
    items.count = 1;
    CHECK_OK(items_import(f.records, &analyst, &id, &stream, &result, NULL));
    CHECK_INT(fixture_item(&f, &analyst, &id, &first->uid).class, ITEM_KNOWN);
    // An item is one for the node: another case has the same.
    Identifier other = fixture_case_made(&f, &analyst);
    CHECK_OK(items_import(f.records, &analyst, &other, &stream, &result, NULL));
    CHECK_INT(result.merged, 1);
    CHECK_INT(fixture_item(&f, &analyst, &other, &first->uid).cases, 2);
    ItemHit *hits;
    CHECK_OK(item_search(f.records, &analyst, DIGEST_MD5, drafts[0].digests.md5, f.memory, &hits,
                         &count, NULL));
    CHECK_INT(count, 3); // the forged one too
    CHECK_INT(fixture_entries_of(&f, LEDGER_SEARCH_RUN), 1);
}

TEST(flags_keep_their_sources_and_disagree_side_by_side)
{
    _cleanup_records_ RecordsFixture f = {0};
    REQUIRE(records_fixture_open(&f, NULL));
    Actor one = fixture_person_made(&f, f.unit, ANALYST);
    Actor two = fixture_person_made(&f, f.unit, ANALYST);
    Identifier id = fixture_case_made(&f, &one);
    DraftFlag imported = {STR("self-generated"), true};
    ItemDraft draft = made_draft(1, 7, ITEM_UNKNOWN);
    draft.flags = &imported;
    draft.flag_count = 1;
    MadeItems items = {&draft, 1, 0, -1, 0};
    ItemStream stream = made_stream(&items);
    ImportResult result;
    Item *found;
    ItemFlag *flags;
    size_t count;
    CHECK_OK(items_import(f.records, &one, &id, &stream, &result, NULL));
    REQUIRE(fixture_items(&f, &one, &id, &found) == 1);
    Identifier item = found[0].uid;
    CHECK_OK(item_flag_set(f.records, &one, &id, &item, STR("victim-identified"), true, NULL));
    CHECK_OK(item_flag_set(f.records, &two, &id, &item, STR("victim-identified"), false, NULL));
    CHECK_OK(item_flags(f.records, &one, &id, &item, f.memory, &flags, &count, NULL));
    REQUIRE(count == 3);
    CHECK_STR(flags[0].flag, "self-generated");
    CHECK(str_has_prefix(flags[0].source, STR("import:")));
    CHECK(!flags[0].is_disputed);
    CHECK(flags[1].is_disputed && flags[2].is_disputed);
    CHECK(!str_equal(flags[1].source, flags[2].source));
    CHECK_OK(item_flag_set(f.records, &two, &id, &item, STR("victim-identified"), true, NULL));
    CHECK_OK(item_flags(f.records, &one, &id, &item, f.memory, &flags, &count, NULL));
    CHECK(count == 3 && !flags[1].is_disputed);
    CHECK_ERR(item_flag_set(f.records, &one, &id, &item, STR("Not a word"), true, NULL),
              ERR_INVALID);
}
