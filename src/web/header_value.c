// Small parsers of header values; each passes over what it does not understand.
#include "web/header_value.h"

#include "web/limits.h"

static bool is_token_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool is_token(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!is_token_byte(s.ptr[i]))
            return false;
    return s.len > 0;
}

bool cookie_find(Str header, Str name, Str *ret) {
    Str rest = header, pair, found = {0};
    size_t times = 0, seen = 0;
    for (bool has_more = header.len > 0; has_more && seen < WEB_COOKIES_MAX; seen++) {
        has_more = str_cut(rest, ';', &pair, &rest);
        if (!has_more)
            pair = rest;
        Str key, value;
        if (!str_cut(pair, '=', &key, &value) || !str_equal(str_trim(key), name))
            continue;
        found = str_trim(value);
        times++;
    }
    if (times != 1)
        return false;
    *ret = found;
    return true;
}

// "0.8" → 800; 1000 when there is no weight; -1 when it is malformed.
static int weight_parse(Str parameters) {
    Str rest = str_trim(parameters);
    if (rest.len == 0)
        return 1000;
    if (rest.len < 3 || (rest.ptr[0] | 0x20) != 'q' || rest.ptr[1] != '=')
        return -1;
    rest = str_from_index(rest, 2);
    if (rest.len > 5 || (rest.ptr[0] != '0' && rest.ptr[0] != '1') ||
        (rest.len > 1 && rest.ptr[1] != '.'))
        return -1;
    int weight = (rest.ptr[0] - '0') * 1000, unit = 100;
    for (size_t i = 2; i < rest.len; i++, unit /= 10) {
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9')
            return -1;
        weight += (rest.ptr[i] - '0') * unit;
    }
    return weight > 1000 ? -1 : weight;
}

static bool is_language_range(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') ||
              (s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '-'))
            return false;
    return s.len > 0 && s.len <= 35;
}

bool accept_language_choose(Str header, bool (*exists)(Str tag), Str *ret) {
    Str rest = header, piece, best = {0};
    int best_weight = 0;
    size_t seen = 0;
    for (bool has_more = header.len > 0; has_more && seen < WEB_LANGUAGES_MAX; seen++) {
        has_more = str_cut(rest, ',', &piece, &rest);
        if (!has_more)
            piece = rest;
        Str tag = piece, parameters = {0};
        (void)str_cut(piece, ';', &tag, &parameters);
        tag = str_trim(tag);
        int weight = weight_parse(parameters);
        if (weight > best_weight && is_language_range(tag) && exists(tag)) {
            best = tag;
            best_weight = weight;
        }
    }
    if (best_weight == 0)
        return false;
    *ret = best;
    return true;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_port(Str port) {
    uint64_t number;
    return port.len > 0 && port.len <= 5 && str_to_u64(port, &number) && number > 0 &&
           number <= 65535;
}

bool host_split(Str value, char buffer[HOST_MAX + 1], Str *ret_host, Str *ret_port) {
    Str host = value, port = {0};
    bool is_v6 = value.len > 0 && value.ptr[0] == '[';
    if (is_v6) {
        ptrdiff_t end = str_find_byte(value, ']');
        if (end < 0)
            return false;
        host.len = (size_t)end + 1;
        port = str_from_index(value, host.len);
        if (port.len > 0 && port.ptr[0] != ':')
            return false;
        port = port.len > 0 ? str_from_index(port, 1) : port;
        if ((size_t)end + 1 < value.len && !is_port(port))
            return false;
    } else if (str_cut(value, ':', &host, &port) && !is_port(port)) {
        return false;
    }
    if (host.len == 0 || host.len > HOST_MAX)
        return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = lower(host.ptr[i]);
        bool is_name = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        bool is_inside =
            is_v6 && ((i == 0 && c == '[') || (i + 1 == host.len && c == ']') || c == ':' ||
                      c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (is_v6 ? !is_inside : !is_name)
            return false;
        buffer[i] = c;
    }
    buffer[host.len] = '\0';
    // "example.org." is the same name with its root written out.
    if (!is_v6 && host.len > 1 && buffer[host.len - 1] == '.')
        buffer[--host.len] = '\0';
    *ret_host = (Str){buffer, host.len};
    *ret_port = port;
    return true;
}

Str content_type_of(Str value, char buffer[CONTENT_TYPE_MAX + 1]) {
    Str type = value, rest, head, tail;
    (void)str_cut(value, ';', &type, &rest);
    type = str_trim(type);
    if (type.len > CONTENT_TYPE_MAX || !str_cut(type, '/', &head, &tail) || !is_token(head) ||
        !is_token(tail))
        return (Str){0};
    for (size_t i = 0; i < type.len; i++)
        buffer[i] = lower(type.ptr[i]);
    buffer[type.len] = '\0';
    return (Str){buffer, type.len};
}

bool content_type_parameter(Str value, Str name, Str *ret) {
    Str rest, type, piece, key, text;
    if (!str_cut(value, ';', &type, &rest))
        return false;
    for (bool has_more = true; has_more;) {
        has_more = str_cut(rest, ';', &piece, &rest);
        if (!has_more)
            piece = rest;
        if (!str_cut(piece, '=', &key, &text) || !str_equal_ascii_nocase(str_trim(key), name))
            continue;
        text = str_trim(text);
        if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
            text = (Str){text.ptr + 1, text.len - 2};
        if (text.len == 0 || memchr(text.ptr, '"', text.len) != NULL ||
            memchr(text.ptr, '\\', text.len) != NULL)
            return false;
        *ret = text;
        return true;
    }
    return false;
}

bool header_accepts(Str value, Str token) {
    Str rest = value, piece;
    for (bool has_more = value.len > 0; has_more;) {
        has_more = str_cut(rest, ',', &piece, &rest);
        if (!has_more)
            piece = rest;
        Str name = piece, parameters = {0};
        (void)str_cut(piece, ';', &name, &parameters);
        if (str_equal_ascii_nocase(str_trim(name), token))
            return weight_parse(parameters) > 0;
    }
    return false;
}
