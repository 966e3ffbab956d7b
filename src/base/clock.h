// Time: a monotonic clock for measuring, and UTC time stamps for records. Calendar arithmetic is
// proleptic Gregorian.
#pragma once
#include "base/strbuf.h"

// Nanoseconds on a clock that never goes back; only differences mean anything.
int64_t clock_monotonic_ns(void);
// Milliseconds since 1970-01-01T00:00:00Z. SOURCE_DATE_EPOCH is not consulted: callers that must be
// reproducible pass their own time.
int64_t clock_utc_ms(void);
// Days since 1970-01-01 of a date (month 1–12, day 1–31, not checked), and back.
int64_t date_to_days(int year, int month, int day);
void date_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day);
// Writes 2026-01-15T09:30:00Z, with .mmm when the milliseconds are not zero.
void timestamp_put(StrBuf *buf, int64_t utc_ms);
