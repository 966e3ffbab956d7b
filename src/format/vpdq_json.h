// A video hash in JSON, the same in every answer and list of ours.
#pragma once
#include "format/json.h"
#include "hash/vpdq.h"

// A member whose value is in seconds, with three decimals.
void json_seconds(JsonWriter *json, const char *key, int64_t time_ms);
// "vpdq": an array of {"frame", "quality", "hash", "time"}.
void json_vpdq(JsonWriter *json, const VpdqFrame *frames, size_t count);
