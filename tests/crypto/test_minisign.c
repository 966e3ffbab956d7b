// Minisign: our own round trips, files as the tool wrote them, and damage.
#include "crypto/minisign.h"

#include <fcntl.h>
#include <unistd.h>

#include "t.h"

// Made by minisign 0.11 over a file of the three bytes "hi\n", with an unprotected key.
static const char TOOL_PUBLIC[] = "RWRq0ntzJBrJ/9t8KVgHlO3VU1ug3HZInl+pLlzoDEfISdhLFy1j8aPe";
static const char TOOL_SECRET[] = "untrusted comment: my comment\n"
                                  "RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                  "AAAAAAAAatJ7cyQayf+6hJvP7Mv8yWD2"
                                  "BppgzSthTU4pEUpRAzR0+m9fcKAyQdt8KVgHlO3VU1ug3HZInl+"
                                  "pLlzoDEfISdhLFy1j8aPeAAAAAAAAAAAAAAAAAAAAAAAA"
                                  "AAAAAAAAAAAAAAAAAAA=\n";
static const char TOOL_SIGNATURE[] =
    "untrusted comment: signature from minisign secret key\n"
    "RURq0ntzJBrJ/ykylScXve0dxGq2+GM8UxXj/NiL8XdfbdKW3LliA3f5UkzJ1rE8rbNO0Y/"
    "8mKkiiCfqW4RAWgq4s1TDmTw3nQA=\n"
    "trusted comment: timestamp:1795465825\tfile:f\thashed\n"
    "bTllxAOpov6J9ozGXtF7qQzRXxGPTG6oElnLWsFNlRzJQ8TW2fSmAmWUt4A0oGjsHHBU+q8gjIbVd9QzZqS2CA==\n";
static const char TOOL_LEGACY[] =
    "untrusted comment: signature from minisign secret key\n"
    "RWRq0ntzJBrJ/624KkF/ap/"
    "aI9SiUBlM6ThLFlk2iffEg6xUmLpjfdSZWglLB0otjy5U81Gnw7RxBT4gjjow2aLByWqYRWUxUgM=\n"
    "trusted comment: timestamp:1795465832\tfile:f\n"
    "cYKD9WrZ73616chZHvB3ap+qs1IHJdQgnlfJ2Ckl8ZA31KcychxAcl/m+zLbo3s6UkETp0uQtvNr41r6f9f9Dg==\n";

static int fd_with(const char *content) {
    char path[256];
    snprintf(path, sizeof path, "%s/content", t_folder());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(write(fd, content, strlen(content)) == (ssize_t)strlen(content));
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static Err verify(Str key_text, Str signature_text, const char *content) {
    MinisignPublicKey key;
    MinisignSignature signature;
    TRY(minisign_public_parse(key_text, &key, NULL));
    TRY(minisign_signature_parse(signature_text, &signature, NULL));
    int fd = fd_with(content);
    Err err = minisign_verify(&key, &signature, fd, NULL);
    close(fd);
    return err;
}

TEST(what_the_tool_signed_verifies)
{
    CHECK_OK(verify(str_from(TOOL_PUBLIC), str_from(TOOL_SIGNATURE), "hi\n"));
    CHECK_OK(verify(str_from(TOOL_PUBLIC), str_from(TOOL_LEGACY), "hi\n"));
    CHECK_ERR(verify(str_from(TOOL_PUBLIC), str_from(TOOL_SIGNATURE), "ho\n"), ERR_SIGNATURE);
    CHECK_ERR(verify(str_from(TOOL_PUBLIC), str_from(TOOL_LEGACY), "hi"), ERR_SIGNATURE);
}

TEST(the_tools_unprotected_key_is_read)
{
    MinisignSecretKey secret;
    bool is_protected = true;
    _cleanup_strbuf_ StrBuf text = STRBUF(4096);
    CHECK_OK(minisign_secret_is_protected(str_from(TOOL_SECRET), &is_protected, NULL));
    CHECK(!is_protected);
    CHECK_OK(minisign_secret_parse(str_from(TOOL_SECRET), (Str){0}, &secret, NULL));
    MinisignPublicKey key = minisign_public_of(&secret);
    minisign_public_put(&text, &key);
    CHECK_STR(strbuf_str(&text), "untrusted comment: minisign public key FFC91A24737BD26A\n"
                                 "RWRq0ntzJBrJ/9t8KVgHlO3VU1ug3HZInl+pLlzoDEfISdhLFy1j8aPe\n");
}

TEST(a_protected_key_needs_its_password)
{
    MinisignSecretKey secret, back;
    MinisignPublicKey key;
    _cleanup_strbuf_ StrBuf text = STRBUF(4096);
    bool is_protected = false;
    minisign_keygen(&secret, &key);
    CHECK_OK(minisign_secret_put(&text, &secret, STR("correct"), MINISIGN_COST_SMALL, NULL));
    CHECK_OK(minisign_secret_is_protected(strbuf_str(&text), &is_protected, NULL));
    CHECK(is_protected);
    CHECK_ERR(minisign_secret_parse(strbuf_str(&text), STR("wrong"), &back, NULL), ERR_AUTH);
    CHECK_OK(minisign_secret_parse(strbuf_str(&text), STR("correct"), &back, NULL));
    CHECK(memcmp(&secret, &back, sizeof secret) == 0);
}

TEST(any_change_is_seen)
{
    MinisignSecretKey secret;
    MinisignPublicKey key;
    _cleanup_strbuf_ StrBuf public_text = STRBUF(4096), signature = STRBUF(4096);
    minisign_keygen(&secret, &key);
    minisign_public_put(&public_text, &key);
    int fd = fd_with("content");
    CHECK_OK(minisign_sign(&secret, fd, STR("timestamp:1\tfile:x"), &signature, NULL));
    close(fd);
    CHECK_OK(verify(strbuf_str(&public_text), strbuf_str(&signature), "content"));
    size_t comment_end = (size_t)str_find_byte(strbuf_str(&signature), '\n') + 1;
    for (size_t at = comment_end; at + 1 < signature.len; at++) {
        signature.ptr[at] ^= 1;
        // The unused low bits of base64's last digit may not be set: strict decoding sees that too.
        if (verify(strbuf_str(&public_text), strbuf_str(&signature), "content") == ERR_OK)
            t_fail(__FILE__, __LINE__, "a change at %zu is not seen", at);
        signature.ptr[at] ^= 1;
    }
    for (size_t len = 0; len + 1 < signature.len; len++)
        CHECK(verify(strbuf_str(&public_text), str_of(signature.ptr, len), "content") != ERR_OK);
    CHECK_ERR(verify(str_from(TOOL_PUBLIC), strbuf_str(&signature), "content"), ERR_SIGNATURE);
}

TEST(a_comment_is_one_line)
{
    MinisignSecretKey secret;
    MinisignPublicKey key;
    _cleanup_strbuf_ StrBuf signature = STRBUF(4096);
    minisign_keygen(&secret, &key);
    int fd = fd_with("x");
    CHECK_ERR(minisign_sign(&secret, fd, STR("a\nb"), &signature, NULL), ERR_INVALID);
    close(fd);
}
