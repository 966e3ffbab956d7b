// From the 64×64 plane to quality and hash bits, in all orientations.
#pragma once
#include "hash/pdq.h"

// plane: 64×64 luma, row by row. Without wants_turns only the original's hash is written (the
// others are zeroed).
void pdq_facts_of_plane(const float *plane, bool wants_turns, PdqFacts *ret);
