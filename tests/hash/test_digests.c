// Digests: published vectors, reuse of a stream, the empty input.
#include "hash/digests.h"

#include "base/encoding.h"
#include "t.h"

enum { ALL = 1 << DIGEST_MD5 | 1 << DIGEST_SHA1 | 1 << DIGEST_SHA256 };

static const char *hex(const uint8_t *bytes, size_t n) {
    static char text[2 * DIGEST_BYTES_MAX + 1];
    hex_encode(bytes, n, text);
    return text;
}

TEST(vectors_of_the_standards)
{
    _cleanup_(digest_stream_freep) DigestStream *stream = NULL;
    REQUIRE(digest_stream_new(ALL, &stream) == ERR_OK);
    Digests digests;
    // RFC 1321, FIPS 180-4.
    digest_stream_put(stream, "abc", 3);
    REQUIRE(digest_stream_finish(stream, &digests) == ERR_OK);
    CHECK_INT(digests.has, ALL);
    CHECK_STR(str_from(hex(digests.md5, 16)), "900150983cd24fb0d6963f7d28e17f72");
    CHECK_STR(str_from(hex(digests.sha1, 20)), "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK_STR(str_from(hex(digests.sha256, 32)),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // A million times "a", in uneven parts that cross the block size; the stream starts anew.
    char part[100000];
    memset(part, 'a', sizeof part);
    for (size_t left = 1000000, n = 1; left > 0; left -= n, n = n * 7 % sizeof part + 1) {
        n = n < left ? n : left;
        digest_stream_put(stream, part, n);
    }
    REQUIRE(digest_stream_finish(stream, &digests) == ERR_OK);
    CHECK_STR(str_from(hex(digests.md5, 16)), "7707d6ae4e027c70eea2a935c2296f21");
    CHECK_STR(str_from(hex(digests.sha1, 20)), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    CHECK_STR(str_from(hex(digests.sha256, 32)),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(only_what_was_asked_for)
{
    _cleanup_(digest_stream_freep) DigestStream *stream = NULL;
    REQUIRE(digest_stream_new(1 << DIGEST_SHA1, &stream) == ERR_OK);
    Digests digests;
    digest_stream_put(stream, "x", 1);
    REQUIRE(digest_stream_finish(stream, &digests) == ERR_OK);
    CHECK_INT(digests.has, 1 << DIGEST_SHA1);
    DigestStream *none = NULL;
    CHECK_ERR(digest_stream_new(1 << DIGEST_KINDS, &none), ERR_INVALID);
    CHECK(none == NULL);
}

TEST(the_empty_input_is_recognised)
{
    _cleanup_(digest_stream_freep) DigestStream *stream = NULL;
    REQUIRE(digest_stream_new(ALL, &stream) == ERR_OK);
    Digests nothing, something;
    REQUIRE(digest_stream_finish(stream, &nothing) == ERR_OK);
    digest_stream_put(stream, "\0", 1);
    REQUIRE(digest_stream_finish(stream, &something) == ERR_OK);
    CHECK(digest_is_of_nothing(DIGEST_MD5, nothing.md5));
    CHECK(digest_is_of_nothing(DIGEST_SHA1, nothing.sha1));
    CHECK(digest_is_of_nothing(DIGEST_SHA256, nothing.sha256));
    CHECK(!digest_is_of_nothing(DIGEST_MD5, something.md5));
    CHECK(!digest_is_of_nothing(DIGEST_SHA1, something.sha1));
    CHECK(!digest_is_of_nothing(DIGEST_SHA256, something.sha256));
}

TEST(names_and_sizes)
{
    CHECK_STR(str_from(digest_name(DIGEST_MD5)), "md5");
    CHECK_STR(str_from(digest_name(DIGEST_SHA1)), "sha1");
    CHECK_STR(str_from(digest_name(DIGEST_SHA256)), "sha256");
    CHECK_INT(digest_size(DIGEST_MD5), 16);
    CHECK_INT(digest_size(DIGEST_SHA1), 20);
    CHECK_INT(digest_size(DIGEST_SHA256), 32);
}
