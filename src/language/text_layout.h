// How much room text takes in columns of a terminal, and where a line may end. Any thread.
#pragma once
#include "base/strbuf.h"

// Columns: 0 for marks and controls, 2 for wide East Asian characters and emoji, else 1.
int text_columns(Str text);
// The bytes of text that fit into `columns`, never cutting a base character from its marks.
size_t text_fit(Str text, int columns);
// Appends text with each line broken at spaces (and between ideographs, kana, Thai, Lao, Khmer and
// Burmese words) so that it takes at most `columns` less the indent; every line but the first is
// indented by `indent` spaces. Line feeds in text begin a new line. A word that does not fit stands
// alone.
void text_put_wrapped(StrBuf *out, Str text, int columns, int indent);
