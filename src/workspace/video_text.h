// What is said about matches of videos, the same in `match` and `scan`.
#pragma once
#include "format/vpdq_json.h"
#include "index/video_match.h"

enum { CLOCK_TEXT_MAX = 40 };
// A time within a video as h:mm:ss.
void clock_text(char ret_text[CLOCK_TEXT_MAX], int64_t time_ms);
// "md5" …, "pdq" (also for a picture of a listed video), "vpdq".
const char *match_algorithm_name(int algorithm);
// Member "time" of the object of a match with a picture of a listed video; nothing for others.
void match_frame_json(JsonWriter *json, const Match *match, const ListEntry *entry);
// Members of a match's object. Of a listed picture: "pictures", "first", "last". Of a listed video
// also "query_share", "target_share" (percent), "target_pictures" and "segments".
void match_video_json(JsonWriter *json, const VideoMatch *video, const VpdqSegment *segments);
