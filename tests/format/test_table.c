// Delimited lists: the ICSE baseline, plain CSV, PDQ text; which is which, and what is rejected.
#include "format/pdq_likelihood.h"
#include "list_check.h"

#define ICSE_HEADER \
    "MD5;SHA1;ZZ40;PhotoDNA;Lace;Image ID;Is distributed;Victim identified;Offender identified;" \
    "Series name;Investigation name;Agency;Number of submissions;File Available;Media Type;" \
    "Baseline\r\n"

TEST(icse_baseline)
{
    _cleanup_strbuf_ StrBuf csv = STRBUF(10000);
    strbuf_put_text(&csv, ICSE_HEADER MD5_ABC ";" SHA1_ABC ";00;");
    for (int i = 0; i < 144; i++)
        strbuf_put_text(&csv, "A7");
    strbuf_put_text(&csv, ";AAAA;IMG-1;Y;n;;Series A;;Agency X;1;False;Image;No;\r\n");
    uint64_t second = csv.len;
    strbuf_put_text(&csv, MD5_ABC "0;" SHA1_ABC ";;0000;;IMG-2;X;Y;N;;;Agency X;2;True;Video;Yes;"
                                  "\r\n");
    LIST(list, strbuf_str(&csv), FORMAT_ICSE_CSV);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA1 | ENTRY_PHOTODNA);
    CHECK_STR(list_hex(list.entry.md5, 16), MD5_ABC);
    CHECK_INT(list.entry.photodna[143], 0xA7);
    CHECK_STR(list.entry.id, "IMG-1");
    CHECK_INT(list.entry.is_distributed, TRI_YES);
    CHECK_INT(list.entry.victim_identified, TRI_NO);
    CHECK_INT(list.entry.offender_identified, TRI_UNKNOWN);
    CHECK_STR(list.entry.series, "Series A");
    CHECK_STR(list.entry.issuer, "Agency X");
    CHECK_STR(list.entry.media_type, "image");
    CHECK_STR(list.entry.scheme, "interpol-baseline");
    CHECK_STR(list.entry.scheme_version, "1");
    CHECK_STR(list.entry.category, "no");
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA1);
    CHECK_STR(list.entry.category, "yes");
    CHECK_STR(list.entry.media_type, "video");
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, BAD_MD5, 1);
    CHECK_PLACE(list, BAD_MD5, 0, second, 2);
    CHECK_REJECTED(list, BAD_PHOTODNA, 1);
    CHECK_REJECTED(list, BAD_FLAG, 1);
    CHECK_REJECTED(list, BAD_COLUMNS, 0); // the empty column behind the last is the format's habit
    CHECK_INT(format_report(list.reader)->records, 2);
    CHECK_INT(format_report(list.reader)->accepted, 2);
}

TEST(icse_columns_in_any_order_and_any_case)
{
    LIST(list,
         STR("baseline;IMAGE ID;Lace;sha1;media type;md5\nyes;7;;" SHA1_ABC ";Video;\n"
             "maybe;8;;;Image;" MD5_ABC "\n"),
         FORMAT_ICSE_CSV);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "7");
    CHECK_STR(list.entry.category, "yes");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.category, "");
    CHECK_INT(list.entry.has, ENTRY_MD5);
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, BAD_CATEGORY, 1);
    CHECK_PLACE(list, BAD_CATEGORY, 0, 98, 2);
}

TEST(a_row_with_a_delimiter_too_many_keeps_only_what_stands_surely)
{
    LIST(list,
         STR("MD5;Image ID;Series name;SHA1;Lace;Baseline\n" MD5_ABC ";1;a;b;" SHA1_ABC
             ";;yes\n" MD5_ABC ";2\n"),
         FORMAT_ICSE_CSV);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "1");
    CHECK_STR(list.entry.series, "");
    CHECK_STR(list.entry.category, ""); // "yes" stands under no name for sure
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_SHA1);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "2");
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, BAD_COLUMNS, 2);
    CHECK_PLACE(list, BAD_COLUMNS, 0, 44, 1);
}

TEST(csv_with_a_header)
{
    LIST(list,
         STR("\xEF\xBB\xBFid,SHA-256,md5,category,scheme,file name,File Size,note\n"
             "a1," SHA256_ABC "," MD5_ABC ",B2,esp-industry,\"one, two.jpg\",1234,x\n"
             "a2,,zz,B3,esp-industry,,-5,\n"
             "a3," SHA256_ABC ",,7,local-unit,,,\n"),
         FORMAT_CSV);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "a1");
    CHECK_INT(list.entry.has, ENTRY_SHA256 | ENTRY_MD5 | ENTRY_SIZE);
    CHECK_STR(list.entry.category, "B2");
    CHECK_STR(list.entry.scheme_version, "1");
    REQUIRE(list.entry.location_count == 1);
    CHECK_STR(list.entry.locations[0].name, "one, two.jpg");
    CHECK_INT(list.entry.size, 1234);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.id, "a3");
    CHECK_STR(list.entry.scheme, "local-unit");
    CHECK_STR(list.entry.category, "7");
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, BAD_MD5, 1);
    CHECK_REJECTED(list, BAD_CATEGORY, 1);
    CHECK_REJECTED(list, BAD_NUMBER, 1);
    CHECK_REJECTED(list, NO_HASH, 1);
}

TEST(bare_hashes_of_mixed_lengths_with_a_category)
{
    LIST(list,
         STR("# a remark\n" MD5_ABC "\n" SHA1_ABC ",2\nnothing,3\n"
             "d41d8cd98f00b204e9800998ecf8427e\n77," SHA256_ABC ",4\n"),
         FORMAT_CSV);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5);
    CHECK_STR(list.entry.category, "");
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA1);
    CHECK_STR(list.entry.category, "2");
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA256);
    CHECK_STR(list.entry.id, "77");
    CHECK_STR(list.entry.category, "4");
    CHECK(!list_next(&list));
    CHECK_REJECTED(list, BAD_HASH, 1);
    CHECK_PLACE(list, BAD_HASH, 0, 87, 3);
    CHECK_REJECTED(list, EMPTY_FILE, 1);
    CHECK_REJECTED(list, NO_HASH, 2);
    CHECK_INT(format_report(list.reader)->records, 5);
}

TEST(the_scheme_that_the_caller_gives_wins)
{
    _cleanup_(list_done) List list = {0};
    CHECK_OK(list_open(&list, STR(MD5_ABC ",1\n" SHA1_ABC ",9\n"), STR("vic-us")));
    REQUIRE(list.reader != NULL);
    CHECK(list_next(&list));
    CHECK_STR(list.entry.scheme, "vic-us");
    CHECK_STR(list.entry.scheme_version, "2.0");
    CHECK_STR(list.entry.category, "1");
    CHECK(list_next(&list));
    CHECK_STR(list.entry.category, "");
    CHECK_REJECTED(list, BAD_CATEGORY, 1);
}

TEST(the_old_nsrl_text_is_known_good)
{
    LIST(list,
         STR("\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\","
             "\"OpSystemCode\",\"SpecialCode\"\r\n\"" SHA1_ABC "\",\"" MD5_ABC
             "\",\"00\",\"a.txt\",3,1,\"2\",\"\"\r\n"),
         FORMAT_CSV);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA1 | ENTRY_MD5 | ENTRY_SIZE | ENTRY_KNOWN_GOOD);
    CHECK_STR(list.entry.scheme, "nsrl");
}

TEST(spreadsheets_and_utf16)
{
    LIST(sep, STR("sep=;\r\nhash;category\r\n\"" MD5_ABC "\";\"1\"\r\n"), FORMAT_CSV);
    CHECK(list_next(&sep));
    CHECK_STR(sep.entry.category, "1");
    CHECK_INT(format_report(sep.reader)->records, 1);
    static const char PLAIN[] = "md5\tid\r\n" MD5_ABC "\t1\r\nzz\t2\r\n";
    char wide[2 * sizeof PLAIN] = "\xFF\xFE";
    for (size_t i = 0; i + 1 < sizeof PLAIN; i++) {
        wide[2 * i + 2] = PLAIN[i];
        wide[2 * i + 3] = '\0';
    }
    LIST(utf16, str_of(wide, sizeof wide), FORMAT_CSV);
    CHECK_INT(list_rest(&utf16), 1);
    CHECK_REJECTED(utf16, BAD_MD5, 1);
    CHECK_PLACE(utf16, BAD_MD5, 0, 2 + 2 * 44, 2);
}

#define PDQ_B "97cbf0f0d82084e7061c8431b1b62f2d17e8f3bb397a0fbe23a7e62f4a7aa804"
#define PDQ_C "74bb2e4783097ed51a6a7d1736aedf3cb53706242832603db4eb7f832e83018a"
#define SHA256_ONE "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
#define SHA256_TWO "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"

TEST(pdq_text_is_told_by_its_bits)
{
    LIST(pdq, STR(PDQ_A "\n" PDQ_B "\n" PDQ_C "\n" PDQ_C "0\n"), FORMAT_PDQ_TEXT);
    CHECK(list_next(&pdq));
    CHECK_INT(pdq.entry.has, ENTRY_PDQ);
    CHECK_STR(list_hex(pdq.entry.pdq.bytes, 32), PDQ_A);
    CHECK_INT(pdq.entry.pdq_quality, PDQ_QUALITY_UNKNOWN);
    CHECK_INT(list_rest(&pdq), 2);
    CHECK_REJECTED(pdq, BAD_PDQ, 1);
    CHECK_PLACE(pdq, BAD_PDQ, 0, 195, 4);
    LIST(sha256, STR(SHA256_ABC "\n" SHA256_ONE "\n" SHA256_TWO "\n"), FORMAT_CSV);
    CHECK(list_next(&sha256));
    CHECK_INT(sha256.entry.has, ENTRY_SHA256);
}

TEST(pdq_text_with_ids_qualities_and_remarks)
{
    LIST(ids, STR(SHA256_ONE "\timage 1\n" SHA256_TWO "\timage 2\n"), FORMAT_PDQ_TEXT);
    CHECK(list_next(&ids));
    CHECK_STR(ids.entry.id, "image 1");
    CHECK_INT(ids.entry.has, ENTRY_PDQ);
    LIST(qualities, STR(PDQ_A ",100,a.jpg\n" PDQ_B ",49,b.jpg\n" PDQ_C ",x,c.jpg\n"),
         FORMAT_PDQ_TEXT);
    CHECK(list_next(&qualities));
    CHECK_INT(qualities.entry.has, ENTRY_PDQ);
    LIST(said, STR("# PDQ hashes\n" SHA256_TWO "\n"), FORMAT_PDQ_TEXT);
    CHECK(list_next(&said));
    CHECK_INT(said.entry.has, ENTRY_PDQ);
    LIST(denied, STR("# sha256\n" PDQ_A "\n" PDQ_B "\n"), FORMAT_CSV);
    CHECK(list_next(&denied));
    CHECK_INT(denied.entry.has, ENTRY_SHA256);
    LIST(named, STR("hash,quality\n" PDQ_A ",88\n" SHA256_TWO ",77.0\n"), FORMAT_CSV);
    CHECK(list_next(&named));
    CHECK_INT(named.entry.pdq_quality, 88);
    CHECK(list_next(&named));
    CHECK_INT(named.entry.pdq_quality, 77);
}

TEST(a_code_of_one_character_behind_a_tab_is_a_category)
{
    LIST(list, STR(SHA256_ONE "\t1\n" SHA256_TWO "\t2\n"), FORMAT_CSV);
    CHECK(list_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA256);
    CHECK_STR(list.entry.category, "1");
}

TEST(likelihood_of_pdq)
{
    CHECK(pdq_likelihood(STR(PDQ_A)) > 2);
    CHECK(pdq_likelihood(STR(SHA256_ONE)) < -2);  // 122 bits
    CHECK(pdq_likelihood(STR(SHA256_TWO)) == -8); // 141 bits
    CHECK(pdq_likelihood(STR(MD5_ABC)) == 0);
}

TEST(likelihood_tells_lists_of_ten_lines)
{
    // Random hashes are told from hashes with half their bits set in nearly all of 2,000 lists
    // each.
    Prng prng = {t_seed()};
    int wrong = 0;
    for (int list = 0; list < 4000; list++) {
        double sum = 0;
        for (int line = 0; line < 10; line++) {
            uint8_t bytes[32] = {0};
            for (int i = 0; i < 32; i++)
                bytes[i] = (uint8_t)prng_next(&prng);
            int set = 0;
            for (int i = 0; i < 256; i++)
                set += bytes[i / 8] >> i % 8 & 1;
            while (list % 2 == 0 && set != 128) {
                unsigned bit = (unsigned)prng_below(&prng, 256);
                bool is_set = (bytes[bit / 8] >> bit % 8 & 1) != 0;
                if (is_set == (set > 128)) {
                    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
                    set += is_set ? -1 : 1;
                }
            }
            sum += pdq_likelihood(list_hex(bytes, 32));
        }
        wrong += (sum > 0) != (list % 2 == 0);
    }
    CHECK(wrong <= 3);
}

TEST(what_is_no_list_is_refused)
{
    static const char *const TEXTS[] = {
        "",
        "\n\n",
        "hello world\n",
        "md5\n",
        "name,file\na,b\n",
        "<html></html>",
        "# pdq\n",
        "key: value\nhash of it\n",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        _cleanup_(list_done) List list = {0};
        Err err = list_open(&list, str_from(TEXTS[i]), (Str){0});
        if (err != ERR_UNSUPPORTED)
            t_fail(__FILE__, __LINE__, "text %zu gives %s", i, err_name(err));
    }
}

// Bits that could be either's: the name that somebody gave the file decides, and nothing else does.
TEST(the_name_is_a_hint_where_bare_hashes_could_be_either)
{
    static const struct {
        const char *path;
        FormatKind kind;
    } ROWS[] = {
        {"case 7/known-PDQ.txt", FORMAT_PDQ_TEXT},
        {"pdq/known.txt", FORMAT_CSV},
        {"known.sha256", FORMAT_CSV},
        {NULL, FORMAT_CSV},
    };
    // 130 and 129 bits set, which no PDQ hash has.
    static const char TEXT[] = "ffffffffffffffffffffffffffffffffc0000000000000000000000000000000\n"
                               "fffffffffffffffffffffffffffffffe0000000000000000000000000000000c\n";
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        MemorySource source;
        memory_source_init(&source, str_from(TEXT), STR("list"));
        FormatInput input = {.source = &source.source, .fd = -1, .path = ROWS[i].path};
        _cleanup_(format_freep) FormatReader *reader = NULL;
        CHECK_OK(format_open(&input, &reader, NULL));
        REQUIRE(reader != NULL);
        CHECK_INT(format_report(reader)->kind, ROWS[i].kind);
        ListEntry entry;
        bool has = false;
        CHECK_OK(format_next(reader, &entry, &has, NULL));
        CHECK(has);
        CHECK_INT(entry.has, ROWS[i].kind == FORMAT_CSV ? ENTRY_SHA256 : ENTRY_PDQ);
    }
}
