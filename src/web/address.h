// Numeric network addresses: of peers, of trusted proxies, and of whom a proxy speaks for. Pure;
// any thread.
#pragma once
#include <sys/socket.h>

#include "base/str.h"

// IPv6, or IPv4 mapped into it (::ffff:a.b.c.d). All zero: unknown.
typedef struct WebAddress {
    uint8_t bytes[16];
} WebAddress;

enum { ADDRESS_TEXT_MAX = 46 }; // with the NUL

WebAddress address_of(const struct sockaddr *socket_address);
// "192.0.2.1", "2001:db8::1", "[2001:db8::1]", either with ":port" (the first two forms of IPv6
// without). False on anything else.
bool address_parse(Str text, WebAddress *ret);
void address_text(const WebAddress *address, char ret[ADDRESS_TEXT_MAX]);
bool address_equal(const WebAddress *a, const WebAddress *b);
bool address_is_loopback(const WebAddress *address);
// What rates and connections are counted by: the address, of IPv6 only the first 64 bits, which is
// what one household gets.
WebAddress address_group(const WebAddress *address);

typedef struct AddressList {
    const WebAddress *items;
    size_t len;
} AddressList;
bool address_in(const AddressList *list, const WebAddress *address);

// The client behind trusted proxies: peer when it is no proxy; else the last address of
// X-Forwarded-For that is none. What a client itself wrote into the header stands further left and
// is not reached. A malformed entry ends the walk.
WebAddress address_forwarded(const AddressList *proxies, const WebAddress *peer, Str forwarded_for);
