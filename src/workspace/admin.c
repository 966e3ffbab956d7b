// Opening a node for administration, and asking for recovery keys.
#include "workspace/admin.h"

#include <unistd.h>

#include "base/file.h"
#include "crypto/secret.h"
#include "workspace/limits.h"
#include "workspace/password.h"

void admin_say(CommandContext *context, const char *msgid, const char *name, Str value) {
    _cleanup_strbuf_ StrBuf line = STRBUF(PAGE_SENTENCE_MAX);
    MsgArg argument = msg_ident(name, value);
    tr_put(&line, context->lang, NULL, msgid, (MsgArgs){&argument, name != NULL});
    fprintf(context->out, "%s\n", strbuf_text(&line));
}

Err admin_open(const char *config_path, Config **ret_config, Workspace *ret, Diag *diag) {
    Config _cleanup_(config_freep) *config = NULL;
    TRY(config_load(config_path, environ, &config, diag));
    TRY(workspace_open(config, ret, NULL, diag));
    *ret_config = TAKE(config);
    return ERR_OK;
}

// As many as the first says that are needed.
static Err shares_read(Str first, const CommandContext *context, RecoveryShare *io_shares,
                       RecoverySecret *ret, Diag *diag) {
    size_t count = 1;
    TRY(recovery_share_parse(first, &io_shares[0], diag));
    while (count < io_shares[0].threshold && count < RECOVERY_SHARES_MAX) {
        _cleanup_secret_strbuf_ StrBuf line = STRBUF(RECOVERY_TEXT_MAX * 4);
        TRY(password_ask(context, tr(context->lang, NULL, "Next share of the recovery key:"), &line,
                         diag));
        TRY(recovery_share_parse(strbuf_str(&line), &io_shares[count++], diag));
    }
    return recovery_join(io_shares, count, ret, diag);
}

static bool is_named_secret(Str text) {
    const Str name = STR("recovery-secret");
    return text.len >= name.len && str_equal_ascii_nocase(str_of(text.ptr, name.len), name);
}

Err recovery_secret_ask(const CommandContext *context, RecoverySecret *ret, Diag *diag) {
    _cleanup_secret_strbuf_ StrBuf line = STRBUF(RECOVERY_TEXT_MAX * 4);
    RecoveryShare shares[RECOVERY_SHARES_MAX];
    TRY(password_ask(context, tr(context->lang, NULL, "Share of the recovery key:"), &line, diag));
    Str text = str_trim(strbuf_str(&line));
    Err err = recovery_secret_parse(text, ret, diag);
    if (err == ERR_OK || is_named_secret(text))
        return err;
    err = shares_read(text, context, shares, ret, diag);
    secret_wipe(shares, sizeof shares);
    return err;
}
