// Dates as the field's tools write them. The raw text is kept beside the parsed value by whoever
// needs it; here is only the reading.
//
// Understood: ISO 8601 with T or space, with fractions of any length, Z, ±hh:mm, ±hhmm or both an
// offset and Z (the offset counts: the Z was put there by a format string); .NET's
// /Date(ms)/ and /Date(ms±hhmm)/ (the offset only says where it was written); m/d/Y with h:m:s and
// AM or PM; EXIF's Y:m:d h:m:s; a date alone.
#pragma once
#include "base/str.h"

typedef struct DateTime {
    int64_t utc_ms;  // milliseconds since 1970; without an offset the time is taken as UTC
    bool has_time;   // a time of day was written
    bool has_offset; // so utc_ms is certain
    int offset_minutes;
} DateTime;

// False when text is no such date or out of range; white space around is ignored.
bool date_parse(Str text, DateTime *ret);
