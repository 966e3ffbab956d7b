// Days, hours and languages of a unit, in and out.
#include "workspace/unit_form.h"

static const struct {
    const char *identifier, *label;
} DAYS[UNIT_DAYS] = {{"mo", N_("Monday")},   {"tu", N_("Tuesday")}, {"we", N_("Wednesday")},
                     {"th", N_("Thursday")}, {"fr", N_("Friday")},  {"sa", N_("Saturday")},
                     {"su", N_("Sunday")}};

const char *unit_day_id(int day) {
    return DAYS[day].identifier;
}
const char *unit_day_label(int day) {
    return DAYS[day].label;
}

static bool minutes_read(Str text, int *ret) {
    uint64_t hours, minutes;
    Str head, tail;
    if (!str_cut(text, ':', &head, &tail) || head.len != 2 || tail.len != 2 ||
        !str_to_u64(head, &hours) || !str_to_u64(tail, &minutes) || minutes > 59 ||
        hours * 60 + minutes > 1440)
        return false;
    *ret = (int)(hours * 60 + minutes);
    return true;
}

Err unit_hours_read(Str text, int *ret_opens, int *ret_closes, Diag *diag) {
    Str head, tail;
    int opens, closes;
    if (str_cut(str_trim(text), '-', &head, &tail) && minutes_read(str_trim(head), &opens) &&
        minutes_read(str_trim(tail), &closes) && opens < closes) {
        *ret_opens = opens;
        *ret_closes = closes;
        return ERR_OK;
    }
    diag_set(diag, ERR_INVALID, N_("Write the hours like 08:00-16:00."));
    diag_arg(diag, "field", STR("hours"));
    return ERR_INVALID;
}

Err unit_languages_read(Str text, UnitFacts *io_facts, Diag *diag) {
    int count = 0;
    for (Str rest = str_trim(text), one; rest.len > 0; rest = str_trim(rest)) {
        Str tail = {0};
        if (!str_cut(rest, ' ', &one, &tail))
            one = rest;
        if (count == RECORDS_LANGUAGES_MAX)
            break;
        io_facts->languages[count++] = one;
        rest = tail;
    }
    if (count > 0) {
        io_facts->language_count = count;
        return ERR_OK;
    }
    diag_set(diag, ERR_INVALID, N_("Name at least one language, like fr or ar-MA."));
    diag_arg(diag, "field", STR("languages"));
    return ERR_INVALID;
}

void unit_hours_put(StrBuf *out, const UnitFacts *facts) {
    for (int i = 0; i < UNIT_DAYS; i++)
        if ((facts->days >> i & 1) != 0) {
            strbuf_put_byte(out, (char)(DAYS[i].identifier[0] - 'a' + 'A'));
            strbuf_put_byte(out, DAYS[i].identifier[1]);
            strbuf_put_byte(out, ' ');
        }
    strbuf_printf(out, "%02d:%02d-%02d:%02d ", facts->opens_min / 60, facts->opens_min % 60,
                  facts->closes_min / 60, facts->closes_min % 60);
    strbuf_put(out, facts->time_zone);
}
