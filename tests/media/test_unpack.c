// Unpacking through the client: every kind of archive gives its members byte for byte; what is
// encrypted, damaged, hostile or too much is said, and what came before it is given.
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/decode.h"
#include "samples.h"
#include "t.h"

#ifndef MUTATIONS
#define MUTATIONS 200
#endif

enum { MEMBERS = 3, LONG = 300000 };
static const char *const PATHS[MEMBERS] = {"folder/a.txt", "folder/\xD8\xB5\xD9\x88\xD8\xB1.bin",
                                           "empty"};

static Str content_of(int member) {
    static char text[LONG];
    if (text[0] == '\0') {
        Prng prng = {5};
        for (size_t i = 0; i < LONG; i++)
            text[i] = (char)(i % 3 == 0 ? prng_next(&prng) : 'a' + i % 7);
    }
    return str_of(text, member == 0 ? 5000 : member == 1 ? LONG : 0);
}

static la_ssize_t on_write(struct archive *archive, void *to, const void *bytes, size_t n) {
    (void)archive;
    strbuf_put(to, str_of(bytes, n));
    return (la_ssize_t)n;
}

static void put_entry(struct archive *archive, const char *path, unsigned type, Str content) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)content.len);
    if (type == AE_IFLNK)
        archive_entry_set_symlink(entry, "/etc/passwd");
    archive_write_header(archive, entry);
    archive_write_data(archive, content.ptr, content.len);
    archive_entry_free(entry);
}

static bool make_archive(StrBuf *to, const char *format, const char *filter) {
    setlocale(LC_CTYPE, "C.UTF-8"); // the writer turns names into UTF-16 by it
    struct archive *archive = archive_write_new();
    bool is_possible =
        archive_write_set_format_by_name(archive, format) == ARCHIVE_OK &&
        (filter == NULL || archive_write_add_filter_by_name(archive, filter) == ARCHIVE_OK);
    archive_write_set_bytes_per_block(archive, 512);
    archive_write_set_bytes_in_last_block(archive, 1);
    if (is_possible && archive_write_open(archive, to, NULL, on_write, NULL) == ARCHIVE_OK) {
        put_entry(archive, "folder", AE_IFDIR, STR(""));
        put_entry(archive, PATHS[0], AE_IFREG, content_of(0));
        if (strcmp(format, "7zip") != 0 && strcmp(format, "iso9660") != 0)
            put_entry(archive, "link", AE_IFLNK, STR(""));
        put_entry(archive, PATHS[1], AE_IFREG, content_of(1));
        put_entry(archive, PATHS[2], AE_IFREG, content_of(2));
        is_possible = archive_write_close(archive) == ARCHIVE_OK;
    }
    archive_write_free(archive);
    return is_possible && strbuf_err(to) == ERR_OK;
}

// Reads the present member whole, in pieces of odd size.
static Err read_member(MediaUnpack *unpack, StrBuf *ret, Diag *diag) {
    for (;;) {
        char piece[7777];
        size_t n = 0;
        TRY(media_unpack_read(unpack, piece, sizeof piece, &n, diag));
        if (n == 0)
            return ERR_OK;
        strbuf_put(ret, str_of(piece, n));
    }
}

typedef struct Outcome {
    Err err; // of the archive
    int members, good, encrypted, damaged;
    uint64_t bytes;
} Outcome;

static Outcome unpack_all(MediaClient *client, Str bytes, bool wants_content) {
    Outcome outcome = {.err = ERR_OK};
    _cleanup_close_ int fd = sample_file(bytes);
    _cleanup_(media_unpack_freep) MediaUnpack *unpack = NULL;
    outcome.err = media_unpack_open(client, fd, &unpack, NULL);
    while (outcome.err == ERR_OK) {
        MediaMember member;
        bool has_member = false;
        Diag diag = {0};
        outcome.err = media_unpack_next(unpack, &member, &has_member, &diag);
        if (outcome.err != ERR_OK && (diag.msgid == NULL || diag.msgid[0] == '\0'))
            t_fail(__FILE__, __LINE__, "an error without words");
        if (outcome.err != ERR_OK || !has_member)
            break;
        outcome.members++;
        outcome.encrypted += member.is_encrypted;
        if (!wants_content)
            continue;
        _cleanup_strbuf_ StrBuf content = STRBUF(SAMPLE_CEILING);
        Err err = read_member(unpack, &content, NULL);
        outcome.bytes += content.len;
        outcome.damaged += err != ERR_OK;
        // ISO 9660 without extensions may shorten names; content tells the members apart there.
        for (int i = 0; i < MEMBERS; i++)
            outcome.good += err == ERR_OK && str_equal(strbuf_str(&content), content_of(i)) &&
                            (member.size == content.len || member.size == UINT64_MAX) &&
                            str_has_suffix(member.path, str_from(PATHS[i]));
    }
    return outcome;
}

static MediaClient *client_new(const MediaOptions *options) {
    MediaClient *client = NULL;
    if (media_client_new(options, &client, NULL) != ERR_OK)
        exit(99);
    return client;
}

TEST(every_kind_gives_its_members)
{
    const char *const KINDS[][2] = {
        {"zip", NULL},       {"pax", NULL},   {"ustar", "gzip"}, {"gnutar", "bzip2"},
        {"pax", "xz"},       {"pax", "zstd"}, {"pax", "lz4"},    {"pax", "lzip"},
        {"pax", "compress"}, {"7zip", NULL},  {"newc", NULL},    {"iso9660", NULL},
    };
    _cleanup_(media_client_freep) MediaClient *client = client_new(NULL);
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        if (!make_archive(&bytes, KINDS[i][0], KINDS[i][1])) {
            printf("# %s %s cannot be written here\n", KINDS[i][0],
                   KINDS[i][1] == NULL ? "" : KINDS[i][1]);
            continue;
        }
        int failures = t_failures;
        Outcome outcome = unpack_all(client, strbuf_str(&bytes), true);
        CHECK_ERR(outcome.err, ERR_OK);
        CHECK_INT(outcome.members, MEMBERS);
        CHECK_INT(outcome.good, MEMBERS);
        // Passing over all content leads through the same members.
        outcome = unpack_all(client, strbuf_str(&bytes), false);
        CHECK_ERR(outcome.err, ERR_OK);
        CHECK_INT(outcome.members, MEMBERS);
        if (t_failures > failures)
            printf("# in %s %s\n", KINDS[i][0], KINDS[i][1] == NULL ? "" : KINDS[i][1]);
    }
}

TEST(a_single_compressed_stream_is_one_member)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new(NULL);
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    struct archive *archive = archive_write_new();
    archive_write_set_format_raw(archive);
    archive_write_add_filter_gzip(archive);
    archive_write_open(archive, &bytes, NULL, on_write, NULL);
    put_entry(archive, "x", AE_IFREG, content_of(1));
    archive_write_free(archive);
    Outcome outcome = unpack_all(client, strbuf_str(&bytes), true);
    CHECK_ERR(outcome.err, ERR_OK);
    CHECK_INT(outcome.members, 1);
    CHECK_INT(outcome.bytes, LONG);
    CHECK_ERR(unpack_all(client, STR("no archive, only words"), true).err, ERR_UNSUPPORTED);
    CHECK_ERR(unpack_all(client, STR(""), true).err, ERR_OK);
}

TEST(a_cut_archive_gives_what_can_be_read)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new(NULL);
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_archive(&bytes, "ustar", NULL));
    Outcome outcome = unpack_all(client, str_of(bytes.ptr, bytes.len / 2), true);
    CHECK_ERR(outcome.err, ERR_CORRUPT);
    CHECK_INT(outcome.members, 2);
    CHECK_INT(outcome.good, 1);
    CHECK_INT(outcome.damaged, 1);
    CHECK(outcome.bytes > 50000);
}

TEST(names_that_are_not_text_are_escaped)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new(NULL);
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    struct archive *archive = archive_write_new();
    archive_write_set_format_ustar(archive);
    archive_write_open(archive, &bytes, NULL, on_write, NULL);
    put_entry(archive, "../NAME.jpg", AE_IFREG, STR("x"));
    archive_write_free(archive);
    // A legacy byte and a line feed, and the checksum made good: the sum of bytes is kept.
    bytes.ptr[3] = (char)0x84;
    bytes.ptr[4] = '\n';
    int change = 0x84 + '\n' - 'N' - 'A';
    unsigned sum = (unsigned)(strtol(bytes.ptr + 148, NULL, 8) + change);
    snprintf(bytes.ptr + 148, 7, "%06o", sum);
    _cleanup_close_ int fd = sample_file(strbuf_str(&bytes));
    _cleanup_(media_unpack_freep) MediaUnpack *unpack = NULL;
    REQUIRE(media_unpack_open(client, fd, &unpack, NULL) == ERR_OK);
    MediaMember member;
    bool has_member = false;
    CHECK_OK(media_unpack_next(unpack, &member, &has_member, NULL));
    REQUIRE(has_member);
    CHECK_STR(member.path, "../\\x84\\x0AME.jpg");
}

TEST(encrypted_members_are_named_and_not_read)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new(NULL);
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    struct archive *archive = archive_write_new();
    archive_write_set_format_zip(archive);
    if (archive_write_set_options(archive, "zip:encryption=traditional") != ARCHIVE_OK ||
        archive_write_set_passphrase(archive, "x") != ARCHIVE_OK) {
        archive_write_free(archive);
        t_skip("this libarchive does not encrypt");
        return;
    }
    archive_write_open(archive, &bytes, NULL, on_write, NULL);
    put_entry(archive, PATHS[0], AE_IFREG, content_of(0));
    put_entry(archive, PATHS[1], AE_IFREG, content_of(1));
    archive_write_free(archive);
    Outcome outcome = unpack_all(client, strbuf_str(&bytes), true);
    CHECK_ERR(outcome.err, ERR_OK);
    CHECK_INT(outcome.members, 2);
    CHECK_INT(outcome.encrypted, 2);
    CHECK_INT(outcome.damaged, 2);
    CHECK_INT(outcome.bytes, 0);
}

TEST(limits_of_an_archive_hold)
{
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_archive(&bytes, "zip", NULL));
    MediaOptions options = {.unpack_members_max = 2};
    MediaClient *client = client_new(&options);
    Outcome outcome = unpack_all(client, strbuf_str(&bytes), true);
    CHECK_ERR(outcome.err, ERR_LIMIT);
    CHECK_INT(outcome.members, 2);
    media_client_free(client);
    options = (MediaOptions){.unpack_bytes_max = 100000};
    client = client_new(&options);
    outcome = unpack_all(client, strbuf_str(&bytes), true);
    CHECK_ERR(outcome.err, ERR_LIMIT);
    CHECK_INT(outcome.bytes, 100000);
    media_client_free(client);
}

// Members are decoded while their archive is open, two archives deep.
TEST(decoding_goes_on_beside_unpacking)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new(NULL);
    _cleanup_strbuf_ StrBuf picture = STRBUF(SAMPLE_CEILING), inner = STRBUF(SAMPLE_CEILING),
                            outer = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_png(&picture, PNG_RGB));
    StrBuf *levels[] = {&inner, &outer};
    for (int i = 0; i < 2; i++) {
        struct archive *archive = archive_write_new();
        archive_write_set_format_zip(archive);
        archive_write_open(archive, levels[i], NULL, on_write, NULL);
        for (int copy = 0; copy < 3; copy++)
            put_entry(archive, "member", AE_IFREG, strbuf_str(i == 0 ? &picture : &inner));
        archive_write_free(archive);
    }
    _cleanup_close_ int fd = sample_file(strbuf_str(&outer));
    _cleanup_(media_unpack_freep) MediaUnpack *unpack = NULL;
    REQUIRE(media_unpack_open(client, fd, &unpack, NULL) == ERR_OK);
    int decoded = 0;
    MediaMember member;
    bool has_member = false;
    while (media_unpack_next(unpack, &member, &has_member, NULL) == ERR_OK && has_member) {
        _cleanup_strbuf_ StrBuf content = STRBUF(SAMPLE_CEILING);
        CHECK_OK(read_member(unpack, &content, NULL));
        _cleanup_close_ int inner_fd = sample_file(strbuf_str(&content));
        _cleanup_(media_unpack_freep) MediaUnpack *inside = NULL;
        REQUIRE(media_unpack_open(client, inner_fd, &inside, NULL) == ERR_OK);
        while (media_unpack_next(inside, &member, &has_member, NULL) == ERR_OK && has_member) {
            _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
            CHECK_OK(read_member(inside, &bytes, NULL));
            _cleanup_close_ int picture_fd = sample_file(strbuf_str(&bytes));
            MediaFacts facts;
            CHECK_OK(media_decode(client, picture_fd, MEDIA_PDQ, &facts, NULL));
            decoded += facts.width == SAMPLE_WIDTH;
        }
    }
    CHECK_INT(decoded, 9);
}

// A hundred unpackings, some left in the middle: no descriptor and no process stays.
TEST(nothing_is_left_behind)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new(NULL);
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_archive(&bytes, "zip", NULL));
    _cleanup_close_ int fd = sample_file(strbuf_str(&bytes));
    int counts[2] = {0, 0};
    for (int round = 0; round < 40; round++) {
        MediaUnpack *unpack = NULL;
        REQUIRE(media_unpack_open(client, fd, &unpack, NULL) == ERR_OK);
        MediaMember member;
        bool has_member;
        for (int i = 0; i < round % 3; i++)
            CHECK_OK(media_unpack_next(unpack, &member, &has_member, NULL));
        media_unpack_free(unpack);
        DIR *folder = opendir("/proc/self/fd");
        int count = 0;
        while (readdir(folder) != NULL)
            count++;
        closedir(folder);
        counts[round > 0] = count;
    }
    CHECK_INT(counts[1], counts[0]);
}

TEST(mutated_archives_end_in_members_or_errors)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new(NULL);
    const char *const KINDS[][2] = {{"zip", NULL},  {"pax", NULL},     {"7zip", NULL},
                                    {"newc", NULL}, {"iso9660", NULL}, {"pax", "gzip"}};
    Prng prng = {t_seed()};
    const char *runs = getenv("SEVENTH_MUTATIONS");
    long rounds = runs == NULL ? MUTATIONS / 20 : atol(runs) / 20;
    for (size_t k = 0; k < sizeof KINDS / sizeof KINDS[0]; k++) {
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        if (!make_archive(&bytes, KINDS[k][0], KINDS[k][1]))
            continue;
        for (long round = 0; round < rounds; round++) {
            _cleanup_strbuf_ StrBuf copy = STRBUF(SAMPLE_CEILING);
            strbuf_put(&copy, strbuf_str(&bytes));
            for (int edit = 0; edit < 20; edit++)
                copy.ptr[prng_below(&prng, copy.len)] = (char)prng_next(&prng);
            Outcome outcome = unpack_all(client, strbuf_str(&copy), true);
            CHECK(outcome.err != ERR_SANDBOX && outcome.err != ERR_INTERNAL);
            if (outcome.err == ERR_CRASHED)
                printf("# a crash inside libarchive, contained: %s\n", KINDS[k][0]);
        }
    }
    CHECK_INT(unpack_all(client, str_of("PK\5\6", 4), true).members, 0);
}
