// Writes a scan as a page.
#include "workspace/scan_output.h"

Err scan_report_write(const ScanOutput *output, FILE *to, Diag *diag) {
    (void)output, (void)to;
    return diag_set(diag, ERR_UNSUPPORTED, N_("Writing reports is not built in yet."));
}
