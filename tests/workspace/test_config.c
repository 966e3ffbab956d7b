// The configuration: every mistake is told with its place, and docs/configuration.md says what the
// rows say.
#include "base/file.h"
#include "language/catalogue.h"
#include "t.h"
#include "workspace/config.h"

#include <unistd.h>

static char SAID[2048];

// The sentence a person would read when the text is refused, "" when it is taken.
static const char *said(const char *text, char *const *environment) {
    Config _cleanup_(config_freep) *config = NULL;
    Diag diag = {0};
    _cleanup_strbuf_ StrBuf sentence = STRBUF(1 << 16);
    Err err = config_parse(STR("s.conf"), str_from(text), environment, &config, &diag);
    CHECK((err == ERR_OK) == (config != NULL));
    if (err != ERR_OK)
        tr_diag(&sentence, lang_get(STR("en")), &diag);
    // Marks that isolate identifiers from the text's direction.
    size_t len = 0;
    for (const char *at = strbuf_text(&sentence); *at != '\0' && len + 1 < sizeof SAID; at++)
        if (strncmp(at, "\xE2\x81\xA8", 3) == 0 || strncmp(at, "\xE2\x81\xA9", 3) == 0)
            at += 2;
        else
            SAID[len++] = *at;
    SAID[len] = '\0';
    return SAID;
}
#define CHECK_SAID(text, expected) CHECK_STR(str_from(said(text, NULL)), expected)

TEST(nothing_set_gives_the_defaults)
{
    Config _cleanup_(config_freep) *config = NULL;
    char home[] = "HOME=/home/o";
    char *environment[] = {home, NULL};
    CHECK_OK(config_parse((Str){0}, (Str){0}, environment, &config, NULL));
    REQUIRE(config != NULL);
    CHECK_STR(str_from(config_text(config, CONFIG_listen)), "127.0.0.1:8007");
    CHECK_STR(str_from(config_text(config, CONFIG_folder)),
              geteuid() == 0 ? "/var/lib/seventh" : "/home/o/.local/share/seventh");
    CHECK_STR(str_from(config_text(config, CONFIG_database)), "");
    CHECK_STR(str_from(config_file(config)), "");
    CHECK_INT(config_number(config, CONFIG_upload_max), 1000000000);
    for (int i = 0; i < SETTING_COUNT; i++)
        CHECK_INT(config_origin(config, i), ORIGIN_PRESET);
}

TEST(file_then_environment)
{
    Config _cleanup_(config_freep) *config = NULL;
    char threads[] = "SEVENTH_THREADS=4", size[] = "SEVENTH_UPLOAD_MAX= 20mb ";
    char other[] = "SEVENTH_THREADSS=x";
    char *environment[] = {other, threads, size, NULL};
    const char *text = "\xEF\xBB\xBF# a comment\r\n\r\n  threads=3\r\nlisten = [::1]:0\n"
                       "language = ar\nfolder = /srv/a = b # c";
    CHECK_OK(config_parse(STR("f"), str_from(text), environment, &config, NULL));
    REQUIRE(config != NULL);
    CHECK_INT(config_number(config, CONFIG_threads), 4);
    CHECK_INT(config_origin(config, CONFIG_threads), ORIGIN_ENVIRONMENT);
    CHECK_INT(config_number(config, CONFIG_upload_max), 20000000);
    CHECK_INT(config_origin(config, CONFIG_listen), ORIGIN_FILE);
    CHECK_STR(str_from(config_text(config, CONFIG_folder)), "/srv/a = b # c");
    CHECK_STR(str_from(config_file(config)), "f");
}

TEST(mistakes_are_told_with_their_place)
{
    CHECK_SAID("threads = 3\n", "");
    CHECK_SAID("\nthreadss = 3\n", "s.conf:2: There is no setting threadss. Did you mean threads?");
    CHECK_SAID("x = 3\n", "s.conf:1: There is no setting x.");
    CHECK_SAID("threads\n", "s.conf:1: A line must be `key = value`, or a comment behind #.");
    CHECK_SAID("threads = 3\n#\nthreads = 3", "s.conf:3: threads was set in line 1 already.");
    CHECK_SAID("threads = 1\xff\n", "s.conf:1: This line is not valid UTF-8.");
    CHECK_SAID("threads = 65", "s.conf:1: threads must be a whole number from 0 to 64, not “65”.");
    CHECK_SAID("threads = 1.5",
               "s.conf:1: threads must be a whole number from 0 to 64, not “1.5”.");
    CHECK_SAID("threads =", "s.conf:1: threads must be a whole number from 0 to 64, not “”.");
    CHECK_SAID("upload_max = 5",
               "s.conf:1: upload_max must be a size such as 500 MB, from 1 to 2000 megabytes, "
               "not “5”.");
    CHECK_SAID("folder = data",
               "s.conf:1: folder must be a whole path, beginning with /, not “data”.");
    CHECK_SAID("language = tlh", "s.conf:1: language: there is no catalogue for “tlh”. `seventh "
                                 "lang status` lists those that exist.");
}

TEST(environment_mistakes_name_the_variable)
{
    char bad[] = "SEVENTH_THREADS=many";
    char *environment[] = {bad, NULL};
    CHECK_STR(str_from(said("", environment)),
              "SEVENTH_THREADS: threads must be a whole number from 0 to 64, not “many”.");
}

TEST(addresses)
{
    static const char *const RIGHT[] = {"127.0.0.1:1", "[::1]:65535", "127.9.9.9:0"};
    static const char *const WRONG[] = {"",
                                        "localhost:80",
                                        "127.0.0.1",
                                        "127.0.0.1:",
                                        "::1:80",
                                        "[::1]",
                                        "[::1]80",
                                        "127.0.0.1:65536",
                                        "1.2.3:80",
                                        "[127.0.0.1]:80",
                                        "127.0.0.1:+1",
                                        "127.0.0.1:000080",
                                        "127.0.0.1:8 "};
    char host[64];
    uint16_t port;
    for (size_t i = 0; i < sizeof RIGHT / sizeof RIGHT[0]; i++) {
        CHECK(address_split(str_from(RIGHT[i]), host, sizeof host, &port));
        CHECK(host_is_loopback(host));
    }
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        if (address_split(str_from(WRONG[i]), host, sizeof host, &port))
            t_fail(__FILE__, __LINE__, "taken: %s", WRONG[i]);
    CHECK(!host_is_loopback("0.0.0.0"));
    CHECK(!host_is_loopback("::"));
    CHECK(!host_is_loopback("10.127.0.1"));
    CHECK_SAID("trusted_proxies = 10.0.0.1  ::1", "");
    CHECK_SAID("trusted_proxies = 10.0.0.1,::1",
               "s.conf:1: trusted_proxies must be numeric addresses separated by blanks, at most "
               "32, not “10.0.0.1,::1”.");
}

TEST(urls)
{
    static const char *const WRONG[] = {
        "seventh.example", "ftp://a",      "https://",      "https://a/",
        "https://a b",     "https://u@a",  "https://a:1:2", "https://a:x",
        "https://.a",      "javascript:x", "https://[::1",  "https://a?b",
    };
    char text[200];
    CHECK_SAID("public_url = https://a.example:8443", "");
    CHECK_SAID("public_url = https://[::1]:8443", "");
    CHECK_SAID("public_url = http://a", "");
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        snprintf(text, sizeof text, "public_url = %s", WRONG[i]);
        if (said(text, NULL)[0] == '\0')
            t_fail(__FILE__, __LINE__, "taken: %s", WRONG[i]);
    }
}

TEST(what_other_machines_reach_is_encrypted)
{
    CHECK_SAID("listen = 0.0.0.0:443",
               "s.conf: listen is an address that other machines reach. Set tls_certificate and "
               "tls_key, or trusted_proxies when a proxy encrypts; passwords would travel in the "
               "clear.");
    CHECK_SAID("listen = 0.0.0.0:443\ntrusted_proxies = 10.0.0.1",
               "s.conf: listen is an address that other machines reach. Set public_url to the "
               "address that people type.");
    CHECK_SAID("listen = [::]:443\ntls_certificate = /c\ntls_key = /k\npublic_url = https://a", "");
    CHECK_SAID("tls_key = /k",
               "s.conf: tls_certificate and tls_key belong together: set both or none.");
}

TEST(a_file_that_is_not_there)
{
    Config *config = NULL;
    char named[] = "SEVENTH_CONFIG=/nowhere/at/all";
    char *environment[] = {named, NULL};
    CHECK_ERR(config_load(NULL, environment, &config, NULL), ERR_NOT_FOUND);
    CHECK(config == NULL);
}

// The row that docs/configuration.md must have.
static void row_put(StrBuf *out, const Setting *setting) {
    strbuf_printf(out, "| `%s` | %s%s%s | %s |\n", setting->key, setting->preset[0] ? "`" : "",
                  setting->preset, setting->preset[0] ? "`" : "", setting->help);
}

TEST(documentation_has_every_setting_and_no_other)
{
    _cleanup_strbuf_ StrBuf page = STRBUF(1 << 20), row = STRBUF(1 << 16);
    CHECK_OK(file_read_all(t_source_path("docs/configuration.md"), &page, NULL));
    int rows = 0;
    for (int i = 0; i < SETTING_COUNT; i++) {
        strbuf_clear(&row);
        row_put(&row, setting_at(i));
        if (str_find(strbuf_str(&page), strbuf_str(&row)) < 0)
            t_fail(__FILE__, __LINE__, "docs/configuration.md lacks: %s", strbuf_text(&row));
    }
    for (const char *at = strbuf_text(&page); (at = strstr(at, "\n| `")) != NULL; at++)
        rows++;
    CHECK_INT(rows, SETTING_COUNT);
    CHECK(setting_at(SETTING_COUNT) == NULL && setting_at(-1) == NULL);
}
