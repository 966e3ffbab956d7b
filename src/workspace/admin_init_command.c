// `seventh admin init`: a node with its unit and its first administrator.
#include "workspace/admin.h"
#include "workspace/commands.h"
#include "workspace/limits.h"
#include "workspace/node_setup.h"

#include <stdio.h>
#include <unistd.h>

typedef struct InitOptions {
    const char *config, *name, *unit, *country, *languages, *time_zone, *person;
    int64_t shares, needed;
    bool is_exercise;
} InitOptions;

static void init_preset(void *options) {
    *(InitOptions *)options = (InitOptions){.shares = 3, .needed = 2};
}

static const Option INIT_OPTIONS[] = {
    {.name = "config",
     .letter = 'c',
     .kind = OPTION_TEXT,
     .offset = offsetof(InitOptions, config),
     .value = N_("FILE"),
     .help = N_("The configuration; /etc/seventh/seventh.conf unless given")},
    {.name = "name",
     .kind = OPTION_TEXT,
     .offset = offsetof(InitOptions, name),
     .value = N_("NAME"),
     .help = N_("The name of the ledger, like unit.example/ledger; one is made up unless given")},
    {.name = "unit",
     .kind = OPTION_TEXT,
     .offset = offsetof(InitOptions, unit),
     .value = N_("NAME"),
     .help = N_("The name of the unit")},
    {.name = "country",
     .kind = OPTION_TEXT,
     .offset = offsetof(InitOptions, country),
     .value = N_("CODE"),
     .help = N_("The unit's country in two letters, like MA")},
    {.name = "languages",
     .kind = OPTION_TEXT,
     .offset = offsetof(InitOptions, languages),
     .value = N_("TAGS"),
     .help = N_("The unit's languages, the preferred one first, like “fr ar”")},
    {.name = "time-zone",
     .kind = OPTION_TEXT,
     .offset = offsetof(InitOptions, time_zone),
     .value = N_("ZONE"),
     .help = N_("The unit's time zone, like Africa/Casablanca")},
    {.name = "administrator",
     .kind = OPTION_TEXT,
     .offset = offsetof(InitOptions, person),
     .value = N_("NAME"),
     .help = N_("The name by which the first administrator signs in; admin unless given")},
    {.name = "exercise",
     .kind = OPTION_FLAG,
     .offset = offsetof(InitOptions, is_exercise),
     .help = N_("A node for exercises, for ever: nothing in it is ever live")},
    {.name = "shares",
     .kind = OPTION_NUMBER,
     .offset = offsetof(InitOptions, shares),
     .value = N_("N"),
     .help = N_("How many people get a share of the recovery key (3 unless given)"),
     .min = 2,
     .max = RECOVERY_SHARES_MAX},
    {.name = "needed",
     .kind = OPTION_NUMBER,
     .offset = offsetof(InitOptions, needed),
     .value = N_("N"),
     .help = N_("How many shares open a backup (2 unless given)"),
     .min = 2,
     .max = RECOVERY_SHARES_MAX},
    {0},
};

// The shares of the secret, printed once and kept nowhere.
static Err shares_say(CommandContext *context, const RecoverySecret *secret,
                      const InitOptions *options, Diag *diag) {
    RecoveryShare shares[RECOVERY_SHARES_MAX];
    TRY(recovery_split(secret, (int)options->needed, (int)options->shares, shares, diag));
    admin_say(context,
              N_("Each line is a share of the recovery key, without which no backup can "
                 "be opened. Give each to another person, on paper; none is kept here."),
              NULL, (Str){0});
    for (int i = 0; i < options->shares; i++) {
        _cleanup_strbuf_ StrBuf text = STRBUF(RECOVERY_TEXT_MAX * 2);
        recovery_share_put(&text, &shares[i]);
        fprintf(context->out, "%s\n", strbuf_text(&text));
    }
    if (fflush(context->out) != 0 || ferror(context->out))
        return diag_set(diag, ERR_IO, N_("The output could not be written."));
    return ERR_OK;
}

// Whether nothing is said about the node itself.
static bool is_about_recovery(const InitOptions *options) {
    return options->name == NULL && options->unit == NULL && options->country == NULL &&
           options->languages == NULL && options->time_zone == NULL && options->person == NULL &&
           !options->is_exercise;
}

// For a node that `seventh serve` made, which has no recovery key. The shares come first: a key
// whose shares nobody has would seal backups for ever.
static Err recovery_add(CommandContext *context, const Config *config, const InitOptions *options,
                        bool *ret_is_added, Diag *diag) {
    _cleanup_workspace_ Workspace workspace = {0};
    _cleanup_recovery_secret_ RecoverySecret secret = {0};
    RecoveryPublic public;
    TRY(workspace_open(config, &workspace, NULL, diag));
    *ret_is_added = !node_identity(workspace.node)->has_recovery;
    if (!*ret_is_added)
        return ERR_OK;
    recovery_keygen(&secret, &public);
    TRY(shares_say(context, &secret, options, diag));
    return node_recovery_set(workspace.node, &public, diag);
}

static Err node_make(CommandContext *context, const Config *config, const InitOptions *options,
                     Diag *diag) {
    _cleanup_workspace_ Workspace workspace = {0};
    _cleanup_recovery_secret_ RecoverySecret secret = {0};
    RecoveryPublic public;
    _cleanup_strbuf_ StrBuf base = STRBUF(4096), link = STRBUF(4096);
    NodeSetup setup = {.name = str_from(options->name),
                       .unit_name = str_from(options->unit),
                       .country = str_from(options->country),
                       .languages = str_from(options->languages),
                       .time_zone = str_from(options->time_zone),
                       .person = str_from(options->person),
                       .is_exercise = options->is_exercise};
    TRY(base_url_put(config, 0, &base, diag));
    recovery_keygen(&secret, &public);
    TRY(node_setup(config, &setup, &public, diag));
    TRY(workspace_open(config, &workspace, NULL, diag));
    TRY(node_people(&workspace, &setup, strbuf_str(&base), &link, diag));
    TRY(shares_say(context, &secret, options, diag));
    admin_say(context, N_("The node is in {folder}. Start it with “seventh serve”."), "folder",
              str_from(config_text(config, CONFIG_folder)));
    admin_say(context, N_("Sign in as the administrator with this link; it works once: {link}"),
              "link", strbuf_str(&link));
    return ERR_OK;
}

static Err admin_init_run(CommandContext *context, const void *untyped, Diag *diag) {
    const InitOptions *options = untyped;
    Config _cleanup_(config_freep) *config = NULL;
    bool is_added = false;
    if (options->needed > options->shares)
        return diag_set(diag, ERR_INVALID, N_("More shares are needed than there are."));
    TRY(config_load(options->config, environ, &config, diag));
    const char *path = config_text(config, CONFIG_folder);
    if (node_exists(path) && is_about_recovery(options)) {
        TRY(recovery_add(context, config, options, &is_added, diag));
        if (is_added)
            return ERR_OK;
    }
    NewFolder folder = new_folder_look(path);
    Err err = node_make(context, config, options, diag);
    if (err != ERR_OK)
        new_folder_undo(&folder, err);
    return err;
}

const Command admin_init_command = {
    .name = "admin init",
    .summary = N_("Make a node: keys, ledger, unit, first administrator"),
    .options = INIT_OPTIONS,
    .options_size = sizeof(InitOptions),
    .preset = init_preset,
    .run = admin_init_run,
    .description = N_(
        "“seventh serve” makes a node by itself when there is none; this says more about it, and "
        "makes the recovery key that backups are sealed to. Its shares are printed once. The "
        "folder must not exist or be empty."),
};
