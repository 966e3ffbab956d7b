// Step by step: luma, two rounds of box filter over the whole plane, 64×64 samples, cosine
// transform, median, bits.
#include "pdq_textbook.h"

#include <math.h>

typedef float Terms[16][16];

// One vector of the plane, `step` floats apart: mean of a window round each element, the window cut
// at the ends.
static void smooth_vector(const float *in, float *out, int n, int step, int window) {
    int half = (window + 2) / 2, ahead = half - 1;
    float sum = 0.0f;
    int count = 0;
    for (int i = 0; i < ahead; i++) {
        sum += in[i * step];
        count++;
    }
    for (int i = 0; i < n; i++) {
        int enters = i + ahead, leaves = i + ahead - window;
        if (enters < n) {
            sum += in[enters * step];
            count++;
        }
        if (leaves >= 0) {
            sum -= in[leaves * step];
            count--;
        }
        out[i * step] = sum / (float)count;
    }
}

static void smooth(float *plane, float *other, int width, int height) {
    int along_row = (width + 127) / 128, along_column = (height + 127) / 128;
    for (int round = 0; round < 2; round++) {
        for (int y = 0; y < height; y++)
            smooth_vector(plane + (size_t)y * (size_t)width, other + (size_t)y * (size_t)width,
                          width, 1, along_row);
        for (int x = 0; x < width; x++)
            smooth_vector(other + x, plane + x, height, width, along_column);
    }
}

static float torben(const float *m, int n) {
    float min = m[0], max = m[0];
    for (int i = 1; i < n; i++) {
        if (m[i] < min)
            min = m[i];
        if (m[i] > max)
            max = m[i];
    }
    int less, equal;
    float guess, largest_less, smallest_greater;
    for (;;) {
        int greater = 0;
        guess = (min + max) / 2;
        less = equal = 0;
        largest_less = min;
        smallest_greater = max;
        for (int i = 0; i < n; i++) {
            if (m[i] < guess) {
                less++;
                largest_less = fmaxf(largest_less, m[i]);
            } else if (m[i] > guess) {
                greater++;
                smallest_greater = fminf(smallest_greater, m[i]);
            } else {
                equal++;
            }
        }
        if (less <= (n + 1) / 2 && greater <= (n + 1) / 2)
            break;
        if (less > greater)
            max = largest_less;
        else
            min = smallest_greater;
    }
    if (less >= (n + 1) / 2)
        return largest_less;
    if (less + equal >= (n + 1) / 2)
        return guess;
    return smallest_greater;
}

static void transform(float plane[64][64], Terms out) {
    static float d[16][64];
    float scale = (float)sqrt(2.0 / 64.0), half[16][64];
    for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 64; j++)
            d[i][j] = (float)(scale * cos((M_PI / 2 / 64.0) * (i + 1) * (2 * j + 1)));
    }
    for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 64; j++) {
            half[i][j] = 0.0f;
            for (int k = 0; k < 64; k++)
                half[i][j] += d[i][k] * plane[k][j];
        }
    }
    for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 16; j++) {
            out[i][j] = 0.0f;
            for (int k = 0; k < 64; k++)
                out[i][j] += half[i][k] * d[j][k];
        }
    }
}

static PdqHash bits(Terms terms) {
    float median = torben(&terms[0][0], 256);
    uint16_t words[16] = {0};
    for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 16; j++) {
            if (terms[i][j] > median)
                words[i] |= (uint16_t)(1u << j);
        }
    }
    PdqHash hash;
    for (int i = 0; i < 16; i++) {
        hash.bytes[2 * (15 - i)] = (uint8_t)(words[i] >> 8);
        hash.bytes[2 * (15 - i) + 1] = (uint8_t)words[i];
    }
    return hash;
}

static void turns(Terms a, PdqFacts *ret) {
    Terms b[PDQ_TURNS];
    for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 16; j++) {
            b[PDQ_ORIGINAL][i][j] = a[i][j];
            b[PDQ_ROT90][j][i] = j & 1 ? a[i][j] : -a[i][j];
            b[PDQ_ROT180][i][j] = (i + j) & 1 ? -a[i][j] : a[i][j];
            b[PDQ_ROT270][j][i] = i & 1 ? a[i][j] : -a[i][j];
            b[PDQ_FLIPX][i][j] = i & 1 ? a[i][j] : -a[i][j];
            b[PDQ_FLIPY][i][j] = j & 1 ? a[i][j] : -a[i][j];
            b[PDQ_FLIP_PLUS1][j][i] = a[i][j];
            b[PDQ_FLIP_MINUS1][j][i] = (i + j) & 1 ? -a[i][j] : a[i][j];
        }
    }
    for (int turn = 0; turn < PDQ_TURNS; turn++)
        ret->hash[turn] = bits(b[turn]);
}

static int quality(float plane[64][64]) {
    int sum = 0;
    for (int i = 0; i < 63; i++) {
        for (int j = 0; j < 64; j++)
            sum += abs((int)((plane[i][j] - plane[i + 1][j]) * 100 / 255));
    }
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 63; j++)
            sum += abs((int)((plane[i][j] - plane[i][j + 1]) * 100 / 255));
    }
    return sum / 90 > 100 ? 100 : sum / 90;
}

static void sample(const float *plane, int width, int height, float out[64][64]) {
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 64; j++) {
            int y = (int)(((i + 0.5) * height) / 64), x = (int)(((j + 0.5) * width) / 64);
            out[i][j] = plane[(size_t)y * (size_t)width + (size_t)x];
        }
    }
}

bool pdq_textbook(const uint8_t *rgb, int width, int height, PdqVariant variant, PdqFacts *ret) {
    *ret = (PdqFacts){.quality = 0};
    if (width < 5 || height < 5)
        return true;
    bool is_reduced = variant == PDQ_512 && (width > 512 || height > 512);
    int w = is_reduced ? 512 : width, h = is_reduced ? 512 : height;
    float *plane = malloc((size_t)w * (size_t)h * sizeof *plane),
          *other = malloc((size_t)w * (size_t)h * sizeof *other);
    if (plane == NULL || other == NULL) {
        free(plane);
        free(other);
        return false;
    }
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            int from_y = is_reduced ? y * height / 512 : y,
                from_x = is_reduced ? x * width / 512 : x;
            const uint8_t *p = rgb + 3 * ((size_t)from_y * (size_t)width + (size_t)from_x);
            plane[(size_t)y * (size_t)w + (size_t)x] =
                0.299f * (float)p[0] + 0.587f * (float)p[1] + 0.114f * (float)p[2];
        }
    }
    float small[64][64];
    Terms terms;
    PdqHash original = {{0}};
    bool is_plain = w == 64 && h == 64;
    if (is_plain) {
        memcpy(small, plane, sizeof small);
        transform(small, terms);
        original = bits(terms);
        ret->quality = quality(small);
    }
    smooth(plane, other, w, h);
    sample(plane, w, h, small);
    transform(small, terms);
    turns(terms, ret);
    if (is_plain)
        ret->hash[PDQ_ORIGINAL] = original;
    else
        ret->quality = quality(small);
    free(plane);
    free(other);
    return true;
}
