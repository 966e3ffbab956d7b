// Quality, cosine transform, median and bits of PDQ.
#include "hash/pdq_bits.h"

#include "hash/limits.h"
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

static void swap(float *a, float *b) {
    float was = *a;
    *a = *b;
    *b = was;
}

// The 128th smallest of 256 values. The public implementations find it by Torben's method, which
// for an even count ends at the lower of the middle two, whatever the ties; here by Hoare's
// selection, which is ten times as fast. Reorders values.
static float median_of(float values[COUNT]) {
    enum { WANTED = COUNT / 2 - 1 };
    int low = 0, high = COUNT - 1;
    while (low < high) {
        float pivot = values[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (pivot < values[j])
                j--;
            if (i <= j)
                swap(&values[i++], &values[j--]);
        }
        if (WANTED <= j)
            high = j;
        else if (WANTED >= i)
            low = i;
        else
            break;
    }
    return values[WANTED];
}

// Bit 16·i + j is term (i, j); the highest bit is printed first.
// Returns how many terms lie so near the median that another way to the plane may turn their bit.
static int bits_of(const float *terms, PdqHash *ret) {
    float order[COUNT];
    memcpy(order, terms, sizeof order);
    float median = median_of(order);
    int unsure = 0;
    for (int bit = 0; bit < COUNT; bit++)
        unsure += terms[bit] - median < PDQ_UNSURE_TERM && median - terms[bit] < PDQ_UNSURE_TERM;
    *ret = (PdqHash){{0}};
    for (int bit = 0; bit < COUNT; bit++) {
        if (terms[bit] > median)
            ret->bytes[PDQ_BYTES - 1 - bit / 8] |= (uint8_t)(1u << (bit % 8));
    }
    return unsure;
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
        int unsure = bits_of(turned, &ret->hash[turn]);
        if (turn == PDQ_ORIGINAL)
            ret->unsure = unsure;
    }
}
