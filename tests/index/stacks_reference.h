// Stacks by comparing every pair, for the tests.
#pragma once
#include "index/near_stacks.h"

void stacks_reference(const NearStacks *ask, uint32_t *ret_leaders);
