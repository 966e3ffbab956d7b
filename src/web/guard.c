// One pass over the headers: form of each, those that may come only once, and the few combinations
// that request smuggling lives on.
#include "web/guard.h"

#include "base/err.h"

#define REFUSE(status_, reason_, msgid_) \
    ((GuardVerdict){.status = (status_), .reason = (reason_), .msgid = (msgid_)})
static const GuardVerdict PASSED = {0};

typedef struct Known {
    Str name;
    size_t offset;     // of the Str in GuardFacts
    const char *twice; // reason when it comes a second time; NULL: the first one is taken
} Known;

// clang-format off
static const Known KNOWN[] = {
    {{"host", 4}, offsetof(GuardFacts, host_value), "two-hosts"},
    {{"content-type", 12}, offsetof(GuardFacts, content_type), "two-types"},
    {{"cookie", 6}, offsetof(GuardFacts, cookie), "two-cookies"},
    {{"authorization", 13}, offsetof(GuardFacts, authorization), "two-authorizations"},
    {{"accept", 6}, offsetof(GuardFacts, accept), NULL},
    {{"accept-language", 15}, offsetof(GuardFacts, accept_language), NULL},
    {{"accept-encoding", 15}, offsetof(GuardFacts, accept_encoding), NULL},
    {{"user-agent", 10}, offsetof(GuardFacts, user_agent), NULL},
    {{"x-forwarded-for", 15}, offsetof(GuardFacts, forwarded_for), "two-forwarded"},
    {{"origin", 6}, offsetof(GuardFacts, origin), "two-origins"},
    {{"sec-fetch-site", 14}, offsetof(GuardFacts, fetch_site), "two-origins"},
    {{"x-csrf-token", 12}, offsetof(GuardFacts, csrf_token), "two-tokens"},
    {{"if-none-match", 13}, offsetof(GuardFacts, if_none_match), NULL},
};
// clang-format on

static Str *fact_at(GuardFacts *facts, size_t offset) {
    return (Str *)(void *)((char *)facts + offset);
}

static bool is_name(Str header, const char *lower_name) {
    return str_equal_ascii_nocase(header, str_from(lower_name));
}

static bool value_is_plain(Str value) {
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
    }
    return true;
}

// The form of every header and the sum of all.
static GuardVerdict check_forms(const GuardHeader *headers, size_t count) {
    size_t bytes = 0;
    if (count > WEB_HEADERS_MAX)
        return REFUSE(431, "many-headers", N_("The request has too many headers."));
    for (size_t i = 0; i < count; i++) {
        const GuardHeader *header = &headers[i];
        if (header->name.len > WEB_HEADER_NAME_MAX || header->value.len > WEB_HEADER_VALUE_MAX)
            return REFUSE(431, "long-header", N_("A header of the request is too long."));
        bytes += header->name.len + header->value.len;
        if (!is_token(header->name))
            return REFUSE(400, "header-name",
                          N_("A header of the request has a name that cannot be."));
        if (!value_is_plain(header->value))
            return REFUSE(400, "header-value",
                          N_("A header of the request holds a control character."));
    }
    if (bytes > WEB_HEADER_BYTES_MAX)
        return REFUSE(431, "long-headers", N_("The headers of the request are too long."));
    return PASSED;
}

static GuardVerdict take_known(const GuardHeader *header, GuardFacts *facts) {
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        const Known *known = &KNOWN[i];
        if (header->name.len != known->name.len ||
            !str_equal_ascii_nocase(header->name, known->name))
            continue;
        Str *fact = fact_at(facts, known->offset);
        if (fact->ptr == NULL)
            *fact = (Str){header->value.ptr == NULL ? "" : header->value.ptr, header->value.len};
        else if (known->twice != NULL)
            return REFUSE(400, known->twice,
                          N_("The request has a header twice that may stand in it only once."));
        break;
    }
    return PASSED;
}

// Where the body ends must be said once and in one way (RFC 9112 §6.3).
static GuardVerdict check_body(const GuardHeader *headers, size_t count, bool is_http11,
                               GuardFacts *facts) {
    int lengths = 0, transfers = 0;
    for (size_t i = 0; i < count; i++) {
        Str value = headers[i].value;
        if (is_name(headers[i].name, "content-length")) {
            if (++lengths > 1)
                return REFUSE(400, "two-lengths", N_("The request says its length twice."));
            if (value.len > 18 || !str_to_u64(value, &facts->length))
                return REFUSE(400, "length", N_("The length of the request is not a number."));
        } else if (is_name(headers[i].name, "transfer-encoding")) {
            transfers++;
            if (!is_http11 || !str_equal_ascii_nocase(value, STR("chunked")))
                return REFUSE(400, "transfer-encoding",
                              N_("The request comes in an encoding that is not understood."));
        } else if (is_name(headers[i].name, "content-encoding") &&
                   !str_equal_ascii_nocase(value, STR("identity"))) {
            return REFUSE(415, "content-encoding", N_("Compressed requests are not taken."));
        } else if (is_name(headers[i].name, "expect") &&
                   !str_equal_ascii_nocase(value, STR("100-continue"))) {
            return REFUSE(417, "expect", N_("The request expects what this server does not do."));
        }
    }
    if (transfers > 1 || (transfers == 1 && lengths == 1))
        return REFUSE(400, "length-and-chunked", N_("The request says in two ways where it ends."));
    facts->is_chunked = transfers == 1;
    facts->has_body = facts->is_chunked || facts->length > 0;
    return PASSED;
}

static GuardVerdict check_host(const Str *hosts, size_t host_count, GuardFacts *facts) {
    Str port;
    if (facts->host_value.ptr == NULL)
        return REFUSE(400, "no-host", N_("The request does not say which host it is for."));
    if (!host_split(facts->host_value, facts->host_buffer, &facts->host, &port))
        return REFUSE(400, "host-form", N_("The request names a host that cannot be."));
    for (size_t i = 0; i < host_count; i++)
        if (str_equal(hosts[i], facts->host))
            return PASSED;
    return REFUSE(421, "host",
                  N_("This server does not answer to that name. Whoever runs it can add "
                     "the name to its configuration."));
}

GuardVerdict guard_check(Str version, const GuardHeader *headers, size_t count, const Str *hosts,
                         size_t host_count, GuardFacts *ret) {
    *ret = (GuardFacts){0};
    bool is_http11 = str_is(version, "HTTP/1.1");
    if (!is_http11 && !str_is(version, "HTTP/1.0"))
        return REFUSE(505, "version", N_("Only HTTP/1.1 is understood."));
    GuardVerdict verdict = check_forms(headers, count);
    for (size_t i = 0; i < count && verdict.status == 0; i++)
        verdict = take_known(&headers[i], ret);
    if (verdict.status == 0)
        verdict = check_body(headers, count, is_http11, ret);
    if (verdict.status == 0)
        verdict = check_host(hosts, host_count, ret);
    return verdict;
}

bool guard_knows_layout(const char *library_version) {
    return strcmp(library_version, "0.9.75") == 0 || strcmp(library_version, "0.9.76") == 0;
}

GuardVerdict guard_check_lines(Str version, const GuardHeader *headers, size_t count) {
    enum { BLANKS_MAX = 64 };
    const GuardVerdict refusal =
        REFUSE(400, "line-form",
               N_("The lines of the request do not end as they must, or one goes "
                  "on in the next."));
    uintptr_t expected = (uintptr_t)version.ptr + version.len + 2;
    for (size_t i = 0; i < count; i++) {
        Str name = headers[i].name, value = headers[i].value;
        uintptr_t colon = (uintptr_t)name.ptr + name.len, begin = (uintptr_t)value.ptr;
        if ((uintptr_t)name.ptr != expected || value.ptr == NULL || begin <= colon ||
            begin - colon > BLANKS_MAX)
            return refusal;
        for (const char *at = name.ptr + name.len + 1; at < value.ptr; at++)
            if (*at != ' ' && *at != '\t')
                return refusal;
        expected = begin + value.len + 2;
    }
    // The line behind the last header is empty. To the library ": x" is, too; then its colon became
    // a NUL and the blank did not.
    const char *end =
        count > 0 ? headers[count - 1].value.ptr + headers[count - 1].value.len + 2 : "\0";
    return end[0] == '\0' && end[1] == '\0' ? PASSED : refusal;
}
