// TLS by the library with the operator's own certificate, made here for the test.
// One type name of OpenSSL meets an error class of ours.
#define ERR_STATE OpensslErrState
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#undef ERR_STATE
#include <unistd.h>

#include "client.h"

typedef struct Pair {
    char certificate[4096], key[4096];
} Pair;

static void text_of(BIO *bio, char *ret, size_t capacity) {
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);
    snprintf(ret, capacity, "%.*s", (int)len, bytes);
    BIO_free(bio);
}

// A certificate for "localhost" that signs itself.
static bool pair_make(Pair *ret) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    if (key == NULL || certificate == NULL)
        return false;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    bool is_signed = X509_sign(certificate, key, EVP_sha256()) > 0;
    BIO *out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate);
    text_of(out, ret->certificate, sizeof ret->certificate);
    out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
    text_of(out, ret->key, sizeof ret->key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return is_signed;
}

// One request over TLS no newer than `version`; the whole answer, empty when there is none.
static void ask(const Fixture *fixture, int version, StrBuf *ret) {
    static const char REQUEST[] =
        "GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, version);
    SSL *tls = SSL_new(context);
    int fd = client_connect(fixture->port);
    SSL_set_fd(tls, fd);
    if (SSL_connect(tls) == 1 && SSL_write(tls, REQUEST, sizeof REQUEST - 1) > 0) {
        char block[4096];
        for (int n; (n = SSL_read(tls, block, sizeof block)) > 0;)
            strbuf_put(ret, str_of(block, (size_t)n));
    }
    SSL_free(tls);
    SSL_CTX_free(context);
    close(fd);
}

TEST(speaks_tls_and_says_so)
{
    Pair pair;
    Fixture fixture;
    StrBuf answer = STRBUF(1 << 20);
    REQUIRE(pair_make(&pair));
    fixture_start(&fixture,
                  &(WebOptions){.tls_certificate = pair.certificate, .tls_key = pair.key});
    static const int VERSIONS[] = {TLS1_3_VERSION, TLS1_2_VERSION};
    for (size_t i = 0; i < 2; i++) {
        strbuf_clear(&answer);
        ask(&fixture, VERSIONS[i], &answer);
        CHECK(str_has_prefix(strbuf_str(&answer), STR("HTTP/1.1 200 ")));
        CHECK(str_find(strbuf_str(&answer), STR("Strict-Transport-Security: max-age=31536000")) >
              0);
        CHECK(str_find(strbuf_str(&answer), STR("Set-Cookie: __Host-visitor=")) > 0);
    }
    strbuf_clear(&answer);
    ask(&fixture, TLS1_1_VERSION, &answer);
    CHECK_INT(answer.len, 0);
    // Plain HTTP on that port gets nothing of a page.
    Answer plain;
    client_ask(&fixture, &plain, "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK_INT(plain.status, 0);
    answer_done(&plain);
    fixture_stop(&fixture);
    strbuf_done(&answer);
}

TEST(a_key_that_does_not_fit_is_told)
{
    Pair pair, other;
    REQUIRE(pair_make(&pair) && pair_make(&other));
    const WebOptions options[] = {{.tls_certificate = pair.certificate, .tls_key = other.key},
                                  {.tls_certificate = "nonsense", .tls_key = pair.key},
                                  {.tls_certificate = pair.certificate}};
    for (size_t i = 0; i < 3; i++) {
        WebServer *server = NULL;
        Diag diag = {0};
        Err err = web_server_new(&options[i], &server, &diag);
        if (err == ERR_OK)
            err = web_server_start(server, &diag);
        CHECK_ERR(err, ERR_INVALID);
        CHECK(diag.msgid != NULL);
        web_server_free(server);
    }
}
