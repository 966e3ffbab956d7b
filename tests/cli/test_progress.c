// Progress where there is no terminal: plain lines, few of them, whole under many threads.
#include "cli/progress.h"

#include <pthread.h>

#include "base/file.h"
#include "t.h"

static const ProgressText TEXT = {"{done} of {total} ({percent})", "{done} so far", false};
static Progress *shared;

static void *count(void *from) {
    for (int64_t i = 0; i < 10000; i++)
        progress_update(shared, i, 10000);
    return from;
}

TEST(plain_lines_are_few_and_the_last_is_complete)
{
    char path[200];
    snprintf(path, sizeof path, "%s/progress", t_folder());
    FILE *to = fopen(path, "w");
    REQUIRE(to != NULL);
    pthread_t threads[4];
    shared = progress_new(lang_get(STR("en")), to, TEXT);
    for (int i = 0; i < 4; i++)
        REQUIRE(pthread_create(&threads[i], NULL, count, NULL) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    progress_note(shared, STR("note"));
    progress_update(shared, 10000, 10000);
    progress_finish(shared);
    progress_free(shared);
    fclose(to);
    StrBuf content = STRBUF(10000);
    CHECK_OK(file_read_all(path, &content, NULL));
    CHECK(str_has_suffix(strbuf_str(&content), STR("note\n10,000 of 10,000 (100%)\n")));
    int lines = 0;
    for (size_t i = 0; i < content.len; i++)
        lines += content.ptr[i] == '\n';
    CHECK(lines <= 13);
    strbuf_done(&content);
}

TEST(unknown_total_and_no_memory)
{
    char path[200];
    snprintf(path, sizeof path, "%s/unknown", t_folder());
    FILE *to = fopen(path, "w");
    REQUIRE(to != NULL);
    Progress *progress = progress_new(lang_get(STR("en")), to, TEXT);
    progress_update(progress, 1500, 0);
    progress_finish(progress);
    progress_free(progress);
    fclose(to);
    StrBuf content = STRBUF(10000);
    CHECK_OK(file_read_all(path, &content, NULL));
    CHECK_STR(strbuf_str(&content), "1,500 so far\n");
    strbuf_done(&content);
    progress_update(NULL, 1, 2);
    progress_note(NULL, STR("x"));
    progress_finish(NULL);
    progress_free(NULL);
}
