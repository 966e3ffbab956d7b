// Pixels: allocation, turning, cropping, resizing, blur and tone.
#include "picture.h"

#include <stdlib.h>
#include <string.h>

#include "pen.h"

Err picture_new(int width, int height, Picture *ret) {
    uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
    if (rgb == NULL)
        return ERR_NOMEM;
    *ret = (Picture){width, height, rgb};
    return ERR_OK;
}

void picture_done(Picture *picture) {
    free(picture->rgb);
    picture->rgb = NULL;
}

static uint8_t *pixel_at(const Picture *picture, int x, int y) {
    return picture->rgb + ((size_t)y * (size_t)picture->width + (size_t)x) * 3;
}

Err picture_copy(const Picture *from, Picture *ret) {
    return picture_crop(from, 0, 0, from->width, from->height, ret);
}

Err picture_crop(const Picture *from, int x, int y, int width, int height, Picture *ret) {
    TRY(picture_new(width, height, ret));
    for (int row = 0; row < height; row++)
        memcpy(pixel_at(ret, 0, row), pixel_at(from, x, y + row), (size_t)width * 3);
    return ERR_OK;
}

Err picture_turn(const Picture *from, int quarters, Picture *ret) {
    bool is_upright = quarters % 2 == 0;
    TRY(picture_new(is_upright ? from->width : from->height,
                    is_upright ? from->height : from->width, ret));
    for (int y = 0; y < from->height; y++)
        for (int x = 0; x < from->width; x++) {
            int to_x = quarters == 1   ? from->height - 1 - y
                       : quarters == 2 ? from->width - 1 - x
                       : quarters == 3 ? y
                                       : x;
            int to_y = quarters == 1   ? x
                       : quarters == 2 ? from->height - 1 - y
                       : quarters == 3 ? from->width - 1 - x
                                       : y;
            memcpy(pixel_at(ret, to_x, to_y), pixel_at(from, x, y), 3);
        }
    return ERR_OK;
}

Err picture_mirror(const Picture *from, Picture *ret) {
    TRY(picture_new(from->width, from->height, ret));
    for (int y = 0; y < from->height; y++)
        for (int x = 0; x < from->width; x++)
            memcpy(pixel_at(ret, from->width - 1 - x, y), pixel_at(from, x, y), 3);
    return ERR_OK;
}

// Weights of one output sample: the area it covers when shrinking, a tent when growing.
typedef struct Reach {
    int first, count;
    float weights[12];
} Reach;

static Reach reach_of(int at, int from, int to) {
    double ratio = (double)from / to, radius = ratio > 1 ? ratio : 1;
    double middle = (at + 0.5) * ratio - 0.5;
    int first = (int)ceil(middle - radius), last = (int)floor(middle + radius);
    Reach reach = {first, last - first + 1 > 12 ? 12 : last - first + 1, {0}};
    double total = 0;
    for (int i = 0; i < reach.count; i++) {
        double weight = 1 - fabs(first + i - middle) / radius;
        reach.weights[i] = (float)(weight < 0 ? 0 : weight);
        total += reach.weights[i];
    }
    for (int i = 0; i < reach.count; i++)
        reach.weights[i] = (float)(reach.weights[i] / total);
    return reach;
}

static int clamp_index(int at, int count) {
    return at < 0 ? 0 : at >= count ? count - 1 : at;
}

Err picture_resize(const Picture *from, int width, int height, Picture *ret) {
    _cleanup_free_ float *half = malloc((size_t)width * (size_t)from->height * 3 * sizeof(float));
    _cleanup_free_ Reach *reaches =
        malloc((size_t)(width > height ? width : height) * sizeof(Reach));
    if (half == NULL || reaches == NULL)
        return ERR_NOMEM;
    TRY(picture_new(width, height, ret));
    for (int x = 0; x < width; x++)
        reaches[x] = reach_of(x, from->width, width);
    for (int y = 0; y < from->height; y++)
        for (int x = 0; x < width; x++) {
            float sum[3] = {0};
            for (int i = 0; i < reaches[x].count; i++) {
                const uint8_t *at =
                    pixel_at(from, clamp_index(reaches[x].first + i, from->width), y);
                for (int c = 0; c < 3; c++)
                    sum[c] += reaches[x].weights[i] * at[c];
            }
            memcpy(half + ((size_t)y * (size_t)width + (size_t)x) * 3, sum, sizeof sum);
        }
    for (int y = 0; y < height; y++) {
        Reach reach = reach_of(y, from->height, height);
        uint8_t *row = pixel_at(ret, 0, y);
        for (int x = 0; x < width * 3; x++) {
            float sum = 0.5f;
            for (int i = 0; i < reach.count; i++)
                sum += reach.weights[i] *
                       half[(size_t)clamp_index(reach.first + i, from->height) * (size_t)width * 3 +
                            (size_t)x];
            row[x] = (uint8_t)(sum > 255 ? 255 : sum);
        }
    }
    return ERR_OK;
}

// One box blur along a line of `count` samples `step` bytes apart.
static void blur_line(uint8_t *line, const uint8_t *from, int count, ptrdiff_t step, int radius) {
    int sum = 0, window = 2 * radius + 1;
    for (int i = -radius; i <= radius; i++)
        sum += from[clamp_index(i, count) * step];
    for (int i = 0; i < count; i++) {
        line[i * step] = (uint8_t)((sum + radius) / window);
        sum += from[clamp_index(i + radius + 1, count) * step] -
               from[clamp_index(i - radius, count) * step];
    }
}

Err picture_blur(const Picture *from, int radius, Picture *ret) {
    _cleanup_picture_ Picture half = {0};
    TRY(picture_new(from->width, from->height, &half));
    TRY(picture_copy(from, ret));
    for (int pass = 0; pass < 2; pass++) {
        for (int y = 0; y < from->height; y++)
            for (int c = 0; c < 3; c++)
                blur_line(pixel_at(&half, 0, y) + c, pixel_at(ret, 0, y) + c, from->width, 3,
                          radius);
        for (int x = 0; x < from->width; x++)
            for (int c = 0; c < 3; c++)
                blur_line(pixel_at(ret, x, 0) + c, pixel_at(&half, x, 0) + c, from->height,
                          (ptrdiff_t)from->width * 3, radius);
    }
    return ERR_OK;
}

Err picture_tone(const Picture *from, double gain, double offset, double saturation, Picture *ret) {
    TRY(picture_new(from->width, from->height, ret));
    size_t pixels = (size_t)from->width * (size_t)from->height;
    for (size_t i = 0; i < pixels; i++) {
        const uint8_t *at = from->rgb + i * 3;
        double luma = 0.299 * at[0] + 0.587 * at[1] + 0.114 * at[2];
        for (int c = 0; c < 3; c++) {
            double value = (luma + (at[c] - luma) * saturation) * gain + offset + 0.5;
            ret->rgb[i * 3 + (size_t)c] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
    return ERR_OK;
}

Err picture_watermark(const Picture *from, const char *text, Picture *ret) {
    int width = from->width, height = from->height / 8;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        return ERR_NOMEM;
    cairo_t *cr = cairo_create(surface);
    Pen pen = {.cr = cr};
    pen_text(&pen, text, NULL, FACE_BOLD, width * 0.5, height * 0.5, height * 0.42, width * 0.8,
             RGB8(0xFFFFFF));
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    Err err = picture_copy(from, ret);
    const unsigned char *mask = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; err == ERR_OK && y < height; y++)
        for (int x = 0; x < width; x++) {
            int cover = mask[y * stride + x * 4 + 3] * 140 / 255;
            uint8_t *at = pixel_at(ret, x, from->height - height - height / 3 + y);
            for (int c = 0; c < 3; c++)
                at[c] = (uint8_t)(at[c] + (255 - at[c]) * cover / 255);
        }
    cairo_surface_destroy(surface);
    return err;
}
