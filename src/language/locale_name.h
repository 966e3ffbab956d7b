// What a language is called in itself ("Français", "العربية"), for menus in which a reader must
// find their own. Any thread.
#pragma once
#include "base/strbuf.h"

// tag: BCP 47. Writes the tag itself where ICU knows no name.
void locale_name_put(StrBuf *out, const char *tag);
