// OpenSSL's digest and key headers, with the one type name of theirs that meets an error class of
// ours moved aside. Include this instead of <openssl/…>. Private to this room.
#pragma once
#define ERR_STATE OpensslErrState
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE
