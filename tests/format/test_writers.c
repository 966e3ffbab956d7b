// What is written is read back the same; categories cross only within their own scheme.
#include "format/writer.h"
#include "list_check.h"

static const uint8_t PHOTODNA[PHOTODNA_BYTES] = {1, 2, 3};

// An entry with everything, in this scheme.
static ListEntry full_entry(const char *scheme, const char *version, const char *category) {
    static const EntryLocation LOCATIONS[] = {{.name = STR("b.jpg"), .path = STR("a/b.jpg")}};
    ListEntry entry = {
        .id = STR("7 & <\"8\">;,"),
        .has = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ | ENTRY_PHOTODNA | ENTRY_SIZE,
        .photodna = PHOTODNA,
        .size = 1ull << 40,
        .scheme = str_from(scheme),
        .scheme_version = str_from(version),
        .category = str_from(category),
        .victim_identified = TRI_YES,
        .offender_identified = TRI_NO,
        .media_type = STR("image/jpeg"),
        .series = STR("=SUM(A1)"),
        .issuer = STR("Agency \"X\""),
        .updated = STR("2026-01-02T03:04:05Z"),
        .locations = LOCATIONS,
        .location_count = 1,
    };
    hex_decode(STR(MD5_ABC), entry.md5, 16);
    hex_decode(STR(SHA1_ABC), entry.sha1, 20);
    hex_decode(STR(SHA256_ABC), entry.sha256, 32);
    pdq_from_hex(STR(PDQ_A), &entry.pdq);
    return entry;
}

// Writes the entries and gives what could not be carried.
static ExportLoss list_write(ExportKind kind, const ListEntry *entries, int count, StrBuf *out) {
    FormatWriter *writer = NULL;
    ExportMeta meta = {.name = STR("list"), .issuer = STR("Unit")};
    CHECK_OK(format_writer_new(kind, &meta, out, &writer));
    if (writer == NULL)
        return (ExportLoss){0};
    format_writer_begin(writer);
    for (int i = 0; i < count; i++)
        format_writer_put(writer, &entries[i]);
    format_writer_end(writer);
    ExportLoss loss = format_writer_loss(writer);
    format_writer_free(writer);
    CHECK_OK(strbuf_err(out));
    return loss;
}

TEST(icse_comes_back)
{
    ListEntry entry = full_entry("interpol-baseline", "1", "yes");
    _cleanup_strbuf_ StrBuf out = STRBUF(100000);
    ExportLoss loss = list_write(EXPORT_ICSE, &entry, 1, &out);
    CHECK_INT(loss.hashes, 2); // SHA-256 and PDQ
    CHECK_INT(loss.entries + loss.categories, 0);
    LIST(list, strbuf_str(&out), FORMAT_ICSE_CSV);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA1 | ENTRY_PHOTODNA);
    CHECK(memcmp(list.entry.photodna, PHOTODNA, sizeof PHOTODNA) == 0);
    CHECK_STR(list.entry.id, "7 & <\"8\">;,");
    CHECK_STR(list.entry.category, "yes");
    CHECK_STR(list.entry.series, "=SUM(A1)");
    CHECK(str_find(strbuf_str(&out), STR("\"'=SUM(A1)\"")) > 0);
    CHECK_STR(list.entry.issuer, "Agency \"X\"");
    CHECK_INT(list.entry.victim_identified, TRI_YES);
    CHECK_INT(list.entry.offender_identified, TRI_NO);
    CHECK_INT(list.entry.is_distributed, TRI_UNKNOWN);
    CHECK_STR(list.entry.media_type, "image");
    CHECK(!list_next(&list));
}

TEST(csv_comes_back)
{
    ListEntry entries[2] = {full_entry("local-unit", "3", "-x"), {.has = ENTRY_DELETED}};
    _cleanup_strbuf_ StrBuf out = STRBUF(100000);
    ExportLoss loss = list_write(EXPORT_CSV, entries, 2, &out);
    CHECK_INT(loss.entries, 1);
    CHECK_INT(loss.categories, 0);
    CHECK_INT(loss.hashes, 1); // PhotoDNA
    LIST(list, strbuf_str(&out), FORMAT_CSV);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ);
    CHECK_STR(list.entry.id, "7 & <\"8\">;,");
    CHECK_STR(list.entry.scheme, "local-unit");
    CHECK_STR(list.entry.scheme_version, "3");
    CHECK_STR(list.entry.category, "-x");
    CHECK_STR(list_hex(list.entry.pdq.bytes, 32), PDQ_A);
    CHECK(!list_next(&list));
}

TEST(ncmec_comes_back)
{
    ListEntry entries[4] = {
        full_entry("esp-industry", "1", "B1"),
        full_entry("esp-industry", "1", "A2"),
        {.has = ENTRY_DELETED, .id = STR("gone"), .media_type = STR("video")},
        {.has = ENTRY_MD5 | ENTRY_KNOWN_GOOD},
    };
    entries[1].media_type = STR("video");
    entries[1].series = STR("control \x01 character");
    _cleanup_strbuf_ StrBuf out = STRBUF(100000);
    ExportLoss loss = list_write(EXPORT_NCMEC, entries, 4, &out);
    CHECK_INT(loss.entries, 1);
    CHECK_INT(loss.hashes, 2);
    LIST(list, strbuf_str(&out), FORMAT_NCMEC_XML);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA1 | ENTRY_PDQ | ENTRY_PHOTODNA);
    CHECK_STR(list.entry.id, "7 & <\"8\">;,");
    CHECK_STR(list.entry.category, "B1");
    CHECK_STR(list.entry.issuer, "Agency \"X\"");
    CHECK_STR(list.entry.updated, "2026-01-02T03:04:05Z");
    CHECK_STR(list.entry.media_type, "image");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.media_type, "video");
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_DELETED);
    CHECK_STR(list.entry.id, "gone");
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, DAMAGED, 0);
}

TEST(hashlookup_comes_back)
{
    ListEntry entry = full_entry("vic-us", "2.0", "1");
    _cleanup_strbuf_ StrBuf out = STRBUF(100000);
    list_write(EXPORT_HASHLOOKUP, &entry, 1, &out);
    CHECK(str_find(strbuf_str(&out), STR("900150983CD24FB0D6963F7D28E17F72")) > 0);
    LIST(list, strbuf_str(&out), FORMAT_HASHLOOKUP);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ | ENTRY_SIZE);
    CHECK_STR(list.entry.id, "7 & <\"8\">;,");
    CHECK_INT(list.entry.size, 1ull << 40);
    CHECK_STR(list.entry.scheme, "vic-us");
    CHECK_STR(list.entry.category, "1");
    CHECK_STR(list.entry.issuer, "Agency \"X\"");
    CHECK_STR(list.entry.locations[0].path, "a/b.jpg");
    CHECK(!list_next(&list));
}

TEST(videos_come_back_where_there_is_a_place)
{
    VpdqFrame frames[2] = {{.quality = 100}, {.number = 25, .time_ms = 1001, .quality = 50}};
    memset(frames[1].hash.bytes, 0x5a, PDQ_BYTES);
    for (int kind = 0; kind < EXPORT_KINDS; kind++) {
        ListEntry entry = full_entry("local-unit", "3", "x");
        entry.has |= ENTRY_VPDQ;
        entry.frames = frames;
        entry.frame_count = 2;
        ListEntry plain = full_entry("local-unit", "3", "x");
        _cleanup_strbuf_ StrBuf out = STRBUF(100000), other = STRBUF(100000);
        ExportLoss loss = list_write((ExportKind)kind, &entry, 1, &out);
        ExportLoss plain_loss = list_write((ExportKind)kind, &plain, 1, &other);
        bool has_place = kind == EXPORT_VICS2 || kind == EXPORT_OWN_LINES;
        CHECK_INT(loss.hashes - plain_loss.hashes, !has_place);
        _cleanup_(list_done) List list = {0};
        CHECK_OK(list_open(&list, strbuf_str(&out), (Str){0}));
        REQUIRE(list.reader != NULL && list_next(&list));
        REQUIRE(list.entry.frame_count == (has_place ? 2 : 0));
        if (has_place) {
            CHECK_INT(list.entry.frames[1].number, 25);
            CHECK_INT(list.entry.frames[1].time_ms, 1001);
            CHECK_INT(list.entry.frames[1].quality, 50);
            CHECK_INT(list.entry.frames[1].hash.bytes[31], 0x5a);
        }
    }
}

TEST(a_category_of_another_scheme_is_left_out_and_counted)
{
    ListEntry entry = full_entry("vic-us", "2.0", "1");
    for (int kind = 0; kind < EXPORT_KINDS; kind++) {
        if (kind != EXPORT_ICSE && kind != EXPORT_NCMEC)
            continue;
        _cleanup_strbuf_ StrBuf out = STRBUF(100000);
        ExportLoss loss = list_write((ExportKind)kind, &entry, 1, &out);
        CHECK_INT(loss.categories, 1);
        _cleanup_(list_done) List list = {0};
        CHECK_OK(list_open(&list, strbuf_str(&out), (Str){0}));
        REQUIRE(list.reader != NULL);
        CHECK(list_next(&list));
        CHECK_STR(list.entry.category, "");
    }
}
