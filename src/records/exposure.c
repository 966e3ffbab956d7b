// Exposure: counted, limited, summed.
#include "records/exposure.h"

#include "records/case_access.h"
#include "records/item.h"
#include "records/policy.h"

#define DAY_MS INT64_C(86400000)
enum { MINUTE_MS = 60000, TIME_MAX_MS = 3600000 };

typedef struct ExposureWork {
    Records *records;
    const Actor *actor;
    Identifier case_, item, person;
    int64_t milliseconds, items, minutes;
    int64_t from_day, to_day;
    Exposure exposure;
    ExposureSum sum;
} ExposureWork;

static Err exposure_read(Tx *tx, int64_t person, int64_t now_ms, Exposure *ret, Diag *diag) {
    Exposure exposure = {0};
    TRY(policy_read(tx, POLICY_EXPOSURE_ITEMS, &exposure.items_limit, diag));
    TRY(policy_read(tx, POLICY_EXPOSURE_MINUTES, &exposure.minutes_limit, diag));
    _cleanup_stmt_ Stmt *limits = NULL, *rows = NULL;
    TRY(tx_query(tx, STR("SELECT items, minutes FROM exposure_limits WHERE person = :person"),
                 BINDS(bind_int64("person", person)), &limits, diag));
    if (stmt_next(limits)) {
        exposure.items_limit = stmt_int64(limits, 0);
        exposure.minutes_limit = stmt_int64(limits, 1);
    }
    TRY(tx_query(tx,
                 STR("SELECT items, milliseconds FROM exposures WHERE person = :person AND day = "
                     ":day"),
                 BINDS(bind_int64("person", person), bind_int64("day", now_ms / DAY_MS)), &rows,
                 diag));
    if (stmt_next(rows)) {
        exposure.items = stmt_int64(rows, 0);
        exposure.milliseconds = stmt_int64(rows, 1);
    }
    TRY(tx_err(tx, diag));
    *ret = exposure;
    return ERR_OK;
}

static Err exposure_add(Tx *tx, int64_t person, int64_t now_ms, int64_t items, int64_t milliseconds,
                        Diag *diag) {
    return tx_run(tx,
                  STR("INSERT INTO exposures (person, day, items, milliseconds) VALUES (:person, "
                      ":day, :items, :ms) ON CONFLICT (person, day) DO UPDATE SET items = "
                      "exposures.items + excluded.items, milliseconds = exposures.milliseconds + "
                      "excluded.milliseconds"),
                  BINDS(bind_int64("person", person), bind_int64("day", now_ms / DAY_MS),
                        bind_int64("items", items), bind_int64("ms", milliseconds)),
                  NULL, diag);
}

static Err reveal(Change *change, void *context, Diag *diag) {
    const ExposureWork *work = context;
    CaseRow row;
    int64_t item = 0, case_ = 0, is_assigned;
    Exposure exposure;
    TRY(case_worked(change, &work->case_, &row, diag));
    TRY(item_in_case(change->tx, change->actor, &work->case_, &work->item, &item, &case_, diag));
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM cases WHERE id = :id AND assignee = :person"),
                 BINDS(bind_int64("id", row.id), bind_int64("person", change->actor->person)), NULL,
                 &is_assigned, diag));
    if (is_assigned != 1)
        return diag_set(diag, ERR_PERMISSION,
                        N_("Items are revealed only to the person the case is assigned to."));
    TRY(exposure_read(change->tx, change->actor->person, change->now_ms, &exposure, diag));
    if (exposure.items >= exposure.items_limit ||
        exposure.milliseconds >= exposure.minutes_limit * MINUTE_MS)
        return diag_set(diag, ERR_LIMIT,
                        N_("You have seen as much as is set for one day. Go on tomorrow."));
    change_fact_id(change, "item_id", &work->item);
    return exposure_add(change->tx, change->actor->person, change->now_ms, 1, 0, diag);
}

Err item_reveal(Records *records, const Actor *actor, const Identifier *case_,
                const Identifier *item, Diag *diag) {
    ExposureWork work = {.case_ = *case_, .item = *item};
    return records_change(records, actor, PERMISSION_ITEM_REVEAL, LEDGER_ITEM_REVEALED, reveal,
                          &work, diag);
}

static Err add_time(Tx *tx, void *context, Diag *diag) {
    const ExposureWork *work = context;
    PermissionSet held;
    TRY(actor_check(tx, work->actor, work->records->now_ms(), &held, diag));
    return exposure_add(tx, work->actor->person, work->records->now_ms(), 0, work->milliseconds,
                        diag);
}

Err exposure_time_add(Records *records, const Actor *actor, int64_t milliseconds, Diag *diag) {
    if (milliseconds < 0 || milliseconds > TIME_MAX_MS || actor->person == 0)
        return diag_set(diag, ERR_RANGE, N_("This is not a time of exposure."));
    ExposureWork work = {.records = records, .actor = actor, .milliseconds = milliseconds};
    return store_run(records->store, STORE_WRITE, actor->request, add_time, &work, diag);
}

static Err read_own(Tx *tx, void *context, Diag *diag) {
    ExposureWork *work = context;
    return exposure_read(tx, work->actor->person, work->records->now_ms(), &work->exposure, diag);
}

Err exposure_own(Records *records, const Actor *actor, Exposure *ret, Diag *diag) {
    ExposureWork work = {.records = records, .actor = actor};
    TRY(records_read(records, actor, PERMISSION_SIGNED_IN, read_own, &work, diag));
    *ret = work.exposure;
    return ERR_OK;
}

static Err set_limit(Change *change, void *context, Diag *diag) {
    const ExposureWork *work = context;
    int64_t person;
    TRY(person_number(change->tx, &work->person, &person, diag));
    if (person == change->actor->person)
        return diag_set(diag, ERR_PERMISSION, N_("Nobody sets their own limits."));
    change_fact_id(change, "person", &work->person);
    change_fact_int(change, "items", work->items);
    change_fact_int(change, "minutes", work->minutes);
    return tx_run(change->tx,
                  STR("INSERT INTO exposure_limits (person, items, minutes) VALUES (:person, "
                      ":items, :minutes) ON CONFLICT (person) DO UPDATE SET items = "
                      "excluded.items, minutes = excluded.minutes"),
                  BINDS(bind_int64("person", person), bind_int64("items", work->items),
                        bind_int64("minutes", work->minutes)),
                  NULL, diag);
}

Err exposure_limit_set(Records *records, const Actor *actor, const Identifier *person,
                       int64_t items, int64_t minutes, Diag *diag) {
    const PolicyRow *most_items = policy_row(POLICY_EXPOSURE_ITEMS);
    if (items < 0 || items > most_items->greatest || minutes < 0 || minutes > 24 * 60)
        return diag_set(diag, ERR_RANGE, N_("This is not a limit for one day."));
    ExposureWork work = {.person = *person, .items = items, .minutes = minutes};
    return records_change(records, actor, PERMISSION_EXPOSURE_LIMIT, LEDGER_LIMIT_CHANGED,
                          set_limit, &work, diag);
}

static Err read_sum(Tx *tx, void *context, Diag *diag) {
    ExposureWork *work = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(
        tx,
        STR("SELECT count(DISTINCT e.person), CAST(COALESCE(sum(e.items), 0) AS BIGINT), "
            "CAST(COALESCE(sum(e.milliseconds), 0) AS BIGINT) FROM exposures e JOIN people "
            "p ON p.id = e.person WHERE p.unit = :unit AND e.day >= :from AND e.day <= "
            ":to"),
        BINDS(bind_int64("unit", work->actor->unit), bind_int64("from", work->from_day),
              bind_int64("to", work->to_day)),
        &rows, diag));
    if (stmt_next(rows))
        work->sum =
            (ExposureSum){stmt_int64(rows, 0), stmt_int64(rows, 1), stmt_int64(rows, 2), false};
    TRY(tx_err(tx, diag));
    if (work->sum.people < EXPOSURE_PEOPLE_MIN)
        work->sum = (ExposureSum){.is_suppressed = true};
    return ERR_OK;
}

Err exposure_sum(Records *records, const Actor *actor, int64_t from_day, int64_t to_day,
                 ExposureSum *ret, Diag *diag) {
    ExposureWork work = {.actor = actor, .from_day = from_day, .to_day = to_day};
    TRY(records_read(records, actor, PERMISSION_EXPOSURE_VIEW, read_sum, &work, diag));
    *ret = work.sum;
    return ERR_OK;
}
