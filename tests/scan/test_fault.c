// Want of memory at every allocation of walking, keeping a state, stacking and examining.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"
#include "scan/collect.h"
#include "scan/record.h"
#include "scan/source.h"
#include "scan/stacks.h"

static const char *in_folder(const char *name) {
    static char path[2][256];
    static int which;
    which ^= 1;
    snprintf(path[which], sizeof path[which], "%s/%s", t_folder(), name);
    return path[which];
}

static void make_tree(void) {
    mkdir(in_folder("tree"), 0755);
    mkdir(in_folder("tree/sub"), 0755);
    static const char *const NAMES[] = {"tree/a", "tree/sub/b", "tree/c"};
    for (int i = 0; i < 3; i++) {
        FILE *file = fopen(in_folder(NAMES[i]), "w");
        fputs("text", file);
        fclose(file);
    }
    if (symlink("a", in_folder("tree/link")) != 0)
        return; // there already
}

static Err walk(void) {
    _cleanup_(file_source_freep) FileSource *source = NULL;
    TRY(folder_source_new(in_folder("tree"), &source, NULL));
    for (;;) {
        SourceEntry entry;
        bool has = false;
        TRY(source_next(source, &entry, &has, NULL));
        if (!has)
            return ERR_OK;
        if (entry.kind == SOURCE_PROBLEM && entry.problem.err == ERR_NOMEM)
            return ERR_NOMEM;
    }
}

static Err keep_state(void) {
    static const JournalHeader HEADER = {{"a", 1}, {"b", 1}, {"c", 1}};
    const char *path = in_folder("state");
    unlink(path);
    for (int round = 0; round < 2; round++) {
        _cleanup_(journal_freep) Journal *journal = NULL;
        TRY(journal_open(path, &HEADER, &journal, NULL));
        _cleanup_(scan_item_freep) ScanItem *item = scan_item_new(STR("x/y"), 3, 0);
        if (item == NULL)
            return ERR_NOMEM;
        MediaFacts facts = {.has = MEDIA_PDQ, .fact_count = 1, .facts = {{"Make", "X"}}};
        TRY(scan_item_set_media(item, &facts));
        Diag diag;
        diag_set(&diag, ERR_CORRUPT, "An example.");
        scan_item_set_problem(item, NULL, &diag);
        TRY(journal_put(journal, item, NULL));
        TRY(journal_put_problem(journal, item, 0, item->problem, NULL));
        TRY(journal_put_complete(journal, item, 0, NULL));
        if (round == 1 && journal_find(journal, STR("x/y"), 0, 0, 0) == NULL)
            return ERR_INTERNAL;
    }
    return ERR_OK;
}

static Err stack(void) {
    enum { COUNT = 600 };
    static PdqHash hashes[COUNT];
    static StackPicture pictures[COUNT];
    static uint32_t leaders[COUNT];
    Prng prng = {7};
    for (int i = 0; i < COUNT; i++) {
        hashes[i].bytes[i % 32] = (uint8_t)prng_next(&prng);
        pictures[i] = (StackPicture){&hashes[i], 1, (uint64_t)i, 90};
    }
    TRY(stacks_group(pictures, 100, 31, leaders, NULL));
    return ERR_OK;
}

TEST(a_walk_survives_want_of_memory)
{
    make_tree();
    FAULT_SWEEP(walk);
}

TEST(a_state_survives_want_of_memory)
{ FAULT_SWEEP(keep_state); }

TEST(stacking_survives_want_of_memory)
{ FAULT_SWEEP(stack); }
