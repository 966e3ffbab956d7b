// Kills in the middle of writing: whatever was acknowledged is there afterwards, and nothing by
// halves. SEVENTH_SOAK does it two hundred times.
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "store/schema.h"

static const StoreStep STEPS[] = {
    {1, "table firsts (id int64 primary key, filler bytes) "
        "table seconds (id int64 primary key references firsts)"},
};
static const StoreSchema SCHEMA[] = {{"pairs", STEPS, 1}};

// Adds the next pair.
static Err pair_add(Tx *tx, void *context, Diag *diag) {
    static const char filler[5000];
    int64_t *id = context;
    TRY(tx_int64(tx, STR("SELECT COALESCE(max(id), 0) + 1 FROM firsts"), BIND_NONE, NULL, id,
                 diag));
    TRY(tx_run(tx, STR("INSERT INTO firsts (id, filler) VALUES (:id, :filler)"),
               BINDS(bind_int64("id", *id), bind_bytes("filler", str_of(filler, sizeof filler))),
               NULL, diag));
    return tx_run(tx, STR("INSERT INTO seconds (id) VALUES (:id)"), BINDS(bind_int64("id", *id)),
                  NULL, diag);
}

// The child: writes until it is killed, and says each pair that was acknowledged.
static void write_for_ever(int out) {
    Store *store = NULL;
    if (store_open(fixture_address(), NULL, &store, NULL) != ERR_OK)
        _exit(2);
    for (int round = 0;; round++) {
        int64_t id;
        StoreMode mode = round % 2 == 0 ? STORE_QUEUED : STORE_WRITE;
        if (store_run(store, mode, NULL, pair_add, &id, NULL) != ERR_OK)
            _exit(3);
        if (write(out, &id, sizeof id) != (ssize_t)sizeof id)
            _exit(4);
    }
}

static int64_t last_of(int in) {
    int64_t id, last = 0;
    while (read(in, &id, sizeof id) == (ssize_t)sizeof id)
        last = id;
    return last;
}

// One child, killed after a while, or a while after it first acknowledged something (so that a slow
// machine gets that far); the last pair that it acknowledged.
static int64_t kill_one(Prng *prng, bool waits) {
    int ends[2];
    int64_t first = 0;
    if (pipe(ends) != 0)
        return -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        write_for_ever(ends[1]);
    }
    close(ends[1]);
    if (waits)
        CHECK_INT(read(ends[0], &first, sizeof first), (ssize_t)sizeof first);
    struct timespec pause = {.tv_nsec = (long)prng_below(prng, 80000000)};
    nanosleep(&pause, NULL);
    kill(child, SIGKILL);
    int64_t last = last_of(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    close(ends[0]);
    return last > first ? last : first;
}

TEST(a_kill_loses_nothing_acknowledged)
{
    int kills = getenv("SEVENTH_SOAK") != NULL ? 200 : 10, unclean = 0;
    int64_t acknowledged = 0;
    Prng prng = {t_seed()};
    Store *store = fixture_open(NULL);
    REQUIRE(store != NULL);
    CHECK_OK(store_upgrade(store, SCHEMA, 1, NULL, NULL));
    store_free(store);
    for (int i = 0; i < kills; i++) {
        int64_t last = kill_one(&prng, i % 2 == 0);
        if (last > acknowledged)
            acknowledged = last;
        store = fixture_reopen(NULL);
        REQUIRE(store != NULL);
        StoreFigures figures;
        store_figures(store, &figures);
        unclean += figures.was_unclean;
        int64_t firsts = fixture_count(store, STR("SELECT count(*) FROM firsts"));
        CHECK(firsts >= acknowledged);
        CHECK_INT(fixture_count(store, STR("SELECT count(*) FROM firsts f LEFT JOIN seconds s ON "
                                           "s.id = f.id WHERE s.id IS NULL")),
                  0);
        CHECK_INT(
            fixture_count(store, STR("SELECT max(id) - count(*) FROM firsts HAVING count(*) > "
                                     "0 UNION ALL SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM "
                                     "firsts)")),
            0);
        store_free(store);
    }
    printf("# %d kills, %lld acknowledged, %d unclean stops noticed\n", kills,
           (long long)acknowledged, unclean);
    CHECK(acknowledged >= kills / 2);
    if (!fixture_is_postgres())
        CHECK(unclean >= kills / 2);
}
