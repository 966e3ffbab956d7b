// The workspace's rows of the route table.
#include "ledger/kind.h"
#include "workspace/limits.h"
#include "workspace/pages.h"
#include "workspace/workspace.h"

RouteRows workspace_routes(void) {
    static const WebRoute ROWS[] = {
#include "workspace/routes.def"
    };
    return (RouteRows){ROWS, sizeof ROWS / sizeof ROWS[0]};
}
