// A video hash in JSON; see vpdq_json.h.
#include "format/vpdq_json.h"

#include <stdio.h>

void json_seconds(JsonWriter *json, const char *key, int64_t time_ms) {
    char text[32];
    int n =
        snprintf(text, sizeof text, "%jd.%03d", (intmax_t)(time_ms / 1000), (int)(time_ms % 1000));
    json_key(json, key);
    json_raw(json, str_of(text, (size_t)n));
}

void json_vpdq(JsonWriter *json, const VpdqFrame *frames, size_t count) {
    json_key(json, "vpdq");
    json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(json);
        json_key(json, "frame");
        json_u64(json, frames[i].number);
        json_key(json, "quality");
        json_u64(json, frames[i].quality);
        json_key(json, "hash");
        json_hex(json, frames[i].hash.bytes, PDQ_BYTES);
        json_seconds(json, "time", frames[i].time_ms);
        json_object_end(json);
    }
    json_array_end(json);
}
