// The rules for values of settings, one function a kind.
#include "workspace/setting_check.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "language/catalogue.h"

enum { ADDRESS_TEXT_MAX = 64, ADDRESSES_MAX = 32 };

static bool is_numeric_address(Str text) {
    char host[ADDRESS_TEXT_MAX];
    uint8_t bytes[16];
    if (text.len >= sizeof host)
        return false;
    snprintf(host, sizeof host, "%.*s", STR_ARG(text));
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

static bool port_read(Str text, uint16_t *ret) {
    uint64_t port;
    if (text.len == 0 || text.len > 5 || !str_to_u64(text, &port) || port > UINT16_MAX)
        return false;
    *ret = (uint16_t)port;
    return true;
}

bool address_split(Str address, char *ret_host, size_t capacity, uint16_t *ret_port) {
    Str host, port;
    if (str_has_prefix(address, STR("["))) {
        if (!str_cut(str_from_index(address, 1), ']', &host, &port) ||
            !str_has_prefix(port, STR(":")) || str_find_byte(host, ':') < 0)
            return false;
        port = str_from_index(port, 1);
    } else if (!str_cut(address, ':', &host, &port)) {
        return false;
    }
    if (!is_numeric_address(host) || host.len >= capacity || !port_read(port, ret_port))
        return false;
    snprintf(ret_host, capacity, "%.*s", STR_ARG(host));
    return true;
}

bool host_is_loopback(const char *host) {
    struct in6_addr six;
    return str_has_prefix(str_from(host), STR("127.")) ||
           (inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six));
}

static Err address_check(Str value, Diag *diag) {
    char host[ADDRESS_TEXT_MAX];
    uint16_t port;
    if (address_split(value, host, sizeof host, &port))
        return ERR_OK;
    return diag_set(diag, ERR_INVALID,
                    N_("{key} must be a numeric address and a port, such as 127.0.0.1:8007 or "
                       "[::1]:8007, not “{value}”."));
}

static Err addresses_check(Str value, Diag *diag) {
    int count = 0;
    for (Str rest = value, one; rest.len > 0; rest = str_trim(rest)) {
        Str tail = {0};
        if (!str_cut(rest, ' ', &one, &tail))
            one = rest;
        if (!is_numeric_address(one) || ++count > ADDRESSES_MAX)
            return diag_set(diag, ERR_INVALID,
                            N_("{key} must be numeric addresses separated by blanks, at most 32, "
                               "not “{value}”."));
        rest = tail;
    }
    return ERR_OK;
}

static bool is_host(Str host) {
    if (str_has_prefix(host, STR("[")) && str_has_suffix(host, STR("]")))
        return is_numeric_address(str_of(host.ptr + 1, host.len - 2));
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool is_fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || (c == '.' && i > 0);
        if (!is_fit)
            return false;
    }
    return host.len > 0 && host.len <= 253;
}

static Err url_check(Str value, Diag *diag) {
    Str rest = {0};
    if (str_has_prefix(value, STR("https://")))
        rest = str_from_index(value, 8);
    else if (str_has_prefix(value, STR("http://")))
        rest = str_from_index(value, 7);
    Str host = rest;
    uint16_t port;
    bool is_right = true;
    for (size_t i = rest.len; i > 0 && rest.ptr[i - 1] != ']'; i--)
        if (rest.ptr[i - 1] == ':') {
            host = str_of(rest.ptr, i - 1);
            is_right = port_read(str_from_index(rest, i), &port);
            break;
        }
    if (is_right && is_host(host))
        return ERR_OK;
    return diag_set(diag, ERR_INVALID,
                    N_("{key} must be https:// (or http://) and the name of a host, perhaps with a "
                       "port, and nothing behind it, not “{value}”."));
}

static Err number_check(const Setting *setting, Str value, int64_t *ret, Diag *diag) {
    int64_t number;
    if (str_to_i64(value, &number) && number >= setting->min && number <= setting->max) {
        *ret = number;
        return ERR_OK;
    }
    diag_set(diag, ERR_INVALID,
             N_("{key} must be a whole number from {min} to {max}, not “{value}”."));
    diag_arg_int(diag, "min", setting->min);
    diag_arg_int(diag, "max", setting->max);
    return ERR_INVALID;
}

static Err size_check(const Setting *setting, Str value, int64_t *ret, Diag *diag) {
    static const struct {
        const char *unit;
        int64_t bytes;
    } UNITS[] = {{"kB", 1000}, {"MB", 1000000}, {"GB", 1000000000}, {"TB", 1000000000000}};
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        int64_t number;
        if (!str_has_suffix_nocase(value, str_from(UNITS[i].unit)))
            continue;
        Str digits = str_trim(str_of(value.ptr, value.len - 2));
        if (str_to_i64(digits, &number) && number >= 0 &&
            !__builtin_mul_overflow(number, UNITS[i].bytes, &number) && number >= setting->min &&
            number <= setting->max) {
            *ret = number;
            return ERR_OK;
        }
    }
    diag_set(diag, ERR_INVALID,
             N_("{key} must be a size such as 500 MB, from {min} to {max} megabytes, not "
                "“{value}”."));
    diag_arg_int(diag, "min", setting->min / 1000000);
    diag_arg_int(diag, "max", setting->max / 1000000);
    return ERR_INVALID;
}

static Err path_check(Str value, Diag *diag) {
    if (str_has_prefix(value, STR("/")))
        return ERR_OK;
    return diag_set(diag, ERR_INVALID,
                    N_("{key} must be a whole path, beginning with /, not “{value}”."));
}

static Err language_check(Str value, Diag *diag) {
    if (lang_exists(value))
        return ERR_OK;
    return diag_set(diag, ERR_INVALID,
                    N_("{key}: there is no catalogue for “{value}”. `seventh lang status` lists "
                       "those that exist."));
}

Err setting_check(const Setting *setting, Str value, int64_t *ret_number, Diag *diag) {
    Err err = ERR_OK;
    int64_t number = 0;
    switch (value.len == 0 && setting->preset[0] == '\0' ? SETTING_SECRET : setting->kind) {
    case SETTING_FOLDER:
    case SETTING_FILE:
        err = path_check(value, diag);
        break;
    case SETTING_SECRET:
        break;
    case SETTING_ADDRESS:
        err = address_check(value, diag);
        break;
    case SETTING_ADDRESSES:
        err = addresses_check(value, diag);
        break;
    case SETTING_URL:
        err = url_check(value, diag);
        break;
    case SETTING_LANGUAGE:
        err = language_check(value, diag);
        break;
    case SETTING_NUMBER:
        err = number_check(setting, value, &number, diag);
        break;
    case SETTING_SIZE:
        err = size_check(setting, value, &number, diag);
        break;
    }
    if (err == ERR_OK)
        *ret_number = number;
    else {
        diag_arg(diag, "key", str_from(setting->key));
        diag_arg(diag, "value", value);
    }
    return err;
}
