// Developing: what a lens and a sensor add to a painted surface, so that its statistics are those
// of a photograph.
#include <string.h>

#include "picture.h"

enum { LIGHT_COLUMNS = 7, LIGHT_ROWS = 6 };

typedef struct Film {
    uint8_t curve[3][256];
    int light[LIGHT_ROWS][LIGHT_COLUMNS]; // gain · 1024 at grid points
    double vignette;
    int noise; // standard deviation · 16
} Film;

static Film film_roll(Prng *dice) {
    Film film;
    double warmth = dice_range(dice, -0.055, 0.065), tint = dice_range(dice, -0.02, 0.02);
    double cast[3] = {1 + warmth, 1 + tint, 1 - warmth};
    double contrast = dice_range(dice, 0.94, 1.12), lift = dice_range(dice, 0, 0.03),
           gamma = dice_range(dice, 0.92, 1.12);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 256; i++) {
            double v = pow(i / 255.0, gamma) * cast[c];
            v = (v - 0.5) * contrast + 0.5;
            v = lift + v * (0.985 - lift);
            film.curve[c][i] = (uint8_t)(v < 0 ? 0 : v > 1 ? 255 : v * 255 + 0.5);
        }
    for (int y = 0; y < LIGHT_ROWS; y++)
        for (int x = 0; x < LIGHT_COLUMNS; x++)
            film.light[y][x] = (int)(1024 * dice_range(dice, 0.95, 1.04));
    film.vignette = dice_range(dice, 0.06, 0.3);
    film.noise = (int)(16 * dice_range(dice, 1.0, 3.4));
    return film;
}

// The uneven light along a row, gain · 1024, by bilinear interpolation of the grid.
static int light_at(const Film *film, int x, int width, double fy) {
    int row = (int)fy;
    double ty = fy - row, fx = (double)x / width * (LIGHT_COLUMNS - 1);
    int column = (int)fx;
    double tx = fx - column;
    const int *a = film->light[row], *b = film->light[row + 1];
    double top = a[column] + (a[column + 1] - a[column]) * tx,
           bottom = b[column] + (b[column + 1] - b[column]) * tx;
    return (int)(top + (bottom - top) * ty);
}

static void develop_row(const Film *film, const uint32_t *from, uint8_t *to, int width, double fy,
                        double ny, Prng *noise) {
    enum { RUN = 8 }; // light and vignette change slowly: one value a run of pixels
    int gain = 1024;
    for (int x = 0; x < width; x++) {
        if (x % RUN == 0) {
            double nx = 2.0 * x / width - 1, radius = (nx * nx + ny * ny) * 0.5;
            gain = (int)(light_at(film, x, width, fy) *
                         (1 - film->vignette * radius * radius - 0.3 * film->vignette * radius));
        }
        uint32_t pixel = from[x];
        uint64_t bits = prng_next(noise);
        // The sum of four bytes is close to normal: mean 510, deviation 148.
        int grain =
            (int)((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24 & 255)) - 510;
        for (int c = 0; c < 3; c++) {
            int value = film->curve[c][pixel >> (16 - 8 * c) & 255] * gain >> 10;
            int own = (int)(bits >> (32 + 8 * c) & 255) + (int)(bits >> (40 + 8 * c) & 255) - 255;
            value += ((grain + (own >> 1)) * film->noise * (380 - value) / (148 * 16 * 280));
            to[3 * x + c] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
}

Err picture_develop(cairo_surface_t *surface, Prng *dice, Picture *ret) {
    int width = cairo_image_surface_get_width(surface),
        height = cairo_image_surface_get_height(surface);
    int stride = cairo_image_surface_get_stride(surface);
    TRY(picture_new(width, height, ret));
    cairo_surface_flush(surface);
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    Film film = film_roll(dice);
    Prng noise = dice_fork(dice, 77);
    for (int y = 0; y < height; y++)
        develop_row(&film, (const uint32_t *)(const void *)(pixels + (ptrdiff_t)y * stride),
                    ret->rgb + (size_t)y * (size_t)width * 3, width,
                    (double)y / height * (LIGHT_ROWS - 1), 2.0 * y / height - 1, &noise);
    return ERR_OK;
}
