// SQLite files: privacy, other programs' files, damage, a full disk, backup.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "fixture.h"
#include "store/schema.h"

static const char *path_of(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", t_folder(), name);
    return path;
}

static const StoreStep STEPS[] = {
    {1, "table firsts (id int64 primary key generated, filler bytes) "
        "table seconds (id int64 primary key references firsts)"},
};
static const StoreSchema SCHEMA[] = {{"pairs", STEPS, 1}};

static Err pair_add(Tx *tx, void *context, Diag *diag) {
    static const char filler[5000];
    int64_t id;
    (void)context;
    TRY(tx_int64(tx, STR("INSERT INTO firsts (filler) VALUES (:filler) RETURNING id"),
                 BINDS(bind_bytes("filler", str_of(filler, sizeof filler))), NULL, &id, diag));
    return tx_run(tx, STR("INSERT INTO seconds (id) VALUES (:id)"), BINDS(bind_int64("id", id)),
                  NULL, diag);
}

static Store *pairs_open(const char *path, int pairs) {
    Store *store = NULL;
    CHECK_OK(store_open(str_from(path), NULL, &store, NULL));
    if (store == NULL)
        return NULL;
    CHECK_OK(store_upgrade(store, SCHEMA, 1, NULL, NULL));
    for (int i = 0; i < pairs; i++)
        CHECK_OK(store_run(store, STORE_WRITE, NULL, pair_add, NULL, NULL));
    return store;
}

TEST(a_new_file_is_private)
{
    const char *path = path_of("private.db");
    _cleanup_(store_freep) Store *store = pairs_open(path, 1);
    REQUIRE(store != NULL);
    struct stat info;
    REQUIRE(stat(path, &info) == 0);
    CHECK_INT(info.st_mode & 0777, 0600);
    REQUIRE(stat(path_of("private.db-wal"), &info) == 0);
    CHECK_INT(info.st_mode & 0777, 0600);
}

TEST(other_files_are_refused)
{
    Store *store = NULL;
    Diag diag = {0};
    const char *path = path_of("text.db");
    CHECK_OK(file_replace(path,
                          STR("This is no database, and long enough to be looked at: 0123456789 "
                              "0123456789 0123456789 0123456789 0123456789 0123456789"),
                          false, NULL));
    CHECK_ERR(store_open(str_from(path), NULL, &store, &diag), ERR_UNSUPPORTED);
    CHECK(store_open(str_from(t_folder()), NULL, &store, &diag) != ERR_OK);
    CHECK_ERR(store_open(str_from(path_of("no/such/folder.db")), NULL, &store, &diag),
              ERR_NOT_FOUND);
    CHECK_ERR(store_open(STR(""), NULL, &store, &diag), ERR_INVALID);
    CHECK_ERR(store_open(STR("a\0b"), NULL, &store, &diag), ERR_INVALID);
    CHECK_OK(file_replace(path_of("target"), STR(""), false, NULL));
    REQUIRE(symlink("target", path_of("link.db")) == 0);
    CHECK(store_open(str_from(path_of("link.db")), NULL, &store, &diag) != ERR_OK);
    CHECK(store == NULL);
}

// A database that another program made is left alone.
TEST(another_programs_database_is_refused)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", path_of("other.db"));
    Store *store = pairs_open(path, 1);
    REQUIRE(store != NULL);
    CHECK_OK(fixture_execute(store, "PRAGMA application_id = 77"));
    store_free(store);
    store = NULL;
    CHECK_ERR(store_open(str_from(path), NULL, &store, NULL), ERR_UNSUPPORTED);
}

TEST(damage_is_found_after_an_unclean_stop)
{
    char path[4096], noise[4096];
    snprintf(path, sizeof path, "%s", path_of("damaged.db"));
    Store *store = pairs_open(path, 50);
    REQUIRE(store != NULL);
    store_free(store);
    StoreFigures figures;
    store = pairs_open(path, 0);
    REQUIRE(store != NULL);
    store_figures(store, &figures);
    CHECK(!figures.was_unclean);
    store_free(store);
    struct stat info;
    REQUIRE(stat(path, &info) == 0);
    Prng prng = {t_seed()};
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)prng_next(&prng);
    int fd = open(path, O_RDWR);
    for (off_t page = 2; page < info.st_size / 4096; page++)
        CHECK_INT(pwrite(fd, noise, sizeof noise, page * 4096), (ssize_t)sizeof noise);
    close(fd);
    CHECK_OK(file_replace(path_of("damaged.db-wal"), STR("left behind"), true, NULL));
    store = NULL;
    Diag diag = {0};
    CHECK_ERR(store_open(str_from(path), NULL, &store, &diag), ERR_CORRUPT);
    CHECK(store == NULL && strlen(diag.file) > 0);
}

// In a child, since the limit on the size of files is the whole process's.
static int fill_disk(const char *path) {
    signal(SIGXFSZ, SIG_IGN);
    Store *store = pairs_open(path, 3);
    if (store == NULL)
        return 2;
    struct rlimit limit, old;
    getrlimit(RLIMIT_FSIZE, &old);
    limit = (struct rlimit){.rlim_cur = 1 << 20, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    Diag diag = {0};
    int64_t pairs = 3;
    Err err = ERR_OK;
    for (int i = 0; i < 2000 && err == ERR_OK; i++) {
        err = store_run(store, STORE_QUEUED, NULL, pair_add, NULL, &diag);
        pairs += err == ERR_OK;
    }
    if (err != ERR_FULL && err != ERR_OK)
        fixture_print(&diag);
    fflush(stdout);
    if (err != ERR_FULL || diag.msgid == NULL || pairs < 20)
        return printf("# %s after %lld\n", err_name(err), (long long)pairs), fflush(stdout), 3;
    if (fixture_count(store, STR("SELECT count(*) FROM firsts")) != pairs ||
        fixture_count(store, STR("SELECT count(*) FROM seconds")) != pairs)
        return 4;
    // The copy does not fit either, and leaves nothing behind.
    char copy[4200];
    snprintf(copy, sizeof copy, "%s.copy", path);
    limit.rlim_cur = 64 << 10;
    setrlimit(RLIMIT_FSIZE, &limit);
    if (store_backup(store, copy, NULL, &diag) != ERR_FULL || access(copy, F_OK) == 0)
        return 5;
    // With space again, everything goes on.
    setrlimit(RLIMIT_FSIZE, &old);
    if (store_run(store, STORE_QUEUED, NULL, pair_add, NULL, &diag) != ERR_OK)
        return 6;
    if (fixture_count(store, STR("SELECT count(*) FROM seconds")) != pairs + 1)
        return 7;
    store_free(store);
    return t_failures > 0;
}

TEST(a_full_disk_is_told_and_nothing_is_half_written)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", path_of("full.db"));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(fill_disk(path));
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
}

typedef struct Writing {
    Store *store;
    atomic_bool is_over;
    Err err;
} Writing;

static void *write_on(void *context) {
    Writing *writing = context;
    while (!atomic_load(&writing->is_over) && writing->err == ERR_OK)
        writing->err = store_run(writing->store, STORE_WRITE, NULL, pair_add, NULL, NULL);
    return NULL;
}

TEST(a_backup_is_a_whole_database_while_others_write)
{
    char path[4096], copy[4096];
    snprintf(path, sizeof path, "%s", path_of("original.db"));
    snprintf(copy, sizeof copy, "%s", path_of("copy.db"));
    Writing writing = {.store = pairs_open(path, 300)};
    REQUIRE(writing.store != NULL);
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, write_on, &writing) == 0);
    CHECK_OK(store_backup(writing.store, copy, NULL, NULL));
    CHECK_OK(store_backup(writing.store, copy, NULL, NULL)); // in the place of the first
    atomic_bool is_cancelled = true;
    StoreRequest request = {.is_cancelled = &is_cancelled};
    char never[4200];
    snprintf(never, sizeof never, "%s.never", copy);
    CHECK_ERR(store_backup(writing.store, never, &request, NULL), ERR_INTERRUPTED);
    CHECK(access(never, F_OK) != 0);
    atomic_store(&writing.is_over, true);
    pthread_join(thread, NULL);
    CHECK_OK(writing.err);
    store_free(writing.store);
    struct stat info;
    REQUIRE(stat(copy, &info) == 0);
    CHECK_INT(info.st_mode & 0777, 0600);
    Store *restored = NULL;
    CHECK_OK(store_open(str_from(copy), NULL, &restored, NULL));
    REQUIRE(restored != NULL);
    CHECK_OK(store_schema_check(restored, SCHEMA, 1, NULL));
    int64_t firsts = fixture_count(restored, STR("SELECT count(*) FROM firsts"));
    CHECK(firsts >= 300);
    CHECK_INT(fixture_count(restored, STR("SELECT count(*) FROM seconds")), firsts);
    StoreFigures figures;
    store_figures(restored, &figures);
    CHECK(!figures.was_unclean);
    store_free(restored);
}

// Two handles, as two processes have: each waits for the other's lock.
TEST(two_processes_share_a_file)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", path_of("shared.db"));
    Writing first = {.store = pairs_open(path, 0)}, second = {.store = pairs_open(path, 0)};
    REQUIRE(first.store != NULL && second.store != NULL);
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, write_on, &first) == 0);
    for (int i = 0; i < 40; i++)
        CHECK_OK(store_run(second.store, STORE_WRITE, NULL, pair_add, NULL, NULL));
    atomic_store(&first.is_over, true);
    pthread_join(thread, NULL);
    CHECK_OK(first.err);
    CHECK_INT(fixture_count(first.store, STR("SELECT count(*) FROM firsts")),
              fixture_count(second.store, STR("SELECT count(*) FROM seconds")));
    store_free(first.store);
    store_free(second.store);
}

static Err second_writer(Tx *tx, void *context, Diag *diag) {
    (void)tx, (void)diag;
    StoreRequest request = {.deadline_ns = clock_monotonic_ns() + 100000000};
    Diag told = {0};
    CHECK_ERR(store_run(context, STORE_WRITE, &request, pair_add, NULL, &told), ERR_BUSY);
    CHECK(told.msgid != NULL);
    return ERR_OK;
}

TEST(who_waits_too_long_for_another_process_is_told)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", path_of("locked.db"));
    _cleanup_(store_freep) Store *first = pairs_open(path, 0), *second = pairs_open(path, 0);
    REQUIRE(first != NULL && second != NULL);
    CHECK_OK(store_run(first, STORE_WRITE, NULL, second_writer, second, NULL));
    CHECK_OK(store_run(second, STORE_WRITE, NULL, pair_add, NULL, NULL));
}
