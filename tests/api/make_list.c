// Writes into a folder what the example is tried on: a picture, an edit of it, another picture, a
// file, and a hash list that knows the picture by PDQ and the file by its digest. usage: make_list
// FOLDER
#include <stdio.h>

#include "base/strbuf.h"
#include "hash/digests.h"
#include "index/list.h"
#include "pictures.h"

enum { WIDTH = 320, HEIGHT = 240 };

static void write_file(const char *folder, const char *name, const void *head, size_t head_size,
                       const void *body, size_t body_size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(head, 1, head_size, file) != head_size ||
        fwrite(body, 1, body_size, file) != body_size || fclose(file) != 0)
        exit(1);
}

static void write_ppm(const char *folder, const char *name, const uint8_t *rgb) {
    static const char HEAD[] = "P6\n# made by a test\n320 240\n255\n";
    write_file(folder, name, HEAD, sizeof HEAD - 1, rgb, (size_t)3 * WIDTH * HEIGHT);
}

static Err make(const char *folder) {
    _cleanup_free_ uint8_t *picture = picture_rgb(PICTURE_TEXT, WIDTH, HEIGHT, 42);
    _cleanup_free_ uint8_t *other = picture_rgb(PICTURE_PLASMA, WIDTH, HEIGHT, 43);
    if (picture == NULL || other == NULL)
        return ERR_NOMEM;
    PdqRequest request = {WIDTH, HEIGHT, {true, false}, false};
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    PdqFacts facts[PDQ_VARIANTS];
    TRY(pdq_stream_new(&request, &stream));
    pdq_stream_put_rgb(stream, picture, HEIGHT);
    TRY(pdq_stream_finish(stream, facts));
    write_ppm(folder, "picture.ppm", picture);
    for (size_t i = 0; i < (size_t)3 * WIDTH * HEIGHT; i++)
        picture[i] = (uint8_t)(10 + picture[i] * 9 / 10);
    write_ppm(folder, "edited.ppm", picture);
    write_ppm(folder, "other.ppm", other);
    write_file(folder, "file.txt", "", 0, "abc", 3);

    _cleanup_(list_builder_freep) ListBuilder *builder = NULL;
    TRY(list_builder_new(&builder));
    ListEntry near = {.id = STR("picture-1"),
                      .has = ENTRY_PDQ,
                      .pdq = facts[PDQ_FULL].hash[0],
                      .pdq_quality = (uint8_t)facts[PDQ_FULL].quality,
                      .scheme = STR("local-test"),
                      .category = STR("7")};
    TRY(list_builder_add(builder, &near, NULL));
    _cleanup_(digest_stream_freep) DigestStream *digests = NULL;
    Digests of_file;
    TRY(digest_stream_new(1 << DIGEST_SHA1, &digests));
    digest_stream_put(digests, "abc", 3);
    TRY(digest_stream_finish(digests, &of_file));
    ListEntry exact = {
        .id = STR("file-2"), .has = ENTRY_SHA1, .scheme = STR("local-test"), .category = STR("9")};
    memcpy(exact.sha1, of_file.sha1, SHA1_BYTES);
    TRY(list_builder_add(builder, &exact, NULL));
    char path[4096];
    snprintf(path, sizeof path, "%s/known.s7list", folder);
    ListMeta meta = {
        .name = STR("example"), .issuer = STR("tests"), .version = 3, .sources_json = STR("[]")};
    return list_builder_write(builder, &meta, path, NULL);
}

int main(int argc, char **argv) {
    return argc == 2 && make(argv[1]) == ERR_OK ? 0 : 1;
}
