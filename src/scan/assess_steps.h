// The later steps of assessing, when every file has its class. Internal to scan/assess*.
#pragma once
#include "scan/assess.h"

// Fills stacks and each verdict's stack.
Err assessment_stack(const CollectedFiles *files, int radius, Assessment *io,
                     Diag *diag) MUST_CHECK;
// Fills totals.
void assessment_count(const CollectedFiles *files, Assessment *io);
