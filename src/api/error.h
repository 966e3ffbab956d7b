// From the error classes of the house to the numbers of the public library, which never change.
#pragma once
#include "base/err.h"
#include "seventh.h"

S7Error api_error_of(Err err);
