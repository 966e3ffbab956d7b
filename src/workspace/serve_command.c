// `seventh serve`: the workspace, until somebody stops it.
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "workspace/commands.h"
#include "workspace/limits.h"
#include "workspace/node_setup.h"
#include "workspace/training.h"

typedef struct ServeOptions {
    const char *config, *training, *ready;
} ServeOptions;

static const Option SERVE_OPTIONS[] = {
    {.name = "config",
     .letter = 'c',
     .kind = OPTION_TEXT,
     .offset = offsetof(ServeOptions, config),
     .value = N_("FILE"),
     .help = N_("The configuration; /etc/seventh/seventh.conf unless given")},
    {.name = "training",
     .kind = OPTION_TEXT,
     .offset = offsetof(ServeOptions, training),
     .value = N_("FILE"),
     .help = N_("On the first start, make an exercise: two units, their people, and a case with "
                "the items of this VICS file or scan result")},
    {.name = "ready",
     .kind = OPTION_TEXT,
     .offset = offsetof(ServeOptions, ready),
     .value = N_("FILE"),
     .help = N_("Write the address there once requests are answered")},
    {0},
};

// Publishes the ledger whenever something was appended, and clears away what has ended.
typedef struct Rounds {
    Workspace *workspace;
    atomic_bool is_over;
    pthread_t thread;
    bool is_running;
    FILE *err;
    const Lang *lang;
} Rounds;

static void complain(FILE *to, const Lang *lang, const Diag *diag) {
    _cleanup_strbuf_ StrBuf text = STRBUF(PAGE_SENTENCE_MAX);
    tr_diag(&text, lang, diag);
    fprintf(to, "%s\n", strbuf_text(&text));
}

static void *rounds_run(void *context) {
    Rounds *rounds = context;
    LedgerLog *log = node_log(rounds->workspace->node);
    int64_t next_sweep = 0;
    while (!atomic_load(&rounds->is_over)) {
        Diag diag = {0};
        ledger_log_wait(log, SERVE_ROUND_MS);
        if (ledger_log_publish(log, NULL, &diag) != ERR_OK)
            complain(rounds->err, rounds->lang, &diag);
        if (clock_monotonic_ns() < next_sweep)
            continue;
        next_sweep = clock_monotonic_ns() + (int64_t)SERVE_SWEEP_SECONDS * 1000000000;
        if (sessions_sweep(rounds->workspace->records, &diag) != ERR_OK)
            complain(rounds->err, rounds->lang, &diag);
    }
    return NULL;
}

static void rounds_stop(Rounds *rounds) {
    if (!rounds->is_running)
        return;
    atomic_store(&rounds->is_over, true);
    ledger_log_wake(node_log(rounds->workspace->node));
    pthread_join(rounds->thread, NULL);
    rounds->is_running = false;
}

static Err rounds_start(Rounds *rounds, Diag *diag) {
    int code = pthread_create(&rounds->thread, NULL, rounds_run, rounds);
    rounds->is_running = code == 0;
    return code == 0 ? ERR_OK : diag_errno(diag, code, NULL);
}

typedef struct Serving {
    CommandContext *context;
    Workspace workspace;
    WebServer *server;
    Rounds rounds;
    StrBuf certificate, key, spool, host, proxies;
    Str hosts[1], proxy_list[WEB_PROXIES_MAX];
} Serving;

static void serving_done(Serving *serving) {
    if (serving->server != NULL) {
        web_server_stop(serving->server, WEB_STOP_SECONDS);
        web_server_free(serving->server);
    }
    rounds_stop(&serving->rounds);
    workspace_close(&serving->workspace);
    strbuf_done(&serving->certificate);
    strbuf_done(&serving->key);
    strbuf_done(&serving->spool);
}

static void error_hook(void *context, Str request_id, const Diag *diag) {
    Workspace *workspace = context;
    (void)workspace;
    _cleanup_strbuf_ StrBuf text = STRBUF(PAGE_SENTENCE_MAX);
    tr_diag(&text, lang_get(STR("en")), diag);
    fprintf(stderr, "%.*s %s\n", STR_ARG(request_id), strbuf_text(&text));
}

// The name in public_url, without scheme and port.
static Str public_host(const Config *config) {
    Str url = str_from(config_text(config, CONFIG_public_url)), host, rest;
    ptrdiff_t at = str_find(url, STR("://"));
    if (at < 0)
        return (Str){0};
    host = str_from_index(url, (size_t)at + 3);
    if (str_has_prefix(host, STR("[")))
        return str_cut(host, ']', &host, &rest) ? str_of(host.ptr, host.len + 1) : host;
    (void)str_cut(host, ':', &host, &rest);
    return host;
}

static size_t proxies_split(const Config *config, Str *ret, size_t capacity) {
    size_t count = 0;
    Str rest = str_from(config_text(config, CONFIG_trusted_proxies)), one;
    for (; rest.len > 0 && count < capacity; rest = str_trim(rest)) {
        Str tail = {0};
        if (!str_cut(rest, ' ', &one, &tail))
            one = rest;
        ret[count++] = one;
        rest = tail;
    }
    return count;
}

static Err tls_read(Serving *serving, const Config *config, Diag *diag) {
    const char *certificate = config_text(config, CONFIG_tls_certificate);
    if (certificate[0] == '\0')
        return ERR_OK;
    serving->certificate = STRBUF(1 << 20);
    serving->key = STRBUF(1 << 20);
    TRY(file_read_all(certificate, &serving->certificate, diag));
    return file_read_all(config_text(config, CONFIG_tls_key), &serving->key, diag);
}

static Err server_make(Serving *serving, Diag *diag) {
    Workspace *workspace = &serving->workspace;
    const Config *config = workspace->config;
    static RouteRows parts[1];
    char host[64];
    WebOptions options = {.hooks = workspace_hooks(workspace),
                          .routes = parts,
                          .route_parts = 1,
                          .threads = (int)config_number(config, CONFIG_threads),
                          .sign_in_path = "/sign-in",
                          .purpose_path = "/purpose",
                          .default_locale = str_from(config_text(config, CONFIG_language))};
    parts[0] = workspace_routes();
    options.hooks.log_error = error_hook;
    TRY(tls_read(serving, config, diag));
    if (serving->key.len > 0) {
        options.tls_certificate = strbuf_text(&serving->certificate);
        options.tls_key = strbuf_text(&serving->key);
    }
    if (!address_split(str_from(config_text(config, CONFIG_listen)), host, sizeof host,
                       &options.port))
        return diag_set(diag, ERR_INVALID, N_("listen is no address."));
    options.address = host;
    serving->hosts[0] = public_host(config);
    options.hosts = (WebTexts){serving->hosts, serving->hosts[0].len > 0};
    options.proxies = (WebTexts){serving->proxy_list,
                                 proxies_split(config, serving->proxy_list, WEB_PROXIES_MAX)};
    workspace->is_secure =
        str_has_prefix(str_from(config_text(config, CONFIG_public_url)), STR("https://")) ||
        options.tls_key != NULL;
    options.is_https = workspace->is_secure && options.tls_key == NULL;
    serving->spool = STRBUF(4096);
    strbuf_put_text(&serving->spool, node_folder(workspace->node));
    strbuf_put_text(&serving->spool, "/spool");
    TRY(folder_make(strbuf_text(&serving->spool), diag));
    options.spool_folder = strbuf_text(&serving->spool);
    node_key_derive(workspace->node, "web", options.key);
    return web_server_new(&options, &serving->server, diag);
}

static void say(CommandContext *context, const char *msgid, const char *name, Str value) {
    _cleanup_strbuf_ StrBuf line = STRBUF(PAGE_SENTENCE_MAX);
    tr_put(&line, context->lang, NULL, msgid, MSG_ARGS(msg_ident(name, value)));
    fprintf(context->out, "%s\n", strbuf_text(&line));
    (void)fflush(context->out);
}

// Creates the node when there is none, opens it, makes its first people, says their links.
static Err node_begin(Serving *serving, const Config *config, const ServeOptions *options,
                      Diag *diag) {
    CommandContext *context = serving->context;
    const char *folder = config_text(config, CONFIG_folder);
    NodeSetup setup = {.is_exercise = options->training != NULL};
    NodeStart start;
    bool is_new = !node_exists(folder);
    if (is_new) {
        TRY(node_setup(config, &setup, NULL, diag));
        say(context, N_("A new node was made in {folder}."), "folder", str_from(folder));
    }
    TRY(workspace_open(config, &serving->workspace, &start, diag));
    if (start.was_unclean)
        say(context,
            N_("The last stop was not clean; the store in {folder} was checked, and the "
               "ledger says so."),
            "folder", str_from(folder));
    return ERR_OK;
}

static Err links_say(Serving *serving, const ServeOptions *options, Str base, Diag *diag) {
    _cleanup_strbuf_ StrBuf link = STRBUF(64 << 10);
    NodeSetup setup = {.is_exercise = options->training != NULL};
    if (options->training != NULL)
        return training_setup(&serving->workspace, options->training, base, serving->context, diag);
    TRY(node_people(&serving->workspace, &setup, base, &link, diag));
    if (link.len > 0)
        say(serving->context,
            N_("Sign in as the administrator with this link; it works once: {link}"), "link",
            strbuf_str(&link));
    return ERR_OK;
}

// From here on signals wait for sigwait; the server's threads inherit that.
static void signals_block(sigset_t *ret) {
    sigemptyset(ret);
    sigaddset(ret, SIGINT);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGHUP);
    pthread_sigmask(SIG_BLOCK, ret, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static Err serve(Serving *serving, const Config *config, const ServeOptions *options, Diag *diag) {
    sigset_t signals;
    int signal_number;
    _cleanup_strbuf_ StrBuf base = STRBUF(4096);
    signals_block(&signals);
    TRY(node_begin(serving, config, options, diag));
    TRY(import_desk_new(serving->workspace.records, &serving->workspace.imports, diag));
    TRY(server_make(serving, diag));
    TRY(base_url_put(config, web_server_port(serving->server), &base, diag));
    TRY(links_say(serving, options, strbuf_str(&base), diag));
    serving->rounds = (Rounds){.workspace = &serving->workspace,
                               .err = serving->context->err,
                               .lang = serving->context->lang};
    TRY(rounds_start(&serving->rounds, diag));
    TRY(web_server_start(serving->server, diag));
    say(serving->context, N_("The workspace is at {address}. Stop it with Ctrl+C."), "address",
        strbuf_str(&base));
    if (options->ready != NULL)
        TRY(file_replace(options->ready, strbuf_str(&base), false, diag));
    if (sigwait(&signals, &signal_number) != 0)
        return diag_set(diag, ERR_INTERNAL, N_("Signals cannot be waited for."));
    say(serving->context, N_("Stopping; what is under way is finished first."), "address",
        strbuf_str(&base));
    return ERR_OK;
}

static Err serve_run(CommandContext *context, const void *untyped, Diag *diag) {
    const ServeOptions *options = untyped;
    Config _cleanup_(config_freep) *config = NULL;
    TRY(config_load(options->config, environ, &config, diag));
    Serving serving = {.context = context};
    Err err = serve(&serving, config, options, diag);
    serving_done(&serving);
    return err;
}

const Command serve_command = {
    .name = "serve",
    .summary = N_("Run the workspace: a server for the browsers of a unit"),
    .options = SERVE_OPTIONS,
    .options_size = sizeof(ServeOptions),
    .run = serve_run,
    .description = N_(
        "The first start makes the node: its folder, its keys, its ledger, and an administrator, "
        "whose one-time sign-in link is printed. Without a configuration the workspace answers on "
        "this machine only. A stop (Ctrl+C, SIGTERM) finishes what is under way."),
};
