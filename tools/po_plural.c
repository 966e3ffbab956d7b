// CLDR plural categories, by ICU.
#include "po_plural.h"

#include <stdio.h>
#include <string.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

const char *const PLURAL_CATEGORY_NAMES[6] = {"zero", "one", "two", "few", "many", "other"};

static int category_of(const UPluralRules *rules, int n) {
    UChar keyword[16];
    char text[16];
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = uplrules_select(rules, n, keyword, 15, &status);
    if (U_FAILURE(status) || len < 0 || len > 15)
        return 5;
    u_UCharsToChars(keyword, text, len);
    text[len] = '\0';
    for (int i = 0; i < 6; i++)
        if (strcmp(text, PLURAL_CATEGORY_NAMES[i]) == 0)
            return i;
    return 5;
}

int plural_categories(const char *tag, int ret[6], bool ret_is_single[6]) {
    UErrorCode status = U_ZERO_ERROR;
    UPluralRules *rules = uplrules_open(tag, &status);
    UEnumeration *keywords = uplrules_getKeywords(rules, &status);
    bool has[6] = {0};
    int numbers[6] = {0};
    const char *keyword;
    int count = 0;
    while (U_SUCCESS(status) && (keyword = uenum_next(keywords, NULL, &status)) != NULL)
        for (int i = 0; i < 6; i++)
            has[i] |= strcmp(keyword, PLURAL_CATEGORY_NAMES[i]) == 0;
    // Every rule of CLDR for whole numbers repeats within a thousand, or begins at a million.
    for (int n = 0; n <= 1000 && U_SUCCESS(status); n++)
        numbers[category_of(rules, n)]++;
    uenum_close(keywords);
    uplrules_close(rules);
    for (int i = 0; i < 6; i++)
        if (has[i]) {
            ret_is_single[count] = numbers[i] == 1;
            ret[count++] = i;
        }
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
