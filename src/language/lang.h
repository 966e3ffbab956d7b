// Private to the room: what a Lang holds, and how numbers, sizes and plurals are written in it.
#pragma once
#include "language/catalogue.h"
#include "language/catalogue_data.h"
#include "language/limits.h"

// The formatters of one locale, opened on first use and kept. All of them are safe to use from many
// threads at once: unumf_ formatters and plural rules are immutable, and integers are written by
// our own code from the locale's symbols.
typedef struct LangFormats LangFormats;

struct Lang {
    const CatalogueLocale *locale; // NULL: English, whose texts are the msgids
    char tag[LANG_TAG_MAX]; // BCP 47: the catalogue's tag, with a region when one was asked for
    bool is_rtl;
    int index; // in the registry: where its formatters are kept
};

// The text of a message in lang or its parents, or {NULL, 0}. category: PLURAL_CATEGORIES index for
// plural messages, ignored otherwise.
Str lang_find(const Lang *lang, const char *context, const char *msgid, int category);

// CLDR category of n: index in the order zero, one, two, few, many, other.
int plural_category(const Lang *lang, int64_t n);
