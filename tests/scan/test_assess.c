// Classes, duplicates, flags and stacks from made-up files and lists.
#include "scan/assess.h"

#include "t.h"

typedef struct Scene {
    CollectedFiles files;
    List *lists[2]; // known, known-good
    Matcher *matcher;
    Assessment result;
} Scene;

static PdqHash hash_of(unsigned seed, int flipped) {
    PdqHash hash;
    Prng prng = {seed};
    for (int i = 0; i < PDQ_BYTES; i++)
        hash.bytes[i] = (uint8_t)prng_next(&prng);
    for (int bit = 0; bit < flipped; bit++)
        hash.bytes[31 - bit / 8] ^= (uint8_t)(1u << bit % 8);
    return hash;
}

static List *make_list(const char *name, const ListEntry *entries, size_t count) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s.s7list", t_folder(), name);
    ListBuilder *builder = NULL;
    CHECK_OK(list_builder_new(&builder));
    for (size_t i = 0; i < count; i++)
        CHECK_OK(list_builder_add(builder, &entries[i], NULL));
    ListMeta meta = {.name = str_from(name), .version = 1};
    CHECK_OK(list_builder_write(builder, &meta, path, NULL));
    list_builder_free(builder);
    List *list = NULL;
    CHECK_OK(list_open(path, &list, NULL));
    return list;
}

static const EntryFact FACTS[] = {{{"Make", 4}, {"ExampleCam", 10}}};

// Entry n: SHA-256 all n, PDQ of seed n, 100 × 100 pixels.
static ListEntry entry_of(unsigned n) {
    static char ids[16][8];
    snprintf(ids[n], sizeof ids[n], "id-%u", n);
    ListEntry entry = {.id = str_from(ids[n]),
                       .has = ENTRY_SHA256 | ENTRY_PDQ | ENTRY_DIMENSIONS,
                       .pdq = hash_of(n, 0),
                       .pdq_quality = 100,
                       .width = 100,
                       .height = 100};
    memset(entry.sha256, (int)n, SHA256_BYTES);
    return entry;
}

static void scene_begin(Scene *scene) {
    *scene = (Scene){0};
    ListEntry known[] = {entry_of(1), entry_of(2), entry_of(3), entry_of(4)};
    known[1].victim_identified = TRI_NO;
    known[2].facts = FACTS;
    known[2].fact_count = 1;
    known[3].has &= ~(unsigned)ENTRY_DIMENSIONS;
    known[3].has |= ENTRY_SIZE;
    known[3].size = 5000;
    ListEntry good[] = {entry_of(2), entry_of(9)};
    scene->lists[0] = make_list("known", known, 4);
    scene->lists[1] = make_list("good", good, 2);
    CHECK_OK(matcher_new((const List *const *)scene->lists, 2, &scene->matcher, NULL));
}

static ScanItem *add_file(Scene *scene, const char *path, int sha256, const char *mime,
                          MediaClass class) {
    ScanItem *item = scan_item_new(str_from(path), strlen(path), 0);
    item->type = (MediaType){mime, class};
    item->size = 1000;
    item->digests.has = 1u << DIGEST_SHA256;
    memset(item->digests.sha256, sha256, SHA256_BYTES);
    CHECK(vec_push(&scene->files.items, item));
    return item;
}

static ScanItem *add_picture(Scene *scene, const char *path, int sha256, PdqHash pdq, int side) {
    ScanItem *item = add_file(scene, path, sha256, "image/png", MEDIA_CLASS_IMAGE);
    MediaFacts facts = {.width = (uint32_t)side, .height = (uint32_t)side, .has = MEDIA_PDQ};
    facts.pdq[PDQ_FULL].hash[0] = pdq;
    facts.pdq[PDQ_FULL].quality = 80;
    CHECK_OK(scan_item_set_media(item, &facts));
    return item;
}

static void add_facts(ScanItem *item, const char *name, const char *value) {
    MediaFacts facts = {
        .width = item->width, .height = item->height, .has = item->has, .fact_count = 1};
    facts.pdq[PDQ_FULL].hash[0] = item->hashes[0];
    facts.pdq[PDQ_FULL].quality = item->quality[0];
    snprintf(facts.facts[0].name, sizeof facts.facts[0].name, "%s", name);
    snprintf(facts.facts[0].value, sizeof facts.facts[0].value, "%s", value);
    free(item->hashes);
    CHECK_OK(scan_item_set_media(item, &facts));
}

static void scene_assess(Scene *scene, int jobs) {
    static const bool IS_KNOWN_GOOD[] = {false, true};
    AssessOptions options = {.lists = (const List *const *)scene->lists,
                             .is_known_good = IS_KNOWN_GOOD,
                             .list_count = 2,
                             .matcher = scene->matcher,
                             .radius = PDQ_RADIUS_USUAL,
                             .jobs = jobs};
    CHECK_OK(files_assess(&scene->files, &options, &scene->result, NULL));
}

static void scene_done(Scene *scene) {
    assessment_done(&scene->result);
    collected_files_done(&scene->files);
    matcher_free(scene->matcher);
    list_free(scene->lists[0]);
    list_free(scene->lists[1]);
}
#define _cleanup_scene_ _cleanup_(scene_done)

// "known", "probably-known+larger-copy", …
static const char *verdict_text(const Scene *scene, size_t file) {
    static char text[128];
    const ScanVerdict *verdict = &scene->result.verdicts[file];
    snprintf(text, sizeof text, "%s", scan_class_id(verdict->class));
    for (int flag = 0; flag < SCAN_FLAG_COUNT; flag++)
        if ((verdict->flags >> flag & 1) != 0)
            snprintf(text + strlen(text), sizeof text - strlen(text), "+%s", scan_flag_id(flag));
    return text;
}
#define CHECK_VERDICT(scene, file, expected) \
    CHECK_STR(str_from(verdict_text(scene, file)), expected)

TEST(each_file_falls_into_its_class)
{
    _cleanup_scene_ Scene scene;
    scene_begin(&scene);
    add_picture(&scene, "a-known", 1, hash_of(50, 0), 10);
    add_picture(&scene, "b-near", 101, hash_of(1, 31), 10);
    add_picture(&scene, "c-not-near", 102, hash_of(1, 32), 10);
    add_picture(&scene, "d-good", 9, hash_of(51, 0), 10);
    add_picture(&scene, "e-near-good", 103, hash_of(9, 2), 10);
    add_file(&scene, "f-text", 104, "text/plain", MEDIA_CLASS_OTHER);
    add_file(&scene, "g-video", 105, "video/mp4", MEDIA_CLASS_VIDEO);
    add_file(&scene, "h-zip", 106, "application/zip", MEDIA_CLASS_ARCHIVE);
    Diag diag;
    diag_set(&diag, ERR_CORRUPT, "x");
    scan_item_set_problem(add_file(&scene, "i-bad", 107, "image/png", MEDIA_CLASS_IMAGE), NULL,
                          &diag);
    scan_item_set_problem(add_file(&scene, "j-known-bad", 3, "image/png", MEDIA_CLASS_IMAGE), NULL,
                          &diag);
    add_picture(&scene, "k-both", 2, hash_of(52, 0), 10);
    add_picture(&scene, "l-low", 108, hash_of(1, 0), 10)->quality[PDQ_FULL] = 49;
    scene_assess(&scene, 3);
    CHECK_VERDICT(&scene, 0, "known");
    CHECK_VERDICT(&scene, 1, "probably-known");
    CHECK_INT(scene.result.verdicts[1].matches[0].match.distance, 31);
    CHECK_VERDICT(&scene, 2, "unknown");
    CHECK_VERDICT(&scene, 3, "known-good");
    CHECK_VERDICT(&scene, 4, "unknown");
    CHECK_INT(scene.result.verdicts[4].match_count, 0);
    CHECK_VERDICT(&scene, 5, "other");
    CHECK_VERDICT(&scene, 6, "unknown");
    CHECK_VERDICT(&scene, 7, "other");
    CHECK_VERDICT(&scene, 8, "problem");
    CHECK_VERDICT(&scene, 9, "known");
    CHECK_VERDICT(&scene, 10, "known+victim-unidentified+conflicting-lists");
    CHECK_VERDICT(&scene, 11, "unknown");
    const ScanTotals *totals = &scene.result.totals;
    uint64_t sum = totals->duplicates;
    for (int class = 0; class < SCAN_CLASS_COUNT; class ++)
        sum += totals->classes[class];
    CHECK_INT(sum, totals->files);
    CHECK_INT(totals->files, 12);
    CHECK_INT(totals->problems_listed, 2);
}

TEST(flags_say_what_is_new)
{
    _cleanup_scene_ Scene scene;
    scene_begin(&scene);
    add_picture(&scene, "a-larger", 101, hash_of(1, 4), 101);
    add_picture(&scene, "b-same-size", 102, hash_of(1, 6), 100);
    add_picture(&scene, "c-victim", 103, hash_of(2, 6), 50);
    add_facts(add_picture(&scene, "d-same-fact", 104, hash_of(3, 6), 50), "Make", "ExampleCam");
    add_facts(add_picture(&scene, "e-new-fact", 105, hash_of(3, 8), 50), "Make", "OtherCam");
    add_facts(add_picture(&scene, "f-exact-new-fact", 3, hash_of(60, 0), 50), "Model", "X");
    add_facts(add_picture(&scene, "g-exact-without-facts", 1, hash_of(61, 0), 50), "Model", "X");
    add_facts(add_picture(&scene, "h-near-without-facts", 106, hash_of(1, 8), 50), "Model", "X");
    add_picture(&scene, "i-larger-in-bytes", 107, hash_of(4, 2), 50)->size = 5001;
    add_picture(&scene, "j-smaller-in-bytes", 108, hash_of(4, 3), 5000);
    scene_assess(&scene, 1);
    CHECK_VERDICT(&scene, 0, "probably-known+larger-copy");
    CHECK_VERDICT(&scene, 1, "probably-known");
    CHECK_VERDICT(&scene, 2, "probably-known+victim-unidentified");
    CHECK_VERDICT(&scene, 3, "probably-known");
    CHECK_VERDICT(&scene, 4, "probably-known+new-metadata");
    CHECK_VERDICT(&scene, 5, "known+new-metadata");
    CHECK_VERDICT(&scene, 6, "known");
    CHECK_VERDICT(&scene, 7, "probably-known+new-metadata");
    CHECK_VERDICT(&scene, 8, "probably-known+larger-copy");
    CHECK_VERDICT(&scene, 9, "probably-known");
}

TEST(duplicates_take_after_the_first_and_count_apart)
{
    _cleanup_scene_ Scene scene;
    scene_begin(&scene);
    add_picture(&scene, "a", 1, hash_of(50, 0), 10);
    add_picture(&scene, "b", 1, hash_of(50, 0), 10);
    add_picture(&scene, "c", 200, hash_of(51, 0), 10);
    add_picture(&scene, "d", 200, hash_of(51, 0), 10);
    add_picture(&scene, "e", 200, hash_of(51, 0), 10);
    add_picture(&scene, "f", 201, hash_of(51, 3), 20);
    ScanItem *unread = add_file(&scene, "g", 0, "image/png", MEDIA_CLASS_IMAGE);
    unread->digests.has = 0;
    ScanItem *unread_too = add_file(&scene, "h", 0, "image/png", MEDIA_CLASS_IMAGE);
    unread_too->digests.has = 0;
    scene_assess(&scene, 2);
    const ScanVerdict *verdicts = scene.result.verdicts;
    CHECK_INT(verdicts[0].duplicate_of, SCAN_NOT_DUPLICATE);
    CHECK_INT(verdicts[1].duplicate_of, 0);
    CHECK_VERDICT(&scene, 1, "known");
    CHECK_INT(verdicts[3].duplicate_of, 2);
    CHECK_INT(verdicts[4].duplicate_of, 2);
    CHECK_INT(verdicts[7].duplicate_of, SCAN_NOT_DUPLICATE);
    CHECK_INT(scene.result.totals.duplicates, 3);
    CHECK_INT(scene.result.totals.classes[SCAN_KNOWN], 1);
    // Copies lie in the stack of what they are copies of.
    REQUIRE(scene.result.stacks.len == 1);
    const ScanStack *stack = &scene.result.stacks.items[0];
    CHECK_INT(stack->member_count, 4);
    CHECK_INT(stack->members[0], 2);
    CHECK_INT(stack->members[3], 5);
    CHECK_INT(stack->representative, 5);
    CHECK_INT(verdicts[4].stack, 1);
    CHECK_INT(verdicts[0].stack, 0);
}

TEST(probably_known_files_stack_by_entry)
{
    _cleanup_scene_ Scene scene;
    scene_begin(&scene);
    add_picture(&scene, "a", 101, hash_of(1, 10), 10);
    add_picture(&scene, "b", 102, hash_of(2, 10), 10);
    add_picture(&scene, "c", 103, hash_of(1, 20), 30);
    scene_assess(&scene, 1);
    REQUIRE(scene.result.stacks.len == 1);
    const ScanStack *stack = &scene.result.stacks.items[0];
    CHECK(stack->is_probably_known);
    CHECK_INT(stack->member_count, 2);
    CHECK_INT(stack->representative, 2);
    CHECK_INT(stack->entry, 0);
    CHECK_INT(scene.result.totals.known_stacks, 1);
    CHECK_INT(scene.result.totals.stacks, 0);
}

TEST(other_orientations_match_when_the_file_has_them)
{
    _cleanup_scene_ Scene scene;
    scene_begin(&scene);
    ScanItem *item = add_picture(&scene, "a", 101, hash_of(70, 0), 10);
    MediaFacts facts = {.width = 10, .height = 10, .has = MEDIA_PDQ | MEDIA_TURNS};
    for (int turn = 0; turn < PDQ_TURNS; turn++)
        facts.pdq[PDQ_FULL].hash[turn] = hash_of(70 + (unsigned)turn, 0);
    facts.pdq[PDQ_FULL].hash[PDQ_ROT270] = hash_of(2, 12);
    facts.pdq[PDQ_FULL].hash[PDQ_FLIPX] = hash_of(2, 16);
    facts.pdq[PDQ_FULL].quality = 80;
    free(item->hashes);
    CHECK_OK(scan_item_set_media(item, &facts));
    scene_assess(&scene, 1);
    CHECK_VERDICT(&scene, 0, "probably-known+victim-unidentified");
    const ScanVerdict *verdict = &scene.result.verdicts[0];
    REQUIRE(verdict->match_count == 1);
    CHECK_INT(verdict->matches[0].turn, PDQ_ROT270);
    CHECK_INT(verdict->matches[0].match.distance, 12);
}

static MediaVideo video_of(unsigned first, size_t count, int flipped) {
    MediaVideo video = {.width = 100,
                        .height = 100,
                        .frame_count = count,
                        .frames = calloc(count, sizeof *video.frames)};
    for (size_t i = 0; i < count; i++)
        video.frames[i] = (VpdqFrame){.number = i * 25,
                                      .time_ms = (int64_t)i * 1000,
                                      .quality = 100,
                                      .hash = hash_of(first + (unsigned)i, flipped)};
    return video;
}

static void add_video(Scene *scene, const char *path, int sha256, MediaVideo video) {
    ScanItem *item = add_file(scene, path, sha256, "video/mp4", MEDIA_CLASS_VIDEO);
    CHECK_OK(scan_item_set_video(item, &video));
}

static MediaVideo joined(MediaVideo a, MediaVideo b) {
    MediaVideo video = {.width = 100, .height = 100, .frame_count = a.frame_count + b.frame_count};
    video.frames = calloc(video.frame_count, sizeof *video.frames);
    memcpy(video.frames, a.frames, a.frame_count * sizeof *a.frames);
    memcpy(video.frames + a.frame_count, b.frames, b.frame_count * sizeof *b.frames);
    for (size_t i = 0; i < video.frame_count; i++) {
        video.frames[i].number = i * 25;
        video.frames[i].time_ms = (int64_t)i * 1000;
    }
    media_video_done(&a);
    media_video_done(&b);
    return video;
}

// The scene with two listed videos: pictures 1000–1039 known, 2000–2039 harmless.
static void scene_begin_videos(Scene *scene) {
    scene_begin(scene);
    for (int i = 0; i < 2; i++) {
        MediaVideo video = video_of(i == 0 ? 1000 : 2000, 40, 0);
        ListEntry entry = {.id = STR("video"),
                           .has = ENTRY_VPDQ | ENTRY_SHA256,
                           .pdq_quality = PDQ_QUALITY_UNKNOWN,
                           .victim_identified = TRI_NO,
                           .frames = video.frames,
                           .frame_count = video.frame_count};
        memset(entry.sha256, 200 + i, SHA256_BYTES);
        ListEntry entries[] = {entry_of(1), entry};
        list_free(scene->lists[i]);
        scene->lists[i] = make_list(i == 0 ? "videos" : "good-videos", entries + (i == 1), 2 - i);
        media_video_done(&video);
    }
    matcher_free(scene->matcher);
    CHECK_OK(matcher_new((const List *const *)scene->lists, 2, &scene->matcher, NULL));
}

TEST(videos_fall_into_their_class)
{
    _cleanup_scene_ Scene scene;
    scene_begin_videos(&scene);
    add_video(&scene, "a-exact", 200, video_of(1000, 40, 0));
    add_video(&scene, "b-part", 101, video_of(1010, 10, 7));
    add_video(&scene, "c-compilation", 102, joined(video_of(1000, 40, 7), video_of(5000, 60, 0)));
    add_video(&scene, "d-title", 103, joined(video_of(1000, 3, 0), video_of(6000, 60, 0)));
    add_video(&scene, "e-harmless", 104, video_of(2000, 40, 3));
    add_video(&scene, "f-exactly-harmless", 201, video_of(2000, 40, 0));
    add_video(&scene, "g-with-a-known-picture", 105,
              joined(video_of(1, 1, 5), video_of(7000, 9, 0)));
    add_video(&scene, "h-other", 106, video_of(8000, 40, 0));
    add_picture(&scene, "i-picture-of-it", 107, hash_of(1033, 9), 5000);
    scene_assess(&scene, 2);
    CHECK_VERDICT(&scene, 0, "known+victim-unidentified");
    CHECK_VERDICT(&scene, 1, "probably-known+victim-unidentified");
    CHECK_VERDICT(&scene, 2, "unknown+victim-unidentified+partly-known");
    CHECK_VERDICT(&scene, 3, "unknown"); // three pictures are no match
    CHECK_VERDICT(&scene, 4, "unknown");
    CHECK_VERDICT(&scene, 5, "known-good");
    CHECK_VERDICT(&scene, 6, "unknown+partly-known");
    CHECK_VERDICT(&scene, 7, "unknown");
    CHECK_VERDICT(&scene, 8, "probably-known+victim-unidentified");
    const ScanVerdict *compilation = &scene.result.verdicts[2];
    REQUIRE(compilation->match_count == 1 && compilation->matches[0].video != NULL);
    CHECK_INT(compilation->matches[0].video->shares.target_matched, 40);
    REQUIRE(compilation->matches[0].video->segment_count == 1);
    CHECK_INT(compilation->matches[0].segments[0].query_end_ms, 39000);
    const ScanVerdict *picture = &scene.result.verdicts[8];
    CHECK_INT(picture->matches[0].match.algorithm, MATCH_BY_FRAME);
    CHECK_INT(picture->matches[0].match.frame, 33);
    CHECK_INT(scene.result.totals.flags[SCAN_FLAG_PARTLY_KNOWN], 2);
}

TEST(near_duplicate_videos_lie_in_one_stack)
{
    _cleanup_scene_ Scene scene;
    scene_begin_videos(&scene);
    add_video(&scene, "a-part", 101, video_of(5010, 20, 9));
    add_video(&scene, "b-whole", 102, video_of(5000, 60, 0));
    add_video(&scene, "c-other", 103, video_of(7000, 60, 0));
    add_video(&scene, "d-part-and-more", 104, joined(video_of(5000, 20, 0), video_of(9000, 9, 0)));
    add_video(&scene, "e-copy", 101, video_of(5010, 20, 9));
    add_picture(&scene, "f-picture", 105, hash_of(5000, 0), 10);
    scene_assess(&scene, 1);
    REQUIRE(scene.result.stacks.len == 1);
    const ScanStack *stack = &scene.result.stacks.items[0];
    CHECK_INT(stack->representative, 1);
    REQUIRE(stack->member_count == 3); // with the copy
    CHECK_INT(stack->members[0], 0);
    CHECK_INT(stack->members[1], 1);
    CHECK_INT(stack->members[2], 4);
    CHECK_INT(scene.result.verdicts[3].stack, 0); // 20 of 29 are too few for one look
    CHECK_INT(scene.result.verdicts[5].stack, 0);
}
