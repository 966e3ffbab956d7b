// The server process after it confined itself: it answers, takes files, and can do little else.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "client.h"
#include "sandbox/sandbox.h"
#include "sandbox/server.h"

static Err reach_out(WebRequest *request, WebReply *reply, Diag *diag) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(9)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int shadow = open("/root", O_RDONLY | O_DIRECTORY),
        home = open("/home", O_RDONLY | O_DIRECTORY);
    int made = open("/tmp/seventh-must-not-be", O_WRONLY | O_CREAT, 0600);
    int net = socket(AF_INET, SOCK_STREAM, 0), raw = socket(AF_PACKET, SOCK_RAW, 0);
    int reached = connect(net, (const void *)&at, sizeof at) == 0 ? 1 : -errno;
    strbuf_printf(reply_out(reply), "%d %d %d %d %d %d", shadow >= 0, home >= 0, made >= 0,
                  raw >= 0, reached == -EACCES || reached == -EPERM, fork() < 0);
    reply_document(reply, "text/plain; charset=utf-8");
    return ERR_OK;
}

static Err run_program(WebRequest *request, WebReply *reply, Diag *diag) {
    char *const arguments[] = {(char[]){"/bin/true"}, NULL};
    execve(arguments[0], arguments, arguments + 1);
    return ERR_OK;
}

static Err take_file(WebRequest *request, WebReply *reply, Diag *diag) {
    WebUpload *upload = request_upload(request, "file");
    strbuf_printf(reply_out(reply), "%llu", upload == NULL ? 0 : (unsigned long long)upload->size);
    reply_document(reply, "text/plain; charset=utf-8");
    return ERR_OK;
}

static Err show_form(WebRequest *request, WebReply *reply, Diag *diag) {
    reply_page(reply, STR("Form"));
    return ERR_OK;
}

#define ROW(method, path, csrf, body, flags, handler) \
    WEB_ROUTE(method, path, PUBLIC, PURPOSE_NONE, csrf, body, WEB_UNLOGGED, flags, handler)
static const WebRoute ROUTES[] = {
    ROW(GET, "/reach", CSRF_NONE, 0, 0, reach_out),
    ROW(GET, "/run", CSRF_NONE, 0, WEB_SLOW, run_program),
    ROW(GET, "/form", CSRF_NONE, 0, 0, show_form),
    ROW(POST, "/file", CSRF_FORM, 1 << 20, WEB_UPLOAD, take_file),
};

// In the child: the port, then how far the kernel's Landlock goes.
static void serve(int pipe_fd) {
    const RouteRows parts[] = {{ROUTES, sizeof ROUTES / sizeof *ROUTES}};
    const WebOptions options = {
        .routes = parts, .route_parts = 1, .spool_folder = t_folder(), .threads = 2};
    const char *folders[] = {t_folder()};
    const ServerConfinement confinement = {.write_folders = folders, .write_count = 1};
    WebServer *server;
    int numbers[2] = {0, -1};
    if (web_server_new(&options, &server, NULL) == ERR_OK &&
        sandbox_enter_server(&confinement, &numbers[1], NULL) == ERR_OK &&
        web_server_start(server, NULL) == ERR_OK)
        numbers[0] = web_server_port(server);
    if (write(pipe_fd, numbers, sizeof numbers) == sizeof numbers)
        for (;;)
            pause();
    _exit(9);
}

TEST(a_confined_server_serves_and_reaches_nothing)
{
    int ends[2], numbers[2] = {0}, status;
    const char *folder = t_folder();
    REQUIRE(folder != NULL && pipe(ends) == 0);
    pid_t child = fork();
    if (child == 0)
        serve(ends[1]);
    REQUIRE(child > 0 && read(ends[0], numbers, sizeof numbers) == sizeof numbers);
    if (numbers[0] == 0) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        t_fail(__FILE__, __LINE__, "the confined server does not start");
        return;
    }
    Fixture fixture = {.port = (uint16_t)numbers[0]};
    Answer answer;
    char token[129], visitor[64];
    client_ask(&fixture, &answer, "GET /reach HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK_INT(answer.status, 200);
    if (numbers[1] >= 4)
        CHECK_STR(answer.body, "0 0 0 0 1 1");
    else
        printf("# Landlock version %d: %.*s\n", numbers[1], STR_ARG(answer.body));
    answer_done(&answer);
    client_ask(&fixture, &answer, "GET /form HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(answer_csrf(&answer, token) &&
          answer_cookie(&answer, "visitor", visitor, sizeof visitor));
    answer_done(&answer);
    const char *body =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
        "hello\r\n--x--\r\n";
    client_ask(&fixture, &answer,
               "POST /file HTTP/1.1\r\nHost: localhost\r\nCookie: visitor=%s\r\nX-CSRF-Token: "
               "%s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: "
               "%zu\r\n\r\n%s",
               visitor, token, strlen(body), body);
    CHECK_INT(answer.status, 200);
    CHECK_STR(answer.body, "5");
    answer_done(&answer);
    // Running a program ends it, whatever the handler thought.
    CHECK_INT(client_status(&fixture, "GET /run HTTP/1.1\r\nHost: localhost\r\n\r\n"), 0);
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
    close(ends[0]);
    close(ends[1]);
}
