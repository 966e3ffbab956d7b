// Names by ICU, with the first letter as the language writes it at the head of a menu's line.
#include "language/locale_name.h"

#include <unicode/udisplaycontext.h>
#include <unicode/uldnames.h>
#include <unicode/ustring.h>

void locale_name_put(StrBuf *out, const char *tag) {
    enum { NAME_UNITS = 128 };
    UDisplayContext contexts[] = {UDISPCTX_DIALECT_NAMES,
                                  UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU};
    UErrorCode status = U_ZERO_ERROR;
    UChar name[NAME_UNITS];
    char text[3 * NAME_UNITS + 1];
    int32_t len = 0;
    ULocaleDisplayNames *names = uldn_openForContext(tag, contexts, 2, &status);
    if (U_SUCCESS(status))
        (void)uldn_localeDisplayName(names, tag, name, NAME_UNITS, &status);
    if (U_SUCCESS(status))
        u_strToUTF8(text, sizeof text, &len, name, -1, &status);
    uldn_close(names);
    strbuf_put(out, U_SUCCESS(status) ? str_of(text, (size_t)len) : str_from(tag));
}
