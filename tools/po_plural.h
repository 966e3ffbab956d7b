// Which CLDR plural categories a locale has. Used by the build-time programs only.
#pragma once
#include <stdbool.h>

// Index 0–5: zero, one, two, few, many, other.
extern const char *const PLURAL_CATEGORY_NAMES[6];
// Fills ret with the categories of the locale in that order and returns how many there are:
// msgstr[0], msgstr[1] … of its PO file stand for them in turn.
// ret_is_single tells which of them stand for one number only, so that its word may replace {n}:
// Arabic "two" does, French "one" (0 and 1) and Russian "one" (1, 21, 31 …) do not.
int plural_categories(const char *tag, int ret[6], bool ret_is_single[6]);
// "dir/zh_Hans.po" → "zh-Hans"
void tag_from_path(const char *path, char tag[32]);
