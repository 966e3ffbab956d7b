// What the client, seventh-media (the keeper) and its confined children say to each other. Every
// form has a fixed layout, is made of numbers only, and is checked by whoever receives it: a child
// is taken to be hostile from its first instruction on.
//
// Channel: a SOCK_SEQPACKET pair. Client → keeper: WireRequest with descriptors attached (decode:
// the input; unpack, video: input, write end of the stream, a socket of the stream's own). Keeper →
// client: one WireResult each, and one unasked at start. Child → keeper: one WireResult on a pipe.
// Unpack or video child → client: a pipe of WireFrame.
#pragma once
#include "hash/pdq.h"

enum {
    WIRE_MAGIC = 0x334D3753, // "S7M3": changes with any change here
    WIRE_FACTS_MAX = 16,
    WIRE_TEXT_MAX = 96,
    WIRE_FDS_MAX = 3
};

// VIDEO is served by seventh-media-video only, the others by seventh-media only.
typedef enum WireVerb { WIRE_DECODE = 1, WIRE_UNPACK = 2, WIRE_VIDEO = 3 } WireVerb;
typedef enum WireWant {
    WIRE_PDQ = 1 << 0,
    WIRE_PDQ512 = 1 << 1,
    WIRE_TURNS = 1 << 2,
    WIRE_FACTS = 1 << 3,
    WIRE_FAST = 1 << 4 // hashes may be approximate where that saves time
} WireWant;

// X(NAME, MIME)
#define WIRE_TYPES(X) \
    X(NONE, "application/octet-stream") \
    X(JPEG, "image/jpeg") \
    X(PNG, "image/png") \
    X(GIF, "image/gif") \
    X(WEBP, "image/webp") \
    X(BMP, "image/bmp") \
    X(TIFF, "image/tiff") \
    X(HEIC, "image/heic") \
    X(HEIF, "image/heif") \
    X(AVIF, "image/avif")
typedef enum WireType {
#define WIRE_ENUM(name, mime) WIRE_TYPE_##name,
    WIRE_TYPES(WIRE_ENUM)
#undef WIRE_ENUM
        WIRE_TYPE_COUNT
} WireType;

// The facts read from a picture's metadata, by the canonical names of index/entry.h.
#define WIRE_FACT_NAMES(X) \
    X(MAKE, "Make") \
    X(MODEL, "Model") \
    X(SERIAL, "SerialNumber") \
    X(TAKEN, "DateTimeOriginal") \
    X(LATITUDE, "GPSLatitude") \
    X(LONGITUDE, "GPSLongitude") \
    X(SOFTWARE, "Software")
typedef enum WireFactName {
#define WIRE_ENUM(name, text) WIRE_FACT_##name,
    WIRE_FACT_NAMES(WIRE_ENUM)
#undef WIRE_ENUM
        WIRE_FACT_NAME_COUNT
} WireFactName;

// A child answers with a number; the words stand in wire.c.
typedef enum WireMessage {
    WIRE_SAYS_NOTHING,
    WIRE_SAYS_UNKNOWN,
    WIRE_SAYS_VARIANT,
    WIRE_SAYS_DAMAGED,
    WIRE_SAYS_SHORT,
    WIRE_SAYS_DIMENSIONS,
    WIRE_SAYS_EFFORT,
    WIRE_SAYS_INPUT_SIZE,
    WIRE_SAYS_MEMORY,
    WIRE_SAYS_CPU,
    WIRE_SAYS_WALL,
    WIRE_SAYS_CRASH,
    WIRE_SAYS_VIOLATION,
    WIRE_SAYS_GARBAGE,
    WIRE_SAYS_CONFINE,
    WIRE_SAYS_PROCESS,
    WIRE_SAYS_READ,
    WIRE_SAYS_NO_ARCHIVE,
    WIRE_SAYS_ARCHIVE_DAMAGED,
    WIRE_SAYS_ARCHIVE_ENCRYPTED,
    WIRE_SAYS_ARCHIVE_VARIANT,
    WIRE_SAYS_ARCHIVE_OUTPUT,
    WIRE_SAYS_ARCHIVE_MEMBERS,
    WIRE_SAYS_NO_VIDEO,
    WIRE_SAYS_VIDEO_CODEC,
    WIRE_SAYS_VIDEO_DAMAGED,
    WIRE_SAYS_VIDEO_FRAMES,
    WIRE_MESSAGE_COUNT
} WireMessage;

typedef struct WireRequest {
    uint32_t magic, verb, want;
    uint32_t cpu_seconds, wall_ms, members_max;
    uint32_t interval_ms, frames_max; // video
    uint64_t memory, output_max;      // bytes
} WireRequest;

typedef struct WireFact {
    uint32_t name;
    char value[WIRE_TEXT_MAX]; // valid, printable UTF-8 with a NUL
} WireFact;

enum { WIRE_IS_TRUNCATED = 1 << 0, WIRE_IS_APPROXIMATE = 1 << 1 };
typedef struct WireResult {
    uint32_t magic;
    uint32_t err, message; // of Err and WireMessage
    uint32_t type, width, height, frames, flags, has, fact_count;
    int64_t offset;     // byte of the input where it went wrong; -1 unknown
    uint8_t quality[8]; // [variant]; the rest is zero
    uint8_t pdq[PDQ_VARIANTS][PDQ_TURNS][PDQ_BYTES];
    WireFact facts[WIRE_FACTS_MAX];
} WireResult;
// So that a pipe takes it in one piece.
_Static_assert(sizeof(WireResult) <= 4096, "a result must fit into a pipe's atomic write");

typedef enum WireFrameKind {
    WIRE_FRAME_MEMBER = 1, // WireMember, then its path
    WIRE_FRAME_DATA,       // bytes of the member
    WIRE_FRAME_MEMBER_END, // WireFailure: err is OK, or why the member ends here
    WIRE_FRAME_END,        // WireFailure: err is OK, or why the archive ends here
    WIRE_FRAME_VIDEO,      // WireVideo, first of all
    WIRE_FRAME_PICTURE,    // WirePicture
    WIRE_FRAME_VIDEO_END   // WireVideoEnd
} WireFrameKind;
typedef struct WireFrame {
    uint32_t kind, length; // length: bytes of payload that follow
} WireFrame;
enum { WIRE_MEMBER_ENCRYPTED = 1 << 0, WIRE_MEMBER_SIZE_UNKNOWN = 1 << 1 };
typedef struct WireMember {
    uint64_t size;
    uint32_t flags, path_length;
} WireMember;
typedef struct WireFailure {
    uint32_t err, message;
    int64_t offset;
} WireFailure;

// Of a video: what its container says.
typedef struct WireVideo {
    uint32_t width, height;
    int64_t duration_ms; // 0: unknown
} WireVideo;
// One of its pictures; frame numbers rise, times do not fall.
typedef struct WirePicture {
    uint64_t frame;  // number of the picture among all that were decoded, from 0
    int64_t time_ms; // since the first picture
    uint32_t quality, reserved;
    uint8_t pdq[PDQ_BYTES];
} WirePicture;
typedef struct WireVideoEnd {
    WireFailure failure;
    uint32_t flags, reserved; // WIRE_IS_TRUNCATED
} WireVideoEnd;

WireResult wire_result_failed(Err err, WireMessage message);
// True when every number is in its range, text is text, and nothing is claimed that was not wanted.
bool wire_result_is_sound(const WireResult *result, unsigned want);
bool wire_request_is_sound(const WireRequest *request);
bool wire_failure_is_sound(const WireFailure *failure);
bool wire_video_is_sound(const WireVideo *video);
// `last` is the picture before, or NULL.
bool wire_picture_is_sound(const WirePicture *picture, const WirePicture *last);
const char *wire_type_mime(WireType type);
const char *wire_fact_name(WireFactName name);
// The msgid; a sentence for a person, translated by whoever shows it.
const char *wire_message_text(WireMessage message);
// Valid UTF-8 without control characters, and not empty.
bool wire_text_is_printable(Str text);
