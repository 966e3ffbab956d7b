// Quality, cosine transform, median and bits of PDQ.
#include "hash/pdq_bits.h"

#include "kernels/kernels.h"

enum { SIDE = KERNEL_SIDE, TERMS = KERNEL_TERMS, COUNT = TERMS * TERMS };

// How far two neighbours differ, in whole percent of the range.
static int step_between(float a, float b) {
    int step = (int)((a - b) * 100 / 255);
    return step < 0 ? -step : step;
}

static int quality_of(const float *plane) {
    int sum = 0;
    for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
            const float *at = plane + row * SIDE + column;
            if (row + 1 < SIDE)
                sum += step_between(at[0], at[SIDE]);
            if (column + 1 < SIDE)
                sum += step_between(at[0], at[1]);
        }
    }
    int quality = sum / 90;
    return quality > 100 ? 100 : quality;
}

// Torben Mogensen's median: halves the range of values until no more than half stand on either
// side. For an even count it gives the lower of the middle two, or the guess itself where values
// equal it.
static float median_of(const float *values) {
    enum { HALF = (COUNT + 1) / 2 };
    float low = values[0], high = values[0];
    for (int i = 1; i < COUNT; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    for (;;) {
        float guess = (low + high) / 2, below = low, above = high;
        int less = 0, greater = 0;
        for (int i = 0; i < COUNT; i++) {
            if (values[i] < guess) {
                less++;
                below = values[i] > below ? values[i] : below;
            } else if (values[i] > guess) {
                greater++;
                above = values[i] < above ? values[i] : above;
            }
        }
        if (less <= HALF && greater <= HALF) {
            if (less >= HALF)
                return below;
            return COUNT - greater >= HALF ? guess : above;
        }
        if (less > greater)
            high = below;
        else
            low = above;
    }
}

// Bit 16·i + j is term (i, j); the highest bit is printed first.
static void bits_of(const float *terms, PdqHash *ret) {
    float median = median_of(terms);
    *ret = (PdqHash){{0}};
    for (int bit = 0; bit < COUNT; bit++) {
        if (terms[bit] > median)
            ret->bytes[PDQ_BYTES - 1 - bit / 8] |= (uint8_t)(1u << (bit % 8));
    }
}

// A turned picture's transform is the original's with rows and columns exchanged or every second
// sign changed: index i stands for the frequency i + 1, so that an even index is an odd frequency,
// which a flip negates.
static void terms_turned(const float *terms, PdqTurn turn, float *ret) {
    static const struct {
        bool is_transposed, flips_even_row, flips_even_column;
    } TURNS[PDQ_TURNS] = {
        [PDQ_ORIGINAL] = {false, false, false},  [PDQ_ROT90] = {true, false, true},
        [PDQ_ROT180] = {false, true, true},      [PDQ_ROT270] = {true, true, false},
        [PDQ_FLIPX] = {false, true, false},      [PDQ_FLIPY] = {false, false, true},
        [PDQ_FLIP_PLUS1] = {true, false, false}, [PDQ_FLIP_MINUS1] = {true, true, true},
    };
    for (int i = 0; i < TERMS; i++) {
        for (int j = 0; j < TERMS; j++) {
            bool is_negated = (TURNS[turn].flips_even_row && i % 2 == 0) !=
                              (TURNS[turn].flips_even_column && j % 2 == 0);
            float term = terms[i * TERMS + j];
            ret[TURNS[turn].is_transposed ? j * TERMS + i : i * TERMS + j] =
                is_negated ? -term : term;
        }
    }
}

void pdq_facts_of_plane(const float *plane, bool wants_turns, PdqFacts *ret) {
    float terms[COUNT], turned[COUNT];
    kernels()->dct(plane, terms);
    *ret = (PdqFacts){.quality = quality_of(plane)};
    for (int turn = 0; turn < (wants_turns ? PDQ_TURNS : 1); turn++) {
        terms_turned(terms, (PdqTurn)turn, turned);
        bits_of(turned, &ret->hash[turn]);
    }
}
