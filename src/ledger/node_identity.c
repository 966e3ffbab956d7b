// Who a node is, as text: the file `node`, and what a backup keeps of it with the keys.
#include <stdio.h>

#include "base/encoding.h"
#include "crypto/secret.h"
#include "ledger/node_inside.h"

static const char HEAD[] = "seventh/node/v1";

void node_keys_wipe(NodeKeys *keys) {
    note_signer_wipe(&keys->signer);
    seal_key_wipe(&keys->node_key);
}

bool node_line_take(Str *io_rest, const char *name, Str *ret_value) {
    Str line, rest, label = str_from(name);
    if (!str_cut(*io_rest, '\n', &line, &rest) || !str_has_prefix(line, label) ||
        line.len <= label.len || line.ptr[label.len] != ' ')
        return false;
    *ret_value = str_from_index(line, label.len + 1);
    *io_rest = rest;
    return true;
}

static void id_line(StrBuf *out, const char *name, const Identifier *id) {
    strbuf_printf(out, "%s ", name);
    identifier_put(out, id);
    strbuf_put_byte(out, '\n');
}

void node_identity_put(StrBuf *out, const NodeIdentity *identity) {
    strbuf_printf(out, "%s\n", HEAD);
    id_line(out, "node", &identity->node);
    id_line(out, "unit", &identity->unit);
    strbuf_printf(out, "name %s\nuse %s\nmade %lld\nrecovery ", identity->name,
                  identity->is_exercise ? "exercise" : "live", (long long)identity->made_ms);
    if (identity->has_recovery)
        recovery_public_put(out, &identity->recovery);
    else
        strbuf_put_byte(out, '-');
    strbuf_put_byte(out, '\n');
}

static bool identity_read(Str *io_rest, NodeIdentity *identity) {
    Str line, value;
    if (!str_cut(*io_rest, '\n', &line, io_rest) || !str_is(line, HEAD) ||
        !node_line_take(io_rest, "node", &value) ||
        !identifier_parse_exact(value, &identity->node) ||
        !node_line_take(io_rest, "unit", &value) ||
        !identifier_parse_exact(value, &identity->unit) ||
        !node_line_take(io_rest, "name", &value) || !note_name_is_valid(value))
        return false;
    memcpy(identity->name, value.ptr, value.len);
    if (!node_line_take(io_rest, "use", &value))
        return false;
    identity->is_exercise = str_is(value, "exercise");
    if ((!identity->is_exercise && !str_is(value, "live")) ||
        !node_line_take(io_rest, "made", &value) || !str_to_i64(value, &identity->made_ms) ||
        !node_line_take(io_rest, "recovery", &value))
        return false;
    identity->has_recovery = !str_is(value, "-");
    return !identity->has_recovery ||
           recovery_public_parse(value, &identity->recovery, NULL) == ERR_OK;
}

bool node_identity_take(Str *io_rest, NodeIdentity *ret) {
    NodeIdentity identity = {0};
    Str rest = *io_rest;
    if (!identity_read(&rest, &identity) || identifier_is_none(&identity.node) ||
        identifier_is_none(&identity.unit))
        return false;
    *ret = identity;
    *io_rest = rest;
    return true;
}

void node_keys_put(StrBuf *out, const NodeKeys *keys) {
    node_identity_put(out, &keys->identity);
    strbuf_put_text(out, "ledger ");
    note_signer_put(out, &keys->signer);
    strbuf_put_text(out, "\nkey ");
    base64_put(out, keys->node_key.bytes, sizeof keys->node_key.bytes);
    strbuf_put_byte(out, '\n');
}

bool node_keys_parse(Str text, NodeKeys *ret) {
    _cleanup_node_keys_ NodeKeys keys = {0};
    Str value;
    size_t n;
    if (!node_identity_take(&text, &keys.identity) || !node_line_take(&text, "ledger", &value) ||
        note_signer_parse(value, &keys.signer, NULL) != ERR_OK ||
        !node_line_take(&text, "key", &value) ||
        !base64_decode(value, keys.node_key.bytes, sizeof keys.node_key.bytes, &n) ||
        n != sizeof keys.node_key.bytes || text.len != 0 ||
        strcmp(keys.signer.verifier.name, keys.identity.name) != 0)
        return false;
    *ret = keys;
    return true;
}

void node_seal_context(const Identifier *node, const char *what, char ret[LEDGER_CONTEXT_MAX]) {
    char id[IDENTIFIER_CHARS + 1];
    identifier_text(node, id);
    snprintf(ret, LEDGER_CONTEXT_MAX, "seventh/backup/v1\n%s\n%s\n", id, what);
}
