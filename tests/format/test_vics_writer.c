// VICS 2.0 out: our own reader reads back what was written, and no category becomes a wrong number.
#include "format/json.h"
#include "format/writer.h"
#include "t.h"
#include "vics_fixture.h"

static ListEntry sample(const EntryLocation *locations, size_t location_count) {
    static const EntryFact FACTS[] = {{STR("Make"), STR("Example \"Cam\"")},
                                      {STR("GPSLatitude"), STR("-41.884011")}};
    static const uint8_t PHOTODNA[PHOTODNA_BYTES] = {1, 2, 3};
    ListEntry entry = {.id = STR("501"),
                       .has = ENTRY_MD5 | ENTRY_SHA1 | ENTRY_SHA256 | ENTRY_PDQ | ENTRY_PHOTODNA |
                              ENTRY_SIZE,
                       .pdq_quality = PDQ_QUALITY_UNKNOWN,
                       .photodna = PHOTODNA,
                       .size = 1234567890123,
                       .scheme = STR("vic-us"),
                       .scheme_version = STR("2.0"),
                       .category = STR("2"),
                       .victim_identified = TRI_YES,
                       .offender_identified = TRI_NO,
                       .is_self_generated = TRI_YES,
                       .media_type = STR("image/png"),
                       .series = STR("Serie \xC3\xA9"),
                       .updated = STR("2026-01-15T09:30:00Z"),
                       .facts = FACTS,
                       .fact_count = 2,
                       .locations = locations,
                       .location_count = location_count};
    for (int i = 0; i < 32; i++)
        entry.sha256[i] = entry.pdq.bytes[i] = (uint8_t)(i * 7);
    memset(entry.md5, 0xAB, sizeof entry.md5);
    memset(entry.sha1, 0xCD, sizeof entry.sha1);
    return entry;
}

static void write_all(StrBuf *out, const ExportMeta *meta, const ListEntry *entries, size_t count,
                      ExportLoss *ret_loss) {
    _cleanup_(format_writer_freep) FormatWriter *writer = NULL;
    REQUIRE(format_writer_new(EXPORT_VICS2, meta, out, &writer) == ERR_OK);
    format_writer_begin(writer);
    for (size_t i = 0; i < count; i++)
        format_writer_put(writer, &entries[i]);
    format_writer_end(writer);
    CHECK_OK(strbuf_err(out));
    if (ret_loss != NULL)
        *ret_loss = format_writer_loss(writer);
}

static void check_strict(Str text) {
    MemorySource source;
    memory_source_init(&source, text, STR(""));
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    REQUIRE(json_reader_new(&source.source, &(JsonOptions){0}, &reader) == ERR_OK);
    JsonToken token = JSON_NULL;
    while (token != JSON_END)
        REQUIRE(json_next(reader, &token, NULL, NULL) == ERR_OK);
}

static void check_round_trip(const ExportMeta *meta, const ListEntry *entry, bool is_case) {
    _cleanup_strbuf_ StrBuf out = STRBUF(1 << 20), before = STRBUF(1 << 20),
                            after = STRBUF(1 << 20);
    write_all(&out, meta, entry, 1, NULL);
    check_strict(strbuf_str(&out));
    VICS_READ(vics, strbuf_str(&out));
    CHECK_INT(vics.report.kind, FORMAT_VICS20);
    CHECK_INT(vics.report.is_case, is_case);
    CHECK_INT(vics_rejected(&vics), 0);
    REQUIRE(vics.count == 1);
    ListEntry copy = *entry;
    copy.issuer = vics.entries[0].issuer;
    VicsFixture original = {.entries = &copy, .count = 1, .report = vics.report};
    vics_dump(&before, &original);
    vics_dump(&after, &vics);
    CHECK_STR(strbuf_str(&after), strbuf_text(&before));
}

TEST(a_hash_set_comes_back_as_it_was)
{
    ListEntry entry = sample(NULL, 0);
    check_round_trip(&(ExportMeta){0}, &entry, false);
}

TEST(a_case_comes_back_with_its_places)
{
    const EntryLocation PLACES[] = {
        {.name = STR("a\tb.png"),
         .path = STR("C:\\DCIM\\a.png"),
         .source_id = STR("EX-1"),
         .is_deleted = TRI_YES},
        {.name = STR("b.png"), .path = STR("/x/b.png"), .is_unallocated = TRI_NO}};
    ListEntry entry = sample(PLACES, 2);
    check_round_trip(&(ExportMeta){.issuer = STR("Example Police")}, &entry, true);
    ExportCase head = {.number = STR("SYNTH-1"),
                       .contact_organization = STR("Example \"Police\""),
                       .application_version = STR("0.1")};
    check_round_trip(&(ExportMeta){.case_head = &head, .created_ms = 5}, &entry, true);
}

TEST(the_head_of_a_case)
{
    ExportCase head = {.number = STR("SYNTH-1"),
                       .contact_organization = STR("Example Police"),
                       .contact_name = STR("A. Analyst")};
    _cleanup_strbuf_ StrBuf out = STRBUF(1 << 20), again = STRBUF(1 << 20);
    write_all(&out, &(ExportMeta){.case_head = &head, .created_ms = 5}, NULL, 0, NULL);
    write_all(&again, &(ExportMeta){.case_head = &head, .created_ms = 5}, NULL, 0, NULL);
    CHECK_STR(strbuf_str(&again), strbuf_text(&out));
    check_strict(strbuf_str(&out));
    Str text = strbuf_str(&out);
    CHECK(str_find(text, STR("$metadata#Cases\"")) > 0);
    CHECK(str_find(text, STR("\"CaseNumber\":\"SYNTH-1\"")) > 0);
    CHECK(str_find(text, STR("\"ContactName\":\"A. Analyst\"")) > 0);
    CHECK(str_find(text, STR("\"SeizureDate\":null")) > 0);
    CHECK(str_find(text, STR("\"SourceApplicationName\":\"Seventh\"")) > 0);
    CHECK(str_find(text, STR("\"TotalMediaFiles\":0")) > 0);
    Str id = str_from_index(text, (size_t)str_find(text, STR("\"CaseID\":\"")) + 10);
    CHECK(id.ptr[8] == '-' && id.ptr[14] == '8' && id.ptr[36] == '"');
}

TEST(no_category_becomes_a_wrong_number)
{
    static const struct {
        const char *scheme, *version, *category, *number, *tags;
    } CASES[] = {{"vic-us", "2.0", "0", "0", NULL},
                 {"vic-us", "2.0", "4", "4", NULL},
                 {"vic-us", "2.0", "", "null", NULL},
                 {"vic-us", "2.0", "9", "null", "vic-us/2.0/9"},
                 {"vic-us-legacy", "1.3", "0", "null", NULL},
                 {"vic-us-legacy", "1.3", "5", "0", NULL},
                 {"vic-us-legacy", "1.3", "1", "1", NULL},
                 {"vics-uk", "2.0", "1", "null", "vics-uk/2.0/1"},
                 {"local-x", "1", "a,b", "null", "local-x/1/a b"},
                 {"nist-caid", "1.2", "8", "null", "nist-caid/1.2/8"},
                 {"", "", "1", "null", "//1"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ListEntry entry = sample(NULL, 0);
        entry.scheme = str_from(CASES[i].scheme);
        entry.scheme_version = str_from(CASES[i].version);
        entry.category = str_from(CASES[i].category);
        _cleanup_strbuf_ StrBuf out = STRBUF(1 << 20), expected = STRBUF(1 << 10);
        ExportLoss loss;
        write_all(&out, &(ExportMeta){0}, &entry, 1, &loss);
        strbuf_printf(&expected, "\"Category\":%s,", CASES[i].number);
        CHECK(str_find(strbuf_str(&out), strbuf_str(&expected)) > 0);
        strbuf_clear(&expected);
        strbuf_printf(&expected, "\"Tags\":\"%s\"", CASES[i].tags == NULL ? "" : CASES[i].tags);
        CHECK_INT(str_find(strbuf_str(&out), strbuf_str(&expected)) > 0, CASES[i].tags != NULL);
        CHECK_INT(loss.categories, CASES[i].tags != NULL);
    }
}

TEST(what_vics_cannot_carry_is_counted)
{
    ListEntry entries[4] = {sample(NULL, 0), sample(NULL, 0), sample(NULL, 0), sample(NULL, 0)};
    entries[0].has = ENTRY_SHA1;
    entries[1].has |= ENTRY_DELETED;
    entries[2].has |= ENTRY_KNOWN_GOOD;
    entries[3].id = STR("abc");
    _cleanup_strbuf_ StrBuf out = STRBUF(1 << 20);
    ExportLoss loss;
    write_all(&out, &(ExportMeta){0}, entries, 4, &loss);
    CHECK_INT(loss.entries, 3);
    VICS_READ(vics, strbuf_str(&out));
    REQUIRE(vics.count == 1);
    CHECK_STR(vics.entries[0].id, "1");
}

TEST(an_empty_export_is_valid)
{
    _cleanup_strbuf_ StrBuf out = STRBUF(1 << 20);
    write_all(&out, &(ExportMeta){0}, NULL, 0, NULL);
    check_strict(strbuf_str(&out));
    VICS_READ(vics, strbuf_str(&out));
    CHECK_INT(vics.count, 0);
    CHECK_INT(vics.report.kind, FORMAT_VICS20);
}
