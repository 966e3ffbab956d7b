// The videos of the set and the truth about them.
#include "video.h"

#include <stdio.h>

#include "base/file.h"
#include "format/json.h"
#include "hash/vpdq.h"

enum {
    ROOM_WIDTH = 1280,
    ROOM_HEIGHT = 720,
    WIDTH = 400,
    HEIGHT = 300,
    RATE = 4,
    SECONDS = 8, // of a clip
    CLIPS = 2,
    STRETCHES = 2,
    PICTURES_MAX = SECONDS * STRETCHES,
    FILE_MAX = 64 << 20,
    KNOWN_SHARE = 80 // percent, as a scan has it
};

typedef struct Stretch {
    int clip, from, to; // seconds of the clip
} Stretch;

typedef struct Made {
    const char *path, *edit;
    int stretch_count;
    Stretch stretches[STRETCHES];
    int quality;
    bool is_mirrored;
} Made;

// The first is the one that the list knows.
static const Made VIDEOS[] = {
    {"DCIM/Camera/clip-1.avi", "none", 1, {{0, 0, SECONDS}}, 90, false},
    {"Chat/Images/forwarded.avi", "recompressed", 1, {{0, 0, SECONDS}}, 45, false},
    {"Download/excerpt.avi", "part", 1, {{0, 2, 6}}, 80, false},
    {"Backup/2023/August/compilation.avi",
     "compilation",
     2,
     {{1, 0, SECONDS}, {0, 0, SECONDS}},
     80,
     false},
    {"Pictures/Saved/clip-2.avi", "none", 1, {{1, 0, SECONDS}}, 90, false},
    {"Download/mirrored.avi", "mirrored", 1, {{0, 0, SECONDS}}, 80, true},
};
enum { VIDEOS_MADE = sizeof VIDEOS / sizeof VIDEOS[0] };

typedef struct Clips {
    Original rooms[CLIPS];
    Picture pictures[CLIPS];
} Clips;

static void clips_done(Clips *clips) {
    for (int i = 0; i < CLIPS; i++)
        picture_done(&clips->pictures[i]);
}

static Err clips_paint(const Plan *plan, Clips *ret) {
    for (int i = 0; i < CLIPS; i++) {
        Prng mixer = {plan->seed + 70001 + (uint64_t)i};
        Prng dice = {prng_next(&mixer)};
        Original *room = &ret->rooms[i];
        *room = (Original){.number = plan->count + i,
                           .seed = prng_next(&dice),
                           .country = plan->originals[dice_int(&dice, 0, plan->count - 1)].country,
                           .scene = dice_int(&dice, 0, SCENE_COUNT - 1),
                           .width = ROOM_WIDTH,
                           .height = ROOM_HEIGHT};
        TRY(original_paint(room, &ret->pictures[i]));
    }
    return ERR_OK;
}

// What the camera sees of the room: it goes from one side to the other, down and up again.
static Err frame_take(const Picture *room, int tick, const Made *made, Picture *ret) {
    double t = (double)tick / (SECONDS * RATE);
    int x = (int)(t * (ROOM_WIDTH - WIDTH)),
        y = (int)(sin(t * M_PI) * (ROOM_HEIGHT - HEIGHT) * 0.9);
    if (!made->is_mirrored)
        return picture_crop(room, x, y, WIDTH, HEIGHT, ret);
    _cleanup_picture_ Picture plain = {0};
    TRY(picture_crop(room, x, y, WIDTH, HEIGHT, &plain));
    return picture_mirror(&plain, ret);
}

// A picture of the video, and its hash when a second begins.
static Err frame_put(VideoFile *file, const Picture *room, int tick, const Made *made,
                     VpdqFrame *io_frames, size_t *io_count) {
    _cleanup_picture_ Picture frame = {0};
    _cleanup_strbuf_ StrBuf jpeg = STRBUF(FILE_MAX);
    TRY(frame_take(room, tick, made, &frame));
    TRY(jpeg_encode(&frame, made->quality, NULL, &jpeg)); // the frame is as a reader has it now
    TRY(strbuf_err(&jpeg));
    if (file->count % RATE == 0) {
        VpdqFrame *to = &io_frames[(*io_count)++];
        int quality;
        TRY(pdq_measure(&frame, &to->hash, &quality));
        to->number = (uint64_t)file->count;
        to->time_ms = file->count * 1000 / RATE;
        to->quality = (uint32_t)quality;
    }
    video_file_put(file, strbuf_str(&jpeg));
    return ERR_OK;
}

static Err video_make(const Clips *clips, const Made *made, StrBuf *out, VpdqFrame *ret_frames,
                      size_t *ret_count) {
    _cleanup_video_file_ VideoFile file;
    *ret_count = 0;
    video_file_begin(&file, WIDTH, HEIGHT, RATE);
    for (int i = 0; i < made->stretch_count; i++) {
        const Stretch *stretch = &made->stretches[i];
        for (int tick = stretch->from * RATE; tick < stretch->to * RATE; tick++)
            TRY(frame_put(&file, &clips->pictures[stretch->clip], tick, made, ret_frames,
                          ret_count));
    }
    return video_file_end(&file, out);
}

// As a scan with the list should say, from the hashes as they turned out.
static Err expect(const Vpdq *listed, const Vpdq *video, const char **ret) {
    VpdqShares shares;
    const VpdqRule rule = VPDQ_RULE_USUAL;
    TRY(vpdq_match(video, listed, &rule, &shares));
    if (vpdq_percent(shares.query_matched, shares.query_counted) >= KNOWN_SHARE)
        *ret = "known-near";
    else if (vpdq_percent(shares.target_matched, shares.target_counted) >= KNOWN_SHARE)
        *ret = "partly-known";
    else
        *ret = "unknown";
    return ERR_OK;
}

static void key_text(JsonWriter *json, const char *key, const char *value) {
    json_key(json, key);
    json_text(json, value);
}

static void key_number(JsonWriter *json, const char *key, int64_t value) {
    json_key(json, key);
    json_i64(json, value);
}

static void stretches_put(JsonWriter *json, const Clips *clips, const Made *made) {
    int at = 0;
    json_key(json, "stretches");
    json_array_begin(json);
    for (int i = 0; i < made->stretch_count; i++) {
        const Stretch *stretch = &made->stretches[i];
        const Original *room = &clips->rooms[stretch->clip];
        char seed[24];
        snprintf(seed, sizeof seed, "%016llx", (unsigned long long)room->seed);
        json_object_begin(json);
        key_number(json, "clip", stretch->clip + 1);
        key_text(json, "seed", seed);
        key_text(json, "scene", SCENES[room->scene].name);
        key_text(json, "country", room->country->code);
        key_number(json, "from", stretch->from);
        key_number(json, "to", stretch->to);
        key_number(json, "at", at);
        json_object_end(json);
        at += stretch->to - stretch->from;
    }
    json_array_end(json);
}

static Err truth_put(JsonWriter *json, const Clips *clips, const Made *made, Str bytes,
                     const char *expected) {
    _cleanup_(digest_stream_freep) DigestStream *stream = NULL;
    Digests digests;
    TRY(digest_stream_new(1 << DIGEST_SHA256, &stream));
    digest_stream_put(stream, bytes.ptr, bytes.len);
    TRY(digest_stream_finish(stream, &digests));
    json_object_begin(json);
    key_text(json, "path", made->path);
    key_text(json, "edit", made->edit);
    key_number(json, "width", WIDTH);
    key_number(json, "height", HEIGHT);
    key_number(json, "size", (int64_t)bytes.len);
    json_key(json, "sha256");
    json_hex(json, digests.sha256, SHA256_BYTES);
    stretches_put(json, clips, made);
    key_text(json, "expect", expected);
    json_object_end(json);
    return ERR_OK;
}

static Err list_write(const Vpdq *listed, const char *root, Diag *diag) {
    char path[1024];
    _cleanup_strbuf_ StrBuf text = STRBUF(1 << 16);
    vpdq_write(&text, listed->frames, listed->count);
    TRY(strbuf_err(&text));
    snprintf(path, sizeof path, "%s/lists/known-video.txt", root);
    return file_replace(path, strbuf_str(&text), false, diag);
}

Err videos_write(const Plan *plan, const char *root, Diag *diag) {
    _cleanup_(clips_done) Clips clips = {0};
    _cleanup_strbuf_ StrBuf truth = STRBUF(1 << 20);
    VpdqFrame listed_frames[PICTURES_MAX] = {0};
    Vpdq listed = {listed_frames, 0};
    JsonWriter json;
    char path[1024];
    TRY(clips_paint(plan, &clips));
    json_writer_init(&json, &truth);
    json_array_begin(&json);
    for (int i = 0; i < VIDEOS_MADE; i++) {
        VpdqFrame frames[PICTURES_MAX] = {0};
        _cleanup_strbuf_ StrBuf bytes = STRBUF(FILE_MAX);
        Vpdq video = {i == 0 ? listed_frames : frames, 0};
        const char *expected;
        TRY(video_make(&clips, &VIDEOS[i], &bytes, video.frames, &video.count));
        if (i == 0)
            listed = video;
        TRY(expect(&listed, &video, &expected));
        TRY(truth_put(&json, &clips, &VIDEOS[i], strbuf_str(&bytes), expected));
        snprintf(path, sizeof path, "%s/device/%s", root, VIDEOS[i].path);
        TRY(file_replace(path, strbuf_str(&bytes), false, diag));
    }
    json_array_end(&json);
    strbuf_put_byte(&truth, '\n');
    TRY(strbuf_err(&truth));
    TRY(list_write(&listed, root, diag));
    snprintf(path, sizeof path, "%s/truth/videos.json", root);
    return file_replace(path, strbuf_str(&truth), false, diag);
}
