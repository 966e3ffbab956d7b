// Any bytes as a hash list: detection and every reader. NSRL databases come through a descriptor.
#include <stdlib.h>
#include <sys/mman.h>

#include "base/file.h"
#include "base/utf8.h"
#include "format/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool is_kept) {
    if (!is_kept)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    MemorySource source;
    memory_source_init(&source, str_of(data, size), STR("list"));
    FormatInput input = {.source = &source.source, .fd = -1};
    _cleanup_close_ int fd = -1;
    if (size > 16 && memcmp(data, "SQLite format 3", 16) == 0) {
        fd = memfd_create("list", MFD_CLOEXEC);
        if (fd < 0 || fd_write_all(fd, data, size, NULL) != ERR_OK)
            return 0;
        input.fd = fd;
    }
    _cleanup_(format_freep) FormatReader *reader = NULL;
    if (format_open(&input, &reader, NULL) != ERR_OK)
        return 0;
    ListEntry entry;
    bool has = true;
    while (format_next(reader, &entry, &has, NULL) == ERR_OK && has) {
        promise(utf8_is_valid(entry.id) && utf8_is_valid(entry.category));
        promise(utf8_is_valid(entry.series) && utf8_is_valid(entry.issuer));
        for (size_t i = 0; i < entry.location_count; i++)
            promise(utf8_is_valid(entry.locations[i].path));
    }
    promise(format_report(reader)->accepted <= format_report(reader)->records);
    return 0;
}
