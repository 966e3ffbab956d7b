// Checks and words of the wire forms; compiled into the client and into the worker alike.
#include "media/wire.h"

#include "base/utf8.h"
#include "media/limits.h"

static const char *const MIMES[] = {
#define WIRE_ROW(name, mime) mime,
    WIRE_TYPES(WIRE_ROW)
#undef WIRE_ROW
};
static const char *const FACT_NAMES[] = {
#define WIRE_ROW(name, text) text,
    WIRE_FACT_NAMES(WIRE_ROW)
#undef WIRE_ROW
};
static const char *const MESSAGES[WIRE_MESSAGE_COUNT] = {
    [WIRE_SAYS_NOTHING] = N_("No reason was given"),
    [WIRE_SAYS_UNKNOWN] = N_("This is not a picture of a kind that can be decoded"),
    [WIRE_SAYS_VARIANT] = N_("This variant of the picture format cannot be decoded"),
    [WIRE_SAYS_DAMAGED] = N_("The picture is damaged, and nothing of it can be decoded"),
    [WIRE_SAYS_SHORT] = N_("The picture ends before its first pixel"),
    [WIRE_SAYS_DIMENSIONS] = N_("The picture has more pixels than is allowed"),
    [WIRE_SAYS_EFFORT] = N_("The picture is built so that decoding it takes absurd effort"),
    [WIRE_SAYS_INPUT_SIZE] = N_("The file is larger than a picture may be"),
    [WIRE_SAYS_MEMORY] = N_("Decoding needs more memory than is allowed"),
    [WIRE_SAYS_CPU] = N_("Decoding took more processor time than is allowed, and was stopped"),
    [WIRE_SAYS_WALL] = N_("Decoding took longer than is allowed, and was stopped"),
    [WIRE_SAYS_CRASH] = N_("The decoder crashed on this file"),
    [WIRE_SAYS_VIOLATION] =
        N_("The decoder attempted something forbidden and was stopped; the file may be hostile"),
    [WIRE_SAYS_GARBAGE] =
        N_("The decoder gave an answer that makes no sense; the file may be hostile"),
    [WIRE_SAYS_CONFINE] = N_("The process that should decode the file could not be confined, so "
                             "the file was not opened"),
    [WIRE_SAYS_PROCESS] = N_("No further process could be started"),
    [WIRE_SAYS_READ] = N_("The file cannot be read from its beginning"),
    [WIRE_SAYS_NO_ARCHIVE] = N_("This is not an archive of a kind that can be read"),
    [WIRE_SAYS_ARCHIVE_DAMAGED] = N_("The archive is damaged from here on"),
    [WIRE_SAYS_ARCHIVE_ENCRYPTED] = N_("This content is encrypted and cannot be read"),
    [WIRE_SAYS_ARCHIVE_VARIANT] = N_("This way of packing cannot be read"),
    [WIRE_SAYS_ARCHIVE_OUTPUT] = N_("The archive unpacks to more bytes than is allowed"),
    [WIRE_SAYS_ARCHIVE_MEMBERS] = N_("The archive has more members than is allowed"),
    [WIRE_SAYS_NO_VIDEO] = N_("This is not a video of a kind that can be decoded"),
    [WIRE_SAYS_VIDEO_CODEC] = N_("The pictures of this video are coded in a way that is not known"),
    [WIRE_SAYS_VIDEO_DAMAGED] = N_("The video is damaged, and no picture of it can be decoded"),
    [WIRE_SAYS_VIDEO_FRAMES] = N_("The video is longer than is allowed"),
};

const char *wire_type_mime(WireType type) {
    return MIMES[type < WIRE_TYPE_COUNT ? type : WIRE_TYPE_NONE];
}

const char *wire_fact_name(WireFactName name) {
    return FACT_NAMES[name < WIRE_FACT_NAME_COUNT ? name : 0];
}

const char *wire_message_text(WireMessage message) {
    return MESSAGES[message < WIRE_MESSAGE_COUNT ? message : WIRE_SAYS_NOTHING];
}

WireResult wire_result_failed(Err err, WireMessage message) {
    return (WireResult){.magic = WIRE_MAGIC, .err = err, .message = message, .offset = -1};
}

bool wire_text_is_printable(Str text) {
    if (text.len == 0 || !utf8_is_valid(text))
        return false;
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        // Controls, line and paragraph separators, and the marks that turn the direction of text.
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
            (c >= 0x200E && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
            (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF)
            return false;
    }
    return true;
}

bool wire_failure_is_sound(const WireFailure *failure) {
    return failure->err < ERR_CLASS_COUNT && failure->message < WIRE_MESSAGE_COUNT &&
           failure->offset >= -1;
}

bool wire_request_is_sound(const WireRequest *request) {
    return request->magic == WIRE_MAGIC && request->verb >= WIRE_DECODE &&
           request->verb <= WIRE_VIDEO && request->cpu_seconds > 0 && request->wall_ms > 0 &&
           request->memory > 0 &&
           (request->verb != WIRE_VIDEO || (request->interval_ms > 0 && request->frames_max > 0));
}

bool wire_video_is_sound(const WireVideo *video) {
    return video->width > 0 && video->width <= MEDIA_DIMENSION_MAX && video->height > 0 &&
           video->height <= MEDIA_DIMENSION_MAX && video->duration_ms >= 0 &&
           video->duration_ms <= MEDIA_VIDEO_DURATION_MS;
}

bool wire_picture_is_sound(const WirePicture *picture, const WirePicture *last) {
    return picture->quality <= 100 && picture->time_ms >= 0 &&
           picture->time_ms <= MEDIA_VIDEO_DURATION_MS &&
           (last == NULL || (picture->frame > last->frame && picture->time_ms >= last->time_ms));
}

static bool facts_are_sound(const WireResult *result) {
    if (result->fact_count > WIRE_FACTS_MAX)
        return false;
    for (uint32_t i = 0; i < result->fact_count; i++) {
        const WireFact *fact = &result->facts[i];
        const char *end = memchr(fact->value, '\0', sizeof fact->value);
        if (fact->name >= WIRE_FACT_NAME_COUNT || end == NULL ||
            !wire_text_is_printable(str_of(fact->value, (size_t)(end - fact->value))))
            return false;
    }
    return true;
}

bool wire_result_is_sound(const WireResult *result, unsigned want) {
    if (result->magic != WIRE_MAGIC || result->err >= ERR_CLASS_COUNT ||
        result->message >= WIRE_MESSAGE_COUNT || result->type >= WIRE_TYPE_COUNT ||
        result->offset < -1)
        return false;
    if (result->err != ERR_OK)
        return true;
    unsigned wanted = want & (WIRE_PDQ | WIRE_PDQ512 | WIRE_TURNS);
    return result->type != WIRE_TYPE_NONE && result->width > 0 &&
           result->width <= MEDIA_DIMENSION_MAX && result->height > 0 &&
           result->height <= MEDIA_DIMENSION_MAX &&
           (uint64_t)result->width * result->height <= MEDIA_PIXELS_MAX && result->frames > 0 &&
           result->frames <= MEDIA_FRAMES_MAX &&
           (result->flags & ~(unsigned)(WIRE_IS_TRUNCATED | WIRE_IS_APPROXIMATE)) == 0 &&
           ((result->flags & WIRE_IS_APPROXIMATE) == 0 || (want & WIRE_FAST) != 0) &&
           result->has == wanted && result->quality[PDQ_FULL] <= 100 &&
           result->quality[PDQ_512] <= 100 && facts_are_sound(result) &&
           (result->fact_count == 0 || (want & WIRE_FACTS) != 0);
}
