// Sealing, commitments and hashes: published vectors, wrong keys, moved and damaged bytes.
#include "crypto/seal.h"

#include "base/encoding.h"
#include "crypto/commitment.h"
#include "crypto/secret.h"
#include "t.h"

TEST(sha256_gives_the_published_digests)
{
    uint8_t digest[SHA256_SIZE];
    char hex[65];
    sha256_of("abc", 3, digest);
    hex_encode(digest, sizeof digest, hex);
    CHECK_STR(str_from(hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_of(NULL, 0, digest);
    hex_encode(digest, sizeof digest, hex);
    CHECK_STR(str_from(hex), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// The AEAD vector of draft-irtf-cfrg-xchacha, in our sealed form.
TEST(the_published_vector_opens)
{
    static const char CIPHER[] =
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49";
    SealKey key;
    uint8_t sealed[1 + 24 + (sizeof CIPHER - 1) / 2] = {1}, context[12];
    for (int i = 0; i < 32; i++)
        key.bytes[i] = (uint8_t)(0x80 + i);
    for (int i = 0; i < 24; i++)
        sealed[1 + i] = (uint8_t)(0x40 + i);
    CHECK(hex_decode(STR("50515253c0c1c2c3c4c5c6c7"), context, sizeof context));
    CHECK(hex_decode(str_from(CIPHER), sealed + 25, sizeof sealed - 25));
    _cleanup_strbuf_ StrBuf plain = STRBUF(1024);
    CHECK_OK(seal_open(&plain, &key, str_of(context, sizeof context), str_of(sealed, sizeof sealed),
                       NULL));
    CHECK_INT(plain.len, 114);
    CHECK(str_has_suffix(strbuf_str(&plain), STR("sunscreen would be it.")));
}

TEST(only_the_same_key_context_and_bytes_open)
{
    SealKey key, other;
    seal_key_make(&key);
    seal_key_make(&other);
    _cleanup_strbuf_ StrBuf sealed = STRBUF(1024), plain = STRBUF(1024);
    CHECK_OK(seal_put(&sealed, &key, STR("here"), STR("payload"), NULL));
    CHECK_INT(sealed.len, 7 + SEAL_OVERHEAD);
    CHECK_OK(seal_open(&plain, &key, STR("here"), strbuf_str(&sealed), NULL));
    CHECK_STR(strbuf_str(&plain), "payload");
    strbuf_clear(&plain);
    CHECK_ERR(seal_open(&plain, &other, STR("here"), strbuf_str(&sealed), NULL), ERR_CORRUPT);
    CHECK_ERR(seal_open(&plain, &key, STR("there"), strbuf_str(&sealed), NULL), ERR_CORRUPT);
    for (size_t i = 0; i < sealed.len; i++) {
        sealed.ptr[i] ^= 1;
        CHECK_ERR(seal_open(&plain, &key, STR("here"), strbuf_str(&sealed), NULL), ERR_CORRUPT);
        sealed.ptr[i] ^= 1;
        CHECK_ERR(seal_open(&plain, &key, STR("here"), str_of(sealed.ptr, i), NULL), ERR_CORRUPT);
    }
    CHECK_INT(plain.len, 0);
    // Two sealings of the same are different, and the empty payload can be sealed.
    _cleanup_strbuf_ StrBuf again = STRBUF(1024), empty = STRBUF(1024);
    CHECK_OK(seal_put(&again, &key, STR("here"), STR("payload"), NULL));
    CHECK(!str_equal(strbuf_str(&again), strbuf_str(&sealed)));
    CHECK_OK(seal_put(&empty, &key, STR("here"), (Str){0}, NULL));
    CHECK_OK(seal_open(&plain, &key, STR("here"), strbuf_str(&empty), NULL));
    CHECK_INT(plain.len, 0);
}

TEST(keys_are_wrapped_under_keys)
{
    SealKey node, record, back;
    uint8_t wrapped[SEAL_WRAPPED_BYTES];
    seal_key_make(&node);
    seal_key_make(&record);
    seal_key_wrap(&node, STR("record 7"), &record, wrapped);
    CHECK_OK(seal_key_unwrap(&node, STR("record 7"), wrapped, &back, NULL));
    CHECK(secret_equal(back.bytes, record.bytes, sizeof back.bytes));
    CHECK_ERR(seal_key_unwrap(&node, STR("record 8"), wrapped, &back, NULL), ERR_CORRUPT);
    wrapped[40] ^= 4;
    CHECK_ERR(seal_key_unwrap(&node, STR("record 7"), wrapped, &back, NULL), ERR_CORRUPT);
}

TEST(commitments_depend_on_label_salt_and_payload)
{
    uint8_t salt[COMMITMENT_SALT_BYTES] = {1}, a[32], b[32];
    char hex[65];
    commitment_make(STR("l"), salt, STR("p"), a);
    // SHA-256 of "l\n", the byte 1, 31 zero bytes, "p".
    uint8_t same[2 + 32 + 1] = {'l', '\n', 1};
    same[34] = 'p';
    sha256_of(same, sizeof same, b);
    hex_encode(a, sizeof a, hex);
    CHECK(memcmp(a, b, sizeof a) == 0);
    commitment_make(STR("m"), salt, STR("p"), b);
    CHECK(memcmp(a, b, sizeof a) != 0);
    commitment_make(STR("l"), salt, STR("q"), b);
    CHECK(memcmp(a, b, sizeof a) != 0);
    salt[31] = 1;
    commitment_make(STR("l"), salt, STR("p"), b);
    CHECK(memcmp(a, b, sizeof a) != 0);
}
