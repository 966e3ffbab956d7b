// What classes, flags and categories are called, in the reader's language.
#pragma once
#include "language/catalogue.h"
#include "workspace/scan_output.h"

Str scan_class_label(const Lang *lang, ScanClass class);
Str scan_flag_label(const Lang *lang, ScanFlag flag);
// How a file and an entry are alike where one of them is a video; false, and nothing, for others.
bool scan_likeness_put(StrBuf *out, const Lang *lang, const ScanMatch *match, Str list, Str entry,
                       const ListEntry *known);
// "vic-us 2.0: 1 (Child abuse material)"; the code alone where its scheme does not ship;
// "uncategorised".
void known_row_category_put(StrBuf *out, const Lang *lang, const KnownRow *row);
