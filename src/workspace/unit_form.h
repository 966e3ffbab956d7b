// What a form or a command says about a unit, as the facts that records keep.
#pragma once
#include "records/unit.h"

// "08:00-16:00" → minutes from midnight. ERR_INVALID with {field} hours.
Err unit_hours_read(Str text, int *ret_opens, int *ret_closes, Diag *diag) MUST_CHECK;
// "fr ar en". ERR_INVALID with {field} languages.
Err unit_languages_read(Str text, UnitFacts *io_facts, Diag *diag) MUST_CHECK;
// "Mo Tu We 08:00–16:00 Europe/Paris", by identifiers that need no language.
void unit_hours_put(StrBuf *out, const UnitFacts *facts);
enum { UNIT_DAYS = 7 };
const char *unit_day_id(int day);    // 0 is "mo"
const char *unit_day_label(int day); // a msgid
