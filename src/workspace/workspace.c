// Opening and closing what a workspace consists of.
#include "workspace/workspace.h"

#include "records/erasure.h"

NodeOptions workspace_node_options(const Config *config) {
    static StoreSchema schemas[2];
    schemas[0] = LEDGER_SCHEMA;
    schemas[1] = RECORDS_SCHEMA;
    return (NodeOptions){.database = str_from(config_text(config, CONFIG_database)),
                         .store.connections =
                             (int)config_number(config, CONFIG_database_connections),
                         .schemas = schemas,
                         .schema_count = 2};
}

Err workspace_open(const Config *config, Workspace *ret, NodeStart *ret_start, Diag *diag) {
    _cleanup_workspace_ Workspace workspace = {.config = config};
    const char *folder = config_text(config, CONFIG_folder);
    if (folder[0] == '\0')
        return diag_set(diag, ERR_INVALID,
                        N_("There is no folder for the node. Set folder in the configuration."));
    NodeOptions options = workspace_node_options(config);
    TRY(node_open(folder, &options, &workspace.node, ret_start, diag));
    const NodeIdentity *identity = node_identity(workspace.node);
    RecordsOptions wanted = {.store = node_store(workspace.node),
                             .ledger = node_log(workspace.node),
                             .unit = identity->unit,
                             .node = identity->node,
                             .is_exercise = identity->is_exercise};
    node_key_derive(workspace.node, "records", wanted.key.bytes);
    Err err = records_open(&wanted, &workspace.records, diag);
    seal_key_wipe(&wanted.key);
    TRY(err);
    *ret = (Workspace){
        .config = config, .node = TAKE(workspace.node), .records = TAKE(workspace.records)};
    return ERR_OK;
}

void workspace_close(Workspace *workspace) {
    import_desk_free(workspace->imports);
    records_free(workspace->records);
    node_close(workspace->node);
    *workspace = (Workspace){0};
}
