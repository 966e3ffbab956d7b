/* Says which files, digests and PDQ hashes are known to a hash list.
 *
 *     cc identify.c $(pkg-config --cflags --libs seventh) -o identify
 *     ./identify LIST.s7list WHAT…
 *
 * WHAT is a PDQ hash (64 hexadecimal digits), a picture in the PPM format (P6, 8 bits), or any
 * other file, which is then looked up by its digests only. One line an answer; exits with 1 when
 * something was known, 0 when nothing was, and 2 on an error.
 */
#include <seventh.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWERS = 8 };

static void complain(const char *what, S7Error error) {
    fprintf(stderr, "identify: %s: %s\n", what, s7_error_text(error));
}

/* The next number of a PPM header, which may be preceded by comments. */
static int header_number(FILE *file, uint32_t *ret) {
    int c = fgetc(file);
    while (c == '#' || c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        while (c == '#' && (c = fgetc(file)) != '\n' && c != EOF)
            c = '#';
        c = fgetc(file);
    }
    *ret = 0;
    if (c < '0' || c > '9')
        return 0;
    for (; c >= '0' && c <= '9' && *ret < 1000000; c = fgetc(file))
        *ret = *ret * 10 + (uint32_t)(c - '0');
    return 1;
}

/* Hashes a PPM file row by row. Returns 1 when it was one. */
static int hash_ppm(const char *path, S7Pdq hashes[S7_PDQ_TURNS], int *quality) {
    FILE *file = fopen(path, "rb");
    char magic[2];
    uint32_t width, height, most;
    int is_hashed = 0;
    if (file == NULL)
        return 0;
    if (fread(magic, 1, 2, file) == 2 && memcmp(magic, "P6", 2) == 0 &&
        header_number(file, &width) && header_number(file, &height) && header_number(file, &most) &&
        most == 255) {
        S7PdqStream *stream = NULL;
        uint8_t *row = malloc((size_t)width * 3 + 1);
        S7Error error = s7_pdq_stream_new(width, height, S7_PDQ_FULL, &stream);
        while (error == S7_OK && row != NULL && fread(row, 3, width, file) == width)
            error = s7_pdq_stream_put(stream, row, (size_t)width * 3, 1, S7_PIXELS_RGB);
        if (error == S7_OK)
            error = s7_pdq_stream_finish(stream, hashes, quality);
        if (error != S7_OK)
            complain(path, error);
        is_hashed = error == S7_OK;
        s7_pdq_stream_free(stream);
        free(row);
    }
    fclose(file);
    return is_hashed;
}

static int print_matches(const S7List *list, const S7Matcher *matcher, const S7Query *query,
                         const char *what) {
    static const char *const ALGORITHMS[] = {"md5", "sha1", "sha256", "pdq"};
    S7Match matches[ANSWERS];
    size_t count = 0;
    S7Error error = s7_match(matcher, query, matches, ANSWERS, &count);
    if (error != S7_OK) {
        complain(what, error);
        return 2;
    }
    if (count == 0)
        printf("%s: not known\n", what);
    for (size_t i = 0; i < count && i < ANSWERS; i++) {
        S7Entry entry = {.size = sizeof entry};
        error = s7_list_entry(list, matches[i].entry, &entry);
        if (error != S7_OK) {
            complain(what, error);
            return 2;
        }
        printf("%s: %s by %s at distance %d: entry %.*s, category %.*s of %.*s\n", what,
               matches[i].kind == S7_MATCH_EXACT ? "known" : "probably known",
               ALGORITHMS[matches[i].algorithm], matches[i].distance, (int)entry.id.len,
               entry.id.ptr, (int)entry.category.len, entry.category.ptr, (int)entry.scheme.len,
               entry.scheme.ptr);
    }
    return count > 0;
}

static int identify(const S7List *list, const S7Matcher *matcher, const char *what) {
    S7Query query = {.size = sizeof query, .pdq_quality = 100, .radius = S7_PDQ_RADIUS};
    S7Pdq hashes[S7_PDQ_TURNS];
    S7Digests digests;
    if (s7_pdq_parse(what, &hashes[0]) == S7_OK) {
        query.pdq = &hashes[0];
        return print_matches(list, matcher, &query, what);
    }
    S7Error error = s7_digests_of_file(what, &digests);
    if (error != S7_OK) {
        complain(what, error);
        return 2;
    }
    query.md5 = digests.md5;
    query.sha1 = digests.sha1;
    query.sha256 = digests.sha256;
    if (hash_ppm(what, hashes, &query.pdq_quality))
        query.pdq = &hashes[S7_PDQ_ORIGINAL];
    return print_matches(list, matcher, &query, what);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: identify LIST.s7list WHAT…\n");
        return 2;
    }
    S7List *list = NULL;
    S7Matcher *matcher = NULL;
    S7Error error = s7_list_open(argv[1], &list);
    if (error == S7_OK)
        error = s7_matcher_new((const S7List *const[]){list}, 1, &matcher);
    int worst = error == S7_OK ? 0 : 2;
    if (error != S7_OK)
        complain(argv[1], error);
    for (int i = 2; error == S7_OK && i < argc; i++) {
        int answer = identify(list, matcher, argv[i]);
        worst = answer > worst ? answer : worst;
    }
    s7_matcher_free(matcher);
    s7_list_free(list);
    return worst;
}
