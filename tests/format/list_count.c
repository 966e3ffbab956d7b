// list-count: reads a list from standard input and prints what make-vics says a right reader must
// count, and a second line with megabytes a second of processor time and peak memory.
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "format/reader.h"

int main(void) {
    FdSource source;
    fd_source_init(&source, STDIN_FILENO, STR("standard input"));
    FormatInput input = {.source = &source.source, .fd = -1};
    _cleanup_(format_freep) FormatReader *reader = NULL;
    Diag diag = {0};
    if (format_open(&input, &reader, &diag) != ERR_OK) {
        fprintf(stderr, "%s\n", diag.msgid);
        return 1;
    }
    uint64_t locations = 0;
    for (;;) {
        ListEntry entry;
        bool has = false;
        if (format_next(reader, &entry, &has, &diag) != ERR_OK) {
            fprintf(stderr, "%s\n", diag.msgid);
            return 1;
        }
        if (!has)
            break;
        locations += entry.location_count;
    }
    const FormatReport *report = format_report(reader);
    printf("{\"records\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"rejected\":{", report->records,
           report->accepted);
    const char *comma = "";
    for (int i = 0; i < REJECT_REASON_COUNT; i++) {
        if (report->rejected[i] == 0)
            continue;
        printf("%s\"%s\":%" PRIu64, comma, reject_id((RejectReason)i), report->rejected[i]);
        comma = ",";
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double user = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
    double system = (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
    double megabytes = (double)source.source.offset / 1e6;
    printf("}}\n{\"bytes\":%" PRIu64 ",\"locations\":%" PRIu64
           ",\"user_seconds\":%.3f,\"system_seconds\":%.3f,\"mb_per_second\":%.0f,"
           "\"peak_kib\":%ld}\n",
           source.source.offset, locations, user, system, megabytes / (user + system),
           usage.ru_maxrss);
    return 0;
}
