// Month pages and prices from ICU's locale data: names, digits, first day of the week, calendar in
// use.
#include "almanac.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

static bool text_take(const UChar *from, int32_t length, char *to, size_t size) {
    UErrorCode status = U_ZERO_ERROR;
    int32_t used = 0;
    u_strToUTF8(to, (int32_t)size, &used, from, length, &status);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING;
}

static bool date_text(const Country *country, const char *skeleton, UDate date, char *ret,
                      size_t size) {
    UErrorCode status = U_ZERO_ERROR;
    UChar zone[4], pattern[32], text[NAME_MAX_BYTES];
    u_uastrcpy(zone, "UTC");
    u_uastrcpy(pattern, skeleton);
    UDateFormat *format =
        udat_open(UDAT_PATTERN, UDAT_PATTERN, country->locale, zone, -1, pattern, -1, &status);
    int32_t length =
        U_SUCCESS(status) ? udat_format(format, date, text, NAME_MAX_BYTES, NULL, &status) : 0;
    udat_close(format);
    return U_SUCCESS(status) && length < NAME_MAX_BYTES && text_take(text, length, ret, size);
}

bool number_text(const Country *country, int number, char *ret, size_t size) {
    UErrorCode status = U_ZERO_ERROR;
    UChar text[32];
    UNumberFormat *format = unum_open(UNUM_DECIMAL, NULL, 0, country->locale, NULL, &status);
    if (U_SUCCESS(status))
        unum_setAttribute(format, UNUM_GROUPING_USED, 0);
    int32_t length = U_SUCCESS(status) ? unum_format(format, number, text, 32, NULL, &status) : 0;
    unum_close(format);
    return U_SUCCESS(status) && text_take(text, length, ret, size);
}

bool price_text(const Country *country, double amount, char *ret, size_t size) {
    UErrorCode status = U_ZERO_ERROR;
    UChar text[48];
    char number[96];
    // Prices end on round figures.
    double step = country->decimals == 0 ? pow(10, floor(log10(fmax(10, amount))) - 1) : 0.05;
    amount = fmax(step, round(amount / step) * step) -
             (country->decimals == 2 && fmod(round(amount * 20), 2) == 0 ? 0.01 : 0);
    UNumberFormat *format = unum_open(UNUM_DECIMAL, NULL, 0, country->locale, NULL, &status);
    if (U_SUCCESS(status)) {
        unum_setAttribute(format, UNUM_MIN_FRACTION_DIGITS, country->decimals);
        unum_setAttribute(format, UNUM_MAX_FRACTION_DIGITS, country->decimals);
    }
    int32_t length =
        U_SUCCESS(status) ? unum_formatDouble(format, amount, text, 48, NULL, &status) : 0;
    unum_close(format);
    if (U_FAILURE(status) || !text_take(text, length, number, sizeof number))
        return false;
    const char *place = strstr(country->money, "{n}");
    return place != NULL && snprintf(ret, size, "%.*s%s%s", (int)(place - country->money),
                                     country->money, number, place + 3) < (int)size;
}

// Column of a weekday (1 Sunday – 7 Saturday) in a week that begins with `first`.
static int week_column(int weekday, int first) {
    return (weekday - first + WEEK) % WEEK;
}

static bool page_fill(const Country *country, UCalendar *calendar, MonthPage *page) {
    UErrorCode status = U_ZERO_ERROR;
    ucal_set(calendar, UCAL_DAY_OF_MONTH, 1);
    int first = ucal_getAttribute(calendar, UCAL_FIRST_DAY_OF_WEEK);
    UDate start = ucal_getMillis(calendar, &status);
    page->first_column = week_column(ucal_get(calendar, UCAL_DAY_OF_WEEK, &status), first);
    page->days = ucal_getLimit(calendar, UCAL_DAY_OF_MONTH, UCAL_ACTUAL_MAXIMUM, &status);
    if (U_FAILURE(status) || page->days < 28 || page->days > MONTH_DAYS_MAX ||
        !date_text(country, "LLLL y", start, page->month, sizeof page->month))
        return false;
    for (int day = 0; day < WEEK; day++) {
        UDate date = start + day * 86400000.0;
        int column = (page->first_column + day) % WEEK;
        if (!date_text(country, "ccc", date, page->weekdays[column], NAME_MAX_BYTES))
            return false;
        UCalendarWeekdayType type = ucal_getDayOfWeekType(
            calendar, (UCalendarDaysOfWeek)((first - 1 + column) % WEEK + 1), &status);
        page->is_weekend[column] = type == UCAL_WEEKEND;
    }
    for (int day = 0; day < page->days; day++)
        if (!number_text(country, day + 1, page->day_texts[day], sizeof page->day_texts[day]))
            return false;
    page->is_rtl = uloc_isRightToLeft(country->locale);
    return U_SUCCESS(status);
}

bool month_page(const Country *country, int year, int month, MonthPage *ret) {
    UErrorCode status = U_ZERO_ERROR;
    UChar zone[4];
    u_uastrcpy(zone, "UTC");
    UCalendar *gregorian = ucal_open(zone, -1, country->locale, UCAL_GREGORIAN, &status);
    UCalendar *calendar = ucal_open(zone, -1, country->locale, UCAL_DEFAULT, &status);
    bool is_done = false;
    if (U_SUCCESS(status)) {
        ucal_clear(gregorian);
        ucal_setDateTime(gregorian, year, month - 1, 15, 12, 0, 0, &status);
        ucal_setMillis(calendar, ucal_getMillis(gregorian, &status), &status);
        is_done = U_SUCCESS(status) && page_fill(country, calendar, ret);
    }
    ucal_close(gregorian);
    ucal_close(calendar);
    return is_done;
}
