// JPEG by libjpeg-turbo: row by row, accurate integer DCT and smooth chroma upsampling, so that
// pixels equal those of the public pipeline. No rotation by EXIF: the hash is of the stored rows.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

#include "media/limits.h"
#include "media/worker/decoder.h"

typedef struct JpegErrors {
    struct jpeg_error_mgr manager; // first, so that the library's pointer is ours
    jmp_buf back;
    bool has_ended; // the data ended before the picture
    bool has_too_many_warnings;
    WireMessage message;
} JpegErrors;

static JpegErrors *errors_of(j_common_ptr info) {
    return (JpegErrors *)(void *)info->err;
}

static void on_error(j_common_ptr info) {
    longjmp(errors_of(info)->back, 1);
}

static void on_message(j_common_ptr info, int level) {
    JpegErrors *errors = errors_of(info);
    if (level >= 0)
        return;
    if (info->err->msg_code == JWRN_JPEG_EOF || info->err->msg_code == JWRN_HIT_MARKER)
        errors->has_ended = true;
    if (++info->err->num_warnings > MEDIA_JPEG_WARNINGS_MAX) {
        errors->message = WIRE_SAYS_EFFORT;
        on_error(info);
    }
}

static void on_output(j_common_ptr info) {
    (void)info;
}

// Thousands of scans over a large picture cost hours; ordinary encoders make about ten.
static void on_progress(j_common_ptr info) {
    if (info->is_decompressor &&
        ((j_decompress_ptr)info)->input_scan_number > MEDIA_JPEG_SCANS_MAX) {
        errors_of(info)->message = WIRE_SAYS_EFFORT;
        on_error(info);
    }
}

static Err fail(Decoding *d, const JpegErrors *errors) {
    int code = errors->manager.msg_code;
    if (errors->message == WIRE_SAYS_EFFORT)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_EFFORT);
    switch (code) {
    case JERR_OUT_OF_MEMORY:
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    case JERR_IMAGE_TOO_BIG:
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_DIMENSIONS);
    case JERR_INPUT_EMPTY:
    case JERR_NO_IMAGE:
        return decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    default:
        return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    }
}

// Four components hold ink the inverted way (Adobe's convention, which the public pipeline applies
// to every one).
static void put_cmyk(Decoding *d, const uint8_t *row, uint8_t *rgb, uint32_t width) {
    for (uint32_t x = 0; x < width; x++) {
        uint8_t ink[4] = {255 - row[4 * x], 255 - row[4 * x + 1], 255 - row[4 * x + 2],
                          255 - row[4 * x + 3]};
        cmyk_to_rgb(ink, rgb + 3 * x);
    }
    rows_put_rgb(d, rgb, 1);
}

// In the fast mode luma is taken as it is stored, which saves decoding the colours, and a large
// picture is reduced by the inverse transform, to which each square of 2, 4 or 8 pixels is one.
static Err begin_fast(Decoding *d, struct jpeg_decompress_struct *info) {
    // The other variant needs single pixels.
    bool may_reduce = (d->rows.want & WIRE_PDQ512) == 0;
    uint32_t reduction = may_reduce ? pdq_reduction(info->image_width, info->image_height) : 1;
    info->out_color_space = JCS_GRAYSCALE;
    info->scale_num = 1;
    info->scale_denom = reduction;
    TRY(rows_begin_reduced(d, info->image_width, info->image_height, reduction));
    if (info->num_components > 1 || reduction > 1)
        d->result->flags |= WIRE_IS_APPROXIMATE;
    return ERR_OK;
}

static bool is_luma_stored(const struct jpeg_decompress_struct *info) {
    return info->jpeg_color_space == JCS_GRAYSCALE || info->jpeg_color_space == JCS_YCbCr;
}

static Err decode(Decoding *d, struct jpeg_decompress_struct *info, JpegErrors *errors) {
    if ((d->rows.want & WIRE_FACTS) != 0)
        jpeg_save_markers(info, JPEG_APP0 + 1, 0xFFFF);
    if (jpeg_read_header(info, TRUE) != JPEG_HEADER_OK)
        return decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    if (info->num_components != 1 && info->num_components != 3 && info->num_components != 4)
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    info->dct_method = JDCT_ISLOW;
    info->do_fancy_upsampling = TRUE;
    info->out_color_space = info->num_components == 1   ? JCS_GRAYSCALE
                            : info->num_components == 3 ? JCS_RGB
                                                        : JCS_CMYK;
    for (jpeg_saved_marker_ptr m = info->marker_list; m != NULL; m = m->next)
        if (m->data_length > 6 && memcmp(m->data, "Exif\0\0", 6) == 0 && d->result->fact_count == 0)
            exif_read(d, str_of(m->data, m->data_length));
    TRY((d->rows.want & WIRE_FAST) != 0 && is_luma_stored(info)
            ? begin_fast(d, info)
            : rows_begin(d, info->image_width, info->image_height));
    jpeg_start_decompress(info);
    size_t stride = (size_t)info->output_width * (size_t)info->output_components;
    uint8_t *row = malloc(stride);
    uint8_t *rgb = malloc((size_t)info->output_width * 3);
    if (row == NULL || rgb == NULL) {
        free(row);
        free(rgb);
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    }
    while (info->output_scanline < info->output_height) {
        JSAMPROW at = row;
        if (jpeg_read_scanlines(info, &at, 1) != 1)
            break;
        if (info->output_components == 1)
            rows_put_gray(d, row, 1);
        else if (info->output_components == 3)
            rows_put_rgb(d, row, 1);
        else
            put_cmyk(d, row, rgb, info->output_width);
    }
    free(row);
    free(rgb);
    if (errors->has_ended)
        d->result->flags |= WIRE_IS_TRUNCATED;
    return ERR_OK;
}

static Err decode_once(Decoding *d) {
    struct jpeg_decompress_struct info = {0};
    struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
    JpegErrors errors = {.message = WIRE_SAYS_NOTHING};
    d->result->type = WIRE_TYPE_JPEG;
    d->result->frames = 1;
    info.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = on_error;
    errors.manager.emit_message = on_message;
    errors.manager.output_message = on_output;
    if (setjmp(errors.back) != 0) {
        Err err = fail(d, &errors);
        // What came out before the damage is a picture all the same.
        bool is_usable = rows_have_any(d) && err != ERR_LIMIT;
        jpeg_destroy_decompress(&info);
        return is_usable ? ERR_OK : err;
    }
    jpeg_create_decompress(&info);
    info.progress = &progress;
    jpeg_mem_src(&info, (const uint8_t *)d->input.ptr, d->input.len);
    Err err = decode(d, &info, &errors);
    jpeg_destroy_decompress(&info);
    return err;
}

// A picture that is flat or mirrors itself has many terms at the median, and what is lost by
// decoding fast would turn their bits: it is decoded once more.
Err jpeg_decode(Decoding *d) {
    Err err = decode_once(d);
    if (err != ERR_OK || (d->result->flags & WIRE_IS_APPROXIMATE) == 0 || !rows_are_unsure(d))
        return err;
    rows_restart_exact(d);
    return decode_once(d);
}
