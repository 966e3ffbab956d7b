// A node for the tests of verbs: make_node FOLDER COUNT adds COUNT views to the node in FOLDER,
// which is made when it is not there, and erases the first of them.
#include <stdio.h>
#include <stdlib.h>

#include "ledger/node.h"

static Err erase_first(Tx *tx, void *context, Diag *diag) {
    Node *node = context;
    LedgerDraft draft = {.unit = node_identity(node)->unit, .purpose = STR("retention")};
    LedgerRange first = {1, 1};
    LedgerErasure erasure = {.entries = &first, .entry_count = 1};
    return ledger_log_erase(node_log(node), tx, &draft, &erasure, NULL, diag);
}

static Err views_add(Node *node, int count, Diag *diag) {
    LedgerDraft draft = {.kind = LEDGER_CASE_VIEWED,
                         .person = {{1}},
                         .unit = node_identity(node)->unit,
                         .case_ = {{2}},
                         .purpose = STR("victim-identification"),
                         .count = 1,
                         .payload = STR("seen")};
    for (int i = 0; i < count; i++)
        TRY(ledger_log_note(node_log(node), NULL, &draft, NULL, diag));
    TRY(store_run(node_store(node), STORE_QUEUED, NULL, erase_first, node, diag));
    return ledger_log_erase_finish(node_log(node), diag);
}

static Err run(const char *folder, int count, Diag *diag) {
    _cleanup_(node_closep) Node *node = NULL;
    NodePlan plan = {.name = STR("node.example/ledger")};
    NodeOptions options = {.schemas = &LEDGER_SCHEMA, .schema_count = 1};
    if (!node_exists(folder))
        TRY(node_create(folder, &plan, diag));
    TRY(node_open(folder, &options, &node, NULL, diag));
    return views_add(node, count, diag);
}

int main(int argc, char **argv) {
    Diag diag = {0};
    if (argc != 3)
        return 2;
    Err err = run(argv[1], (int)strtol(argv[2], NULL, 10), &diag);
    if (err != ERR_OK)
        fprintf(stderr, "%s: %s %s\n", err_name(err), diag.msgid, diag.file);
    return err_exit_code(err);
}
