// The document of a scan as an upload: whatever the bytes, records come out whole or reading ends.
#include <stdlib.h>

#include "base/utf8.h"
#include "records/scan_items.h"

enum { ITEM_MEMORY = 1 << 20, ITEMS_MAX = 100000 };

static void check_text(Str text) {
    if (!utf8_is_valid(text))
        abort();
}

static void check_draft(const ItemDraft *draft) {
    if (draft->class < 0 || draft->class >= ITEM_CLASS_COUNT || draft->size < -1 ||
        draft->width < -1 || draft->height < -1 || draft->stack < 0 || draft->pdq_quality < -1 ||
        draft->pdq_quality > 100 || draft->flag_count > RECORDS_FLAGS_MAX)
        abort();
    check_text(draft->media_type);
    check_text(draft->claimed.code);
    for (size_t i = 0; i < draft->path_count; i++)
        check_text(draft->paths[i]);
    for (size_t i = 0; i < draft->flag_count; i++)
        check_text(draft->flags[i].flag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    MemorySource source;
    ScanItems items = {0};
    Arena *memory = arena_new(ITEM_MEMORY);
    Str bytes = str_of(data, size);
    (void)scan_items_detect(bytes);
    memory_source_init(&source, bytes, (Str){0});
    Err err = memory == NULL ? ERR_NOMEM : scan_items_begin(&items, &source.source, NULL);
    for (int i = 0; err == ERR_OK && i < ITEMS_MAX; i++) {
        ItemDraft draft;
        bool has = false;
        arena_reset(memory);
        err = scan_items_next(&items, memory, &draft, &has, NULL);
        if (err != ERR_OK || !has)
            break;
        check_draft(&draft);
    }
    scan_items_done(&items);
    arena_free(memory);
    return 0;
}
