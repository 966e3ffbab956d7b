// One thing to ask lists for, as a person writes it.
#pragma once
#include "index/matcher.h"

enum { QUERY_TEXT_MAX = 64 }; // digits of the longest hash

// A hash by its length: 32 digits MD5, 40 SHA-1, 64 both SHA-256 and PDQ; 32 characters of base32
// that are not all hexadecimal are a SHA-1. White space around it is ignored. *ret_text gets what
// was asked in its usual form (hexadecimal in lower case). False when it is none of these.
bool match_query_from(Str text, int radius, MatchQuery *ret, char ret_text[QUERY_TEXT_MAX + 1]);
