// Sniffing on arbitrary bytes: always a type, never a read outside.
#include <stdlib.h>

#include "media/type.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    MediaType type = media_type_of(str_of(data, size));
    if (type.mime == NULL || strchr(type.mime, '/') == NULL || type.class > MEDIA_CLASS_COMPRESSED)
        abort();
    return 0;
}
