// JPEG by libjpeg, with its EXIF segment, and the pixels that a reader gets back.
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h> // needs stdio.h before it

#include "encode.h"

typedef struct JpegFailure {
    struct jpeg_error_mgr manager;
    jmp_buf back;
} JpegFailure;

static void jpeg_fail(j_common_ptr info) {
    JpegFailure *failure = (JpegFailure *)(void *)info->err;
    longjmp(failure->back, 1);
}

static void rows_write(struct jpeg_compress_struct *jpeg, const Picture *picture) {
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = picture->rgb + (size_t)jpeg->next_scanline * (size_t)picture->width * 3;
        jpeg_write_scanlines(jpeg, &row, 1);
    }
}

static Err jpeg_write(const Picture *picture, int quality, Str exif, unsigned char **ret,
                      unsigned long *ret_size) {
    struct jpeg_compress_struct jpeg;
    JpegFailure failure;
    jpeg.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = jpeg_fail;
    if (setjmp(failure.back)) {
        jpeg_destroy_compress(&jpeg);
        return ERR_NOMEM;
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, ret, ret_size);
    jpeg.image_width = (JDIMENSION)picture->width;
    jpeg.image_height = (JDIMENSION)picture->height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    if (exif.len > 0)
        jpeg_write_marker(&jpeg, JPEG_APP0 + 1, (const JOCTET *)exif.ptr, (unsigned)exif.len);
    rows_write(&jpeg, picture);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return ERR_OK;
}

static Err jpeg_read(Picture *picture, const unsigned char *bytes, unsigned long size) {
    struct jpeg_decompress_struct jpeg;
    JpegFailure failure;
    jpeg.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = jpeg_fail;
    if (setjmp(failure.back)) {
        jpeg_destroy_decompress(&jpeg);
        return ERR_NOMEM;
    }
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes, size);
    jpeg_read_header(&jpeg, TRUE);
    jpeg_start_decompress(&jpeg);
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW row = picture->rgb + (size_t)jpeg.output_scanline * (size_t)picture->width * 3;
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    return ERR_OK;
}

Err jpeg_encode(Picture *picture, int quality, const CameraFacts *camera, StrBuf *out) {
    _cleanup_strbuf_ StrBuf exif = STRBUF(65000);
    if (camera != NULL)
        exif_put(&exif, camera);
    TRY(strbuf_err(&exif));
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    Err err = jpeg_write(picture, quality, strbuf_str(&exif), &bytes, &size);
    if (err == ERR_OK)
        err = jpeg_read(picture, bytes, size);
    if (err == ERR_OK)
        strbuf_put(out, str_of(bytes, size));
    free(bytes);
    return err;
}
