// The registry of locales in use: which catalogue serves a tag, with the region's own formats.
#include <pthread.h>
#include <stdio.h>
#include <strings.h>
#include <unicode/uloc.h>

#include "language/lang.h"

// Entry 0 is English and always there; the others are added under the lock and never change or move
// afterwards, so that a Lang may be used without it.
static Lang registry[LANG_REGISTRY_MAX] = {{.tag = "en"}};
static size_t registry_len = 1;
static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;

typedef struct LocaleParts {
    char language[12], script[8], region[8];
} LocaleParts;

// Splits tag and fills in the likely script and region ("zh-TW" is written in Hant).
static bool locale_parts(const char *tag, LocaleParts *ret) {
    char full[ULOC_FULLNAME_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;
    uloc_addLikelySubtags(tag, full, sizeof full, &status);
    uloc_getLanguage(full, ret->language, sizeof ret->language, &status);
    uloc_getScript(full, ret->script, sizeof ret->script, &status);
    uloc_getCountry(full, ret->region, sizeof ret->region, &status);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING;
}

// "ar_MA.UTF-8@x" → "ar-MA"; false when it cannot be a locale ("C", "POSIX", "", control
// characters).
static bool tag_clean(Str locale, char tag[LANG_TAG_MAX]) {
    size_t len = 0;
    while (len < locale.len && locale.ptr[len] != '.' && locale.ptr[len] != '@')
        len++;
    if (len < 2 || len >= LANG_TAG_MAX || str_is(str_of(locale.ptr, len), "POSIX"))
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = locale.ptr[i];
        if (c == '_')
            c = '-';
        bool is_allowed =
            c == '-' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (!is_allowed)
            return false;
        tag[i] = c;
    }
    tag[len] = '\0';
    return true;
}

// The catalogue for tag: the same tag, else the same language and script (the same region first).
// -1 is English; *ret_found says whether the language is one of ours at all.
static int catalogue_for(const char *tag, const LocaleParts *parts, bool *ret_found) {
    for (uint32_t i = 0; i < CATALOGUE_LOCALE_COUNT; i++)
        if (strcasecmp(CATALOGUE_LOCALES[i].tag, tag) == 0) {
            *ret_found = true;
            return (int)i;
        }
    int best = -1;
    for (uint32_t i = 0; i < CATALOGUE_LOCALE_COUNT; i++) {
        LocaleParts ours;
        if (CATALOGUE_LOCALES[i].kind != LOCALE_REAL ||
            !locale_parts(CATALOGUE_LOCALES[i].tag, &ours) ||
            strcmp(ours.language, parts->language) != 0 || strcmp(ours.script, parts->script) != 0)
            continue;
        if (best < 0 || strcmp(ours.region, parts->region) == 0)
            best = (int)i;
    }
    *ret_found = best >= 0 || strcmp(parts->language, "en") == 0;
    return best;
}

// The tag to format by: the catalogue's, with the asked region when ICU has that locale.
static void tag_with_region(const char *base, const char *tag, char ret[LANG_TAG_MAX]) {
    char language[12], region[8], candidate[LANG_TAG_MAX];
    UErrorCode status = U_ZERO_ERROR;
    uloc_getLanguage(base, language, sizeof language, &status);
    uloc_getCountry(tag, region, sizeof region, &status);
    snprintf(ret, LANG_TAG_MAX, "%s", base);
    if (U_FAILURE(status) || region[0] == '\0' || strlen(base) > 12)
        return;
    snprintf(candidate, sizeof candidate, "%s_%s", language, region);
    for (int32_t i = 0, n = uloc_countAvailable(); i < n; i++)
        if (strcmp(uloc_getAvailable(i), candidate) == 0) {
            snprintf(ret, LANG_TAG_MAX, "%.12s-%s", base, region);
            return;
        }
}

static const Lang *registry_get(const CatalogueLocale *locale, const char *tag) {
    const Lang *found = NULL;
    pthread_mutex_lock(&registry_lock);
    for (size_t i = 0; i < registry_len && found == NULL; i++)
        if (registry[i].locale == locale && strcmp(registry[i].tag, tag) == 0)
            found = &registry[i];
    if (found == NULL && registry_len < LANG_REGISTRY_MAX) {
        Lang *added = &registry[registry_len];
        added->index = (int)registry_len++;
        added->locale = locale;
        snprintf(added->tag, sizeof added->tag, "%s", tag);
        added->is_rtl = uloc_isRightToLeft(tag);
        found = added;
    }
    pthread_mutex_unlock(&registry_lock);
    return found == NULL ? &registry[0] : found;
}

static const Lang *lang_find_locale(Str locale, bool *ret_found) {
    char tag[LANG_TAG_MAX], format_tag[LANG_TAG_MAX];
    LocaleParts parts;
    *ret_found = false;
    if (!tag_clean(locale, tag) || !locale_parts(tag, &parts))
        return &registry[0];
    int index = catalogue_for(tag, &parts, ret_found);
    if (!*ret_found)
        return &registry[0];
    const CatalogueLocale *catalogue = index < 0 ? NULL : &CATALOGUE_LOCALES[index];
    if (catalogue != NULL && catalogue->kind == LOCALE_PSEUDO)
        return registry_get(catalogue, catalogue->tag);
    tag_with_region(catalogue == NULL ? "en" : catalogue->tag, tag, format_tag);
    return registry_get(catalogue, format_tag);
}

const Lang *lang_get(Str locale) {
    bool is_found;
    return lang_find_locale(locale, &is_found);
}

bool lang_exists(Str locale) {
    bool is_found;
    lang_find_locale(locale, &is_found);
    return is_found;
}

const Lang *lang_from_environment(void) {
    static const char *const VARIABLES[] = {"SEVENTH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof VARIABLES / sizeof VARIABLES[0]; i++) {
        const char *value = getenv(VARIABLES[i]);
        if (value != NULL && value[0] != '\0')
            return lang_get(str_from(value));
    }
    return &registry[0];
}

const char *lang_tag(const Lang *lang) {
    return lang->tag;
}

bool lang_is_rtl(const Lang *lang) {
    return lang->is_rtl;
}

size_t lang_status_count(void) {
    return (size_t)CATALOGUE_LOCALE_COUNT + 1;
}

LangStatus lang_status(size_t index) {
    int64_t messages = CATALOGUE_MESSAGE_COUNT;
    if (index == 0 || index > CATALOGUE_LOCALE_COUNT)
        return (LangStatus){"en", false, messages, messages, messages};
    const CatalogueLocale *locale = &CATALOGUE_LOCALES[index - 1];
    return (LangStatus){locale->tag, locale->kind == LOCALE_PSEUDO, messages, locale->translated,
                        locale->reviewed};
}
