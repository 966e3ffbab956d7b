// The folder walker: order, links, special files, depth, length, descriptors.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "scan/limits.h"
#include "scan/source.h"
#include "t.h"

static char *in_folder(const char *name) {
    char *path = NULL;
    if (asprintf(&path, "%s/%s", t_folder(), name) < 0)
        abort();
    return path;
}

static void make_file(const char *name, const char *content) {
    _cleanup_free_ char *path = in_folder(name);
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        fputs(content, file);
        fclose(file);
    }
}

static void make_folder(const char *name) {
    _cleanup_free_ char *path = in_folder(name);
    mkdir(path, 0755);
}

// The walk as text: a line an entry, kind letter and the path behind the test's folder.
static void walk(const char *name, StrBuf *out) {
    _cleanup_free_ char *path = in_folder(name);
    _cleanup_(file_source_freep) FileSource *source = NULL;
    CHECK_OK(folder_source_new(path, &source, NULL));
    for (;;) {
        SourceEntry entry;
        bool has = false;
        CHECK_OK(source_next(source, &entry, &has, NULL));
        if (!has)
            return;
        strbuf_put_byte(out, "FLSP"[entry.kind]);
        strbuf_put_byte(out, ' ');
        strbuf_put(out, str_from_index(entry.path, strlen(t_folder()) + 1));
        strbuf_put_byte(out, '\n');
    }
}

TEST(entries_come_in_byte_order_of_whole_paths)
{
    make_folder("order");
    make_folder("order/a");
    make_file("order/a/z", "1");
    make_file("order/a.txt", "1");
    make_file("order/a-b", "1");
    make_file("order/\xFF", "1");
    make_file("order/B", "1");
    make_file("order/new\nline", "1");
    make_file("order/\xE2\x80\xAEgpj.exe", "1");
    make_folder("order/empty");
    _cleanup_strbuf_ StrBuf out = STRBUF(1 << 16);
    walk("order//", &out);
    CHECK_STR(strbuf_str(&out), "F order/B\n"
                                "F order/a-b\n"
                                "F order/a.txt\n"
                                "F order/a/z\n"
                                "F order/new\nline\n"
                                "F order/\xE2\x80\xAEgpj.exe\n"
                                "F order/\xFF\n");
}

TEST(links_and_special_files_are_listed_and_not_entered)
{
    make_folder("links");
    make_folder("links/real");
    make_file("links/real/f", "1");
    _cleanup_free_ char *loop = in_folder("links/real/loop");
    _cleanup_free_ char *away = in_folder("links/away");
    _cleanup_free_ char *broken = in_folder("links/broken");
    _cleanup_free_ char *pipe = in_folder("links/pipe");
    CHECK_INT(symlink("..", loop), 0);
    CHECK_INT(symlink("/", away), 0);
    CHECK_INT(symlink("nowhere", broken), 0);
    CHECK_INT(mkfifo(pipe, 0600), 0);
    _cleanup_strbuf_ StrBuf out = STRBUF(1 << 16);
    walk("links", &out);
    CHECK_STR(strbuf_str(&out), "L links/away\n"
                                "L links/broken\n"
                                "S links/pipe\n"
                                "F links/real/f\n"
                                "L links/real/loop\n");
    // A link that the operand names itself is what was meant.
    strbuf_clear(&out);
    walk("links/real/loop/real/f", &out);
    walk("links/broken", &out);
    walk("links/pipe", &out);
    walk("links/missing", &out);
    CHECK_STR(strbuf_str(&out), "F links/real/loop/real/f\n"
                                "P links/broken\n"
                                "S links/pipe\n"
                                "P links/missing\n");
}

static int open_descriptors(void) {
    DIR *stream = opendir("/proc/self/fd");
    int count = 0;
    while (stream != NULL && readdir(stream) != NULL)
        count++;
    if (stream != NULL)
        closedir(stream);
    return count;
}

// 300 folders with names of 200 bytes: a path of 60 kB, far over PATH_MAX.
TEST(deep_trees_need_few_descriptors_and_any_length_of_path)
{
    enum { DEPTH = 300, NAME = 200 };
    char name[NAME + 1];
    memset(name, 'd', NAME);
    name[NAME] = '\0';
    make_folder("deep");
    _cleanup_free_ char *top = in_folder("deep");
    int fd = open(top, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < DEPTH; i++) {
        CHECK_INT(mkdirat(fd, name, 0755), 0);
        int inner = openat(fd, name, O_RDONLY | O_DIRECTORY);
        int file = openat(fd, "z", O_WRONLY | O_CREAT, 0644);
        CHECK_INT(write(file, "z", 1), 1);
        close(file);
        close(fd);
        fd = inner;
    }
    close(fd);
    _cleanup_(file_source_freep) FileSource *source = NULL;
    CHECK_OK(folder_source_new(top, &source, NULL));
    int before = open_descriptors(), most = 0, files = 0;
    size_t longest = 0;
    for (;;) {
        SourceEntry entry;
        bool has = false;
        CHECK_OK(source_next(source, &entry, &has, NULL));
        if (!has)
            break;
        CHECK_INT(entry.kind, SOURCE_FILE);
        files++;
        if (entry.path.len > longest)
            longest = entry.path.len;
        SourceContent content;
        CHECK_OK(source_open(source, &content, NULL));
        int now = open_descriptors() - before;
        if (now > most)
            most = now;
        close(content.fd);
    }
    CHECK_INT(files, DEPTH);
    CHECK(longest > (DEPTH - 1) * NAME);
    CHECK(most <= SCAN_FOLDER_OPEN_MAX + 2);
}

TEST(a_file_replaced_by_a_pipe_does_not_hang_us)
{
    make_folder("swap");
    make_file("swap/a", "1");
    _cleanup_free_ char *top = in_folder("swap"), *path = in_folder("swap/a");
    _cleanup_(file_source_freep) FileSource *source = NULL;
    CHECK_OK(folder_source_new(top, &source, NULL));
    SourceEntry entry;
    bool has = false;
    CHECK_OK(source_next(source, &entry, &has, NULL));
    REQUIRE(has);
    CHECK_INT(unlink(path), 0);
    CHECK_INT(mkfifo(path, 0600), 0);
    SourceContent content = {.fd = -1};
    CHECK_ERR(source_open(source, &content, NULL), ERR_CONFLICT);
    CHECK_INT(content.fd, -1);
    CHECK_INT(unlink(path), 0);
    CHECK_INT(symlink("/etc/passwd", path), 0);
    CHECK(source_open(source, &content, NULL) != ERR_OK);
    CHECK_OK(source_next(source, &entry, &has, NULL));
    CHECK(!has);
}

TEST(the_type_is_told_from_the_content)
{
    make_file("type.jpg", "%PDF-1.4 not a picture");
    _cleanup_free_ char *path = in_folder("type.jpg");
    _cleanup_(file_source_freep) FileSource *source = NULL;
    CHECK_OK(folder_source_new(path, &source, NULL));
    SourceEntry entry;
    bool has = false;
    CHECK_OK(source_next(source, &entry, &has, NULL));
    REQUIRE(has);
    SourceContent content = {.fd = -1};
    CHECK_OK(source_open(source, &content, NULL));
    CHECK_STR(str_from(content.type.mime), "application/pdf");
    CHECK_INT(content.size, 22);
    close(content.fd);
}
