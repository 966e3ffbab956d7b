// Videos in list files: their pictures come back, rows join or stay apart, and damage is seen.
#include "index/list_layout.h"
#include "list_sample.h"

static VpdqFrame frame_of(unsigned seed, int64_t time_ms) {
    VpdqFrame frame = {.number = (uint64_t)seed << 33, .time_ms = time_ms, .quality = seed % 101};
    Prng prng = {seed};
    for (int i = 0; i < PDQ_BYTES; i++)
        frame.hash.bytes[i] = (uint8_t)prng_next(&prng);
    return frame;
}

static ListEntry video_entry(const VpdqFrame *frames, size_t count) {
    return (ListEntry){.has = ENTRY_VPDQ,
                       .pdq_quality = PDQ_QUALITY_UNKNOWN,
                       .frames = frames,
                       .frame_count = count};
}

static bool are_equal(const ListEntry *entry, const VpdqFrame *frames, size_t count) {
    if (entry->frame_count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const VpdqFrame *a = &entry->frames[i], *b = &frames[i];
        if (a->number != b->number || a->time_ms != b->time_ms || a->quality != b->quality ||
            pdq_distance(&a->hash, &b->hash) != 0)
            return false;
    }
    return true;
}

TEST(videos_come_back)
{
    VpdqFrame frames[50];
    for (unsigned i = 0; i < 50; i++)
        frames[i] = frame_of(i, 1001 * (int64_t)i);
    ListBuilder *builder = sample_builder();
    ListEntry entry = video_entry(frames, 50);
    entry.id = STR("long");
    sample_add(builder, &entry);
    entry = video_entry(frames + 7, 1);
    entry.id = STR("short");
    sample_add(builder, &entry);
    _cleanup_(list_freep) List *list = sample_close(builder, "videos.s7list");
    _cleanup_(arena_freep) Arena *scratch = arena_new(1 << 20);
    REQUIRE(list != NULL);
    ListKinds kinds;
    list_kinds(list, &kinds);
    CHECK_INT(kinds.vpdq, 2);
    CHECK_INT(kinds.frames, 51);
    CHECK_OK(list_check(list, NULL));
    CHECK_OK(list_entry(list, 41, scratch, &entry, NULL));
    CHECK_INT(entry.has, ENTRY_VPDQ);
    CHECK(are_equal(&entry, frames, 50));
    CHECK_OK(list_entry(list, 42, scratch, &entry, NULL));
    CHECK_STR(entry.id, "short");
    CHECK(are_equal(&entry, frames + 7, 1));
    CHECK_OK(list_entry(list, 3, scratch, &entry, NULL));
    CHECK_INT(entry.frame_count, 0);
    // A scratch that is too small is a limit, not a crash.
    _cleanup_(arena_freep) Arena *small = arena_new(256);
    CHECK(list_entry(list, 41, small, &entry, NULL) != ERR_OK);
}

TEST(rows_of_one_md5_share_a_video)
{
    VpdqFrame frames[3] = {frame_of(1, 0), frame_of(2, 1000), frame_of(3, 2000)};
    ListBuilder *builder = sample_begin();
    ListEntry plain = sample_entry(1), video = sample_entry(1);
    sample_add(builder, &plain);
    ListEntry other = video_entry(frames + 1, 1); // its pictures stand before the joined ones
    sample_add(builder, &other);
    video.has |= ENTRY_VPDQ;
    video.frames = frames;
    video.frame_count = 3;
    sample_add(builder, &video);
    sample_add(builder, &video);
    CHECK_INT(list_builder_count(builder), 2);
    frames[2].time_ms++;
    sample_add(builder, &video); // another video: stays apart
    CHECK_INT(list_builder_count(builder), 3);
    video.frame_count = 2;
    sample_add(builder, &video);
    CHECK_INT(list_builder_count(builder), 4);
    _cleanup_(list_freep) List *list = sample_close(builder, "joined.s7list");
    _cleanup_(arena_freep) Arena *scratch = arena_new(1 << 20);
    REQUIRE(list != NULL);
    CHECK_OK(list_check(list, NULL));
    frames[2].time_ms--;
    ListEntry entry;
    CHECK_OK(list_entry(list, 0, scratch, &entry, NULL));
    CHECK_INT(entry.has, ENTRY_MD5 | ENTRY_VPDQ);
    CHECK(are_equal(&entry, frames, 3));
}

TEST(what_cannot_be_is_refused)
{
    VpdqFrame frames[1] = {frame_of(1, 0)};
    static const struct {
        int64_t time_ms;
        uint32_t quality;
    } BAD[] = {{-1, 50}, {INT64_MAX, 50}, {0, 101}};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        _cleanup_(list_builder_freep) ListBuilder *builder = sample_begin();
        frames[0].time_ms = BAD[i].time_ms;
        frames[0].quality = BAD[i].quality;
        ListEntry entry = video_entry(frames, 1);
        CHECK_ERR(list_builder_add(builder, &entry, NULL), ERR_RANGE);
        CHECK_ERR(list_builder_add(builder, &entry, NULL), ERR_STATE);
    }
    _cleanup_(list_builder_freep) ListBuilder *builder = sample_begin();
    ListEntry entry = video_entry(NULL, 0);
    CHECK_ERR(list_builder_add(builder, &entry, NULL), ERR_LIMIT);
}
