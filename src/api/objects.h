// What is behind the public library's objects that more than one of its files knows.
#pragma once
#include "api/error.h"
#include "index/video_match.h"

struct S7List {
    List *list;
};

struct S7Matcher {
    Matcher *matcher;
};

struct S7Vpdq {
    Vpdq vpdq;
};

_Static_assert(sizeof(S7VpdqFrame) == sizeof(VpdqFrame) &&
                   offsetof(S7VpdqFrame, time_ms) == offsetof(VpdqFrame, time_ms) &&
                   offsetof(S7VpdqFrame, quality) == offsetof(VpdqFrame, quality) &&
                   offsetof(S7VpdqFrame, hash) == offsetof(VpdqFrame, hash) &&
                   sizeof(S7Pdq) == sizeof(PdqHash),
               "one is read as the other");
static inline const VpdqFrame *frames_of(const S7VpdqFrame *frames) {
    return (const VpdqFrame *)(const void *)frames;
}
// False when the numbers of a picture cannot be.
bool api_are_frames(const S7VpdqFrame *frames, size_t count);
