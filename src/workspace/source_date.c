// SOURCE_DATE_EPOCH (reproducible-builds.org), else the clock.
#include "workspace/source_date.h"

#include <stdlib.h>

#include "base/clock.h"

Err source_date_ms(int64_t *ret, Diag *diag) {
    const char *text = getenv("SOURCE_DATE_EPOCH");
    int64_t seconds;
    if (text == NULL || text[0] == '\0') {
        *ret = clock_utc_ms();
        return ERR_OK;
    }
    if (!str_to_i64(str_from(text), &seconds) || seconds < 0 || seconds > INT64_C(253402300799))
        return diag_set(diag, ERR_INVALID,
                        N_("The environment variable SOURCE_DATE_EPOCH must be a number of seconds "
                           "since 1970."));
    *ret = seconds * 1000;
    return ERR_OK;
}
