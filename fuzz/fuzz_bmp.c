// The BMP reader on arbitrary bytes, unconfined: no crash, and a result that holds its promises.
#include <stdlib.h>

#include "media/worker/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_rows(void *context, const uint8_t *rows, uint32_t row_count, int channels) {
    (void)rows, (void)channels;
    *(uint32_t *)context += row_count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    WireResult result = wire_result_failed(ERR_CRASHED, WIRE_SAYS_NOTHING);
    uint32_t rows = 0;
    Decoding d = {.input = str_of(data, size),
                  .rows = {.tap = count_rows, .tap_context = &rows},
                  .result = &result};
    // A small picture only: the pixels of a large one cost time and teach nothing.
    if (size > 26 && (data[20] > 2 || data[21] != 0 || data[24] > 2 || data[25] != 0))
        return 0;
    Err err = bmp_decode(&d);
    if (err == ERR_OK && (rows_finish(&d) != ERR_OK || rows != result.height))
        abort();
    return 0;
}
