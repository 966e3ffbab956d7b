// The worker pool: order of delivery, digests, problems, memory under way.
#include "scan/pool.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "scan/limits.h"
#include "t.h"

typedef struct Received {
    int count, with_problem, out_of_order;
    bool has_digests;
} Received;

static void receive(void *to, ScanItem *item) {
    Received *received = to;
    received->out_of_order += item->ordinal != (uint32_t)received->count;
    received->with_problem += item->problem != NULL;
    received->has_digests &= item->digests.has != 0 || item->problem != NULL;
    received->count++;
    scan_item_free(item);
}

static InspectPool *make_pool(int jobs, bool is_ordered, Received *to) {
    *to = (Received){.has_digests = true};
    InspectOptions options = {.jobs = jobs,
                              .digests = (1u << DIGEST_KINDS) - 1,
                              .is_ordered = is_ordered,
                              .deliver = receive,
                              .to = to};
    InspectPool *pool = NULL;
    CHECK_OK(inspect_pool_new(&options, &pool, NULL));
    return pool;
}

// Every fifth item has a problem already, every seventh a descriptor that cannot be read.
static void push_all(InspectPool *pool, int count, uint64_t held) {
    for (int i = 0; i < count; i++) {
        char path[32];
        snprintf(path, sizeof path, "file-%d", i);
        ScanItem *item = scan_item_new(str_from(path), strlen(path), (uint32_t)i);
        SourceContent content = {.fd = -1, .held = held};
        if (held > 0)
            inspect_pool_reserve(pool, held);
        if (i % 5 == 0) {
            Diag diag;
            diag_set(&diag, ERR_NOT_FOUND, "gone");
            scan_item_set_problem(item, NULL, &diag);
        } else if (i % 7 == 0) {
            content.fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        } else {
            content.fd = memfd_create("t", MFD_CLOEXEC);
            CHECK_OK(fd_write_all(content.fd, path, strlen(path), NULL));
        }
        CHECK_OK(inspect_pool_push(pool, item, &content, NULL));
    }
}

TEST(items_are_delivered_in_the_order_of_pushing)
{
    Received received;
    InspectPool *pool = make_pool(4, true, &received);
    push_all(pool, 3 * SCAN_ORDER_WINDOW / 2, 0);
    inspect_pool_drain(pool);
    CHECK_INT(received.count, 3 * SCAN_ORDER_WINDOW / 2);
    CHECK_INT(received.out_of_order, 0);
    CHECK(received.has_digests);
    int problems = 0;
    for (int i = 0; i < received.count; i++)
        problems += i % 5 == 0 || i % 7 == 0;
    CHECK_INT(received.with_problem, problems);
    inspect_pool_free(pool);
}

TEST(without_order_everything_arrives_too)
{
    Received received;
    InspectPool *pool = make_pool(3, false, &received);
    push_all(pool, 500, 0);
    inspect_pool_free(pool);
    CHECK_INT(received.count, 500);
}

TEST(memory_under_way_is_bounded_and_given_back)
{
    Received received;
    InspectPool *pool = make_pool(2, false, &received);
    // Would wait for ever if an item did not give back what it held.
    push_all(pool, 60, SCAN_SPOOLED_BYTES / 4);
    inspect_pool_drain(pool);
    CHECK_INT(received.count, 60);
    inspect_pool_reserve(pool, SCAN_SPOOLED_BYTES);
    inspect_pool_release(pool, SCAN_SPOOLED_BYTES);
    inspect_pool_free(pool);
}
