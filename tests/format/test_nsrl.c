// NSRL databases: tables and views, hostile schemas, damage in the middle.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"
#include "list_check.h"

typedef struct Nsrl {
    int fd;
    FdSource source;
    FormatReader *reader;
    ListEntry entry;
    Diag diag;
} Nsrl;

// A database made by this SQL, opened as a list.
static Err nsrl_open(Nsrl *nsrl, const char *sql, char *ret_path) {
    static int number;
    snprintf(ret_path, 512, "%s/nsrl-%d.db", t_folder(), number++);
    sqlite3 *db = NULL;
    CHECK_INT(sqlite3_open(ret_path, &db), SQLITE_OK);
    char *message = NULL;
    sqlite3_exec(db, sql, NULL, NULL, &message);
    if (message != NULL)
        t_fail(__FILE__, __LINE__, "%s", message);
    sqlite3_free(message);
    sqlite3_close(db);
    CHECK_OK(file_open_read(ret_path, &nsrl->fd, NULL));
    fd_source_init(&nsrl->source, nsrl->fd, STR("list"));
    FormatInput input = {.source = &nsrl->source.source, .fd = nsrl->fd, .scheme = STR("vic-us")};
    return format_open(&input, &nsrl->reader, &nsrl->diag);
}

static void nsrl_done(Nsrl *nsrl) {
    format_free(nsrl->reader);
    close(nsrl->fd);
}

static bool nsrl_next(Nsrl *nsrl) {
    bool has = false;
    CHECK_OK(format_next(nsrl->reader, &nsrl->entry, &has, &nsrl->diag));
    return has;
}

#define NSRL(name, sql) \
    _cleanup_(nsrl_done) Nsrl name = {0}; \
    char name##_path[512]; \
    CHECK_OK(nsrl_open(&name, sql, name##_path)); \
    REQUIRE(name.reader != NULL)

#define TABLE \
    "CREATE TABLE FILE (sha256 TEXT, sha1 TEXT, md5 TEXT, crc32 TEXT, file_name TEXT, " \
    "file_size INTEGER, package_id INTEGER);"
#define PKG "CREATE TABLE PKG (package_id INTEGER, name TEXT);"

TEST(files_are_known_good)
{
    NSRL(list, TABLE PKG "INSERT INTO FILE VALUES (upper('" SHA256_ABC "'), '" SHA1_ABC
                         "', upper('" MD5_ABC "'), '', 'a.dll', 3, 1), (NULL, 'short', x'" MD5_ABC
                         "', '', 'b', NULL, 2), "
                         "('', '', 'd41d8cd98f00b204e9800998ecf8427e', '', 'c', 0, 3);");
    CHECK(nsrl_next(&list));
    CHECK_INT(list.entry.has,
              ENTRY_SHA256 | ENTRY_SHA1 | ENTRY_MD5 | ENTRY_SIZE | ENTRY_KNOWN_GOOD);
    CHECK_STR(list.entry.scheme, "nsrl");
    CHECK_STR(list.entry.scheme_version, "3");
    CHECK_STR(list.entry.category, "known-good");
    CHECK_INT(list.entry.size, 3);
    CHECK(nsrl_next(&list));
    CHECK_INT(list.entry.has, ENTRY_MD5 | ENTRY_KNOWN_GOOD);
    CHECK(!nsrl_next(&list));
    CHECK_REJECTED(list, BAD_SHA1, 1);
    CHECK_REJECTED(list, EMPTY_FILE, 1);
    CHECK_PLACE(list, BAD_SHA1, 0, -1, 2);
}

TEST(views_and_missing_columns)
{
    NSRL(list, "CREATE TABLE stored (h TEXT);" PKG "INSERT INTO stored VALUES ('" SHA1_ABC "');"
               "CREATE VIEW FILE AS SELECT upper(h) AS SHA1 FROM stored;");
    CHECK(nsrl_next(&list));
    CHECK_INT(list.entry.has, ENTRY_SHA1 | ENTRY_KNOWN_GOOD);
    CHECK(!nsrl_next(&list));
    NSRL(metadata, "CREATE TABLE METADATA (sha1 TEXT, package_id INTEGER);"
                   "INSERT INTO METADATA VALUES ('" SHA1_ABC "', 1), ('" SHA1_ABC "', 2);"
                   "CREATE VIEW FILE AS SELECT DISTINCT sha1, 1 AS package_id FROM METADATA "
                   "ORDER BY 1;");
    CHECK(nsrl_next(&metadata));
    CHECK(nsrl_next(&metadata));
    CHECK(!nsrl_next(&metadata));
}

TEST(a_database_left_in_wal_mode)
{
    NSRL(list, "PRAGMA journal_mode=WAL;" TABLE "INSERT INTO FILE (md5) VALUES ('" MD5_ABC "');");
    CHECK(nsrl_next(&list));
    CHECK(!nsrl_next(&list));
}

TEST(other_databases_are_refused)
{
    static const char *const SCHEMAS[] = {
        "CREATE TABLE notes (md5 TEXT);",
        "CREATE TABLE file (md5 TEXT, path TEXT);", // no sign of the NSRL
        "CREATE TABLE FILE (name TEXT, package_id INTEGER);",
        "CREATE VIEW FILE AS SELECT load_extension('x') AS md5, 1 AS package_id;",
        ("CREATE VIEW FILE AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
         "SELECT hex(n) AS md5, 1 AS package_id FROM r;"),
    };
    for (size_t i = 0; i < sizeof SCHEMAS / sizeof *SCHEMAS; i++) {
        _cleanup_(nsrl_done) Nsrl list = {0};
        char path[512];
        Err err = nsrl_open(&list, SCHEMAS[i], path);
        if (err != ERR_UNSUPPORTED)
            t_fail(__FILE__, __LINE__, "schema %zu gives %s", i, err_name(err));
    }
    MemorySource source;
    memory_source_init(&source, STR("SQLite format 3\0not really"), STR("list"));
    FormatInput input = {.source = &source.source, .fd = -1};
    FormatReader *reader = NULL;
    CHECK_ERR(format_open(&input, &reader, NULL), ERR_UNSUPPORTED);
}

TEST(a_view_that_multiplies_rows_ends)
{
    NSRL(list, "CREATE TABLE n (a);INSERT INTO n VALUES (1),(2),(3),(4),(5),(6),(7),(8);"
               "CREATE VIEW FILE AS SELECT '" MD5_ABC "' AS md5, 1 AS package_id FROM n a, n b, "
               "n c, n d, n e, n f, n g, n h;");
    int rows = 0;
    while (nsrl_next(&list))
        rows++;
    CHECK(rows > 0 && rows <= 8192);
    // A sort larger than the cache would need a file, and gets none.
    NSRL(sorted,
         "CREATE TABLE n (a);INSERT INTO n VALUES (1),(2),(3),(4),(5),(6),(7),(8);"
         "CREATE VIEW FILE AS SELECT DISTINCT hex(zeroblob(2000)) || a.a || b.a || c.a || "
         "d.a || e.a AS md5, 1 AS package_id FROM n a, n b, n c, n d, n e ORDER BY 1 DESC;");
    CHECK(!nsrl_next(&sorted));
    CHECK_REJECTED(sorted, DAMAGED, 1);
}

TEST(damage_in_the_middle_keeps_what_was_read)
{
    char path[512];
    {
        _cleanup_(nsrl_done) Nsrl made = {0};
        CHECK_OK(nsrl_open(&made,
                           TABLE "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r "
                                 "LIMIT 3000) INSERT INTO FILE SELECT NULL, NULL, "
                                 "printf('%032x', n), '', '', n, n FROM r;",
                           path));
    }
    int fd = open(path, O_RDWR | O_CLOEXEC);
    REQUIRE(fd >= 0);
    uint8_t garbage[4096];
    memset(garbage, 0xA5, sizeof garbage);
    CHECK_INT(pwrite(fd, garbage, sizeof garbage, 4096 * 20), (int)sizeof garbage);
    FdSource source;
    fd_source_init(&source, fd, STR("list"));
    FormatInput input = {.source = &source.source, .fd = fd};
    _cleanup_(format_freep) FormatReader *reader = NULL;
    CHECK_OK(format_open(&input, &reader, NULL));
    REQUIRE(reader != NULL);
    ListEntry entry;
    bool has = true;
    while (has)
        CHECK_OK(format_next(reader, &entry, &has, NULL));
    uint64_t accepted = format_report(reader)->accepted;
    CHECK(accepted > 100 && accepted < 3000);
    CHECK_INT(format_report(reader)->rejected[REJECT_DAMAGED], 1);
    close(fd);
}
