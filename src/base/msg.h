// MsgArg: a named argument of a message, as placeholders {name} in a translated text are filled.
// Formatting and translation are language/'s; here is only the shape, so that every room can hand
// arguments upward.
#pragma once
#include "base/str.h"

typedef enum MsgKind {
    MSG_TEXT,   // words for a person, written as they are
    MSG_IDENT,  // path, hash, identifier, option: kept apart from the text's direction, never
                // localised
    MSG_INT,    // a count, written with the locale's grouping and digits
    MSG_BYTES,  // a size in bytes, written in a readable unit
    MSG_PERCENT // a share in 0..1
} MsgKind;

typedef struct MsgArg {
    const char *name; // static
    MsgKind kind;
    Str text;
    int64_t number;
    double share;
} MsgArg;

static inline MsgArg msg_text(const char *name, Str text) {
    return (MsgArg){.name = name, .kind = MSG_TEXT, .text = text};
}
static inline MsgArg msg_ident(const char *name, Str text) {
    return (MsgArg){.name = name, .kind = MSG_IDENT, .text = text};
}
static inline MsgArg msg_int(const char *name, int64_t number) {
    return (MsgArg){.name = name, .kind = MSG_INT, .number = number};
}
static inline MsgArg msg_bytes(const char *name, int64_t bytes) {
    return (MsgArg){.name = name, .kind = MSG_BYTES, .number = bytes};
}
static inline MsgArg msg_percent(const char *name, double share) {
    return (MsgArg){.name = name, .kind = MSG_PERCENT, .share = share};
}

// A borrowed list of arguments: MSG_ARGS(msg_int("files", n), msg_ident("path", p)) or MSG_NONE.
typedef struct MsgArgs {
    const MsgArg *items;
    int count;
} MsgArgs;
#define MSG_ARGS(...) \
    ((MsgArgs){(const MsgArg[]){__VA_ARGS__}, \
               (int)(sizeof((const MsgArg[]){__VA_ARGS__}) / sizeof(MsgArg))})
#define MSG_NONE ((MsgArgs){0})
