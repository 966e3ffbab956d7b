// The checks of the wire forms on arbitrary bytes: whatever they let pass is safe to use.
#include <stdlib.h>

#include "media/limits.h"
#include "media/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    // Like a receiver: what is missing is zero. The first byte says what was wanted.
    WireResult result = {.magic = WIRE_MAGIC};
    unsigned want = size > 0 ? data[0] & 15u : 0;
    if (size > 1)
        memcpy((uint8_t *)&result + 4, data + 1,
               size - 1 < sizeof result - 4 ? size - 1 : sizeof result - 4);
    if (wire_result_is_sound(&result, want)) {
        if (result.err >= ERR_CLASS_COUNT ||
            wire_message_text((WireMessage)result.message)[0] == '\0')
            abort();
        if (result.err == ERR_OK &&
            (result.width == 0 || result.width > MEDIA_DIMENSION_MAX || result.height == 0 ||
             result.fact_count > WIRE_FACTS_MAX || result.quality[0] > 100))
            abort();
        for (uint32_t i = 0; result.err == ERR_OK && i < result.fact_count; i++)
            if (memchr(result.facts[i].value, '\0', WIRE_TEXT_MAX) == NULL ||
                wire_fact_name((WireFactName)result.facts[i].name)[0] == '\0')
                abort();
    }
    (void)wire_text_is_printable(str_of(data, size));
    WireRequest request = {0};
    memcpy(&request, data, size < sizeof request ? size : sizeof request);
    (void)wire_request_is_sound(&request);
    return 0;
}
