// Reading dates: one cursor over the text, one function a form.
#include "format/date.h"

#include "base/clock.h"

typedef struct Cursor {
    const char *at, *end;
} Cursor;

static bool take(Cursor *cursor, char c) {
    if (cursor->at == cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

static bool at_digit(const Cursor *cursor) {
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

// A number of least to most digits.
static bool take_number(Cursor *cursor, int least, int most, int *ret) {
    int value = 0, n = 0;
    while (n < most && at_digit(cursor)) {
        value = value * 10 + (*cursor->at++ - '0');
        n++;
    }
    *ret = value;
    return n >= least;
}

static bool is_date(int year, int month, int day) {
    static const int DAYS[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > DAYS[month - 1])
        return false;
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month != 2 || day < 29 || is_leap;
}

static bool take_offset(Cursor *cursor, DateTime *date) {
    int hours, minutes = 0;
    if (cursor->at == cursor->end || (*cursor->at != '+' && *cursor->at != '-'))
        return false;
    int sign = *cursor->at++ == '-' ? -1 : 1;
    if (!take_number(cursor, 2, 2, &hours))
        return false;
    take(cursor, ':');
    if (at_digit(cursor) && !take_number(cursor, 2, 2, &minutes))
        return false;
    if (hours > 15 || minutes > 59)
        return false;
    date->has_offset = true;
    date->offset_minutes = sign * (hours * 60 + minutes);
    return true;
}

// h:m[:s[.fraction]]; *ret_ms of the day.
static bool take_time(Cursor *cursor, int64_t *ret_ms, int *ret_hour) {
    int hour, minute, second = 0, ms = 0;
    if (!take_number(cursor, 1, 2, &hour) || !take(cursor, ':') ||
        !take_number(cursor, 1, 2, &minute))
        return false;
    if (take(cursor, ':')) {
        if (!take_number(cursor, 1, 2, &second))
            return false;
        if (take(cursor, '.') || take(cursor, ',')) {
            int scale = 100;
            if (!at_digit(cursor))
                return false;
            for (; at_digit(cursor); cursor->at++, scale /= 10)
                ms += (*cursor->at - '0') * scale;
        }
    }
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_hour = hour;
    *ret_ms = ((int64_t)hour * 3600 + minute * 60 + second) * 1000 + ms;
    return true;
}

// /Date(1234567890123+0100)/
static bool parse_dotnet(Str text, DateTime *date) {
    static const Str HEAD = {"/Date(", 6}, TAIL = {")/", 2};
    if (!str_has_prefix(text, HEAD) || !str_has_suffix(text, TAIL) ||
        text.len < HEAD.len + TAIL.len)
        return false;
    Str inner = {text.ptr + HEAD.len, text.len - HEAD.len - TAIL.len};
    size_t n = inner.len > 0 && inner.ptr[0] == '-';
    while (n < inner.len && inner.ptr[n] >= '0' && inner.ptr[n] <= '9')
        n++;
    const int64_t LATEST = 253402300799999; // the end of the year 9999
    if (!str_to_i64(str_of(inner.ptr, n), &date->utc_ms) || date->utc_ms > LATEST ||
        date->utc_ms < -62135596800000)
        return false;
    Cursor cursor = {inner.ptr + n, inner.ptr + inner.len};
    if (cursor.at < cursor.end && !take_offset(&cursor, date))
        return false;
    date->has_time = date->has_offset = true;
    return cursor.at == cursor.end;
}

static bool take_half_of_day(Cursor *cursor, int hour, int64_t *io_ms) {
    while (take(cursor, ' '))
        continue;
    if (cursor->end - cursor->at < 2 || (cursor->at[1] | 0x20) != 'm')
        return true;
    bool is_pm = (cursor->at[0] | 0x20) == 'p';
    if ((!is_pm && (cursor->at[0] | 0x20) != 'a') || hour < 1 || hour > 12)
        return false;
    cursor->at += 2;
    if (is_pm && hour < 12)
        *io_ms += INT64_C(12) * 3600000;
    if (!is_pm && hour == 12)
        *io_ms -= INT64_C(12) * 3600000;
    return true;
}

static bool take_day(Cursor *cursor, int *ret_year, int *ret_month, int *ret_day) {
    Cursor start = *cursor;
    int first;
    if (take_number(cursor, 4, 4, &first)) {
        char separator = cursor->at < cursor->end ? *cursor->at : '\0';
        *ret_year = first;
        if (separator != '-' && separator != ':' && separator != '/')
            return false;
        cursor->at++;
        return take_number(cursor, 1, 2, ret_month) && take(cursor, separator) &&
               take_number(cursor, 1, 2, ret_day);
    }
    *cursor = start;
    return take_number(cursor, 1, 2, ret_month) && take(cursor, '/') &&
           take_number(cursor, 1, 2, ret_day) && take(cursor, '/') &&
           take_number(cursor, 4, 4, ret_year);
}

bool date_parse(Str text, DateTime *ret) {
    text = str_trim(text);
    DateTime date = {0};
    if (parse_dotnet(text, &date)) {
        *ret = date;
        return true;
    }
    date = (DateTime){0};
    Cursor cursor = {text.ptr, text.ptr + text.len};
    int year, month, day, hour;
    int64_t ms = 0;
    if (!take_day(&cursor, &year, &month, &day) || !is_date(year, month, day))
        return false;
    if (cursor.at < cursor.end) {
        if (!take(&cursor, 'T') && !take(&cursor, 't') && !take(&cursor, ' '))
            return false;
        while (take(&cursor, ' '))
            continue;
        if (!take_time(&cursor, &ms, &hour) || !take_half_of_day(&cursor, hour, &ms))
            return false;
        date.has_time = true;
        if (cursor.at < cursor.end && (*cursor.at == '+' || *cursor.at == '-') &&
            !take_offset(&cursor, &date))
            return false;
        if (take(&cursor, 'Z') || take(&cursor, 'z'))
            date.has_offset = true;
    }
    if (cursor.at != cursor.end)
        return false;
    date.utc_ms =
        date_to_days(year, month, day) * 86400000 + ms - (int64_t)date.offset_minutes * 60000;
    *ret = date;
    return true;
}
