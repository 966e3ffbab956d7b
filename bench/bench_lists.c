// The list readers over 64 MB of each format in memory, beside a bare search for line ends over the
// same bytes.
#include <stdio.h>

#include "base/clock.h"
#include "format/reader.h"
#include "made_list.h"

enum { LIST_BYTES = 64 << 20, ROUNDS = 3 };

static double read_seconds(Str content, FormatReport *ret) {
    int64_t start = clock_monotonic_ns();
    MemorySource source;
    memory_source_init(&source, content, STR("list"));
    FormatInput input = {.source = &source.source, .fd = -1};
    _cleanup_(format_freep) FormatReader *reader = NULL;
    if (format_open(&input, &reader, NULL) != ERR_OK)
        return 0;
    ListEntry entry;
    bool has = true;
    while (format_next(reader, &entry, &has, NULL) == ERR_OK && has)
        continue;
    *ret = *format_report(reader);
    return (double)(clock_monotonic_ns() - start) / 1e9;
}

static volatile size_t lines;

static double peer_seconds(Str content) {
    int64_t start = clock_monotonic_ns();
    const char *at = content.ptr, *end = content.ptr + content.len;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        lines++;
        at++;
    }
    return (double)(clock_monotonic_ns() - start) / 1e9;
}

int main(void) {
    printf("%-12s %-14s %10s %8s %12s\n", "list", "read as", "entries", "MB/s", "line search");
    for (int kind = 0; kind < MADE_KINDS; kind++) {
        _cleanup_strbuf_ StrBuf content = STRBUF(LIST_BYTES + (1 << 20));
        MadeList made;
        made_list_begin(&made, (MadeKind)kind, 7, &content);
        made.is_perfect = true;
        while (content.len < LIST_BYTES)
            made_list_row(&made, &content);
        made_list_end(&made, &content);
        if (strbuf_err(&content) != ERR_OK)
            return 1;
        FormatReport report = {0};
        double best = 1e9, peer = 1e9;
        for (int round = 0; round < ROUNDS; round++) {
            double seconds = read_seconds(strbuf_str(&content), &report);
            best = seconds < best ? seconds : best;
            seconds = peer_seconds(strbuf_str(&content));
            peer = seconds < peer ? seconds : peer;
        }
        if (best > 0)
            printf("%-12s %-14s %10llu %8.0f %11.1fx\n", made_list_name((MadeKind)kind),
                   format_name(report.kind), (unsigned long long)report.accepted,
                   (double)content.len / best / 1e6, best / peer);
    }
    return 0;
}
