// The documented proxies in front of the server (docs/serving.md): what is ambiguous does not get
// through them, and what they pass is what they were asked. Skipped where they are not installed.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "client.h"

static uint16_t free_port(void) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool is_bound =
        bind(fd, (void *)&at, sizeof at) == 0 && getsockname(fd, (void *)&at, &size) == 0;
    close(fd);
    return is_bound ? ntohs(at.sin_port) : 0;
}

static bool is_installed(const char *program, char ret_path[64]) {
    static const char *const FOLDERS[] = {"/usr/sbin", "/usr/bin", "/usr/local/bin"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(ret_path, 64, "%s/%s", FOLDERS[i], program);
        if (access(ret_path, X_OK) == 0)
            return true;
    }
    return false;
}

static pid_t run(const char *path, char *const *arguments) {
    pid_t pid = fork();
    if (pid == 0) {
        (void)setenv("HOME", t_folder(), 1);
        if (freopen("/dev/null", "w", stdout) != NULL && freopen("/dev/null", "w", stderr) != NULL)
            execv(path, arguments);
        _exit(127);
    }
    return pid;
}

static bool wait_until_it_answers(uint16_t port) {
    const struct timespec moment = {.tv_nsec = 20000000};
    for (int i = 0; i < 500; i++) {
        int fd = client_connect(port);
        if (fd >= 0) {
            close(fd);
            return true;
        }
        nanosleep(&moment, NULL);
    }
    return false;
}

#define HOST "Host: localhost\r\n"
// Each is followed by a hidden request for /address.
static const Str ATTACKS[] = {
    STR("GET / HTTP/1.1\r\n" HOST "X: a\r\n Content-Length: 40\r\n\r\n"),
    STR("GET / HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n"),
    STR("GET / HTTP/1.1\r\n" HOST "X: a\nContent-Length: 40\n\r\n"),
    STR("GET / HTTP/1.1\n" HOST "\n"),
    STR("GET / HTTP/1.1\r\n" HOST ": x\r\nContent-Length: 40\r\n\r\n"),
    STR("GET / HTTP/1.1\r\n" HOST ":\r\nContent-Length: 40\r\n\r\n"),
    STR("GET / HTTP/1.1\r\n" HOST "Content-Len: 40\r\n gth\r\n\r\n"),
    STR("POST /api/match HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd"),
    STR("POST /api/match HTTP/1.1\r\n" HOST
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    STR("POST /api/match HTTP/1.1\r\n" HOST
        "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    STR("POST /api/match HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    STR("POST /api/match HTTP/1.1\r\n" HOST
        "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    STR("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"),
    STR("GET http://evil.example/ HTTP/1.1\r\n" HOST "\r\n"),
    STR("GET / HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n"),
};

// The backend must not have answered more requests than the client sees answers: what is more was
// hidden from the proxy.
static void attack(uint16_t port) {
    for (size_t i = 0; i < sizeof ATTACKS / sizeof *ATTACKS; i++) {
        int before = atomic_load(&client_handled), answers = 0;
        int fd = client_connect(port);
        Answer answer = {0};
        (void)client_send(fd, ATTACKS[i]);
        (void)client_send(fd, STR("GET /address HTTP/1.1\r\n" HOST "\r\n"));
        (void)shutdown(fd, SHUT_WR);
        do {
            answer_done(&answer);
            client_read(fd, &answer);
            answers += answer.status == 200;
        } while (answer.status != 0 && !answer.is_closed && answers < 5);
        answer_done(&answer);
        close(fd);
        int handled = atomic_load(&client_handled) - before;
        if (handled > answers)
            t_fail(__FILE__, __LINE__, "%.*s: %d handled, %d answered", STR_ARG(ATTACKS[i]),
                   handled, answers);
        // Nobody else's answer is mixed up with it.
        Fixture proxy = {.port = port};
        client_ask(&proxy, &answer, "GET / HTTP/1.1\r\n" HOST "\r\n");
        if (answer.status != 200 || !str_is(answer.body, "hello\n"))
            t_fail(__FILE__, __LINE__, "after %.*s the next visitor gets %d", STR_ARG(ATTACKS[i]),
                   answer.status);
        answer_done(&answer);
    }
}

static void through(const char *path, char *const *arguments, uint16_t port) {
    Answer answer;
    int status;
    pid_t pid = run(path, arguments);
    REQUIRE(pid > 0);
    if (wait_until_it_answers(port)) {
        Fixture proxy = {.port = port};
        client_ask(&proxy, &answer,
                   "GET /address HTTP/1.1\r\n" HOST "X-Forwarded-For: 192.0.2.7\r\n\r\n");
        CHECK_INT(answer.status, 200);
        CHECK_STR(answer.body, "127.0.0.1"); // what the visitor claimed does not count
        answer_done(&answer);
        client_ask(&proxy, &answer, "GET /events HTTP/1.1\r\n" HOST "\r\n");
        CHECK(answer_has(&answer, "data: two"));
        answer_done(&answer);
        attack(port);
    } else {
        t_fail(__FILE__, __LINE__, "%s does not start", path);
    }
    kill(pid, SIGTERM);
    waitpid(pid, &status, 0);
}

static const Str PROXY[] = {{"127.0.0.1", 9}};

TEST(behind_nginx)
{
    char path[64], file[512], text[2048];
    Fixture fixture;
    if (!is_installed("nginx", path)) {
        t_skip("nginx is not installed");
        return;
    }
    uint16_t port = free_port();
    fixture_start(&fixture, &(WebOptions){.proxies = {PROXY, 1}});
    snprintf(file, sizeof file, "%s/nginx.conf", t_folder());
    snprintf(
        text, sizeof text,
        "worker_processes 1;\ndaemon off;\npid %s/pid;\nerror_log %s/error.log;\n"
        "events { worker_connections 64; }\nhttp {\naccess_log off;\n"
        "client_body_temp_path %s/a; proxy_temp_path %s/b; fastcgi_temp_path %s/c; "
        "uwsgi_temp_path %s/d; scgi_temp_path %s/e;\n"
        "server { listen 127.0.0.1:%u; location / {\nproxy_pass http://127.0.0.1:%u;\n"
        "proxy_http_version 1.1;\nproxy_set_header Connection \"\";\nproxy_set_header Host $host;\n"
        "proxy_set_header X-Forwarded-For $remote_addr;\nproxy_request_buffering off;\n"
        "proxy_buffering off;\n} } }\n",
        t_folder(), t_folder(), t_folder(), t_folder(), t_folder(), t_folder(), t_folder(), port,
        fixture.port);
    REQUIRE(file_replace(file, str_from(text), false, NULL) == ERR_OK);
    char *const arguments[] = {path,           (char[]){"-e"}, (char[]){"/dev/null"},
                               (char[]){"-c"}, file,           NULL};
    through(path, arguments, port);
    fixture_stop(&fixture);
}

TEST(behind_caddy)
{
    char path[64], file[512], text[1024];
    Fixture fixture;
    if (!is_installed("caddy", path)) {
        t_skip("Caddy is not installed");
        return;
    }
    uint16_t port = free_port();
    fixture_start(&fixture, &(WebOptions){.proxies = {PROXY, 1}});
    snprintf(file, sizeof file, "%s/Caddyfile", t_folder());
    snprintf(text, sizeof text,
             "{\n\tadmin off\n\tauto_https off\n}\nhttp://localhost:%u {\n\tbind 127.0.0.1\n"
             "\treverse_proxy 127.0.0.1:%u\n}\n",
             port, fixture.port);
    REQUIRE(file_replace(file, str_from(text), false, NULL) == ERR_OK);
    char *const arguments[] = {path, (char[]){"run"},       (char[]){"--config"},
                               file, (char[]){"--adapter"}, (char[]){"caddyfile"},
                               NULL};
    through(path, arguments, port);
    fixture_stop(&fixture);
}
