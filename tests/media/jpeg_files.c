// JPEG by libjpeg as encoder; its errors end the program, which only feeds it sound pictures.
#include "jpeg_files.h"

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

bool jpeg_encode(const JpegShape *shape, const uint8_t *pixels, StrBuf *to) {
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = shape->width;
    info.image_height = shape->height;
    info.input_components = shape->channels;
    info.in_color_space = shape->channels == 1   ? JCS_GRAYSCALE
                          : shape->channels == 4 ? JCS_CMYK
                                                 : JCS_RGB;
    jpeg_set_defaults(&info);
    if (shape->is_rgb)
        jpeg_set_colorspace(&info, JCS_RGB);
    jpeg_set_quality(&info, shape->quality, TRUE);
    if (shape->channels == 3 && !shape->is_rgb) {
        info.comp_info[0].h_samp_factor = shape->across;
        info.comp_info[0].v_samp_factor = shape->down;
    }
    if (shape->is_progressive)
        jpeg_simple_progression(&info);
    info.restart_in_rows = shape->restarts;
    jpeg_start_compress(&info, TRUE);
    size_t stride = (size_t)shape->width * (size_t)shape->channels;
    while (info.next_scanline < info.image_height) {
        // The library does not write to its input, but says so nowhere.
        JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + info.next_scanline * stride);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    strbuf_put(to, str_of(bytes, size));
    free(bytes);
    return strbuf_err(to) == ERR_OK;
}
