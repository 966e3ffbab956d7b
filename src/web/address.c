// Reading and comparing addresses; the walk through X-Forwarded-For from the right.
#include "web/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "web/limits.h"

static const uint8_t MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

static WebAddress mapped(const void *v4) {
    WebAddress address;
    memcpy(address.bytes, MAPPED, sizeof MAPPED);
    memcpy(address.bytes + sizeof MAPPED, v4, 4);
    return address;
}

static bool is_v4(const WebAddress *address) {
    return memcmp(address->bytes, MAPPED, sizeof MAPPED) == 0;
}

WebAddress address_of(const struct sockaddr *socket_address) {
    WebAddress address = {{0}};
    if (socket_address->sa_family == AF_INET)
        address = mapped(&((const struct sockaddr_in *)(const void *)socket_address)->sin_addr);
    else if (socket_address->sa_family == AF_INET6)
        memcpy(address.bytes,
               &((const struct sockaddr_in6 *)(const void *)socket_address)->sin6_addr, 16);
    return address;
}

bool address_parse(Str text, WebAddress *ret) {
    char buffer[ADDRESS_TEXT_MAX];
    uint8_t v4[4];
    Str host = text, port = {0};
    uint64_t number;
    if (text.len > 0 && text.ptr[0] == '[') {
        ptrdiff_t end = str_find_byte(text, ']');
        if (end < 0)
            return false;
        host = (Str){text.ptr + 1, (size_t)end - 1};
        port = str_from_index(text, (size_t)end + 1);
        if (port.len > 0 && port.ptr[0] != ':')
            return false;
        port = port.len > 0 ? str_from_index(port, 1) : (Str){"0", 1};
    } else if (memchr(text.ptr == NULL ? "" : text.ptr, '.', text.len) == NULL ||
               !str_cut(text, ':', &host, &port) || memchr(port.ptr, ':', port.len) != NULL) {
        host = text;
        port = (Str){"0", 1};
    }
    if (host.len == 0 || host.len >= sizeof buffer || !str_to_u64(port, &number) || number > 65535)
        return false;
    memcpy(buffer, host.ptr, host.len);
    buffer[host.len] = '\0';
    if (strlen(buffer) != host.len)
        return false;
    if (inet_pton(AF_INET, buffer, v4) == 1) {
        *ret = mapped(v4);
        return true;
    }
    WebAddress address;
    if (inet_pton(AF_INET6, buffer, address.bytes) != 1)
        return false;
    *ret = address;
    return true;
}

void address_text(const WebAddress *address, char ret[ADDRESS_TEXT_MAX]) {
    ret[0] = '\0';
    if (is_v4(address))
        (void)inet_ntop(AF_INET, address->bytes + sizeof MAPPED, ret, ADDRESS_TEXT_MAX);
    else
        (void)inet_ntop(AF_INET6, address->bytes, ret, ADDRESS_TEXT_MAX);
}

bool address_equal(const WebAddress *a, const WebAddress *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool address_is_loopback(const WebAddress *address) {
    static const uint8_t ONE[16] = {[15] = 1};
    return is_v4(address) ? address->bytes[12] == 127 : memcmp(address->bytes, ONE, 16) == 0;
}

WebAddress address_group(const WebAddress *address) {
    WebAddress group = *address;
    if (!is_v4(address))
        memset(group.bytes + 8, 0, 8);
    return group;
}

bool address_in(const AddressList *list, const WebAddress *address) {
    for (size_t i = 0; i < list->len; i++)
        if (address_equal(&list->items[i], address))
            return true;
    return false;
}

WebAddress address_forwarded(const AddressList *proxies, const WebAddress *peer,
                             Str forwarded_for) {
    WebAddress client = *peer;
    Str rest = forwarded_for;
    for (int i = 0; i < WEB_FORWARDED_MAX && rest.len > 0 && address_in(proxies, &client); i++) {
        size_t begin = rest.len;
        while (begin > 0 && rest.ptr[begin - 1] != ',')
            begin--;
        WebAddress next;
        if (!address_parse(str_trim(str_from_index(rest, begin)), &next))
            break;
        client = next;
        rest.len = begin > 0 ? begin - 1 : 0;
    }
    return client;
}
