// CLDR plural categories, by ICU.
#include "po_plural.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unicode/upluralrules.h>

const char *const PLURAL_CATEGORY_NAMES[6] = {"zero", "one", "two", "few", "many", "other"};

int plural_categories(const char *tag, int ret[6]) {
    UErrorCode status = U_ZERO_ERROR;
    UPluralRules *rules = uplrules_open(tag, &status);
    UEnumeration *keywords = uplrules_getKeywords(rules, &status);
    bool has[6] = {0};
    const char *keyword;
    int count = 0;
    while (U_SUCCESS(status) && (keyword = uenum_next(keywords, NULL, &status)) != NULL)
        for (int i = 0; i < 6; i++)
            has[i] |= strcmp(keyword, PLURAL_CATEGORY_NAMES[i]) == 0;
    uenum_close(keywords);
    uplrules_close(rules);
    for (int i = 0; i < 6; i++)
        if (has[i])
            ret[count++] = i;
    return count;
}

void tag_from_path(const char *path, char tag[32]) {
    const char *base = strrchr(path, '/');
    base = base == NULL ? path : base + 1;
    snprintf(tag, 32, "%.*s", (int)strcspn(base, "."), base);
    for (char *at = tag; *at != '\0'; at++)
        if (*at == '_')
            *at = '-';
}
