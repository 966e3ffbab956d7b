// Any bytes as the result of a scan: items or a refusal, never anything else.
#include <assert.h>

#include "workspace/scan_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ScanReader _cleanup_(scan_reader_freep) *reader = NULL;
    MemorySource source;
    memory_source_init(&source, str_of(data, size), (Str){0});
    if (scan_reader_new(&source.source, &reader, NULL) != ERR_OK)
        return 0;
    ItemDraft draft;
    bool has = true;
    while (has && scan_reader_next(reader, &draft, &has, NULL) == ERR_OK)
        if (has)
            assert(draft.pdq_quality <= 100 && draft.size >= -1 && draft.path_count <= 1);
    return 0;
}
