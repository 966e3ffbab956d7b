// Several digests of one input, block by block.
#include "hash/digests.h"

#include "crypto/digest.h"
#include "hash/limits.h"

static const struct {
    const char *name;
    const char *algorithm; // as OpenSSL calls it
    size_t size;
    uint8_t of_nothing[DIGEST_BYTES_MAX]; // the digest of the empty input
} KINDS[DIGEST_KINDS] = {
    [DIGEST_MD5] = {"md5",
                    "MD5",
                    MD5_BYTES,
                    {0xD4, 0x1D, 0x8C, 0xD9, 0x8F, 0x00, 0xB2, 0x04, 0xE9, 0x80, 0x09, 0x98, 0xEC,
                     0xF8, 0x42, 0x7E}},
    [DIGEST_SHA1] = {"sha1", "SHA1", SHA1_BYTES, {0xDA, 0x39, 0xA3, 0xEE, 0x5E, 0x6B, 0x4B,
                                                  0x0D, 0x32, 0x55, 0xBF, 0xEF, 0x95, 0x60,
                                                  0x18, 0x90, 0xAF, 0xD8, 0x07, 0x09}},
    [DIGEST_SHA256] = {"sha256", "SHA256", SHA256_BYTES, {0xE3, 0xB0, 0xC4, 0x42, 0x98, 0xFC, 0x1C,
                                                          0x14, 0x9A, 0xFB, 0xF4, 0xC8, 0x99, 0x6F,
                                                          0xB9, 0x24, 0x27, 0xAE, 0x41, 0xE4, 0x64,
                                                          0x9B, 0x93, 0x4C, 0xA4, 0x95, 0x99, 0x1B,
                                                          0x78, 0x52, 0xB8, 0x55}},
};

size_t digest_size(DigestKind kind) {
    return KINDS[kind].size;
}

const char *digest_name(DigestKind kind) {
    return KINDS[kind].name;
}

bool digest_is_of_nothing(DigestKind kind, const uint8_t *digest) {
    return memcmp(digest, KINDS[kind].of_nothing, KINDS[kind].size) == 0;
}

struct DigestStream {
    CryptoDigest *digests[DIGEST_KINDS]; // NULL: not asked for
};

Err digest_stream_new(unsigned kinds, DigestStream **ret) {
    if (kinds >> DIGEST_KINDS != 0)
        return ERR_INVALID;
    _cleanup_(digest_stream_freep) DigestStream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return ERR_NOMEM;
    for (int kind = 0; kind < DIGEST_KINDS; kind++) {
        if (kinds & (1u << kind))
            TRY(crypto_digest_new(KINDS[kind].algorithm, &stream->digests[kind]));
    }
    *ret = TAKE(stream);
    return ERR_OK;
}

void digest_stream_free(DigestStream *stream) {
    if (stream == NULL)
        return;
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        crypto_digest_free(stream->digests[kind]);
    free(stream);
}

void digest_stream_put(DigestStream *stream, const void *bytes, size_t n) {
    const uint8_t *at = bytes;
    while (n > 0) {
        size_t block = n < DIGEST_BLOCK_BYTES ? n : DIGEST_BLOCK_BYTES;
        for (int kind = 0; kind < DIGEST_KINDS; kind++) {
            if (stream->digests[kind] != NULL)
                crypto_digest_put(stream->digests[kind], at, block);
        }
        at += block;
        n -= block;
    }
}

// Every digest is finished even when one fails, so that all are ready for the next input.
Err digest_stream_finish(DigestStream *stream, Digests *ret) {
    Digests digests = {0};
    uint8_t *to[DIGEST_KINDS] = {digests.md5, digests.sha1, digests.sha256};
    Err err = ERR_OK;
    for (int kind = 0; kind < DIGEST_KINDS; kind++) {
        if (stream->digests[kind] == NULL)
            continue;
        Err one = crypto_digest_finish(stream->digests[kind], to[kind], KINDS[kind].size);
        if (one != ERR_OK)
            err = one;
        digests.has |= 1u << kind;
    }
    if (err == ERR_OK)
        *ret = digests;
    return err;
}
