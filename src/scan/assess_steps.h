// The later steps of assessing, when every file has its class. Internal to scan/assess*.
#pragma once
#include "scan/assess.h"

// Fills stacks and each verdict's stack.
Err assessment_stack(const CollectedFiles *files, int radius, Assessment *io,
                     Diag *diag) MUST_CHECK;
// Near-duplicate videos around leaders: ret_leaders[i] is a position in `which` (count of them),
// its own for a leader. One look at the leader serves its members: SCAN_VIDEO_STACK_SHARE of the
// pictures of each lie in it.
Err videos_group(const CollectedFiles *files, const uint32_t *which, size_t count, int radius,
                 uint32_t *ret_leaders, Diag *diag) MUST_CHECK;
// Fills totals.
void assessment_count(const CollectedFiles *files, Assessment *io);
