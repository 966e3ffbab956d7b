// The request guard: refuses what two readers could understand differently, before anything else
// looks at it. Pure; any thread.
//
// libmicrohttpd reads the request line and headers before us: it joins folded header lines, takes a
// bare line feed as a line's end, and answers 400 itself to what it cannot read. The guard judges
// what the library made of the bytes, which is what is acted on; the documented proxies refuse or
// normalise both forms (docs/serving.md).
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
