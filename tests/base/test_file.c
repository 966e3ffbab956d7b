// Bounded reading, atomic replacement, sources, time stamps.
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/source.h"
#include "t.h"

static const char *path_of(const char *name) {
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", t_folder(), name);
    return path;
}

TEST(a_file_is_replaced_whole_or_not_at_all)
{
    const char *path = path_of("replace");
    Diag diag;
    CHECK_OK(file_replace(path, STR("one"), false, &diag));
    CHECK_OK(file_replace(path, STR("two"), true, &diag));
    _cleanup_strbuf_ StrBuf content = STRBUF(100);
    CHECK_OK(file_read_all(path, &content, &diag));
    CHECK_STR(strbuf_str(&content), "two");
    struct stat status;
    CHECK_INT(stat(path, &status), 0);
    CHECK_INT(status.st_mode & 0777, 0600);
    _cleanup_file_writer_ FileWriter writer = {.fd = -1};
    CHECK_OK(file_writer_open(&writer, path, false, &diag));
    CHECK_OK(fd_write_all(writer.fd, "three", 5, &diag));
    char temporary[300];
    snprintf(temporary, sizeof temporary, "%s", writer.temporary);
    file_writer_done(&writer); // dropped
    CHECK_INT(access(temporary, F_OK), -1);
    strbuf_clear(&content);
    CHECK_OK(file_read_all(path, &content, &diag));
    CHECK_STR(strbuf_str(&content), "two");
}

TEST(reading_stops_at_the_ceiling)
{
    const char *path = path_of("ceiling");
    CHECK_OK(file_replace(path, STR("12345678"), false, NULL));
    _cleanup_strbuf_ StrBuf exact = STRBUF(8);
    CHECK_OK(file_read_all(path, &exact, NULL));
    CHECK_STR(strbuf_str(&exact), "12345678");
    _cleanup_strbuf_ StrBuf small = STRBUF(7);
    Diag diag;
    CHECK_ERR(file_read_all(path, &small, &diag), ERR_LIMIT);
    CHECK_STR(str_from(diag.file), path);
}

TEST(what_is_missing_is_named)
{
    Diag diag;
    int fd = -7;
    CHECK_ERR(file_open_read("/nonexistent/file", &fd, &diag), ERR_NOT_FOUND);
    CHECK_INT(fd, -7);
    CHECK_STR(str_from(diag.file), "/nonexistent/file");
    CHECK(diag.msgid != NULL);
    CHECK_ERR(err_from_errno(ENOSPC), ERR_FULL);
    CHECK_INT(err_http_status(ERR_NOT_FOUND), 404);
    CHECK_INT(err_exit_code(ERR_INVALID), 2);
    for (int err = 0; err < ERR_CLASS_COUNT; err++)
        CHECK(err_name((Err)err) != NULL);
}

TEST(folders_are_made_with_their_parents)
{
    const char *path = path_of("a/b/c");
    CHECK_OK(folder_make(path, NULL));
    CHECK_OK(folder_make(path, NULL));
    CHECK_OK(file_replace(path_of("a/file"), STR("x"), false, NULL));
    CHECK(folder_make(path_of("a/file/d"), NULL) != ERR_OK);
}

TEST(a_diag_cuts_text_on_a_character)
{
    char longest[DIAG_FILE_MAX * 2];
    memset(longest, 'a', sizeof longest);
    longest[DIAG_FILE_MAX - 2] = '\xC3';
    longest[DIAG_FILE_MAX - 1] = '\xA9';
    Diag diag;
    CHECK_ERR(diag_set(&diag, ERR_SYNTAX, "x"), ERR_SYNTAX);
    diag_file(&diag, str_of(longest, sizeof longest));
    CHECK_INT(strlen(diag.file), DIAG_FILE_MAX - 2);
    for (int i = 0; i < DIAG_ARGS_MAX + 3; i++)
        diag_arg_int(&diag, "n", i);
    CHECK_INT(diag.arg_count, DIAG_ARGS_MAX);
}

TEST(sources_count_their_offset)
{
    MemorySource memory;
    memory_source_init(&memory, STR("0123456789"), STR("m"));
    char bytes[4];
    size_t n = 0, total = 0;
    while (source_read(&memory.source, bytes, sizeof bytes, &n, NULL) == ERR_OK && n > 0)
        total += n;
    CHECK_INT(total, 10);
    CHECK_INT(memory.source.offset, 10);
}

TEST(time_stamps_are_utc)
{
    static const struct {
        int64_t ms;
        const char *text;
    } ROWS[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {951782400000, "2000-02-29T00:00:00Z"},
        {4107542399999, "2100-02-28T23:59:59.999Z"},
        {4107542400000, "2100-03-01T00:00:00Z"},
        {-62135596800000, "0001-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        _cleanup_strbuf_ StrBuf text = STRBUF(64);
        timestamp_put(&text, ROWS[i].ms);
        CHECK_STR(strbuf_str(&text), ROWS[i].text);
    }
    for (int64_t day = -800000; day < 800000; day += 37) {
        int y, m, d;
        date_from_days(day, &y, &m, &d);
        if (date_to_days(y, m, d) != day) {
            CHECK_INT(day, -1);
            return;
        }
    }
}
