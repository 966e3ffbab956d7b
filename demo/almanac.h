// Almanac: months, weekdays, digits and prices as a country writes them, from ICU.
#pragma once
#include "country.h"

enum { NAME_MAX_BYTES = 96, MONTH_DAYS_MAX = 31, WEEK = 7 };

typedef struct MonthPage {
    char month[NAME_MAX_BYTES];          // month and year as the heading says
    char weekdays[WEEK][NAME_MAX_BYTES]; // short, in the country's order
    bool is_weekend[WEEK];
    int first_column; // of day 1
    int days;
    char day_texts[MONTH_DAYS_MAX][12]; // in the country's digits
    bool is_rtl;
} MonthPage;

// The page that holds the Gregorian month (1–12) of the year, in the country's calendar. False when
// ICU has no data.
bool month_page(const Country *country, int year, int month, MonthPage *ret);
// A price near `amount` of the country's money.
bool price_text(const Country *country, double amount, char *ret, size_t size);
// A whole number in the country's digits, without grouping.
bool number_text(const Country *country, int number, char *ret, size_t size);
