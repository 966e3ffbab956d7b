// What stands inside single headers: Cookie, Accept-Language, Host, Content-Type, Accept. Hostile
// text, lenient results: what does not follow its form is as if it were not there. Pure; any
// thread.
#pragma once
#include "base/str.h"

// The value of a cookie. False when it is absent, or there twice: then somebody planted one, and
// neither is believed.
bool cookie_find(Str header, Str name, Str *ret);

// The best tag of Accept-Language (RFC 9110 §12.5.4) for which exists() says yes, by weight, then
// by order. False when none fits.
bool accept_language_choose(Str header, bool (*exists)(Str tag), Str *ret);

// "Example.org:8443" → host "example.org" (into `buffer`), port as sent or empty. "[::1]:80" keeps
// its brackets. False on anything that is no host.
enum { HOST_MAX = 253 };
bool host_split(Str value, char buffer[HOST_MAX + 1], Str *ret_host, Str *ret_port);

// "Text/HTML; charset=utf-8" → "text/html" (into `buffer`); the empty string when it is no type.
enum { CONTENT_TYPE_MAX = 127 };
Str content_type_of(Str value, char buffer[CONTENT_TYPE_MAX + 1]);
// A parameter such as boundary, unquoted. False when absent or malformed.
bool content_type_parameter(Str value, Str name, Str *ret);

// Whether a comma list ("gzip, br;q=0") names the token with a weight above 0.
bool header_accepts(Str value, Str token);
// RFC 9110 token characters.
bool is_token(Str s);
