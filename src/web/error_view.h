// What the error page shows (web/templates/error_page.html). Borrows everything.
#pragma once
#include "base/str.h"

typedef struct ErrorView {
    Str code;                      // "404"
    Str heading, sentence, advice; // translated
    const char *sign_in_path;      // NULL unless signing in would help
} ErrorView;
