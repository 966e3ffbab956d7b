// The changing near index against a model: adding, removing, maintenance, reopening, kills, a torn
// journal.
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "index/near_sample.h"
#include "index/near_set.h"
#include "t.h"

static const NearSetOptions OPTIONS = {.seed = 11, .threads = 2};

static void folder_of(const char *name, char ret_path[256]) {
    snprintf(ret_path, 256, "%s/%s", t_folder(), name);
}

enum { MODEL_MAX = 4096 };
static struct {
    PdqHash hashes[MODEL_MAX];
    bool is_removed[MODEL_MAX];
    uint32_t count;
} model;

// True when the set answers as the model does.
static bool answers_like_model(NearSet *set, NearScratch *scratch, const PdqHash *query,
                               int radius) {
    NearHits hits = {0};
    bool is_same = near_set_search(set, scratch, query, radius, 0, &hits) == ERR_OK;
    size_t expected = 0;
    for (uint32_t id = 0; id < model.count; id++) {
        if (model.is_removed[id] || pdq_distance(&model.hashes[id], query) > radius)
            continue;
        expected++;
        size_t seen = 0;
        for (size_t i = 0; i < hits.found.len; i++)
            seen += hits.found.items[i].id == id &&
                    hits.found.items[i].distance == pdq_distance(&model.hashes[id], query);
        is_same = is_same && seen == 1;
    }
    is_same = is_same && hits.found.len == expected;
    near_hits_done(&hits);
    return is_same;
}

TEST(a_set_answers_like_its_model_through_every_change)
{
    char folder[256];
    folder_of("model", folder);
    Prng prng = {t_seed()};
    NearSet *set = NULL;
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    REQUIRE(scratch != NULL);
    CHECK_OK(near_set_open(folder, &OPTIONS, &set, NULL));
    REQUIRE(set != NULL);
    for (int step = 0; step < 600; step++) {
        uint64_t what = prng_below(&prng, 20);
        bool did;
        if (what < 8 && model.count + 16 < MODEL_MAX) {
            PdqHash some[16];
            uint32_t n = (uint32_t)prng_below(&prng, 16), first = 0;
            for (uint32_t i = 0; i < n; i++) {
                some[i] = near_sample_query(model.hashes, model.count, 12, &prng);
                model.hashes[model.count + i] = some[i];
                model.is_removed[model.count + i] = false;
            }
            CHECK_OK(near_set_add(set, some, n, &first, NULL));
            CHECK_INT(first, model.count);
            model.count += n;
        } else if (what < 12 && model.count > 0) {
            uint32_t id = (uint32_t)prng_below(&prng, model.count);
            CHECK_OK(near_set_remove(set, id, NULL));
            model.is_removed[id] = true;
        } else if (what == 12) {
            CHECK_OK(near_set_maintain(set, true, &did, NULL));
        } else if (what == 13) {
            CHECK_OK(near_set_commit(set, NULL));
        } else if (what == 14) {
            near_set_free(TAKE(set));
            CHECK_OK(near_set_open(folder, &OPTIONS, &set, NULL));
            REQUIRE(set != NULL);
        }
        PdqHash query = near_sample_query(model.hashes, model.count, 20, &prng);
        if (!answers_like_model(set, scratch, &query, (int)prng_below(&prng, 49))) {
            t_fail(__FILE__, __LINE__, "step %d: another answer than the model's", step);
            break;
        }
    }
    NearSetFigures figures;
    near_set_figures(set, &figures);
    CHECK_INT(figures.ids, model.count);
    CHECK(figures.segments <= NEAR_SET_SEGMENTS);
    CHECK_ERR(near_set_remove(set, model.count, NULL), ERR_NOT_FOUND);
    NearSet *second = NULL;
    CHECK_ERR(near_set_open(folder, &OPTIONS, &second, NULL), ERR_BUSY);
    near_set_free(set);
}

// Adds and removes for ever, telling through the pipe what has been committed.
static void change_until_killed(const char *folder, int told, uint64_t seed) {
    Prng prng = {seed};
    NearSet *set = NULL;
    if (near_set_open(folder, &OPTIONS, &set, NULL) != ERR_OK)
        _exit(3);
    for (;;) {
        PdqHash hash = near_sample_uniform(&prng);
        uint32_t id;
        bool did;
        NearSetFigures figures;
        near_set_figures(set, &figures);
        // What an id's hash is, and whether it is removed, follows from the id: the parent can
        // check it.
        Prng own = {figures.ids};
        hash = near_sample_uniform(&own);
        if (near_set_add(set, &hash, 1, &id, NULL) != ERR_OK ||
            (id % 3 == 0 && near_set_remove(set, id, NULL) != ERR_OK))
            _exit(4);
        if (prng_below(&prng, 40) == 0 && near_set_maintain(set, true, &did, NULL) != ERR_OK)
            _exit(5);
        if (prng_below(&prng, 4) == 0) {
            if (near_set_commit(set, NULL) != ERR_OK || write(told, &id, sizeof id) != sizeof id)
                _exit(6);
        }
    }
}

TEST(a_kill_at_any_moment_loses_nothing_committed)
{
    char folder[256];
    folder_of("kill", folder);
    Prng prng = {t_seed()};
    long rounds = getenv("SEVENTH_SOAK") != NULL ? 200 : 8;
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    REQUIRE(scratch != NULL);
    for (long round = 0; round < rounds; round++) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            close(ends[0]);
            change_until_killed(folder, ends[1], prng_next(&prng));
        }
        close(ends[1]);
        usleep((useconds_t)(20000 + prng_below(&prng, 120000)));
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status));
        int64_t committed = -1;
        for (uint32_t id; read(ends[0], &id, sizeof id) == sizeof id;)
            committed = id;
        close(ends[0]);
        NearSet *set = NULL;
        CHECK_OK(near_set_open(folder, &OPTIONS, &set, NULL));
        REQUIRE(set != NULL);
        NearSetFigures figures;
        near_set_figures(set, &figures);
        CHECK(committed < (int64_t)figures.ids);
        for (uint32_t id = 0; id < figures.ids; id += 1 + (uint32_t)figures.ids / 300) {
            Prng own = {id};
            PdqHash hash = near_sample_uniform(&own);
            NearHits hits = {0};
            CHECK_OK(near_set_search(set, scratch, &hash, 0, 0, &hits));
            bool wants =
                id % 3 != 0 || (int64_t)id > committed; // its removal may not have been committed
            CHECK(id % 3 == 0 ? hits.found.len <= wants
                              : hits.found.len == 1 && hits.found.items[0].id == id);
            near_hits_done(&hits);
        }
        near_set_free(set);
    }
}

TEST(a_torn_or_damaged_journal_is_cut_where_it_no_longer_holds)
{
    char folder[256], path[300];
    folder_of("torn", folder);
    NearSet *set = NULL;
    CHECK_OK(near_set_open(folder, &OPTIONS, &set, NULL));
    REQUIRE(set != NULL);
    PdqHash hashes[20];
    Prng prng = {3};
    for (int i = 0; i < 20; i++)
        hashes[i] = near_sample_uniform(&prng);
    uint32_t first;
    CHECK_OK(near_set_add(set, hashes, 20, &first, NULL));
    near_set_free(TAKE(set));
    snprintf(path, sizeof path, "%s/journal-1", folder);
    _cleanup_strbuf_ StrBuf content = STRBUF(1 << 16);
    CHECK_OK(file_read_all(path, &content, NULL));
    CHECK_INT(content.len % 20, 0);
    size_t record = content.len / 20;
    for (size_t length = 0; length <= content.len; length += 7) {
        CHECK_OK(file_replace(path, str_of(content.ptr, length), true, NULL));
        CHECK_OK(near_set_open(folder, &OPTIONS, &set, NULL));
        NearSetFigures figures;
        near_set_figures(set, &figures);
        CHECK_INT(figures.ids, length / record);
        near_set_free(TAKE(set));
    }
    for (size_t at = 0; at < content.len; at += 11) {
        content.ptr[at] ^= 4;
        CHECK_OK(file_replace(path, strbuf_str(&content), true, NULL));
        content.ptr[at] ^= 4;
        CHECK_OK(near_set_open(folder, &OPTIONS, &set, NULL));
        NearSetFigures figures;
        near_set_figures(set, &figures);
        CHECK_INT(figures.ids, at / record);
        near_set_free(TAKE(set));
    }
    snprintf(path, sizeof path, "%s/manifest", folder);
    CHECK_OK(file_replace(
        path, STR("S7NSET1\0not a manifest at all, but long enough to look like one......"), true,
        NULL));
    CHECK_ERR(near_set_open(folder, &OPTIONS, &set, NULL), ERR_CORRUPT);
}

static NearSet *shared;
static atomic_bool is_stopping;

static void *maintain_on(void *unused) {
    bool did;
    while (!is_stopping)
        if (near_set_maintain(shared, true, &did, NULL) != ERR_OK)
            return unused;
    return NULL;
}

static void *search_on(void *argument) {
    NearScratch *scratch = near_scratch_new();
    Prng prng = {(uintptr_t)argument};
    intptr_t wrong = scratch == NULL;
    while (!is_stopping && wrong == 0) {
        NearSetFigures figures;
        near_set_figures(shared, &figures);
        if (figures.ids == 0)
            continue;
        uint32_t id = (uint32_t)prng_below(&prng, figures.ids);
        Prng own = {id};
        PdqHash hash = near_sample_uniform(&own);
        NearHits hits = {0};
        wrong += near_set_search(shared, scratch, &hash, 31, 0, &hits) != ERR_OK ||
                 hits.found.len != 1 || hits.found.items[0].id != id;
        near_hits_done(&hits);
    }
    near_scratch_free(scratch);
    return (void *)wrong;
}

TEST(searches_go_on_while_others_add_and_maintain)
{
    char folder[256];
    folder_of("threads", folder);
    CHECK_OK(near_set_open(folder, &OPTIONS, &shared, NULL));
    REQUIRE(shared != NULL);
    pthread_t maintainer, searchers[2];
    REQUIRE(pthread_create(&maintainer, NULL, maintain_on, NULL) == 0);
    for (uintptr_t i = 0; i < 2; i++)
        REQUIRE(pthread_create(&searchers[i], NULL, search_on, (void *)(i + 1)) == 0);
    for (uint32_t i = 0; i < 1500; i++) {
        Prng own = {i};
        PdqHash hash = near_sample_uniform(&own);
        uint32_t id;
        CHECK_OK(near_set_add(shared, &hash, 1, &id, NULL));
        CHECK_INT(id, i);
    }
    is_stopping = true;
    void *wrong;
    pthread_join(maintainer, NULL);
    for (int i = 0; i < 2; i++) {
        pthread_join(searchers[i], &wrong);
        CHECK(wrong == NULL);
    }
    near_set_free(shared);
}

TEST(what_an_ended_process_left_behind_is_removed_and_nothing_else)
{
    static const char *const LEFT[] = {"segment-99", "journal-98", "removed-97"};
    static const char *const KEPT[] = {"notes", "segment-x", "journal-"};
    char folder[256], path[300];
    folder_of("leftovers", folder);
    Prng prng = {t_seed()};
    PdqHash hashes[64];
    for (int i = 0; i < 64; i++)
        hashes[i] = near_sample_uniform(&prng);
    NearSet *set = NULL;
    CHECK_OK(near_set_open(folder, &OPTIONS, &set, NULL));
    REQUIRE(set != NULL);
    CHECK_OK(near_set_fill(set, hashes, 64, NULL));
    CHECK_ERR(near_set_fill(set, hashes, 64, NULL), ERR_EXISTS);
    near_set_free(TAKE(set));
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, LEFT[i]);
        CHECK_OK(file_replace(path, STR("left"), true, NULL));
        snprintf(path, sizeof path, "%s/%s", folder, KEPT[i]);
        CHECK_OK(file_replace(path, STR("kept"), true, NULL));
    }
    CHECK_OK(near_set_open(folder, &OPTIONS, &set, NULL));
    REQUIRE(set != NULL);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, LEFT[i]);
        CHECK_INT(access(path, F_OK), -1);
        snprintf(path, sizeof path, "%s/%s", folder, KEPT[i]);
        CHECK_INT(access(path, F_OK), 0);
    }
    _cleanup_(near_scratch_freep) NearScratch *scratch = near_scratch_new();
    NearHits hits = {0};
    REQUIRE(scratch != NULL);
    CHECK_OK(near_set_search(set, scratch, &hashes[63], 0, 0, &hits));
    CHECK_INT(hits.found.len, 1);
    CHECK(hits.found.len == 1 && hits.found.items[0].id == 63);
    near_hits_done(&hits);
    near_set_free(set);
}
