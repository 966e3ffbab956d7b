// Composes the coefficients and codes them.
#include "workspace/bench_picture.h"

#include "base/prng.h"

enum {
    BLOCK_TERMS = 64,
    AC_CODES = 162,
    DC_CODES = 12,
    CODE_BITS_MAX = 16,
    DRAWS = 4096,     // entries of the table of random magnitudes
    CELL_BLOCKS = 24, // between two random values of the ground and of the detail
};

typedef struct Code {
    uint16_t bits;
    uint8_t length;
} Code;

typedef struct Composer {
    StrBuf *to;
    Prng prng;
    uint64_t seed;
    uint32_t pending; // bits not written yet, at the low end
    int pending_count;
    int last_dc[3];
    Code dc[DC_CODES], ac[256];
    uint8_t ac_symbols[AC_CODES];
    // Magnitudes of an exponential distribution of mean 1, in sixteenths.
    uint8_t draws[DRAWS];
} Composer;

static const uint8_t DC_COUNTS[CODE_BITS_MAX] = {0, 1, 5, 1, 1, 1, 1, 1, 1};
static const uint8_t AC_COUNTS[CODE_BITS_MAX] = {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125};
// The symbols of the short codes; those of 16 bits follow in order.
static const uint8_t AC_FIRST[] = {0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31,
                                   0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32,
                                   0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52,
                                   0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82};

static void put_be16(StrBuf *to, unsigned value) {
    strbuf_put_byte(to, (char)(value >> 8));
    strbuf_put_byte(to, (char)value);
}

static void codes_make(const uint8_t counts[CODE_BITS_MAX], const uint8_t *symbols, Code *ret) {
    unsigned next = 0, at = 0;
    for (unsigned length = 1; length <= CODE_BITS_MAX; length++) {
        for (unsigned i = 0; i < counts[length - 1]; i++)
            ret[symbols[at++]] = (Code){(uint16_t)next++, (uint8_t)length};
        next *= 2;
    }
}

static void composer_init(Composer *c, uint64_t seed, StrBuf *to) {
    *c = (Composer){.to = to, .prng = {seed}, .seed = seed};
    size_t n = sizeof AC_FIRST;
    memcpy(c->ac_symbols, AC_FIRST, n);
    for (unsigned symbol = 1; symbol <= 0xFA; symbol++) {
        bool is_symbol = symbol % 16 >= 1 && symbol % 16 <= 10;
        if (is_symbol && memchr(AC_FIRST, (int)symbol, sizeof AC_FIRST) == NULL)
            c->ac_symbols[n++] = (uint8_t)symbol;
    }
    static const uint8_t DC_SYMBOLS[DC_CODES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    codes_make(DC_COUNTS, DC_SYMBOLS, c->dc);
    codes_make(AC_COUNTS, c->ac_symbols, c->ac);
    // The i-th of DRAWS equal shares of the distribution: each step up has a chance of 1 − 1/16.
    double share = DRAWS / 16.0, passed = share;
    for (unsigned i = 0, value = 0; i < DRAWS; i++) {
        for (; i >= passed && value < 127; value++) {
            share *= 15.0 / 16.0;
            passed += share;
        }
        c->draws[i] = (uint8_t)value;
    }
}

static void put_bits(Composer *c, unsigned bits, int count) {
    c->pending = c->pending << count | (bits & ((1u << count) - 1));
    c->pending_count += count;
    while (c->pending_count >= 8) {
        c->pending_count -= 8;
        char byte = (char)(c->pending >> c->pending_count);
        strbuf_put_byte(c->to, byte);
        if (byte == '\xFF')
            strbuf_put_byte(c->to, 0);
    }
}

static int size_of(int value) {
    unsigned magnitude = (unsigned)(value < 0 ? -value : value);
    return magnitude == 0 ? 0 : 32 - __builtin_clz(magnitude);
}

// The bits after a code: negative numbers count from below.
static void put_value(Composer *c, int value, int size) {
    put_bits(c, (unsigned)(value < 0 ? value - 1 : value), size);
}

static void put_block(Composer *c, int component, const int16_t terms[BLOCK_TERMS]) {
    int step = terms[0] - c->last_dc[component], size = size_of(step);
    c->last_dc[component] = terms[0];
    put_bits(c, c->dc[size].bits, c->dc[size].length);
    put_value(c, step, size);
    int run = 0;
    for (int i = 1; i < BLOCK_TERMS; i++) {
        if (terms[i] == 0) {
            run++;
            continue;
        }
        for (; run > 15; run -= 16)
            put_bits(c, c->ac[0xF0].bits, c->ac[0xF0].length);
        size = size_of(terms[i]);
        const Code *code = &c->ac[run * 16 + size];
        put_bits(c, code->bits, code->length);
        put_value(c, terms[i], size);
        run = 0;
    }
    if (run > 0)
        put_bits(c, c->ac[0].bits, c->ac[0].length);
}

// A value 0–255 that changes smoothly over the picture: random ones on a grid, and between them in
// proportion.
static int cloud(const Composer *c, uint32_t x, uint32_t y, uint64_t layer) {
    uint32_t in_x = x % CELL_BLOCKS, in_y = y % CELL_BLOCKS;
    int corners[4];
    for (uint32_t i = 0; i < 4; i++) {
        Prng prng = {c->seed ^ layer << 56 ^ (uint64_t)(x / CELL_BLOCKS + i % 2) << 24 ^
                     (y / CELL_BLOCKS + i / 2)};
        corners[i] = (int)(prng_next(&prng) >> 56);
    }
    int top = corners[0] * (int)(CELL_BLOCKS - in_x) + corners[1] * (int)in_x,
        bottom = corners[2] * (int)(CELL_BLOCKS - in_x) + corners[3] * (int)in_x;
    return (top * (int)(CELL_BLOCKS - in_y) + bottom * (int)in_y) / (CELL_BLOCKS * CELL_BLOCKS);
}

// detail: mean of the magnitudes at the lowest frequency, in sixteenths.
static void compose_block(Composer *c, int ground, int detail, int16_t ret[BLOCK_TERMS]) {
    memset(ret, 0, BLOCK_TERMS * sizeof ret[0]);
    ret[0] = (int16_t)ground;
    for (int i = 1; i < BLOCK_TERMS; i++) {
        uint64_t drawn = prng_next(&c->prng);
        int magnitude = c->draws[drawn % DRAWS] * detail / (16 * 16) / (1 + i / 3);
        ret[i] = (int16_t)((drawn >> 63) != 0 ? -magnitude : magnitude);
    }
}

static void put_headers(Composer *c, uint32_t width, uint32_t height) {
    StrBuf *to = c->to;
    strbuf_put(to, STR("\xFF\xD8\xFF\xDB"));
    put_be16(to, 2 + 1 + BLOCK_TERMS);
    strbuf_put_byte(to, 0);
    for (int i = 0; i < BLOCK_TERMS; i++)
        strbuf_put_byte(to, (char)(3 + i / 4));
    strbuf_put(to, STR("\xFF\xC0"));
    put_be16(to, 8 + 3 * 3);
    strbuf_put_byte(to, 8);
    put_be16(to, height);
    put_be16(to, width);
    strbuf_put(to, STR("\x03\x01\x22\0\x02\x11\0\x03\x11\0"));
    strbuf_put(to, STR("\xFF\xC4"));
    put_be16(to, 2 + 2 * (1 + CODE_BITS_MAX) + DC_CODES + AC_CODES);
    strbuf_put_byte(to, 0);
    strbuf_put(to, str_of(DC_COUNTS, CODE_BITS_MAX));
    for (int i = 0; i < DC_CODES; i++)
        strbuf_put_byte(to, (char)i);
    strbuf_put_byte(to, 0x10);
    strbuf_put(to, str_of(AC_COUNTS, CODE_BITS_MAX));
    strbuf_put(to, str_of(c->ac_symbols, AC_CODES));
    strbuf_put(to, STR("\xFF\xDA\0\x0C\x03\x01\0\x02\0\x03\0\0\x3F\0"));
}

void bench_picture_compose(uint32_t width, uint32_t height, uint64_t seed, StrBuf *to) {
    Composer c;
    composer_init(&c, seed, to);
    put_headers(&c, width, height);
    int16_t terms[BLOCK_TERMS];
    for (uint32_t y = 0; y < (height + 15) / 16; y++) {
        for (uint32_t x = 0; x < (width + 15) / 16; x++) {
            int detail = cloud(&c, 2 * x, 2 * y, 3) / 2;
            for (uint32_t i = 0; i < 4; i++) {
                int ground = cloud(&c, 2 * x + i % 2, 2 * y + i / 2, 0) * 2 - 255;
                compose_block(&c, ground, detail, terms);
                put_block(&c, 0, terms);
            }
            for (int component = 1; component < 3; component++) {
                compose_block(&c, cloud(&c, 2 * x, 2 * y, (uint64_t)component) / 2 - 64, detail / 8,
                              terms);
                put_block(&c, component, terms);
            }
        }
    }
    put_bits(&c, 0x7F, 7);
    strbuf_put(to, STR("\xFF\xD9"));
}
