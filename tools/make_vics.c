// make-vics: a VICS document of any size on standard output, with the traps of the field strewn in
// (format/vics_sample.h), and what was planted as JSON in a file. Seeded: the same arguments give
// the same bytes.
//
//     make-vics --bytes N [--seed S] [--pretty] [--clean] [--counts FILE] > OUT
//
// The first line of FILE is what a right reader must count, as `list-count` prints it; the second
// how many of each trap.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "format/vics_sample.h"

static Err put(void *context, Str piece) {
    (void)context;
    return fd_write_all(STDOUT_FILENO, piece.ptr, piece.len, NULL);
}

static bool counts_write(const VicsSampleCounts *counts, const char *path) {
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    fprintf(file, "{\"records\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"rejected\":{",
            counts->records, counts->accepted);
    const char *comma = "";
    for (int i = 0; i < REJECT_REASON_COUNT; i++) {
        if (counts->rejected[i] == 0)
            continue;
        fprintf(file, "%s\"%s\":%" PRIu64, comma, reject_id((RejectReason)i), counts->rejected[i]);
        comma = ",";
    }
    fputs("}}\n{", file);
    for (int i = 0; vics_trap_name(i) != NULL; i++)
        fprintf(file, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",", vics_trap_name(i), counts->traps[i]);
    fputs("}\n", file);
    return fclose(file) == 0;
}

int main(int argc, char **argv) {
    VicsSample sample = {.seed = 7, .put = put};
    const char *path = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--pretty") == 0)
            sample.is_pretty = true;
        else if (strcmp(argv[i], "--clean") == 0)
            sample.is_clean = true;
        else if (strcmp(argv[i], "--bytes") == 0 && i + 1 < argc)
            sample.bytes = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            sample.seed = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--counts") == 0 && i + 1 < argc)
            path = argv[++i];
        else
            sample.bytes = 0;
    }
    if (sample.bytes == 0) {
        fputs("usage: make-vics --bytes N [--seed S] [--pretty] [--clean] [--counts FILE] > OUT\n",
              stderr);
        return 2;
    }
    VicsSampleCounts counts;
    bool is_made = vics_sample_make(&sample, &counts) == ERR_OK &&
                   (path == NULL || counts_write(&counts, path));
    return is_made ? 0 : 1;
}
