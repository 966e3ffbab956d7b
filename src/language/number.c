// Numbers by the locale's symbols; sizes and shares by ICU's immutable number formatters.
#include "language/number.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unicode/unum.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#include "language/lang.h"

enum { SYMBOL_MAX = 16, BYTE_UNITS = 6 };

// The formatters of one locale. All of them are safe to use from many threads at once: unumf_
// formatters and plural rules are immutable, and integers are written by our own code from the
// locale's symbols.
typedef struct LangFormats {
    char digits[10][8], group[SYMBOL_MAX], decimal[SYMBOL_MAX], minus[SYMBOL_MAX];
    int group_size, group_size_next, group_from; // group_from: digits needed before the first group
    UPluralRules *plurals;                       // NULL: English rules
    UNumberFormatter *bytes[BYTE_UNITS], *percent;
} LangFormats;

// By Lang.index; opened on first use and kept as long as the process, as the Lang itself is.
static _Atomic(const LangFormats *) opened[LANG_REGISTRY_MAX];

// What is used when ICU gives nothing (out of memory, data missing).
static const LangFormats PLAIN = {
    .digits = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
    .group = ",",
    .decimal = ".",
    .minus = "-",
    .group_size = 3,
    .group_size_next = 3,
    .group_from = 4,
};
static const char *const BYTE_UNIT_NAMES[BYTE_UNITS] = {"digital-byte",     "digital-kilobyte",
                                                        "digital-megabyte", "digital-gigabyte",
                                                        "digital-terabyte", "digital-petabyte"};
static const char *const BYTE_UNIT_PLAIN[BYTE_UNITS] = {" B", " kB", " MB", " GB", " TB", " PB"};

static void read_symbol(const UNumberFormat *format, UNumberFormatSymbol symbol, char *to,
                        size_t capacity) {
    UChar text[SYMBOL_MAX];
    char utf8[SYMBOL_MAX * 3];
    int32_t len = 0;
    UErrorCode status = U_ZERO_ERROR;
    unum_getSymbol(format, symbol, text, SYMBOL_MAX, &status);
    u_strToUTF8(utf8, sizeof utf8, &len, text, -1, &status);
    if (U_SUCCESS(status) && (size_t)len < capacity)
        memcpy(to, utf8, (size_t)len + 1);
}

static UNumberFormatter *open_formatter(const char *skeleton, const char *locale) {
    UChar text[128];
    UErrorCode status = U_ZERO_ERROR;
    u_uastrncpy(text, skeleton, 127);
    text[127] = 0;
    UNumberFormatter *formatter = unumf_openForSkeletonAndLocale(text, -1, locale, &status);
    if (U_FAILURE(status)) {
        unumf_close(formatter);
        return NULL;
    }
    return formatter;
}

static void read_symbols(LangFormats *to, const char *locale) {
    UErrorCode status = U_ZERO_ERROR;
    UNumberFormat *format = unum_open(UNUM_DECIMAL, NULL, 0, locale, NULL, &status);
    if (U_SUCCESS(status)) {
        static const UNumberFormatSymbol DIGITS[10] = {
            UNUM_ZERO_DIGIT_SYMBOL,  UNUM_ONE_DIGIT_SYMBOL,   UNUM_TWO_DIGIT_SYMBOL,
            UNUM_THREE_DIGIT_SYMBOL, UNUM_FOUR_DIGIT_SYMBOL,  UNUM_FIVE_DIGIT_SYMBOL,
            UNUM_SIX_DIGIT_SYMBOL,   UNUM_SEVEN_DIGIT_SYMBOL, UNUM_EIGHT_DIGIT_SYMBOL,
            UNUM_NINE_DIGIT_SYMBOL};
        for (int i = 0; i < 10; i++)
            read_symbol(format, DIGITS[i], to->digits[i], sizeof to->digits[i]);
        read_symbol(format, UNUM_GROUPING_SEPARATOR_SYMBOL, to->group, sizeof to->group);
        read_symbol(format, UNUM_DECIMAL_SEPARATOR_SYMBOL, to->decimal, sizeof to->decimal);
        read_symbol(format, UNUM_MINUS_SIGN_SYMBOL, to->minus, sizeof to->minus);
        to->group_size = unum_getAttribute(format, UNUM_GROUPING_SIZE);
        to->group_size_next = unum_getAttribute(format, UNUM_SECONDARY_GROUPING_SIZE);
        if (to->group_size_next <= 0)
            to->group_size_next = to->group_size;
        int minimum = unum_getAttribute(format, UNUM_MINIMUM_GROUPING_DIGITS);
        to->group_from = to->group_size + (minimum > 1 ? minimum : 1);
        if (!unum_getAttribute(format, UNUM_GROUPING_USED))
            to->group_size = 0;
    }
    unum_close(format);
}

static const LangFormats *lang_formats(const Lang *lang) {
    const LangFormats *ready = atomic_load_explicit(&opened[lang->index], memory_order_acquire);
    if (ready != NULL)
        return ready;
    static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&opening);
    ready = atomic_load_explicit(&opened[lang->index], memory_order_acquire);
    LangFormats *made = ready == NULL ? malloc(sizeof *made) : NULL;
    if (made != NULL) {
        *made = PLAIN;
        read_symbols(made, lang->tag);
        UErrorCode status = U_ZERO_ERROR;
        made->plurals = uplrules_open(lang->tag, &status);
        if (U_FAILURE(status))
            made->plurals = NULL;
        for (int i = 0; i < BYTE_UNITS; i++) {
            char skeleton[80];
            // CLDR's short form of the byte itself is "999 byte".
            snprintf(skeleton, sizeof skeleton, "measure-unit/%s %s", BYTE_UNIT_NAMES[i],
                     i == 0 ? "unit-width-full-name ." : "unit-width-short @##");
            made->bytes[i] = open_formatter(skeleton, lang->tag);
        }
        made->percent = open_formatter("percent scale/100 .#", lang->tag);
        atomic_store_explicit(&opened[lang->index], made, memory_order_release);
        ready = made;
    }
    pthread_mutex_unlock(&opening);
    return ready == NULL ? &PLAIN : ready;
}

static void put_digits(StrBuf *out, const LangFormats *formats, uint64_t number, int at_least) {
    char plain[20];
    int count = 0;
    do {
        plain[count++] = (char)(number % 10);
        number /= 10;
    } while (number != 0 || count < at_least);
    for (int left = count; left > 0; left--) {
        strbuf_put_text(out, formats->digits[(int)plain[left - 1]]);
        int behind = left - 1; // digits still to come
        if (formats->group_size > 0 && count >= formats->group_from &&
            behind >= formats->group_size &&
            (behind - formats->group_size) % formats->group_size_next == 0)
            strbuf_put_text(out, formats->group);
    }
}

void number_put(StrBuf *out, const Lang *lang, int64_t number) {
    const LangFormats *formats = lang_formats(lang);
    if (number < 0)
        strbuf_put_text(out, formats->minus);
    put_digits(out, formats, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 1);
}

void number_put_decimal(StrBuf *out, const Lang *lang, double number, int decimals) {
    static const int64_t SCALES[] = {1, 10, 100, 1000};
    const LangFormats *formats = lang_formats(lang);
    decimals = decimals < 0 ? 0 : decimals > 3 ? 3 : decimals;
    if (!(number > -9e14 && number < 9e14)) // also NaN
        number = 0;
    bool is_negative = number < 0;
    double scaled = (is_negative ? -number : number) * (double)SCALES[decimals] + 0.5;
    uint64_t whole = (uint64_t)scaled, scale = (uint64_t)SCALES[decimals];
    if (is_negative && whole > 0)
        strbuf_put_text(out, formats->minus);
    put_digits(out, formats, whole / scale, 1);
    if (decimals == 0)
        return;
    strbuf_put_text(out, formats->decimal);
    for (uint64_t unit = scale / 10; unit > 0; unit /= 10)
        strbuf_put_text(out, formats->digits[whole / unit % 10]);
}

static bool put_formatted(StrBuf *out, const UNumberFormatter *formatter, double number) {
    if (formatter == NULL)
        return false;
    UErrorCode status = U_ZERO_ERROR;
    UFormattedNumber *result = unumf_openResult(&status);
    UChar text[NUMBER_TEXT_MAX];
    char utf8[NUMBER_TEXT_MAX * 3];
    int32_t len = 0;
    unumf_formatDouble(formatter, number, result, &status);
    unumf_resultToString(result, text, NUMBER_TEXT_MAX, &status);
    u_strToUTF8(utf8, sizeof utf8, &len, text, -1, &status);
    unumf_closeResult(result);
    if (U_FAILURE(status))
        return false;
    strbuf_put(out, str_of(utf8, (size_t)len));
    return true;
}

void bytes_put(StrBuf *out, const Lang *lang, int64_t bytes) {
    const LangFormats *formats = lang_formats(lang);
    double value = bytes < 0 ? -(double)bytes : (double)bytes;
    int unit = 0;
    // 999.5 would be rounded to 1000 of the smaller unit.
    while (unit < BYTE_UNITS - 1 && value >= (unit == 0 ? 1000 : 999.5)) {
        value /= 1000;
        unit++;
    }
    if (bytes < 0)
        value = -value;
    if (put_formatted(out, formats->bytes[unit], value))
        return;
    number_put_decimal(out, lang, value, unit == 0 ? 0 : 1);
    strbuf_put_text(out, BYTE_UNIT_PLAIN[unit]);
}

void percent_put(StrBuf *out, const Lang *lang, double share) {
    if (put_formatted(out, lang_formats(lang)->percent, share))
        return;
    number_put_decimal(out, lang, share * 100, 1);
    strbuf_put_text(out, "%");
}

void duration_put(StrBuf *out, const Lang *lang, int64_t seconds) {
    const LangFormats *formats = lang_formats(lang);
    if (seconds < 0)
        seconds = 0;
    int64_t hours = seconds / 3600, minutes = seconds / 60 % 60;
    if (hours > 0) {
        put_digits(out, formats, (uint64_t)hours, 1);
        strbuf_put_text(out, ":");
    }
    put_digits(out, formats, (uint64_t)minutes, hours > 0 ? 2 : 1);
    strbuf_put_text(out, ":");
    put_digits(out, formats, (uint64_t)(seconds % 60), 2);
}

int plural_category(const Lang *lang, int64_t n) {
    static const char *const NAMES[PLURAL_CATEGORIES] = {"zero", "one",  "two",
                                                         "few",  "many", "other"};
    const LangFormats *formats = lang_formats(lang);
    if (formats->plurals == NULL)
        return n == 1 ? 1 : 5;
    UChar keyword[16];
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = uplrules_select(formats->plurals, (double)n, keyword, 15, &status);
    if (U_FAILURE(status) || len < 0 || len > 15)
        return 5;
    keyword[len] = 0;
    for (int i = 0; i < PLURAL_CATEGORIES; i++) {
        const char *name = NAMES[i];
        int32_t at = 0;
        while (at < len && (UChar)name[at] == keyword[at])
            at++;
        if (at == len && name[at] == '\0')
            return i;
    }
    return 5;
}
