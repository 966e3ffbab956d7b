// The PostgreSQL driver.
#include "store/driver.h"

static Err database_open(Database *database, Diag *diag) {
    (void)database;
    return diag_set(diag, ERR_UNSUPPORTED, N_("PostgreSQL is not supported by this build."));
}

const Driver driver_postgres = {.name = "postgresql", .open = database_open};
