// The workspace as it runs: one node with its records, and the server that shows them. The context
// of every page (request_context). Any thread.
#pragma once
#include "ledger/node.h"
#include "records/records.h"
#include "web/server.h"
#include "workspace/config.h"
#include "workspace/import_job.h"

typedef struct Workspace {
    const Config *config;
    Node *node;
    Records *records;
    ImportDesk *imports; // NULL when nothing is served
    bool is_secure;      // visitors come by https
} Workspace;

// Opens the node in the configured folder, its store and its records. *ret owns them.
// ret_start may be NULL.
Err workspace_open(const Config *config, Workspace *ret, NodeStart *ret_start,
                   Diag *diag) MUST_CHECK;
void workspace_close(Workspace *workspace);
#define _cleanup_workspace_ _cleanup_(workspace_close)

// What the server asks about visitors, bound to a workspace.
WebHooks workspace_hooks(Workspace *workspace);

// Rows of routes.def.
RouteRows workspace_routes(void);
// What node_open needs to know of this program's rooms.
NodeOptions workspace_node_options(const Config *config);
