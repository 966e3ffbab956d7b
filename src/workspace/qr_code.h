// A text as a QR code, drawn as the path of an SVG picture: one unit a module.
#pragma once
#include "base/strbuf.h"

enum { QR_MARGIN = 4, QR_TEXT_MAX = 600, QR_PATH_MAX = 64 << 10 };

// Appends the value of `d`; *ret_size: width and height in modules with the margin.
Err qr_path_put(Str text, StrBuf *out, int *ret_size, Diag *diag) MUST_CHECK;
