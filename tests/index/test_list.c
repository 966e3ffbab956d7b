// List files: what goes in comes out, equal input gives equal bytes, and damage is seen.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "index/list_layout.h"
#include "list_sample.h"

TEST(everything_comes_back)
{
    _cleanup_(list_freep) List *list = sample_close(sample_builder(), "all.s7list");
    REQUIRE(list != NULL);
    _cleanup_(arena_freep) Arena *scratch = arena_new(1 << 20);
    ListMeta meta;
    ListKinds kinds;
    ListEntry entry;
    list_meta(list, &meta);
    CHECK_STR(meta.name, "sample");
    CHECK_STR(meta.issuer, "unit 1");
    CHECK_STR(meta.sources_json, "[]");
    CHECK_INT(meta.version, 3);
    CHECK_INT(meta.created_ms, 1700000000000);
    list_kinds(list, &kinds);
    CHECK_INT(kinds.md5, 40);
    CHECK_INT(kinds.sha1, 10);
    CHECK_INT(kinds.sha256, 10);
    CHECK_INT(kinds.pdq, 8);
    CHECK_INT(kinds.photodna, 6);
    CHECK_INT(kinds.tombstones, 1);
    CHECK_INT(list_count(list), 41);
    CHECK_OK(list_check(list, NULL));

    CHECK_OK(list_entry(list, 35, scratch, &entry, NULL));
    ListEntry expected = sample_entry(35);
    CHECK_STR(entry.id, "id-35");
    CHECK(memcmp(entry.md5, expected.md5, 16) == 0);
    CHECK_INT(entry.has, ENTRY_MD5 | ENTRY_PDQ | ENTRY_PHOTODNA | ENTRY_SIZE | ENTRY_DIMENSIONS);
    CHECK_INT(entry.size, 5000000035);
    CHECK_INT(entry.width, 135);
    CHECK_INT(entry.photodna[2], 3);
    CHECK_INT(entry.pdq_quality, PDQ_QUALITY_UNKNOWN);
    CHECK_STR(entry.scheme, "vic-us");
    CHECK_STR(entry.scheme_version, "2.0");
    CHECK_STR(entry.category, "1");
    CHECK_INT(entry.victim_identified, TRI_NO);
    CHECK_INT(entry.is_self_generated, TRI_YES);
    CHECK_INT(entry.is_distributed, TRI_UNKNOWN);
    CHECK_STR(entry.media_type, "image/jpeg");
    CHECK_STR(entry.issuer, "unit 2");
    CHECK_STR(entry.updated, "2024-01-01");
    REQUIRE(entry.location_count == 2 && entry.fact_count == 2);
    CHECK_STR(entry.locations[0].path, "x\\y");
    CHECK_INT(entry.locations[0].is_deleted, TRI_YES);
    CHECK_STR(entry.locations[1].source_id, "disk 1");
    CHECK_STR(entry.facts[1].value, "ü 1");
    CHECK_OK(list_entry(list, 9, scratch, &entry, NULL));
    CHECK_STR(entry.series, "series 9");
    CHECK_INT(entry.category.len, 0);
    CHECK_OK(list_entry(list, 40, scratch, &entry, NULL));
    CHECK_INT(entry.has, ENTRY_DELETED);
    CHECK_ERR(list_entry(list, 41, scratch, &entry, NULL), ERR_NOT_FOUND);
}

TEST(an_empty_list_is_a_list)
{
    _cleanup_(list_freep) List *list = sample_close(sample_begin(), "empty.s7list");
    REQUIRE(list != NULL);
    CHECK_INT(list_count(list), 0);
    CHECK_OK(list_check(list, NULL));
}

TEST(equal_input_gives_equal_bytes)
{
    char a[256], b[256];
    _cleanup_strbuf_ StrBuf left = STRBUF(1 << 20), right = STRBUF(1 << 20);
    list_free(sample_close(sample_builder(), "a.s7list"));
    list_free(sample_close(sample_builder(), "b.s7list"));
    sample_path(a, "a.s7list");
    sample_path(b, "b.s7list");
    CHECK_OK(file_read_all(a, &left, NULL));
    CHECK_OK(file_read_all(b, &right, NULL));
    CHECK(str_equal(strbuf_str(&left), strbuf_str(&right)));
}

TEST(rows_of_one_md5_become_one_entry)
{
    ListBuilder *builder = sample_begin();
    EntryLocation place = {.name = STR("1.jpg")};
    ListEntry row = sample_entry(1);
    row.scheme = STR("s");
    row.id = STR("first");
    row.locations = &place;
    row.location_count = 1;
    row.victim_identified = TRI_NO;
    sample_add(builder, &row);
    place.name = STR("2.jpg");
    row.id = STR("second");
    row.category = STR("1");
    row.victim_identified = TRI_YES;
    row.has |= ENTRY_SHA1;
    sample_add(builder, &row); // bears the verdict
    place.name = STR("3.jpg");
    row.id = STR("third");
    row.category = STR("");
    row.victim_identified = TRI_NO;
    row.is_distributed = TRI_YES;
    row.has = ENTRY_MD5;
    sample_add(builder, &row);
    _cleanup_(list_freep) List *list = sample_close(builder, "group.s7list");
    _cleanup_(arena_freep) Arena *scratch = arena_new(1 << 20);
    ListEntry entry;
    REQUIRE(list != NULL);
    CHECK_INT(list_count(list), 1);
    CHECK_OK(list_entry(list, 0, scratch, &entry, NULL));
    CHECK_STR(entry.id, "second");
    CHECK_STR(entry.category, "1");
    CHECK_INT(entry.victim_identified, TRI_YES);
    CHECK_INT(entry.is_distributed, TRI_YES);
    CHECK_INT(entry.has, ENTRY_MD5 | ENTRY_SHA1);
    REQUIRE(entry.location_count == 3);
    CHECK_STR(entry.locations[0].name, "1.jpg");
    CHECK_STR(entry.locations[2].name, "3.jpg");
}

TEST(contradictions_stay_visible)
{
    ListBuilder *builder = sample_begin();
    ListEntry row = sample_entry(1);
    row.category = STR("1");
    sample_add(builder, &row);
    row.category = STR("2"); // another verdict
    sample_add(builder, &row);
    row.scheme = STR("other"); // another scheme
    sample_add(builder, &row);
    row.scheme = STR("");
    row.has |= ENTRY_SHA1; // joins the second
    sample_add(builder, &row);
    row.sha1[0] = 1; // another SHA-1
    sample_add(builder, &row);
    row.category = STR(""); // joins where it may: not with the second, whose SHA-1 is another
    sample_add(builder, &row);
    list_builder_next_source(builder);
    row = sample_entry(1); // another source
    sample_add(builder, &row);
    sample_add(builder, &row);
    _cleanup_(list_freep) List *list = sample_close(builder, "apart.s7list");
    REQUIRE(list != NULL);
    CHECK_INT(list_count(list), 5);
    CHECK_OK(list_check(list, NULL));
}

TEST(many_rows_of_one_md5_cost_little)
{
    ListBuilder *builder = sample_begin();
    ListEntry row = sample_entry(1);
    row.has |= ENTRY_SHA1;
    for (uint32_t i = 0; i < 50000; i++) {
        memcpy(row.sha1, &i, sizeof i);
        sample_add(builder, &row);
    }
    _cleanup_(list_freep) List *list = sample_close(builder, "flood.s7list");
    REQUIRE(list != NULL);
    CHECK_INT(list_count(list), 50000);
    CHECK_OK(list_check(list, NULL));
}

static void write_bytes(const char *path, Str bytes) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
    close(fd);
}

TEST(a_list_cut_anywhere_is_refused)
{
    char whole[256], cut[256];
    _cleanup_strbuf_ StrBuf bytes = STRBUF(1 << 20);
    list_free(sample_close(sample_builder(), "whole.s7list"));
    sample_path(whole, "whole.s7list");
    sample_path(cut, "cut.s7list");
    CHECK_OK(file_read_all(whole, &bytes, NULL));
    write_bytes(cut, strbuf_str(&bytes));
    for (size_t len = bytes.len; len-- > 0;) {
        List *list = NULL;
        CHECK(truncate(cut, (off_t)len) == 0);
        if (list_open(cut, &list, NULL) == ERR_OK) {
            t_fail(__FILE__, __LINE__, "cut to %zu bytes opens", len);
            list_free(list);
        }
    }
}

TEST(every_changed_byte_is_seen)
{
    char whole[256], changed[256];
    _cleanup_strbuf_ StrBuf bytes = STRBUF(1 << 20);
    list_free(sample_close(sample_builder(), "whole.s7list"));
    sample_path(whole, "whole.s7list");
    sample_path(changed, "changed.s7list");
    CHECK_OK(file_read_all(whole, &bytes, NULL));
    write_bytes(changed, strbuf_str(&bytes));
    int fd = open(changed, O_RDWR);
    REQUIRE(fd >= 0);
    for (size_t at = 0; at < bytes.len; at++) {
        char byte = (char)(bytes.ptr[at] ^ (1 << at % 8));
        List *list = NULL;
        CHECK(pwrite(fd, &byte, 1, (off_t)at) == 1);
        if (list_open(changed, &list, NULL) == ERR_OK && list_check(list, NULL) == ERR_OK)
            t_fail(__FILE__, __LINE__, "a change at byte %zu is not seen", at);
        list_free(list);
        CHECK(pwrite(fd, bytes.ptr + at, 1, (off_t)at) == 1);
    }
    close(fd);
}

TEST(what_is_no_list_is_told_apart)
{
    char path[256];
    List *list = NULL;
    Diag diag = {0};
    sample_path(path, "text");
    write_bytes(path, STR("d41d8cd98f00b204e9800998ecf8427e\n"));
    CHECK_ERR(list_open(path, &list, &diag), ERR_SYNTAX);
    CHECK_STR(str_from(diag.file), path);
    CHECK_ERR(list_open(t_folder(), &list, &diag), ERR_SYNTAX);
    sample_path(path, "absent");
    CHECK_ERR(list_open(path, &list, &diag), ERR_NOT_FOUND);
}
