// For command tests: make_video SAMPLE FRAMES RATE writes one of the sample videos to standard
// output; 77 when this system has no such encoder.
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "samples.h"
#include "video_samples.h"

int main(int argc, char **argv) {
    if (argc != 4)
        return 2;
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    if (!video_make(&bytes, video_sample_of(argv[1]), atoi(argv[2]), atoi(argv[3]), 1))
        return 77;
    return fd_write_all(STDOUT_FILENO, bytes.ptr, bytes.len, NULL) == ERR_OK ? 0 : 1;
}
