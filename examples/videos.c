/* Makes a list of videos from their vPDQ texts, and says which listed videos another one is like.
 *
 *     cc videos.c $(pkg-config --cflags --libs seventh) -o videos
 *     ./videos make LIST.s7list TEXT…
 *     ./videos ask LIST.s7list TEXT…
 *
 * TEXT is the public text form of vPDQ, a picture a line, as `seventh hash --vpdq-text VIDEO`
 * prints it. Exits with 1 when a listed video is like one that was asked for, 0 when none is, and 2
 * on an error.
 */
#include <seventh.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void complain(const char *what, S7Error error) {
    fprintf(stderr, "videos: %s: %s\n", what, s7_error_text(error));
}

/* The pictures of a text; NULL after a complaint. */
static S7Vpdq *read_video(const char *path) {
    enum { MOST = 64 << 20 };
    FILE *file = fopen(path, "rb");
    char *text = malloc(MOST);
    S7Vpdq *video = NULL;
    S7Error error = S7_ERROR_IO;
    if (file != NULL && text != NULL) {
        size_t len = fread(text, 1, MOST, file);
        if (!ferror(file))
            error = len == MOST ? S7_ERROR_LIMIT : s7_vpdq_parse(text, len, &video);
    }
    if (error != S7_OK)
        complain(path, error);
    free(text);
    if (file != NULL)
        fclose(file);
    return video;
}

static S7Error add_video(S7ListBuilder *builder, const char *path) {
    size_t count;
    S7Vpdq *video = read_video(path);
    if (video == NULL)
        return S7_ERROR_IO;
    const S7VpdqFrame *frames = s7_vpdq_frames(video, &count);
    S7Entry entry = {.size = sizeof entry, .pdq_quality = -1};
    entry.id.ptr = path;
    entry.id.len = strlen(path);
    S7Error error = s7_list_builder_add(builder, &entry, frames, count);
    if (error != S7_OK)
        complain(path, error);
    s7_vpdq_free(video);
    return error;
}

static int make(const char *list, char **texts, int count) {
    S7ListBuilder *builder = NULL;
    S7ListMeta meta = {.size = sizeof meta, .name = "videos", .version = 1};
    S7Error error = s7_list_builder_new(&builder);
    for (int i = 0; error == S7_OK && i < count; i++)
        error = add_video(builder, texts[i]);
    if (error == S7_OK) {
        error = s7_list_builder_write(builder, &meta, list);
        if (error != S7_OK)
            complain(list, error);
    }
    s7_list_builder_free(builder);
    return error == S7_OK ? 0 : 2;
}

static void print_match(const S7List *list, const char *what, const S7VideoMatch *match) {
    S7Entry entry = {.size = sizeof entry};
    if (s7_list_entry(list, match->entry, &entry) != S7_OK)
        return;
    printf("%s: like %.*s: %zu of %zu pictures, %zu of its %zu\n", what, (int)entry.id.len,
           entry.id.ptr, match->shares.query_matched, match->shares.query_counted,
           match->shares.target_matched, match->shares.target_counted);
    for (size_t i = 0; i < match->segment_count; i++) {
        const S7VpdqSegment *segment = &match->segments[i];
        printf("  second %.0f to %.0f is its second %.0f to %.0f\n",
               (double)segment->query_begin_ms / 1000, (double)segment->query_end_ms / 1000,
               (double)segment->target_begin_ms / 1000, (double)segment->target_end_ms / 1000);
    }
}

static int ask(const S7List *list, const S7Matcher *matcher, const char *what) {
    size_t count, videos = 0;
    S7VideoMatches *matches = NULL;
    S7Vpdq *video = read_video(what);
    if (video == NULL)
        return 2;
    const S7VpdqFrame *frames = s7_vpdq_frames(video, &count);
    S7Error error = s7_match_video(matcher, frames, count, NULL, &matches);
    if (error != S7_OK)
        complain(what, error);
    for (size_t i = 0; error == S7_OK && i < s7_video_matches_count(matches); i++) {
        S7VideoMatch match = {.size = sizeof match};
        if (s7_video_matches_get(matches, i, &match) != S7_OK || match.algorithm != S7_VPDQ)
            continue;
        print_match(list, what, &match);
        videos++;
    }
    if (error == S7_OK && videos == 0)
        printf("%s: like no listed video\n", what);
    s7_video_matches_free(matches);
    s7_vpdq_free(video);
    return error != S7_OK ? 2 : videos > 0;
}

int main(int argc, char **argv) {
    if (argc < 4 || (strcmp(argv[1], "make") != 0 && strcmp(argv[1], "ask") != 0)) {
        fprintf(stderr, "usage: videos make|ask LIST.s7list TEXT…\n");
        return 2;
    }
    if (strcmp(argv[1], "make") == 0)
        return make(argv[2], argv + 3, argc - 3);
    S7List *list = NULL;
    S7Matcher *matcher = NULL;
    S7Error error = s7_list_open(argv[2], &list);
    if (error == S7_OK)
        error = s7_matcher_new((const S7List *const[]){list}, 1, &matcher);
    int worst = error == S7_OK ? 0 : 2;
    if (error != S7_OK)
        complain(argv[2], error);
    for (int i = 3; error == S7_OK && i < argc; i++) {
        int answer = ask(list, matcher, argv[i]);
        worst = answer > worst ? answer : worst;
    }
    s7_matcher_free(matcher);
    s7_list_free(list);
    return worst;
}
