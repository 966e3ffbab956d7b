// The public library's near set, from several threads, and stacks.
#include <pthread.h>
#include <stdio.h>

#include "seventh.h"
#include "t.h"

enum { COUNT = 2000 };

static S7Pdq hash_of(unsigned seed, int flipped) {
    S7Pdq hash;
    Prng prng = {seed};
    for (int i = 0; i < S7_PDQ_BYTES; i++)
        hash.bytes[i] = (uint8_t)prng_next(&prng);
    for (int bit = 0; bit < flipped; bit++)
        hash.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    return hash;
}

TEST(hashes_come_and_go)
{
    char folder[256];
    snprintf(folder, sizeof folder, "%s/set", t_folder());
    S7NearSet *set = NULL, *second = NULL;
    static S7Pdq hashes[COUNT];
    S7NearHit hits[4];
    uint32_t first = 99;
    size_t count = 0;
    for (unsigned i = 0; i < COUNT; i++)
        hashes[i] = hash_of(i + 1, 0);
    REQUIRE(s7_near_set_open(folder, &set) == S7_OK);
    CHECK_INT(s7_near_set_open(folder, &second), S7_ERROR_BUSY);
    REQUIRE(s7_near_set_add(set, hashes, COUNT, &first) == S7_OK);
    CHECK_INT(first, 0);
    S7Pdq near = hash_of(8, 5);
    REQUIRE(s7_near_set_add(set, &near, 1, &first) == S7_OK);
    CHECK_INT(first, COUNT);
    REQUIRE(s7_near_set_search(set, &hashes[7], 31, hits, 4, &count) == S7_OK);
    CHECK_INT(count, 2);
    CHECK_INT(hits[0].id, 7);
    CHECK_INT(hits[1].id, COUNT);
    CHECK_INT(hits[1].distance, 5);
    REQUIRE(s7_near_set_search(set, &hashes[7], 31, NULL, 0, &count) == S7_OK);
    CHECK_INT(count, 2);
    CHECK_INT(s7_near_set_remove(set, 7), S7_OK);
    CHECK_INT(s7_near_set_remove(set, 7), S7_OK);
    CHECK_INT(s7_near_set_remove(set, COUNT + 1), S7_ERROR_NOT_FOUND);
    CHECK_INT(s7_near_set_count(set), COUNT);
    CHECK_INT(s7_near_set_commit(set), S7_OK);
    int did = 7;
    CHECK_INT(s7_near_set_maintain(set, &did), S7_OK);
    CHECK_INT(did, 0); // too few to be worth a segment
    s7_near_set_free(set);
    REQUIRE(s7_near_set_open(folder, &set) == S7_OK);
    REQUIRE(s7_near_set_search(set, &hashes[7], 31, hits, 4, &count) == S7_OK);
    CHECK_INT(count, 1);
    CHECK_INT(hits[0].id, COUNT);
    CHECK_INT(s7_near_set_search(set, &hashes[7], S7_RADIUS_MAX + 1, hits, 4, &count),
              S7_ERROR_INVALID);
    s7_near_set_free(set);
    s7_near_set_free(NULL);
    CHECK_INT(s7_near_set_open("/nonexistent/folder/set", &set), S7_ERROR_NOT_FOUND);
}

typedef struct Asking {
    S7NearSet *set;
    int failed;
} Asking;

static void *ask(void *untyped) {
    Asking *asking = untyped;
    for (unsigned i = 0; i < 200; i++) {
        S7Pdq hash = hash_of(i + 1, 3);
        S7NearHit hit;
        size_t count = 0;
        if (s7_near_set_search(asking->set, &hash, 8, &hit, 1, &count) != S7_OK || count != 1 ||
            hit.id != i || hit.distance != 3)
            asking->failed++;
    }
    return NULL;
}

TEST(searching_goes_on_while_hashes_are_added)
{
    char folder[256];
    snprintf(folder, sizeof folder, "%s/busy", t_folder());
    S7NearSet *set = NULL;
    REQUIRE(s7_near_set_open(folder, &set) == S7_OK);
    for (unsigned i = 0; i < 200; i++) {
        S7Pdq hash = hash_of(i + 1, 0);
        REQUIRE(s7_near_set_add(set, &hash, 1, NULL) == S7_OK);
    }
    Asking asking[3];
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        asking[i] = (Asking){set, 0};
        REQUIRE(pthread_create(&threads[i], NULL, ask, &asking[i]) == 0);
    }
    for (unsigned i = 0; i < 500; i++) {
        S7Pdq hash = hash_of(100000 + i, 0);
        CHECK_INT(s7_near_set_add(set, &hash, 1, NULL), S7_OK);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(asking[i].failed, 0);
    }
    s7_near_set_free(set);
}

TEST(stacks_have_leaders)
{
    S7Pdq hashes[5] = {hash_of(1, 0), hash_of(2, 0), hash_of(1, 7), hash_of(2, 31), hash_of(3, 0)};
    uint32_t leaders[5] = {9, 9, 9, 9, 9};
    REQUIRE(s7_stacks(hashes, 5, 31, 31, leaders) == S7_OK);
    CHECK_INT(leaders[0], 0);
    CHECK_INT(leaders[1], 1);
    CHECK_INT(leaders[2], 0);
    CHECK_INT(leaders[3], 1);
    CHECK_INT(leaders[4], 4);
    CHECK_INT(s7_stacks(hashes, 5, 31, 30, leaders), S7_ERROR_INVALID);
    CHECK_INT(s7_stacks(hashes, 5, 0, S7_RADIUS_MAX + 1, leaders), S7_ERROR_INVALID);
    CHECK_INT(s7_stacks(NULL, 0, 31, 31, NULL), S7_OK);
}
