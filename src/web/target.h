// The target of a request line ("/cases/3x8r?page=2"): decoded and checked. Pure; any thread.
#pragma once
#include "base/arena.h"

typedef struct Target {
    Str raw;   // as sent
    Str path;  // decoded; begins with "/"; no empty inner part, no "." and "..", no control byte
    Str query; // as sent, behind "?"; empty when there is none
} Target;

// raw must live as long as *ret. Only the origin form is taken: an absolute URI could name another
// host than the Host header. ERR_SYNTAX or ERR_ENCODING; ERR_LIMIT past WEB_TARGET_MAX; ERR_NOMEM.
Err target_parse(Str raw, Arena *arena, Target *ret) MUST_CHECK;
// Decodes %XX, and "+" as a blank when is_form. ERR_SYNTAX: % without two hexadecimal digits;
// ERR_ENCODING: not UTF-8, or a control character (tab and line ends may stand in forms, where CR
// LF becomes LF).
Err percent_decode(Str raw, bool is_form, Arena *arena, Str *ret) MUST_CHECK;
// Whether a text may stand in a redirect or a link as a path of this site: one "/" at the
// beginning, no backslash, no control byte, visible ASCII only.
bool target_is_local(Str target);
