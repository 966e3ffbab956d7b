// SQLite files: privacy, other programs' files, unclean stops, damage, backup.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "fixture.h"

static const char *path_of(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", t_folder(), name);
    return path;
}

TEST(a_new_file_is_private)
{
    _cleanup_(store_freep) Store *store = NULL;
    const char *path = path_of("private.db");
    CHECK_OK(store_open(str_from(path), NULL, &store, NULL));
    struct stat info;
    REQUIRE(stat(path, &info) == 0);
    CHECK_INT(info.st_mode & 0777, 0600);
    CHECK_OK(fixture_execute(store, "CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT"));
    char wal[4200];
    snprintf(wal, sizeof wal, "%s-wal", path);
    REQUIRE(stat(wal, &info) == 0);
    CHECK_INT(info.st_mode & 0777, 0600);
}

TEST(other_files_are_refused)
{
    Store *store = NULL;
    Diag diag = {0};
    const char *path = path_of("text.db");
    CHECK_OK(file_replace(path,
                          STR("This is no database, and long enough to be looked at: 0123456789 "
                              "0123456789 0123456789 0123456789"),
                          false, NULL));
    CHECK_ERR(store_open(str_from(path), NULL, &store, &diag), ERR_UNSUPPORTED);
    CHECK_ERR(store_open(str_from(t_folder()), NULL, &store, &diag), ERR_IO);
    CHECK_ERR(store_open(str_from(path_of("no/such/folder.db")), NULL, &store, &diag),
              ERR_NOT_FOUND);
    CHECK_ERR(store_open(STR(""), NULL, &store, &diag), ERR_INVALID);
    CHECK_ERR(store_open(STR("a\0b"), NULL, &store, &diag), ERR_INVALID);
    CHECK(store == NULL);
}
