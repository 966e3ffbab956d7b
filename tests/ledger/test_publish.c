// Publishing and verifying: growth in steps, crashes between files, other histories, and every byte
// of a small ledger changed.
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/verify.h"
#include "memory_log.h"

static NoteSigner test_signer(void) {
    NoteSigner signer;
    CHECK_OK(note_keygen(STR("node.example/ledger"), NOTE_KEY_SIGNATURE, &signer, NULL));
    return signer;
}

static const char *folder_at(const char *name) {
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", t_folder(), name);
    return path;
}

static Err verify(const char *folder, const NoteSigner *signer, LedgerReport *ret, Diag *diag) {
    LedgerVerifyOptions options = {.log = &signer->verifier};
    return ledger_verify(folder, &options, ret, diag);
}

TEST(a_ledger_grows_in_steps_and_verifies_at_each)
{
    static const uint64_t SIZES[] = {0, 1, 2, 200, 255, 256, 257, 511, 512, 513, 700};
    NoteSigner signer = test_signer();
    const char *folder = folder_at("grows");
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        LedgerReport report;
        CHECK_OK(made_publish(folder, &signer, &SIZES[i], 1, NULL));
        CHECK_OK(verify(folder, &signer, &report, NULL));
        CHECK_INT(report.size, SIZES[i]);
        CHECK(report.is_signed && !report.is_exercise);
        CHECK_STR(str_from(report.origin), "node.example/ledger");
    }
    // In one go the same tree comes out.
    const char *at_once = folder_at("at-once");
    LedgerReport a, b;
    CHECK_OK(made_publish(at_once, &signer, (uint64_t[]){700}, 1, NULL));
    CHECK_OK(verify(folder, &signer, &a, NULL));
    CHECK_OK(verify(at_once, &signer, &b, NULL));
    CHECK(merkle_equal(&a.root, &b.root));
}

TEST(publishing_again_changes_nothing_and_never_goes_back)
{
    NoteSigner signer = test_signer(), other = test_signer();
    const char *folder = folder_at("again");
    TileFolder tiles = {folder};
    _cleanup_strbuf_ StrBuf before = STRBUF(NOTE_MAX), after = STRBUF(NOTE_MAX);
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){300}, 1, NULL));
    CHECK_OK(tile_folder_checkpoint(&tiles, &before, NULL));
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){300}, 1, NULL));
    CHECK_OK(tile_folder_checkpoint(&tiles, &after, NULL));
    CHECK(str_equal(strbuf_str(&before), strbuf_str(&after)));
    CHECK_ERR(made_publish(folder, &signer, (uint64_t[]){299}, 1, NULL), ERR_CONFLICT);
    CHECK_ERR(made_publish(folder, &other, (uint64_t[]){301}, 1, NULL), ERR_SIGNATURE);
    // Leaves that are not those that were published.
    uint64_t changed = 299;
    LedgerPublisher *publisher = NULL;
    CHECK_ERR(
        ledger_publisher_open(folder, &signer, (LeafSource){made_leaf, &changed}, &publisher, NULL),
        ERR_CONFLICT);
    CHECK(publisher == NULL);
}

// After a crash, tiles may stand there that no checkpoint names yet.
TEST(a_crash_before_the_checkpoint_costs_nothing)
{
    NoteSigner signer = test_signer();
    const char *folder = folder_at("crash");
    TileFolder tiles = {folder};
    LedgerReport report;
    _cleanup_strbuf_ StrBuf old = STRBUF(NOTE_MAX);
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){250}, 1, NULL));
    CHECK_OK(tile_folder_checkpoint(&tiles, &old, NULL));
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){260}, 1, NULL));
    // The old checkpoint with the new tiles; its partial tiles are gone and the full ones serve.
    CHECK_OK(tile_folder_checkpoint_replace(&tiles, strbuf_str(&old), NULL));
    CHECK_OK(verify(folder, &signer, &report, NULL));
    CHECK_INT(report.size, 250);
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){260, 600}, 2, NULL));
    CHECK_OK(verify(folder, &signer, &report, NULL));
    CHECK_INT(report.size, 600);
}

TEST(another_history_in_tiles_is_refused)
{
    NoteSigner signer = test_signer();
    const char *folder = folder_at("history");
    uint64_t changed = 5;
    LedgerPublisher *publisher = NULL;
    CHECK_OK(ledger_publisher_open(folder, &signer, (LeafSource){made_leaf, &changed}, &publisher,
                                   NULL));
    CHECK_OK(ledger_publish(publisher, 10, NULL));
    ledger_publisher_free(publisher);
    char path[600];
    snprintf(path, sizeof path, "%s/checkpoint", folder);
    CHECK(unlink(path) == 0);
    CHECK_ERR(made_publish(folder, &signer, (uint64_t[]){10}, 1, NULL), ERR_CONFLICT);
}

static Err verify_with_earlier(const char *folder, const NoteSigner *signer, Str earlier,
                               Diag *diag) {
    LedgerReport report;
    LedgerVerifyOptions options = {.log = &signer->verifier, .earlier = earlier};
    return ledger_verify(folder, &options, &report, diag);
}

TEST(rollback_and_split_view_are_told_apart)
{
    NoteSigner signer = test_signer();
    const char *folder = folder_at("views"), *split = folder_at("split");
    TileFolder tiles = {folder};
    _cleanup_strbuf_ StrBuf at_300 = STRBUF(NOTE_MAX), at_400 = STRBUF(NOTE_MAX);
    Diag diag = {0};
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){300}, 1, NULL));
    CHECK_OK(tile_folder_checkpoint(&tiles, &at_300, NULL));
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){400}, 1, NULL));
    CHECK_OK(tile_folder_checkpoint(&tiles, &at_400, NULL));
    CHECK_OK(verify_with_earlier(folder, &signer, strbuf_str(&at_300), NULL));
    CHECK_OK(verify_with_earlier(folder, &signer, strbuf_str(&at_400), NULL));
    uint64_t changed = 17;
    LedgerPublisher *publisher = NULL;
    CHECK_OK(
        ledger_publisher_open(split, &signer, (LeafSource){made_leaf, &changed}, &publisher, NULL));
    CHECK_OK(ledger_publish(publisher, 300, NULL));
    CHECK_ERR(verify_with_earlier(split, &signer, strbuf_str(&at_400), &diag), ERR_CONFLICT);
    CHECK(strstr(diag.msgid, "went back") != NULL);
    CHECK_ERR(verify_with_earlier(split, &signer, strbuf_str(&at_300), &diag), ERR_CONFLICT);
    CHECK(strstr(diag.msgid, "Two histories") != NULL);
    CHECK_OK(ledger_publish(publisher, 500, NULL));
    CHECK_ERR(verify_with_earlier(split, &signer, strbuf_str(&at_300), &diag), ERR_CONFLICT);
    CHECK(strstr(diag.msgid, "history was changed") != NULL);
    ledger_publisher_free(publisher);
}

typedef struct Tampering {
    const char *folder;
    const NoteSigner *signer;
    size_t bytes, undetected, unplaced;
} Tampering;
static Tampering tampering;

// Changes each byte of the file in turn, in two ways.
static int tamper_file(const char *path, const struct stat *status, int kind, struct FTW *at) {
    (void)status;
    (void)at;
    if (kind != FTW_F)
        return 0;
    StrBuf content = STRBUF(1 << 20);
    CHECK_OK(file_read_all(path, &content, NULL));
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    for (size_t i = 0; i < content.len; i++) {
        static const char FLIPS[] = {1, (char)0x80};
        char changed = (char)(content.ptr[i] ^ FLIPS[i % 2]);
        LedgerReport report;
        Diag diag = {0};
        CHECK(pwrite(fd, &changed, 1, (off_t)i) == 1);
        Err err = verify(tampering.folder, tampering.signer, &report, &diag);
        tampering.undetected += err == ERR_OK;
        tampering.unplaced += err != ERR_OK && (diag.msgid == NULL || diag.file[0] == '\0');
        tampering.bytes++;
        CHECK(pwrite(fd, &content.ptr[i], 1, (off_t)i) == 1);
    }
    close(fd);
    strbuf_done(&content);
    return 0;
}

TEST(no_byte_of_a_ledger_can_be_changed_unnoticed)
{
    NoteSigner signer = test_signer();
    const char *folder = folder_at("tampered");
    // Two publications, so that older partial tiles stand beside the newest.
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){3, 7}, 2, NULL));
    tampering = (Tampering){.folder = folder, .signer = &signer};
    CHECK_INT(nftw(folder, tamper_file, 8, FTW_PHYS), 0);
    CHECK(tampering.bytes > 2500);
    CHECK_INT(tampering.undetected, 0);
    CHECK_INT(tampering.unplaced, 0);
    LedgerReport report;
    CHECK_OK(verify(folder, &signer, &report, NULL));
}

TEST(missing_and_cut_files_are_found)
{
    static const char *const FILES[] = {
        "tile/0/000",       "tile/0/001.p/44",       "tile/1/000.p/1",
        "tile/entries/000", "tile/entries/001.p/44", "checkpoint"};
    NoteSigner signer = test_signer();
    const char *folder = folder_at("missing");
    CHECK_OK(made_publish(folder, &signer, (uint64_t[]){300}, 1, NULL));
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char path[600], aside[600];
        LedgerReport report;
        struct stat status;
        StrBuf content = STRBUF(1 << 20);
        snprintf(path, sizeof path, "%s/%s", folder, FILES[i]);
        snprintf(aside, sizeof aside, "%s/aside", folder);
        CHECK(rename(path, aside) == 0);
        CHECK_ERR(verify(folder, &signer, &report, NULL), ERR_NOT_FOUND);
        CHECK(rename(aside, path) == 0);
        CHECK(stat(path, &status) == 0);
        CHECK_OK(file_read_all(path, &content, NULL));
        CHECK(truncate(path, status.st_size - 1) == 0);
        CHECK(verify(folder, &signer, &report, NULL) != ERR_OK);
        CHECK_OK(file_replace(path, strbuf_str(&content), false, NULL));
        strbuf_done(&content);
    }
    LedgerReport report;
    CHECK_OK(verify(folder, &signer, &report, NULL));
}
