// The request guard: refuses what two readers could understand differently, before anything else
// looks at it. Pure; any thread.
//
// libmicrohttpd reads the request line and headers before us and answers 400 itself to what it
// cannot read. What it lets through although others read it differently (a folded header, which
// version 0.9.75 appends to the header's name; a bare line feed as a line's end; a NUL, at which it
// cuts the value; a header without a name, which it drops) shows in where it left the pieces in its
// buffer: guard_check_lines sees that.
#pragma once
#include "web/header_value.h"
#include "web/limits.h"

typedef struct GuardHeader {
    Str name, value;
} GuardHeader;

// A refusal: status 0 is none.
typedef struct GuardVerdict {
    int status;
    const char *reason; // stable identifier for counters and tests
    const char *msgid;  // for a person
} GuardVerdict;

// What the guard found; views into the headers. Empty: not sent.
typedef struct GuardFacts {
    Str host, host_value; // host without port (in host_buffer); as sent
    char host_buffer[HOST_MAX + 1];
    bool has_body, is_chunked;
    uint64_t length; // of a body that is not chunked
    Str content_type, cookie, authorization, accept, accept_language, accept_encoding, user_agent,
        forwarded_for, origin, fetch_site, csrf_token, if_none_match;
} GuardFacts;

// hosts: lower case, without port. Headers as the library gives them.
GuardVerdict guard_check(Str version, const GuardHeader *headers, size_t count, const Str *hosts,
                         size_t host_count, GuardFacts *ret);
// The library leaves names and values where they arrived, with NULs over colons and line ends. So
// between the version and the first name, and between a value and the next name, stand exactly the
// two bytes of CR LF, and between a name and its value the colon and blanks. Reads the bytes
// between the texts and four behind the last, all of which the library has read before. version and
// headers: pointers that the library gave.
GuardVerdict guard_check_lines(Str version, const GuardHeader *headers, size_t count);
// Whether the layout above is that of this version of the library ("0.9.75").
bool guard_knows_layout(const char *library_version);
