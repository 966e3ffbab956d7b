// Whether a text is a value of a setting, and the number it stands for. Pure; any thread.
#pragma once
#include "workspace/config.h"

// The place in diag is the caller's to add. *ret_number: of numbers and sizes, else 0.
Err setting_check(const Setting *setting, Str value, int64_t *ret_number, Diag *diag) MUST_CHECK;
