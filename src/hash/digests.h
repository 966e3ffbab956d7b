// MD5, SHA-1 and SHA-256 of the same bytes in one pass.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"

typedef enum DigestKind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_KINDS } DigestKind;
enum { MD5_BYTES = 16, SHA1_BYTES = 20, SHA256_BYTES = 32, DIGEST_BYTES_MAX = 32 };
size_t digest_size(DigestKind kind);
const char *digest_name(DigestKind kind); // "md5", "sha1", "sha256"

typedef struct Digests {
    unsigned has; // 1 << DigestKind
    uint8_t md5[MD5_BYTES], sha1[SHA1_BYTES], sha256[SHA256_BYTES];
} Digests;

typedef struct DigestStream DigestStream;
// kinds: bits 1 << DigestKind.
Err digest_stream_new(unsigned kinds, DigestStream **ret) MUST_CHECK;
void digest_stream_free(DigestStream *stream);
DEFINE_CLEANUP(DigestStream *, digest_stream_free);
void digest_stream_put(DigestStream *stream, const void *bytes, size_t n);
// Gives the digests and makes the stream ready for the next input.
Err digest_stream_finish(DigestStream *stream, Digests *ret) MUST_CHECK;

// True for a digest of the empty input, which no list may match.
bool digest_is_of_nothing(DigestKind kind, const uint8_t *digest);
