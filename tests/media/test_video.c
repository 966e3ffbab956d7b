// Videos through the confined decoder: which pictures are hashed and when they stand, damage, lies
// in the head, and hundreds of broken files.
#include <unistd.h>

#include "base/bytes.h"
#include "media/video.h"
#include "media/wire.h"
#include "samples.h"
#include "t.h"
#include "video_samples.h"

static MediaClient *client_new(void) {
    MediaClient *client = NULL;
    Diag diag = {0};
    if (media_client_new(NULL, &client, &diag) != ERR_OK)
        t_fail(__FILE__, __LINE__, "no client: %s", diag.msgid);
    return client;
}

static Err decode(MediaClient *client, Str bytes, const MediaVideoOptions *options,
                  MediaVideo *ret) {
    _cleanup_close_ int fd = sample_file(bytes);
    Diag diag = {0};
    Err err = media_decode_video(client, fd, options, ret, &diag);
    if (err != ERR_OK && diag.msgid == NULL)
        t_fail(__FILE__, __LINE__, "an error without words");
    return err;
}

static void check_pictures(const VideoSample *sample, const MediaVideo *video, int count) {
    CHECK_INT(video->width, VIDEO_WIDTH);
    CHECK_INT(video->height, VIDEO_HEIGHT);
    CHECK_INT(video->frame_count, count);
    for (size_t i = 0; i < video->frame_count; i++) {
        const VpdqFrame *frame = &video->frames[i];
        PdqFacts wanted;
        video_hash((uint32_t)frame->number, &wanted);
        int distance = pdq_distance(&frame->hash, &wanted.hash[PDQ_ORIGINAL]);
        if (frame->number != 10 * i || frame->time_ms < (int64_t)i * 1000 - 2 ||
            frame->time_ms > (int64_t)i * 1000 + 2 || distance > (sample->is_exact ? 0 : 31))
            t_fail(__FILE__, __LINE__, "%s: picture %zu is number %ju at %jd ms, distance %d",
                   sample->name, i, (uintmax_t)frame->number, (intmax_t)frame->time_ms, distance);
        if (sample->is_exact)
            CHECK_INT(frame->quality, wanted.quality);
    }
}

TEST(every_container_gives_a_hash_a_second)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    int made = 0;
    for (size_t i = 0; i < VIDEO_SAMPLE_COUNT; i++) {
        const VideoSample *sample = &VIDEO_SAMPLES[i];
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        if (!video_make(&bytes, sample, 45, 10, 1)) {
            printf("# no encoder for %s\n", sample->name);
            continue;
        }
        made++;
        _cleanup_(media_video_done) MediaVideo video = {0};
        Err err = decode(client, strbuf_str(&bytes), NULL, &video);
        if (err != ERR_OK || video.is_truncated)
            t_fail(__FILE__, __LINE__, "%s: %s%s", sample->name, err_name(err),
                   video.is_truncated ? ", truncated" : "");
        if (err != ERR_OK)
            continue;
        check_pictures(sample, &video, 5);
        if (strcmp(sample->name, "mp4 fragmented") != 0 &&
            (video.duration_ms < 4300 || video.duration_ms > 4600))
            t_fail(__FILE__, __LINE__, "%s: lasts %jd ms", sample->name,
                   (intmax_t)video.duration_ms);
    }
    CHECK(made >= 8);
}

TEST(pictures_are_counted_as_the_public_tool_counts)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    REQUIRE(video_make(&bytes, video_sample_of("avi mpeg4"), 90, 30000, 1001));
    _cleanup_(media_video_done) MediaVideo video = {0};
    REQUIRE(decode(client, strbuf_str(&bytes), NULL, &video) == ERR_OK);
    // 29.97 a second: every 29th.
    REQUIRE(video.frame_count == 4);
    CHECK_INT(video.frames[1].number, 29);
    CHECK_INT(video.frames[1].time_ms, 968);
    CHECK_INT(video.frames[3].number, 87);
    media_video_done(&video);
    MediaVideoOptions half = {.interval = 0.5, .want = MEDIA_PDQ};
    REQUIRE(decode(client, strbuf_str(&bytes), &half, &video) == ERR_OK);
    CHECK_INT(video.frame_count, 7);
    CHECK_INT(video.frames[1].number, 14);
    media_video_done(&video);
    MediaVideoOptions size_only = {.interval = 1};
    REQUIRE(decode(client, strbuf_str(&bytes), &size_only, &video) == ERR_OK);
    CHECK_INT(video.frame_count, 0);
    CHECK_INT(video.width, VIDEO_WIDTH);
    CHECK(video.duration_ms > 2900 && video.duration_ms < 3100);
    media_video_done(&video);
    MediaVideoOptions few = {.want = MEDIA_PDQ, .frames_max = 2};
    CHECK_ERR(decode(client, strbuf_str(&bytes), &few, &video), ERR_LIMIT);
    MediaVideoOptions never = {.interval = -1, .want = MEDIA_PDQ};
    CHECK_ERR(decode(client, strbuf_str(&bytes), &never, &video), ERR_INVALID);
}

TEST(what_a_cut_video_still_holds_is_hashed)
{
    static const char *const NAMES[] = {"mkv mpeg4", "avi mpeg4", "mp4 fragmented",
                                        "transport stream"};
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        if (!video_make(&bytes, video_sample_of(NAMES[i]), 100, 10, 1))
            continue;
        _cleanup_(media_video_done) MediaVideo video = {0};
        Err err = decode(client, str_of(bytes.ptr, bytes.len * 6 / 10), NULL, &video);
        // A transport stream has no head that could tell how long it should be.
        if (err != ERR_OK || video.frame_count < 4 || video.frame_count > 8 ||
            (!video.is_truncated && strcmp(NAMES[i], "transport stream") != 0 &&
             strcmp(NAMES[i], "mp4 fragmented") != 0))
            t_fail(__FILE__, __LINE__, "%s: %s, %zu pictures, truncated: %d", NAMES[i],
                   err_name(err), video.frame_count, video.is_truncated);
    }
    // The index of this one stands at its end.
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    REQUIRE(video_make(&bytes, video_sample_of("mp4 mpeg4"), 100, 10, 1));
    MediaVideo video;
    CHECK_ERR(decode(client, str_of(bytes.ptr, bytes.len * 6 / 10), NULL, &video), ERR_SYNTAX);
}

TEST(what_is_no_video_says_so_and_photos_still_decode)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    MediaVideo video;
    CHECK_ERR(decode(client, STR(""), NULL, &video), ERR_UNSUPPORTED);
    CHECK_ERR(decode(client, STR("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1\n/etc/passwd\n"),
                     NULL, &video),
              ERR_UNSUPPORTED);
    CHECK_ERR(decode(client, STR("ffconcat version 1.0\nfile /etc/passwd\n"), NULL, &video),
              ERR_UNSUPPORTED);
    _cleanup_strbuf_ StrBuf picture = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_png(&picture, PNG_RGB));
    CHECK_ERR(decode(client, strbuf_str(&picture), NULL, &video), ERR_UNSUPPORTED);
    _cleanup_close_ int fd = sample_file(strbuf_str(&picture));
    MediaFacts facts;
    CHECK_OK(media_decode(client, fd, MEDIA_PDQ, &facts, NULL));
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    CHECK_ERR(media_decode_video(client, ends[0], NULL, &video, NULL), ERR_IO);
    close(ends[0]);
    close(ends[1]);
}

static char *find(StrBuf *bytes, const char *what) {
    return memmem(bytes->ptr, bytes->len, what, strlen(what));
}

TEST(lies_in_the_head_hide_nothing)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    _cleanup_strbuf_ StrBuf mp4 = STRBUF(SAMPLE_CEILING);
    REQUIRE(video_make(&mp4, video_sample_of("mp4 mpeg4"), 45, 10, 1));
    char *head = find(&mp4, "mvhd");
    REQUIRE(head != NULL);
    for (uint32_t duration = 0; duration < 3; duration++) {
        memset(head + 20, duration == 0 ? 0 : duration == 1 ? 0x7F : 0xFF, 4);
        _cleanup_(media_video_done) MediaVideo video = {0};
        CHECK_OK(decode(client, strbuf_str(&mp4), NULL, &video));
        CHECK_INT(video.frame_count, 5);
        CHECK(video.duration_ms >= 0);
    }
    // An AVI that claims a million pictures a second.
    _cleanup_strbuf_ StrBuf avi = STRBUF(SAMPLE_CEILING);
    REQUIRE(video_make(&avi, video_sample_of("avi raw"), 100, 25, 1));
    char *stream = find(&avi, "strh");
    REQUIRE(stream != NULL);
    for (uint32_t rate = 0; rate < 2; rate++) {
        memcpy(stream + 8 + 20, "\x01\0\0\0", 4);
        memcpy(stream + 8 + 24, rate == 0 ? "\x40\x42\x0F\0" : "\xFF\xFF\xFF\x7F", 4);
        _cleanup_(media_video_done) MediaVideo video = {0};
        Err err = decode(client, strbuf_str(&avi), NULL, &video);
        CHECK_OK(err);
        CHECK(video.frame_count >= 4);
    }
}

TEST(three_hundred_broken_videos_crash_nobody)
{
    static const char *const NAMES[] = {
        "mp4 h264", "mp4 mpeg4",        "mkv mpeg4",  "webm vp8",       "avi mpeg4",
        "flv",      "transport stream", "ogg theora", "program stream", "mp4 av1"};
    enum { KINDS = sizeof NAMES / sizeof NAMES[0], RUNS = 300 };
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    Prng prng = {t_seed()};
    StrBuf made[KINDS];
    int counts[ERR_CLASS_COUNT] = {0};
    for (int i = 0; i < KINDS; i++) {
        made[i] = (StrBuf)STRBUF(SAMPLE_CEILING);
        if (!video_make(&made[i], video_sample_of(NAMES[i]), 12, 5, 1))
            strbuf_clear(&made[i]);
    }
    for (int run = 0; run < RUNS; run++) {
        const StrBuf *original = &made[run % KINDS];
        if (original->len == 0)
            continue;
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        strbuf_put(&bytes, strbuf_str(original));
        // Half of them are hit in the head, where the structures are.
        size_t span = run % 2 == 0 && bytes.len > 600 ? 600 : bytes.len;
        for (uint64_t hits = 1 + prng_below(&prng, 30); hits > 0; hits--)
            bytes.ptr[prng_below(&prng, span)] = (char)prng_next(&prng);
        size_t length = run % 5 == 0 ? prng_below(&prng, bytes.len) : bytes.len;
        _cleanup_(media_video_done) MediaVideo video = {0};
        Err err = decode(client, str_of(bytes.ptr, length), NULL, &video);
        counts[err]++;
        if (err == ERR_SANDBOX || err == ERR_INTERNAL || err == ERR_TIMEOUT)
            t_fail(__FILE__, __LINE__, "run %d of %s: %s", run, NAMES[run % KINDS], err_name(err));
    }
    for (int i = 0; i < ERR_CLASS_COUNT; i++)
        if (counts[i] > 0)
            printf("# %s: %d\n", err_name((Err)i), counts[i]);
    CHECK(counts[ERR_OK] > 0);
    for (int i = 0; i < KINDS; i++)
        strbuf_done(&made[i]);
}

TEST(answers_out_of_range_are_not_believed)
{
    WirePicture first = {.frame = 3, .time_ms = 100, .quality = 100}, next = first;
    CHECK(wire_picture_is_sound(&first, NULL));
    CHECK(!wire_picture_is_sound(&next, &first));
    next.frame = 4;
    CHECK(wire_picture_is_sound(&next, &first));
    next.time_ms = 99;
    CHECK(!wire_picture_is_sound(&next, &first));
    next.time_ms = INT64_MAX;
    CHECK(!wire_picture_is_sound(&next, NULL));
    next.time_ms = 100;
    next.quality = 101;
    CHECK(!wire_picture_is_sound(&next, NULL));
    WireVideo video = {.width = 1, .height = 1};
    CHECK(wire_video_is_sound(&video));
    video.duration_ms = -1;
    CHECK(!wire_video_is_sound(&video));
    video = (WireVideo){.width = 1, .height = 70000};
    CHECK(!wire_video_is_sound(&video));
}

TEST(another_program_in_its_place_is_an_error)
{
    _cleanup_strbuf_ StrBuf avi = STRBUF(SAMPLE_CEILING);
    REQUIRE(video_make(&avi, video_sample_of("avi mpeg4"), 5, 5, 1));
    const char *pictures = getenv("SEVENTH_MEDIA");
    REQUIRE(pictures != NULL);
    MediaVideo video;
    setenv("SEVENTH_MEDIA_VIDEO", pictures, 1);
    MediaClient *client = client_new();
    REQUIRE(client != NULL);
    CHECK_ERR(decode(client, strbuf_str(&avi), NULL, &video), ERR_CRASHED);
    media_client_free(client);
    setenv("SEVENTH_MEDIA_VIDEO", "/nonexistent/program", 1);
    client = client_new();
    REQUIRE(client != NULL);
    CHECK(decode(client, strbuf_str(&avi), NULL, &video) != ERR_OK);
    media_client_free(client);
    unsetenv("SEVENTH_MEDIA_VIDEO");
}
