// Decoding through the client: right facts for every format, errors for what is none, and nothing
// left behind.
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "media/decode.h"
#include "samples.h"
#include "t.h"

static MediaClient *client_new(void) {
    MediaClient *client = NULL;
    Diag diag = {0};
    if (media_client_new(NULL, &client, &diag) != ERR_OK) {
        t_fail(__FILE__, __LINE__, "%s", diag.msgid);
        return NULL;
    }
    return client;
}

// What the hash of the pattern is, without any decoder.
static PdqFacts expected_hash(bool is_gray) {
    PdqRequest request = {SAMPLE_WIDTH, SAMPLE_HEIGHT, {true, false}, false};
    PdqStream *stream = NULL;
    PdqFacts facts[PDQ_VARIANTS] = {0};
    if (pdq_stream_new(&request, &stream) != ERR_OK)
        exit(99);
    for (uint32_t y = 0; y < SAMPLE_HEIGHT; y++) {
        uint8_t row[SAMPLE_WIDTH * 3];
        for (uint32_t x = 0; x < SAMPLE_WIDTH; x++) {
            sample_pixel(x, y, row + 3 * x);
            if (is_gray)
                memset(row + 3 * x, sample_gray(x, y), 3);
        }
        pdq_stream_put_rgb(stream, row, 1);
    }
    if (pdq_stream_finish(stream, facts) != ERR_OK)
        exit(99);
    pdq_stream_free(stream);
    return facts[PDQ_FULL];
}

TEST(every_format_gives_its_hash)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    PdqFacts colour = expected_hash(false), gray = expected_hash(true);
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
        if (!SAMPLES[i].make(&bytes, SAMPLES[i].variant)) {
            printf("# no encoder for %s\n", SAMPLES[i].name);
            continue;
        }
        _cleanup_close_ int fd = sample_file(strbuf_str(&bytes));
        MediaFacts facts;
        Diag diag = {0};
        int failures = t_failures;
        Err err = media_decode(client, fd, MEDIA_PDQ | MEDIA_PDQ512 | MEDIA_TURNS | MEDIA_FACTS,
                               &facts, &diag);
        CHECK_OK(err);
        if (err == ERR_OK) {
            bool is_exact = SAMPLES[i].loss == SAMPLE_EXACT || SAMPLES[i].loss == SAMPLE_GRAY;
            const PdqFacts *expected = SAMPLES[i].loss == SAMPLE_GRAY ? &gray : &colour;
            int distance = pdq_distance(&facts.pdq[PDQ_FULL].hash[0], &expected->hash[0]);
            CHECK_STR(str_from(facts.type), SAMPLES[i].mime);
            CHECK_INT(facts.has, MEDIA_PDQ | MEDIA_PDQ512 | MEDIA_TURNS);
            if (SAMPLES[i].loss != SAMPLE_REDUCED)
                CHECK(distance <= (is_exact ? 0 : 16));
            CHECK(!facts.is_truncated);
            if (t_failures > failures)
                printf("# in %s: distance %d\n", SAMPLES[i].name, distance);
        } else {
            printf("# in %s: %s\n", SAMPLES[i].name, diag.msgid);
        }
    }
}

TEST(what_is_no_picture_says_so)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    const struct {
        Str bytes;
        Err err;
    } CASES[] = {
        {STR(""), ERR_UNSUPPORTED},
        {STR("a text\n"), ERR_UNSUPPORTED},
        {STR("\xFF\xD8\xFF\xE0"), ERR_TRUNCATED},
        {STR("\x89PNG\r\n\x1A\n"), ERR_TRUNCATED},
        {STR("GIF89a"), ERR_TRUNCATED},
        {STR("BM"), ERR_TRUNCATED},
        {STR("RIFF\x10\0\0\0WEBPVP8 "), ERR_TRUNCATED},
        {STR("II*\0\xFF\xFF\xFF\x7F"), ERR_SYNTAX},
        {STR("\0\0\0\x18"
             "ftypmp42\0\0\0\0mp42isom"),
         ERR_UNSUPPORTED},
        {STR("\x89PNG\r\n\x1A\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), ERR_TRUNCATED},
        {STR("\x89PNG\r\n\x1A\n\0\0\0\x04IDATxxxxxxxxxxxxxxxxxxxxxxxx"), ERR_SYNTAX},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        _cleanup_close_ int fd = sample_file(CASES[i].bytes);
        MediaFacts facts;
        Diag diag = {0};
        int failures = t_failures;
        CHECK_ERR(media_decode(client, fd, MEDIA_PDQ, &facts, &diag), CASES[i].err);
        CHECK(diag.msgid != NULL && diag.msgid[0] != '\0');
        if (t_failures > failures)
            printf("# in case %zu\n", i);
    }
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    MediaFacts facts;
    CHECK_ERR(media_decode(client, ends[0], MEDIA_PDQ, &facts, NULL), ERR_IO);
    CHECK_ERR(media_decode(client, -1, MEDIA_PDQ, &facts, NULL), ERR_INVALID);
    close(ends[0]);
    close(ends[1]);
}

static int count_descriptors(void) {
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

TEST(nothing_is_left_behind)
{
    int before = count_descriptors();
    MediaClient *client = client_new();
    REQUIRE(client != NULL);
    _cleanup_strbuf_ StrBuf bytes = STRBUF(SAMPLE_CEILING);
    REQUIRE(make_png(&bytes, PNG_RGB));
    _cleanup_close_ int fd = sample_file(strbuf_str(&bytes));
    int during = count_descriptors();
    off_t position = lseek(fd, 17, SEEK_SET);
    MediaFacts facts;
    for (int i = 0; i < 100; i++)
        CHECK_OK(media_decode(client, fd, MEDIA_PDQ, &facts, NULL));
    CHECK_INT(count_descriptors(), during);
    CHECK_INT(lseek(fd, 0, SEEK_CUR), position);
    media_client_free(client);
    CHECK_INT(count_descriptors(), before + 1);
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
}

TEST(overhead_of_one_input)
{
    _cleanup_(media_client_freep) MediaClient *client = client_new();
    REQUIRE(client != NULL);
    _cleanup_close_ int fd = sample_file(STR("nothing to decode"));
    int64_t start_ns = clock_monotonic_ns();
    MediaFacts facts;
    for (int i = 0; i < 200; i++)
        CHECK_ERR(media_decode(client, fd, MEDIA_PDQ, &facts, NULL), ERR_UNSUPPORTED);
    // Only told, never judged: the machine may be busy.
    printf("# %.3f ms an input\n", (double)(clock_monotonic_ns() - start_ns) / 200e6);
}
