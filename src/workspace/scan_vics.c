// Writes a scan as a VICS 2.0 case.
#include "workspace/scan_output.h"

Err scan_vics_write(const ScanOutput *output, FILE *to, Diag *diag) {
    (void)output, (void)to;
    return diag_set(diag, ERR_UNSUPPORTED, N_("Writing VICS cases is not built in yet."));
}
