// `seventh admin user|backup|restore|check`: work on a node that is not served at the time.
#include <stdio.h>
#include <unistd.h>

#include "records/person.h"
#include "workspace/admin.h"
#include "workspace/commands.h"
#include "workspace/limits.h"
#include "workspace/node_setup.h"

typedef struct AdminOptions {
    const char *config;
    const char *generation; // restore
    TextList roles;         // user
} AdminOptions;

#define CONFIG_OPTION \
    { \
        .name = "config", .letter = 'c', .kind = OPTION_TEXT, \
        .offset = offsetof(AdminOptions, config), .value = N_("FILE"), \
        .help = N_("The configuration; /etc/seventh/seventh.conf unless given") \
    }

static const Option CONFIG_ONLY[] = {CONFIG_OPTION, {0}};

// --- user -------------------------------------------------------------------------------------

static const Option USER_OPTIONS[] = {
    CONFIG_OPTION,
    {.name = "role",
     .letter = 'r',
     .kind = OPTION_TEXTS,
     .offset = offsetof(AdminOptions, roles),
     .value = N_("ROLE"),
     .help = N_("A role of somebody new, like analyst; may be repeated")},
    {0},
};

static Err roles_read(const TextList *list, RoleSet *ret, Diag *diag) {
    RoleSet roles = 0;
    for (size_t i = 0; i < list->len; i++) {
        Role role;
        if (!role_find(str_from(list->items[i]), &role)) {
            diag_set(diag, ERR_INVALID, N_("There is no role “{role}”."));
            diag_arg(diag, "role", str_from(list->items[i]));
            return ERR_INVALID;
        }
        roles |= ROLE_BIT(role);
    }
    *ret = roles;
    return ERR_OK;
}

static Err admin_user_run(CommandContext *context, const void *untyped, Diag *diag) {
    const AdminOptions *options = untyped;
    Config _cleanup_(config_freep) *config = NULL;
    _cleanup_workspace_ Workspace workspace = {0};
    _cleanup_strbuf_ StrBuf base = STRBUF(4096), link = STRBUF(4096);
    RoleSet roles = 0;
    Identifier person;
    TRY(roles_read(&options->roles, &roles, diag));
    TRY(admin_open(options->config, &config, &workspace, diag));
    TRY(base_url_put(config, 0, &base, diag));
    Records *records = workspace.records;
    Actor program = actor_program(records);
    Str name = str_from(context->operands[0]);
    Err err = person_find(records, &program, name, &person, diag);
    if (err == ERR_NOT_FOUND) {
        PersonFacts facts = {.unit = records_unit(records),
                             .pseudonym = name,
                             .language = str_from(lang_tag(context->lang)),
                             .roles = roles};
        TRY(person_create(records, &program, &facts, &person, diag));
    } else if (err != ERR_OK) {
        return err;
    } else if (options->roles.len > 0) {
        return diag_set(diag, ERR_EXISTS,
                        N_("This person is there already. Roles are changed in the workspace."));
    }
    TRY(sign_in_link_put(records, &person, strbuf_str(&base), &link, diag));
    admin_say(context, N_("Sign in with this link; it works once: {link}"), "link",
              strbuf_str(&link));
    return ERR_OK;
}

const Command admin_user_command = {
    .name = "admin user",
    .summary = N_("Make a sign-in link for a person, who is added when there is none"),
    .operands = N_("NAME"),
    .operands_min = 1,
    .operands_max = 1,
    .options = USER_OPTIONS,
    .options_size = sizeof(AdminOptions),
    .run = admin_user_run,
    .description =
        N_("For whoever lost the password, and for a second administrator. The workspace must be "
           "stopped; while it runs, administrators do the same on the page People."),
};

// --- backup and restore -----------------------------------------------------------------------

static Err admin_backup_run(CommandContext *context, const void *untyped, Diag *diag) {
    const AdminOptions *options = untyped;
    Config _cleanup_(config_freep) *config = NULL;
    _cleanup_workspace_ Workspace workspace = {0};
    Identifier nobody = {0};
    NodeBackup made;
    TRY(admin_open(options->config, &config, &workspace, diag));
    TRY(node_backup(workspace.node, context->operands[0], &nobody, NULL, &made, diag));
    if (made.has_database)
        admin_say(context, N_("The backup {name} is written and checked."), "name",
                  str_from(made.name));
    else
        admin_say(context,
                  N_("Keys and ledger are written to {folder}. Back up the database with "
                     "PostgreSQL's own tools."),
                  "folder", str_from(context->operands[0]));
    return ERR_OK;
}

const Command admin_backup_command = {
    .name = "admin backup",
    .summary = N_("Write a backup, sealed to the recovery key"),
    .operands = N_("FOLDER"),
    .operands_min = 1,
    .operands_max = 1,
    .options = CONFIG_ONLY,
    .options_size = sizeof(AdminOptions),
    .run = admin_backup_run,
    .description = N_(
        "The folder belongs to one node and is best on another disk; each run adds a generation. "
        "What was erased stays erased when a backup of before is restored."),
};

static const Option RESTORE_OPTIONS[] = {
    CONFIG_OPTION,
    {.name = "generation",
     .letter = 'g',
     .kind = OPTION_TEXT,
     .offset = offsetof(AdminOptions, generation),
     .value = N_("NAME"),
     .help = N_("Which backup of the folder; the newest unless given")},
    {0},
};

static Err admin_restore_run(CommandContext *context, const void *untyped, Diag *diag) {
    const AdminOptions *options = untyped;
    Config _cleanup_(config_freep) *config = NULL;
    _cleanup_recovery_secret_ RecoverySecret secret = {0};
    NodeRestored restored;
    TRY(config_load(options->config, environ, &config, diag));
    TRY(recovery_secret_ask(context, &secret, diag));
    NodeRestore wanted = {.backup = context->operands[0],
                          .name = options->generation,
                          .folder = config_text(config, CONFIG_folder),
                          .secret = &secret};
    NodeOptions node_options = workspace_node_options(config);
    NewFolder folder = new_folder_look(wanted.folder);
    Err err = node_restore(&wanted, &node_options, &restored, diag);
    if (err != ERR_OK) {
        new_folder_undo(&folder, err);
        return err;
    }
    admin_say(context, N_("The node was restored from {name}. Its ledger says so."), "name",
              str_from(restored.name));
    return ERR_OK;
}

const Command admin_restore_command = {
    .name = "admin restore",
    .summary = N_("Restore a node from a backup"),
    .operands = N_("FOLDER"),
    .operands_min = 1,
    .operands_max = 1,
    .options = RESTORE_OPTIONS,
    .options_size = sizeof(AdminOptions),
    .run = admin_restore_run,
    .description = N_(
        "Into the configured folder, which must not exist or be empty. Asks for the shares of the "
        "recovery key, as many as are needed, or reads them from standard input, one a line."),
};

// --- check ------------------------------------------------------------------------------------

typedef struct Findings {
    CommandContext *context;
    int faults;
} Findings;

static void found(void *untyped, bool is_fault, const Diag *finding) {
    Findings *findings = untyped;
    _cleanup_strbuf_ StrBuf text = STRBUF(PAGE_SENTENCE_MAX);
    tr_diag(&text, findings->context->lang, finding);
    findings->faults += is_fault;
    Str mark = is_fault ? tr(findings->context->lang, NULL, "Wrong:")
                        : tr(findings->context->lang, NULL, "To know:");
    fprintf(findings->context->out, "%.*s %s\n", STR_ARG(mark), strbuf_text(&text));
}

static void settings_say(CommandContext *context, const Config *config) {
    static const char *const ORIGINS[] = {"default", "file", "environment"};
    for (int i = 0; i < SETTING_COUNT; i++) {
        const Setting *setting = setting_at(i);
        const char *value = config_text(config, i);
        bool is_hidden = setting->kind == SETTING_SECRET && value[0] != '\0';
        fprintf(context->out, "%s = %s  # %s\n", setting->key, is_hidden ? "…" : value,
                ORIGINS[config_origin(config, i)]);
    }
}

static Err admin_check_run(CommandContext *context, const void *untyped, Diag *diag) {
    const AdminOptions *options = untyped;
    Config _cleanup_(config_freep) *config = NULL;
    _cleanup_workspace_ Workspace workspace = {0};
    Findings findings = {.context = context};
    TRY(config_load(options->config, environ, &config, diag));
    settings_say(context, config);
    TRY(workspace_open(config, &workspace, NULL, diag));
    TRY(node_check(workspace.node, NULL, found, &findings, diag));
    if (findings.faults == 0)
        admin_say(context, N_("Nothing is wrong with the node in {folder}."), "folder",
                  str_from(config_text(config, CONFIG_folder)));
    context->exit_code = findings.faults == 0 ? 0 : 1;
    return ERR_OK;
}

const Command admin_check_command = {
    .name = "admin check",
    .summary = N_("Check configuration, keys, store, ledger and backups"),
    .options = CONFIG_ONLY,
    .options_size = sizeof(AdminOptions),
    .run = admin_check_run,
    .description = N_(
        "Prints every setting with its value and where it comes from, then reads the whole node. "
        "Ends with 1 when something is wrong."),
};
