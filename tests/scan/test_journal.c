// The state file: what was put is found again; a torn end and damage cost records, never truth.
#include "scan/journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan/limits.h"
#include "scan/record.h"
#include "t.h"

static const JournalHeader HEADER = {
    .options = {"options", 7}, .lists = {"lists", 5}, .paths = {"paths", 5}};

static const char *state_path(const char *name) {
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", t_folder(), name);
    return path;
}

static void add_video(ScanItem *item, int pictures) {
    MediaVideo video = {.width = 320,
                        .height = 240,
                        .duration_ms = 1500 * pictures,
                        .is_truncated = true,
                        .frame_count = (size_t)pictures,
                        .frames = calloc((size_t)pictures, sizeof(VpdqFrame))};
    REQUIRE(video.frames != NULL);
    for (int i = 0; i < pictures; i++) {
        video.frames[i] = (VpdqFrame){
            .number = (uint64_t)i * 25, .time_ms = 1001 * i, .quality = 100 - (uint32_t)i};
        memset(video.frames[i].hash.bytes, pictures + i, PDQ_BYTES);
    }
    CHECK_OK(scan_item_set_video(item, &video));
}

static ScanItem *make_item(int number, bool is_rich) {
    char path[64];
    snprintf(path, sizeof path, "dir/file-%04d", number);
    ScanItem *item = scan_item_new(str_from(path), strlen(path), 0);
    item->size = item->file_size = (uint64_t)number * 1000;
    item->file_mtime_ns = number;
    item->digests.has = 7;
    memset(item->digests.sha256, number, SHA256_BYTES);
    if (!is_rich)
        return item;
    MediaFacts facts = {.type = "image/jpeg",
                        .width = 640,
                        .height = 480,
                        .frames = 1,
                        .is_truncated = true,
                        .has = MEDIA_PDQ | MEDIA_PDQ512 | MEDIA_TURNS,
                        .fact_count = 2,
                        .facts = {{"Make", "ExampleCam"}, {"Model", ""}}};
    for (int turn = 0; turn < PDQ_TURNS; turn++) {
        facts.pdq[PDQ_FULL].hash[turn].bytes[0] = (uint8_t)(number + turn);
        facts.pdq[PDQ_512].hash[turn].bytes[31] = (uint8_t)(number + turn);
    }
    facts.pdq[PDQ_FULL].quality = 77;
    facts.pdq[PDQ_512].quality = 78;
    CHECK_OK(scan_item_set_media(item, &facts));
    if (number % 2 == 0)
        add_video(item, 1 + number % 7);
    Diag diag;
    diag_set(&diag, ERR_TRUNCATED, "An example with {number}.");
    diag_arg_int(&diag, "number", number);
    diag_place(&diag, 17, -1);
    scan_item_set_problem(item, "example", &diag);
    return item;
}

static void put_items(Journal *journal, int from, int to) {
    for (int i = from; i < to; i++) {
        _cleanup_(scan_item_freep) ScanItem *item = make_item(i, i % 3 == 0);
        CHECK_OK(journal_put(journal, item, NULL));
    }
}

static int count_found(const Journal *journal, int to) {
    int found = 0;
    for (int i = 0; i < to; i++) {
        _cleanup_(scan_item_freep) ScanItem *made = make_item(i, i % 3 == 0);
        ScanItem *item =
            journal_find(journal, scan_item_path(made), made->file_size, made->file_mtime_ns, 0);
        if (item == NULL)
            continue;
        found++;
        // Equal in every byte of their record form.
        _cleanup_strbuf_ StrBuf a = STRBUF(1 << 20), b = STRBUF(1 << 20);
        scan_item_put(&a, made);
        scan_item_put(&b, item);
        CHECK(str_equal(strbuf_str(&a), strbuf_str(&b)));
    }
    return found;
}

TEST(items_survive_in_full)
{
    const char *path = state_path("full");
    Journal *journal = NULL;
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    REQUIRE(journal != NULL);
    put_items(journal, 0, 50);
    journal_free(TAKE(journal));
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    REQUIRE(journal != NULL);
    CHECK_INT(journal_loaded(journal), 50);
    CHECK_INT(journal_cut(journal), 0);
    CHECK_INT(count_found(journal, 50), 50);
    CHECK(journal_find(journal, STR("dir/file-0003"), 3000, 4, 0) == NULL); // changed since
    CHECK(journal_find(journal, STR("dir/file-0003"), 3001, 3, 0) == NULL);
    CHECK(journal_find(journal, STR("dir/file-0003"), 3000, 3, 1) == NULL);
    const ScanItem *item = journal_find(journal, STR("dir/file-0003"), 3000, 3, 0);
    REQUIRE(item != NULL && item->problem != NULL);
    CHECK_STR(str_from(item->problem->id), "example");
    CHECK_INT(item->problem->diag.offset, 17);
    CHECK_STR(str_from(item->problem->diag.args[0].text), "3");
    journal_free(journal);
}

TEST(the_youngest_record_of_a_file_counts)
{
    const char *path = state_path("young");
    Journal *journal = NULL;
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    for (int i = 1; i <= 3; i++) {
        _cleanup_(scan_item_freep) ScanItem *item = make_item(1, false);
        item->width = (uint32_t)i;
        CHECK_OK(journal_put(journal, item, NULL));
    }
    journal_free(TAKE(journal));
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    const ScanItem *item = journal_find(journal, STR("dir/file-0001"), 1000, 1, 0);
    REQUIRE(item != NULL);
    CHECK_INT(item->width, 3);
    journal_free(journal);
}

TEST(archives_are_complete_only_when_said_so)
{
    const char *path = state_path("archive");
    Journal *journal = NULL;
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    _cleanup_(scan_item_freep) ScanItem *item = make_item(5, false);
    CHECK_OK(journal_put(journal, item, NULL));
    ScanProblem problem = {.id = "archive-limit"};
    diag_set(&problem.diag, ERR_LIMIT, "Too much in {file}.");
    CHECK_OK(journal_put_problem(journal, item, 0, &problem, NULL));
    journal_free(TAKE(journal));
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    uint32_t members = 9;
    Str name = scan_item_path(item);
    CHECK(!journal_is_complete(journal, name, 5000, 5, &members));
    CHECK_OK(journal_put_complete(journal, item, 4, NULL));
    journal_free(TAKE(journal));
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    CHECK(!journal_is_complete(journal, name, 5000, 6, &members));
    CHECK(journal_is_complete(journal, name, 5000, 5, &members));
    CHECK_INT(members, 4);
    const ScanItem *found = journal_find(journal, name, 5000, 5, 0);
    REQUIRE(found != NULL && found->problem != NULL);
    CHECK_STR(str_from(found->problem->id), "archive-limit");
    journal_free(journal);
}

TEST(another_scan_is_refused)
{
    const char *path = state_path("other");
    Journal *journal = NULL, *second = NULL;
    Diag diag = {0};
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    CHECK_ERR(journal_open(path, &HEADER, &second, &diag), ERR_BUSY);
    journal_free(TAKE(journal));
    JournalHeader header = HEADER;
    header.lists = STR("listz");
    CHECK_ERR(journal_open(path, &header, &journal, &diag), ERR_STATE);
    CHECK(strstr(diag.msgid, "hash lists") != NULL);
    header = HEADER;
    header.paths = STR("path");
    CHECK_ERR(journal_open(path, &header, &journal, &diag), ERR_STATE);
    header = HEADER;
    header.options = STR("");
    CHECK_ERR(journal_open(path, &header, &journal, &diag), ERR_STATE);
    CHECK(journal == NULL);
}

TEST(what_is_no_state_file_is_never_overwritten)
{
    const char *path = state_path("photo.jpg");
    FILE *file = fopen(path, "w");
    fputs("\xFF\xD8\xFF some picture that somebody named by mistake", file);
    fclose(file);
    Journal *journal = NULL;
    CHECK_ERR(journal_open(path, &HEADER, &journal, NULL), ERR_CORRUPT);
    struct stat status;
    CHECK_INT(stat(path, &status), 0);
    CHECK(status.st_size > 40);
    CHECK(journal_open(t_folder(), &HEADER, &journal, NULL) != ERR_OK);
    CHECK(journal_open("/nonexistent/state", &HEADER, &journal, NULL) != ERR_OK);
}

static off_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : -1;
}

// Cut at every length: what is whole is kept, the rest can be put again.
TEST(a_torn_end_costs_only_the_torn_record)
{
    const char *path = state_path("torn");
    Journal *journal = NULL;
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    off_t start = size_of(path);
    put_items(journal, 0, 4);
    journal_free(TAKE(journal));
    off_t whole = size_of(path);
    int last = 4;
    for (off_t size = whole - 1; size >= 0; size--) {
        CHECK_INT(truncate(path, size), 0);
        CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
        REQUIRE(journal != NULL);
        int found = count_found(journal, 4);
        CHECK(found <= last && found >= last - 1);
        CHECK_INT(journal_loaded(journal), found);
        last = found;
        if (size % 97 == 0) { // and go on from there
            put_items(journal, found, 4);
            journal_free(TAKE(journal));
            CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
            CHECK_INT(count_found(journal, 4), 4);
            CHECK_INT(truncate(path, size < start ? start : size), 0);
        }
        journal_free(TAKE(journal));
        if (size < start && size_of(path) < size)
            break;
    }
    CHECK_INT(last, 0);
}

TEST(damage_never_gives_a_wrong_record)
{
    const char *path = state_path("damaged");
    Journal *journal = NULL;
    CHECK_OK(journal_open(path, &HEADER, &journal, NULL));
    put_items(journal, 0, 12);
    journal_free(TAKE(journal));
    off_t whole = size_of(path);
    _cleanup_strbuf_ StrBuf original = STRBUF(1 << 20);
    char *to = strbuf_reserve(&original, (size_t)whole);
    FILE *file = fopen(path, "rb");
    CHECK_INT(fread(to, 1, (size_t)whole, file), whole);
    strbuf_commit(&original, (size_t)whole);
    fclose(file);
    Prng prng = {t_seed()};
    for (int round = 0; round < 400; round++) {
        file = fopen(path, "wb");
        fwrite(original.ptr, 1, original.len, file);
        fclose(file);
        int fd = open(path, O_RDWR);
        for (uint64_t flips = 1 + prng_below(&prng, 3); flips > 0; flips--) {
            off_t at = (off_t)prng_below(&prng, (uint64_t)whole);
            uint8_t byte = (uint8_t)original.ptr[at] ^ (uint8_t)(1 + prng_below(&prng, 255));
            CHECK_INT(pwrite(fd, &byte, 1, at), 1);
        }
        close(fd);
        Err err = journal_open(path, &HEADER, &journal, NULL);
        CHECK(err == ERR_OK || err == ERR_CORRUPT || err == ERR_STATE);
        if (err == ERR_OK) {
            count_found(journal, 12); // compares each found record with the true one
            journal_free(TAKE(journal));
        }
    }
}

TEST(bytes_that_are_no_item_are_refused)
{
    Interner interner = {0};
    _cleanup_(scan_item_freep) ScanItem *item = make_item(3, true);
    _cleanup_strbuf_ StrBuf bytes = STRBUF(1 << 20);
    scan_item_put(&bytes, item);
    for (size_t len = 0; len < bytes.len; len++) {
        ScanItem *parsed = NULL;
        CHECK_ERR(scan_item_parse(str_of(bytes.ptr, len), &interner, &parsed), ERR_CORRUPT);
        CHECK(parsed == NULL);
    }
    strbuf_put_byte(&bytes, 'x');
    ScanItem *parsed = NULL;
    CHECK_ERR(scan_item_parse(strbuf_str(&bytes), &interner, &parsed), ERR_CORRUPT);
    interner_done(&interner);
}
