// Recovery keys: their texts, shares, and sealing to them.
#include <fcntl.h>
#include <unistd.h>

#include "base/prng.h"
#include "crypto/recovery_key.h"
#include "t.h"

static Str text_of(StrBuf *buf) {
    return strbuf_str(buf);
}

TEST(texts_are_read_back_as_people_copy_them)
{
    RecoverySecret secret, secret_back;
    RecoveryPublic key, key_back;
    _cleanup_strbuf_ StrBuf text = STRBUF(RECOVERY_TEXT_MAX);
    recovery_keygen(&secret, &key);
    recovery_public_put(&text, &key);
    CHECK(str_has_prefix(text_of(&text), STR("recovery-key-")));
    CHECK_OK(recovery_public_parse(text_of(&text), &key_back, NULL));
    CHECK(memcmp(&key, &key_back, sizeof key) == 0);
    CHECK_ERR(recovery_secret_parse(text_of(&text), &secret_back, NULL), ERR_SYNTAX);
    strbuf_clear(&text);
    recovery_secret_put(&text, &secret);
    CHECK(str_has_prefix(text_of(&text), STR("recovery-secret-")));
    // In upper case, without hyphens, with blanks and line feeds.
    char copied[2 * RECOVERY_TEXT_MAX];
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        copied[n++] = (char)(c == '-' ? ' ' : c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    copied[n++] = '\n';
    CHECK_OK(recovery_secret_parse(str_of(copied, n), &secret_back, NULL));
    CHECK(memcmp(&secret, &secret_back, sizeof secret) == 0);
    RecoveryPublic derived;
    recovery_public_of(&secret, &derived);
    CHECK(memcmp(&derived, &key, sizeof key) == 0);
    // A wrong letter anywhere is noticed.
    for (size_t i = 0; i < text.len; i++) {
        char was = text.ptr[i];
        if (was == '-')
            continue;
        text.ptr[i] = was == 'a' ? 'b' : 'a';
        CHECK_ERR(recovery_secret_parse(text_of(&text), &secret_back, NULL), ERR_SYNTAX);
        text.ptr[i] = was;
    }
    for (size_t len = 0; len < text.len; len++)
        CHECK_ERR(recovery_secret_parse(str_of(text.ptr, len), &secret_back, NULL), ERR_SYNTAX);
}

TEST(any_shares_up_to_the_threshold_give_the_secret_and_fewer_do_not)
{
    RecoverySecret secret, joined;
    RecoveryPublic key;
    RecoveryShare shares[5], some[5];
    Prng prng = {t_seed()};
    recovery_keygen(&secret, &key);
    CHECK_ERR(recovery_split(&secret, 1, 3, shares, NULL), ERR_INVALID);
    CHECK_ERR(recovery_split(&secret, 4, 3, shares, NULL), ERR_INVALID);
    CHECK_ERR(recovery_split(&secret, 2, 17, shares, NULL), ERR_INVALID);
    CHECK_OK(recovery_split(&secret, 3, 5, shares, NULL));
    for (int a = 0; a < 5; a++)
        for (int b = 0; b < 5; b++)
            for (int c = 0; c < 5; c++) {
                some[0] = shares[a], some[1] = shares[b], some[2] = shares[c];
                Err err = recovery_join(some, 3, &joined, NULL);
                bool differ = a != b && b != c && a != c;
                CHECK_ERR(err, differ ? ERR_OK : ERR_INVALID);
                if (differ)
                    CHECK(memcmp(&joined, &secret, sizeof joined) == 0);
            }
    CHECK_OK(recovery_join(shares, 5, &joined, NULL));
    CHECK(memcmp(&joined, &secret, sizeof joined) == 0);
    CHECK_ERR(recovery_join(shares, 2, &joined, NULL), ERR_INVALID);
    // Two that claim to be enough give something else.
    some[0] = shares[0], some[1] = shares[1];
    some[0].threshold = some[1].threshold = 2;
    CHECK_OK(recovery_join(some, 2, &joined, NULL));
    CHECK(memcmp(&joined, &secret, sizeof joined) != 0);
    // Of another splitting.
    CHECK_OK(recovery_split(&secret, 3, 5, some, NULL));
    some[0] = shares[0];
    CHECK_ERR(recovery_join(some, 3, &joined, NULL), ERR_INVALID);
    for (int i = 0; i < 5; i++) {
        _cleanup_strbuf_ StrBuf text = STRBUF(RECOVERY_TEXT_MAX);
        RecoveryShare back;
        recovery_share_put(&text, &shares[i]);
        CHECK_OK(recovery_share_parse(text_of(&text), &back, NULL));
        CHECK(memcmp(&back, &shares[i], sizeof back) == 0);
        text.ptr[30 + prng_below(&prng, 20)] ^= 1;
        Err err = recovery_share_parse(text_of(&text), &back, NULL);
        CHECK_ERR(err, ERR_SYNTAX);
    }
}

static const size_t SIZES[] = {0, 1, 17, 65535, 65536, 65537, 65553, 3 * 65536u, 200000 - 17};

TEST(what_is_sealed_is_opened_by_its_secret_only)
{
    RecoverySecret secret, other;
    RecoveryPublic key, other_key;
    recovery_keygen(&secret, &key);
    recovery_keygen(&other, &other_key);
    char *plain = malloc(200000);
    for (size_t i = 0; i < 200000; i++)
        plain[i] = (char)(i * 31);
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        _cleanup_strbuf_ StrBuf sealed = STRBUF(1 << 20), opened = STRBUF(1 << 20);
        Str content = str_of(plain, SIZES[i]);
        CHECK_OK(recovery_seal(&key, STR("here"), content, &sealed, NULL));
        CHECK_OK(recovery_open(&secret, STR("here"), strbuf_str(&sealed), &opened, NULL));
        CHECK(str_equal(strbuf_str(&opened), content));
        strbuf_clear(&opened);
        CHECK_ERR(recovery_open(&secret, STR("there"), strbuf_str(&sealed), &opened, NULL),
                  ERR_CORRUPT);
        CHECK_ERR(recovery_open(&other, STR("here"), strbuf_str(&sealed), &opened, NULL),
                  ERR_CORRUPT);
        CHECK_INT(opened.len, 0);
        // Cut short at every boundary and near it, longer, changed.
        for (size_t cut = 1; cut < 40 && cut <= sealed.len; cut++)
            CHECK_ERR(recovery_open(&secret, STR("here"), str_of(sealed.ptr, sealed.len - cut),
                                    &opened, NULL),
                      ERR_CORRUPT);
        if (sealed.len > 65553 + 122)
            CHECK_ERR(
                recovery_open(&secret, STR("here"), str_of(sealed.ptr, 122 + 65553), &opened, NULL),
                ERR_CORRUPT);
        for (size_t at = 0; at < sealed.len; at += 1 + sealed.len / 50) {
            sealed.ptr[at] ^= 4;
            CHECK_ERR(recovery_open(&secret, STR("here"), strbuf_str(&sealed), &opened, NULL),
                      ERR_CORRUPT);
            sealed.ptr[at] ^= 4;
        }
        strbuf_put_byte(&sealed, 'x');
        CHECK_ERR(recovery_open(&secret, STR("here"), strbuf_str(&sealed), &opened, NULL),
                  ERR_CORRUPT);
    }
    free(plain);
}

TEST(files_are_sealed_as_memory_is)
{
    RecoverySecret secret;
    RecoveryPublic key;
    char path[3][512];
    recovery_keygen(&secret, &key);
    for (int i = 0; i < 3; i++)
        snprintf(path[i], sizeof path[i], "%s/sealed-%d", t_folder(), i);
    int fds[3];
    for (int i = 0; i < 3; i++)
        fds[i] = open(path[i], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    for (int i = 0; i < 30000; i++)
        CHECK(write(fds[0], "0123456789", 10) == 10);
    CHECK_INT(lseek(fds[0], 0, SEEK_SET), 0);
    CHECK_OK(recovery_seal_fd(&key, STR("c"), fds[0], fds[1], NULL));
    CHECK_INT(lseek(fds[1], 0, SEEK_END), 300000 + RECOVERY_OVERHEAD + 4 * 17);
    lseek(fds[1], 0, SEEK_SET);
    CHECK_OK(recovery_open_fd(&secret, STR("c"), fds[1], fds[2], NULL));
    CHECK_INT(lseek(fds[2], 0, SEEK_END), 300000);
    char back[10];
    CHECK(pread(fds[2], back, 10, 299990) == 10 && memcmp(back, "0123456789", 10) == 0);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
}
