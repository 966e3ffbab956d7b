// Files of items: a scan's document, a VICS case, and what is neither.
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "items_fixture.h"
#include "records/item_file.h"

static int file_made(const char *name, const char *text) {
    char path[4096];
    int fd = -1;
    snprintf(path, sizeof path, "%s/%s", t_folder(), name);
    CHECK_OK(file_replace(path, str_from(text), true, NULL));
    CHECK_OK(file_open_read(path, &fd, NULL));
    return fd;
}

static const char SCAN[] =
    "{\"seventh\":\"scan\",\"version\":1,\"lists\":[{\"name\":\"a\",\"items\":[1]}],\"items\":[\n"
    "{\"path\":\"disk/a.jpg\",\"size\":1000,\"media_type\":\"image/jpeg\",\"width\":10,"
    "\"height\":20,\"md5\":\"000102030405060708090a0b0c0d0e0f\",\"pdq\":"
    "\"00000000000000000000000000000000ffffffffffffffffffffffffffffffff\",\"quality\":80,"
    "\"class\":\"known\",\"duplicate_of\":null,\"stack\":null,\"flags\":[\"larger-copy\"],"
    "\"matches\":[{\"kind\":\"near\",\"scheme\":\"vic-us\",\"scheme_version\":\"2.0\","
    "\"category\":\"2\"},{\"kind\":\"exact\",\"scheme\":\"vic-us\",\"scheme_version\":\"2.0\","
    "\"category\":\"1\",\"frame\":{\"x\":[1]}}]},\n"
    "{\"path\":\"disk/b.jpg\",\"size\":-4,\"md5\":\"zz\",\"sha1\":"
    "\"000102030405060708090a0b0c0d0e0f10111213\",\"class\":\"probably-known\",\"stack\":3,"
    "\"flags\":[],\"matches\":[]},\n"
    "{\"path\":\"disk/broken\",\"class\":\"problem\",\"flags\":[],\"matches\":[],"
    "\"error\":\"truncated\"}],\"stacks\":[],\"problems\":[]}\n";

TEST(a_scan_becomes_items)
{
    _cleanup_records_ RecordsFixture f = {0};
    _cleanup_(item_file_freep) ItemFile *file = NULL;
    _cleanup_close_ int fd = file_made("scan.json", SCAN);
    ImportResult result;
    Item *items;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ANALYST));
    Identifier id = fixture_case_made(&f, &analyst);
    REQUIRE(item_file_open(fd, &file, NULL) == ERR_OK);
    ItemStream stream = item_file_stream(file);
    CHECK_STR(stream.kind, "scan");
    for (int i = 0; i < 2; i++) // a stream can be read anew
        CHECK_OK(items_import(f.records, &analyst, &id, &stream, &result, NULL));
    CHECK_INT(result.items, 2);
    CHECK_INT(result.merged, 2);
    CHECK_INT(result.skipped, 1);
    CHECK_INT(result.classes[ITEM_NEAR], 1);
    CHECK_INT(item_file_rejected(file), 2); // the size, the MD5
    REQUIRE(fixture_items(&f, &analyst, &id, &items) == 2);
    Item *known = items[0].class == ITEM_KNOWN ? &items[0] : &items[1];
    Item *near = known == &items[0] ? &items[1] : &items[0];
    CHECK_INT(known->width, 10);
    CHECK_INT(known->pdq_quality, 80);
    CHECK(known->has_pdq && known->pdq.bytes[31] == 0xff);
    CHECK_STR(known->claimed.code, "1");
    CHECK_INT(near->stack, 3);
    CHECK_INT(near->size, -1);
    CHECK_INT(near->digests.has, 1 << DIGEST_SHA1);
    ItemFlag *flags;
    size_t count;
    CHECK_OK(item_flags(f.records, &analyst, &id, &known->uid, f.memory, &flags, &count, NULL));
    REQUIRE(count == 2); // each import is a source
    CHECK_STR(flags[0].flag, "larger-copy");
}

TEST(a_vics_case_becomes_items)
{
    _cleanup_records_ RecordsFixture f = {0};
    _cleanup_(item_file_freep) ItemFile *file = NULL;
    _cleanup_close_ int fd = file_made(
        "case.json",
        "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/"
        "$metadata#Cases\",\"value\":[{\"CaseID\":\"c\",\"Media\":[{\"MediaID\":1,\"Category\":2,"
        "\"VictimIdentified\":false,\"MD5\":\"000102030405060708090A0B0C0D0E0F\",\"MediaSize\":7,"
        "\"MediaFiles\":[{\"FileName\":\"a.jpg\",\"FilePath\":\"x\\\\y\"}]}]}]}");
    ImportResult result;
    Item *items;
    Str *paths;
    size_t count;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ANALYST));
    Identifier id = fixture_case_made(&f, &analyst);
    REQUIRE(item_file_open(fd, &file, NULL) == ERR_OK);
    ItemStream stream = item_file_stream(file);
    CHECK(str_has_prefix(stream.kind, STR("vics")));
    CHECK_OK(items_import(f.records, &analyst, &id, &stream, &result, NULL));
    REQUIRE(fixture_items(&f, &analyst, &id, &items) == 1);
    CHECK_STR(items[0].claimed.code, "2");
    CHECK_INT(items[0].class, ITEM_UNKNOWN); // what a source claims is no list's match
    CHECK_INT(items[0].size, 7);
    CHECK_OK(
        item_locations(f.records, &analyst, &id, &items[0].uid, f.memory, &paths, &count, NULL));
    REQUIRE(count == 1);
    CHECK(str_has_suffix(paths[0], STR("a.jpg")));
}

TEST(what_is_no_list_is_refused_and_damage_leaves_nothing)
{
    _cleanup_records_ RecordsFixture f = {0};
    ItemFile *file = NULL;
    ImportResult result;
    REQUIRE(records_fixture_open(&f, NULL));
    Actor analyst = fixture_person_made(&f, f.unit, ROLE_BIT(ROLE_ANALYST));
    Identifier id = fixture_case_made(&f, &analyst);
    _cleanup_close_ int fd = file_made("prose.txt", "Lamps stand on tables.\n");
    CHECK_ERR(item_file_open(fd, &file, NULL), ERR_UNSUPPORTED);
    _cleanup_close_ int none = file_made("none.json", "{\"seventh\":\"scan\",\"stacks\":[]}");
    CHECK_ERR(item_file_open(none, &file, NULL), ERR_SYNTAX);
    char cut[sizeof SCAN];
    memcpy(cut, SCAN, sizeof SCAN);
    for (size_t at = 100; at < sizeof SCAN - 60; at += 97) { // the end of the items is never there
        cut[at] = '\0';
        _cleanup_close_ int part = file_made("cut.json", cut);
        cut[at] = SCAN[at];
        if (item_file_open(part, &file, NULL) != ERR_OK)
            continue;
        ItemStream stream = item_file_stream(file);
        CHECK(items_import(f.records, &analyst, &id, &stream, &result, NULL) != ERR_OK);
        item_file_free(file);
        file = NULL;
    }
    CHECK_INT(fixture_count(f.log.store, STR("SELECT count(*) FROM items")), 0);
}
