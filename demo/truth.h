// The ground truth: a sidecar for every picture, every file's origin, and what a scan should find.
#pragma once
#include "device.h"

// Writes truth/ below root.
Err truth_write(const Plan *plan, const StrayCounts *strays, const char *root,
                Diag *diag) MUST_CHECK;
