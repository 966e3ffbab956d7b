// Making one picture: paint, develop, edit, encode, hash, write.
#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "plan.h"

enum { FILE_MAX = 200 << 20, CLUE_SIDE_MIN = 14 };

Err pdq_measure(const Picture *picture, PdqHash *ret_hash, int *ret_quality) {
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    PdqRequest request = {.width = (uint32_t)picture->width,
                          .height = (uint32_t)picture->height,
                          .want = {[PDQ_FULL] = true}};
    TRY(pdq_stream_new(&request, &stream));
    pdq_stream_put_rgb(stream, picture->rgb, request.height);
    PdqFacts facts[PDQ_VARIANTS];
    TRY(pdq_stream_finish(stream, facts));
    *ret_hash = facts[PDQ_FULL].hash[PDQ_ORIGINAL];
    *ret_quality = facts[PDQ_FULL].quality;
    return ERR_OK;
}

// Takes the file's bytes: digests, then to disk or kept for its archive.
static Err file_keep(DemoFile *file, Str bytes, const char *root) {
    _cleanup_(digest_stream_freep) DigestStream *stream = NULL;
    TRY(digest_stream_new(1 << DIGEST_MD5 | 1 << DIGEST_SHA1 | 1 << DIGEST_SHA256, &stream));
    digest_stream_put(stream, bytes.ptr, bytes.len);
    TRY(digest_stream_finish(stream, &file->digests));
    file->size = bytes.len;
    if (!file->is_written)
        return ERR_OK;
    if (file->archive >= 0) {
        file->bytes = malloc(bytes.len);
        if (file->bytes == NULL)
            return ERR_NOMEM;
        memcpy(file->bytes, bytes.ptr, bytes.len);
        return ERR_OK;
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", root, file->path);
    FILE *out = fopen(path, "wbe");
    if (out == NULL)
        return err_from_errno(errno);
    bool is_whole = fwrite(bytes.ptr, 1, bytes.len, out) == bytes.len;
    return fclose(out) == 0 && is_whole ? ERR_OK : ERR_IO;
}

static Err file_make(const Original *original, DemoFile *file, const Picture *master,
                     Str original_bytes, const char *root, StrBuf *out) {
    const DemoFile *first = original->files;
    strbuf_clear(out);
    if (file->edit == EDIT_COPY || file->edit == EDIT_TRUNCATED) {
        size_t size = file->edit == EDIT_COPY ? original_bytes.len
                                              : (size_t)((double)original_bytes.len * file->amount);
        file->width = first->width;
        file->height = first->height;
        file->pdq = first->pdq;
        file->pdq_quality = first->pdq_quality;
        return file_keep(file, (Str){original_bytes.ptr, size}, root);
    }
    _cleanup_picture_ Picture edited = {0};
    TRY(edit_apply(master, file, &edited));
    TRY(image_encode(&edited, file->format, file->quality,
                     file->has_camera ? &original->camera : NULL, out));
    file->width = edited.width;
    file->height = edited.height;
    TRY(pdq_measure(&edited, &file->pdq, &file->pdq_quality));
    file->distance = pdq_distance(&file->pdq, &first->pdq);
    return file_keep(file, strbuf_str(out), root);
}

Err original_paint(Original *original, Picture *ret) {
    Prng dice = {original->seed};
    View view;
    view_init(&view, original->width, original->height, &dice, original->country);
    Err err = view.is_failed ? ERR_NOMEM : ERR_OK;
    if (err == ERR_OK) {
        SCENES[original->scene].paint(&view);
        err = view.is_failed ? ERR_NOMEM : picture_develop(view.surface, &dice, ret);
    }
    double side_min = fmax(CLUE_SIDE_MIN, fmin(original->width, original->height) / 60.0);
    clues_settle(&view.clues, original->width, original->height, side_min);
    original->clues = view.clues;
    view_done(&view);
    return err;
}

void original_make(Original *original, const char *root) {
    _cleanup_picture_ Picture master = {0};
    _cleanup_strbuf_ StrBuf bytes = STRBUF(FILE_MAX);
    _cleanup_strbuf_ StrBuf original_bytes = STRBUF(FILE_MAX);
    Err err = original_paint(original, &master);
    for (int i = 0; err == ERR_OK && i < original->file_count; i++)
        err = file_make(original, &original->files[i], &master, strbuf_str(&original_bytes), root,
                        i == 0 ? &original_bytes : &bytes);
    original->err = err;
}
