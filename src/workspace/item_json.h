// The members that describe one examined file in JSON, the same for `hash` and `scan`.
#pragma once
#include "format/vpdq_json.h"
#include "language/catalogue.h"
#include "scan/item.h"

// "path", and "path_hex" when the bytes of the path are not UTF-8, so that nothing is lost.
void item_json_path(JsonWriter *json, Str path);
// "md5", "sha1", "sha256": those it has.
void item_json_digests(JsonWriter *json, const Digests *digests);
// "pdq", "pdq512" and, when the item has them, the other seven orientations of each as "pdq_rot90"
// …; "quality", "quality512".
void item_json_hashes(JsonWriter *json, const ScanItem *item);
// "duration" in seconds where it is known, and "vpdq": an array of {"frame", "quality", "hash",
// "time"}; nothing for what is no video.
void item_json_video(JsonWriter *json, const ScanItem *item);
// The sentence for a person, in the reader's language.
void item_problem_put(StrBuf *out, const Lang *lang, Str path, const ScanProblem *problem);
