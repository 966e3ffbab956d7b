// For command tests: make_video SAMPLE FRAMES RATE [FIRST[,STEP[,m]]…] writes one of the sample
// videos to standard output: FRAMES pictures for each FIRST, m: mirrored. 77 when this system has
// no such encoder.
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "samples.h"
#include "video_samples.h"

enum { CUTS_MAX = 16 };

int main(int argc, char **argv) {
    VideoCut cuts[CUTS_MAX] = {{.step = 1}};
    size_t count = argc > 4 ? (size_t)argc - 4 : 1;
    if (argc < 4 || count > CUTS_MAX)
        return 2;
    for (size_t i = 0; i < count; i++) {
        char *text = argc > 4 ? argv[4 + i] : NULL, *step = NULL;
        cuts[i] = (VideoCut){.frames = atoi(argv[2]), .step = 1};
        if (text == NULL)
            continue;
        cuts[i].first = (int)strtol(text, &step, 10);
        if (*step == ',')
            cuts[i].step = (int)strtol(step + 1, &step, 10);
        cuts[i].is_mirrored = strcmp(step, ",m") == 0;
    }
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    if (!video_make_cuts(&bytes, video_sample_of(argv[1]), cuts, count, atoi(argv[3]), 1))
        return 77;
    return fd_write_all(STDOUT_FILENO, bytes.ptr, bytes.len, NULL) == ERR_OK ? 0 : 1;
}
