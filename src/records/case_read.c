// Cases, read: the viewing that comes first, one case, lists, search.
#include "records/case.h"
#include "records/case_access.h"
#include "records/policy.h"

enum { VIEW_MINUTE_MS = 60000 };

// --- The viewing ------------------------------------------------------------------------------

typedef struct Viewing {
    Records *records;
    const Actor *actor;
    Identifier uid;
    bool is_noted;
} Viewing;

static Err view_look(Tx *tx, void *context, Diag *diag) {
    Viewing *viewing = context;
    CaseRow row;
    int64_t count;
    TRY(case_seen(tx, viewing->actor, &viewing->uid, &row, diag));
    TRY(tx_int64(tx,
                 STR("SELECT count(*) FROM case_views WHERE person = :person AND case_id = :id AND "
                     "purpose = :purpose AND until_ms > :now"),
                 BINDS(bind_int64("person", viewing->actor->person), bind_int64("id", row.id),
                       bind_text("purpose", viewing->actor->purpose),
                       bind_int64("now", viewing->records->now_ms())),
                 NULL, &count, diag));
    viewing->is_noted = count == 1;
    return ERR_OK;
}

static Err view_note(Change *change, void *context, Diag *diag) {
    const Viewing *viewing = context;
    CaseRow row;
    int64_t minutes;
    TRY(case_seen(change->tx, change->actor, &viewing->uid, &row, diag));
    TRY(policy_read(change->tx, POLICY_VIEW_MINUTES, &minutes, diag));
    change->case_ = viewing->uid;
    // At least a second, so that the page that comes next finds it.
    int64_t until = change->now_ms + (minutes == 0 ? 1000 : minutes * VIEW_MINUTE_MS);
    return tx_run(change->tx,
                  STR("INSERT INTO case_views (person, case_id, purpose, until_ms) VALUES "
                      "(:person, :id, :purpose, :until) ON CONFLICT (person, case_id, purpose) DO "
                      "UPDATE SET until_ms = excluded.until_ms"),
                  BINDS(bind_int64("person", change->actor->person), bind_int64("id", row.id),
                        bind_text("purpose", change->actor->purpose), bind_int64("until", until)),
                  NULL, diag);
}

Err case_view_record(Records *records, const Actor *actor, const Identifier *id, Diag *diag) {
    Viewing viewing = {.records = records, .actor = actor, .uid = *id};
    if (actor->purpose.len > 0) {
        TRY(records_read(records, actor, PERMISSION_CASE_VIEW, view_look, &viewing, diag));
        if (viewing.is_noted)
            return ERR_OK;
    }
    return records_change(records, actor, PERMISSION_CASE_VIEW, LEDGER_CASE_VIEWED, view_note,
                          &viewing, diag);
}

// --- Reading ----------------------------------------------------------------------------------

#define CASE_COLUMNS \
    "SELECT c.id, c.uid, u.uid, c.number, c.slot, c.title, c.summary, c.state, c.tlp, " \
    "c.legal_basis, c.is_exercise, p.uid, c.other, c.made_ms, c.changed_ms, c.review_ms, " \
    "c.retain_ms, c.unit, u.name, p.pseudonym, " \
    "(SELECT count(*) FROM case_items i WHERE i.case_id = c.id), " \
    "(SELECT count(*) FROM case_items i JOIN items t ON t.id = i.item WHERE i.case_id = c.id AND " \
    "t.state IN ('unreviewed', 'in-review')), " \
    "(SELECT count(*) FROM case_items i JOIN items t ON t.id = i.item WHERE i.case_id = c.id AND " \
    "t.state = 'disputed') " \
    "FROM cases c JOIN units u ON u.id = c.unit LEFT JOIN people p ON p.id = c.assignee "
#define CASE_SEEN \
    "(c.unit = :unit OR EXISTS (SELECT 1 FROM case_units s WHERE s.case_id = c.id AND s.unit = " \
    ":unit)) AND c.state <> 'erased' "

typedef struct CaseReading {
    Records *records;
    const Actor *actor;
    const Identifier *uid; // NULL: a list
    const CaseFilter *filter;
    Str number;
    Arena *memory;
    CaseFile *cases;
    size_t count, capacity;
} CaseReading;

static Err row_read(CaseReading *reading, Stmt *rows, CaseFile *ret, Diag *diag) {
    Arena *memory = reading->memory;
    uint64_t slot = (uint64_t)stmt_int64(rows, 4);
    *ret = (CaseFile){.id = stmt_int64(rows, 0),
                      .uid = stmt_id(rows, 1),
                      .unit = stmt_id(rows, 2),
                      .assignee = stmt_id(rows, 11),
                      .other = stmt_id(rows, 12),
                      .is_exercise = stmt_int64(rows, 10) == 1,
                      .is_own = stmt_int64(rows, 17) == reading->actor->unit,
                      .made_ms = stmt_int64(rows, 13),
                      .changed_ms = stmt_int64(rows, 14),
                      .review_ms = stmt_int64(rows, 15),
                      .retain_ms = stmt_int64(rows, 16),
                      .items = stmt_int64(rows, 20),
                      .unreviewed = stmt_int64(rows, 21),
                      .disputed = stmt_int64(rows, 22)};
    ret->facts.number = arena_copy(memory, stmt_text(rows, 3));
    ret->facts.legal_basis = arena_copy(memory, stmt_text(rows, 9));
    ret->tlp = arena_copy(memory, stmt_text(rows, 8));
    ret->unit_name = arena_copy(memory, stmt_text(rows, 18));
    ret->assignee_name = arena_copy(memory, stmt_text(rows, 19));
    TRY(state_read(MACHINE_CASE, stmt_text(rows, 7), &ret->state, diag));
    TRY(content_open(reading->records, slot, "case/title", &ret->uid, stmt_bytes(rows, 5), memory,
                     &ret->facts.title, diag));
    if (reading->uid != NULL)
        TRY(content_open(reading->records, slot, "case/summary", &ret->uid, stmt_bytes(rows, 6),
                         memory, &ret->facts.summary, diag));
    return arena_err(memory) == ERR_OK
               ? ERR_OK
               : diag_set(diag, arena_err(memory), N_("There is not enough memory."));
}

static Err rows_read(CaseReading *reading, Tx *tx, Stmt *rows, Diag *diag) {
    reading->count = 0;
    while (reading->count < reading->capacity && stmt_next(rows))
        TRY(row_read(reading, rows, &reading->cases[reading->count++], diag));
    return tx_err(tx, diag);
}

static Err read_case(Tx *tx, void *context, Diag *diag) {
    CaseReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR(CASE_COLUMNS "WHERE c.uid = :uid AND " CASE_SEEN),
                 BINDS(bind_id("uid", reading->uid), bind_int64("unit", reading->actor->unit)),
                 &rows, diag));
    TRY(rows_read(reading, tx, rows, diag));
    if (reading->count == 0)
        return record_missing(diag);
    return case_is_viewed(tx, reading->records, reading->actor, reading->cases[0].id, diag);
}

Err case_get(Records *records, const Actor *actor, const Identifier *id, Arena *memory,
             CaseFile *ret, Diag *diag) {
    CaseFile found;
    CaseReading reading = {.records = records,
                           .actor = actor,
                           .uid = id,
                           .memory = memory,
                           .cases = &found,
                           .capacity = 1};
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_case, &reading, diag));
    *ret = found;
    return ERR_OK;
}

static Err read_list(Tx *tx, void *context, Diag *diag) {
    CaseReading *reading = context;
    const CaseFilter *filter = reading->filter;
    _cleanup_stmt_ Stmt *rows = NULL;
    bool is_any = filter->state == STATE_COUNT;
    TRY(tx_query(
        tx,
        STR(CASE_COLUMNS
            "WHERE " CASE_SEEN "AND (:any = 0 OR c.state NOT IN ('archived', 'merged')) "
            "AND (:any = 1 OR c.state = :state) AND (:mine = 0 OR c.assignee = :person) "
            "AND (:due = 0 OR c.review_ms <= :now OR c.retain_ms <= :now) "
            "ORDER BY c.changed_ms DESC, c.id DESC LIMIT :most OFFSET :offset"),
        BINDS(bind_int64("unit", reading->actor->unit), bind_int64("any", is_any),
              bind_text("state", is_any ? (Str){"", 0} : state_text(filter->state)),
              bind_int64("mine", filter->is_mine), bind_int64("person", reading->actor->person),
              bind_int64("due", filter->is_due), bind_int64("now", reading->records->now_ms()),
              bind_int64("most", (int64_t)reading->capacity), bind_int64("offset", filter->offset)),
        &rows, diag));
    return rows_read(reading, tx, rows, diag);
}

Err case_list(Records *records, const Actor *actor, const CaseFilter *filter, Arena *memory,
              CaseFile **ret, size_t *ret_count, Diag *diag) {
    CaseReading reading = {.records = records,
                           .actor = actor,
                           .filter = filter,
                           .memory = memory,
                           .cases = ARENA_ARRAY(memory, CaseFile, RECORDS_PAGE_MAX),
                           .capacity = RECORDS_PAGE_MAX};
    if (reading.cases == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    if (filter->offset < 0 ||
        (filter->state != STATE_COUNT && state_machine(filter->state) != MACHINE_CASE))
        return diag_set(diag, ERR_INVALID, N_("This is not a way to list cases."));
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_list, &reading, diag));
    *ret = reading.cases;
    *ret_count = reading.count;
    return ERR_OK;
}

// What LIKE would read as a pattern is taken literally.
static void pattern_put(StrBuf *out, Str text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '!')
            strbuf_put_byte(out, '!');
        strbuf_put_byte(out, text.ptr[i]);
    }
    strbuf_put_byte(out, '%');
}

static Err search(Change *change, void *context, Diag *diag) {
    CaseReading *reading = context;
    _cleanup_strbuf_ StrBuf pattern = STRBUF(2 * RECORDS_NAME_MAX + 2);
    _cleanup_stmt_ Stmt *rows = NULL;
    pattern_put(&pattern, reading->number);
    TRY(tx_query(change->tx,
                 STR(CASE_COLUMNS "WHERE " CASE_SEEN
                                  "AND c.number LIKE :pattern ESCAPE '!' ORDER BY c.number, c.id "
                                  "LIMIT :most"),
                 BINDS(bind_int64("unit", reading->actor->unit),
                       bind_text("pattern", strbuf_str(&pattern)),
                       bind_int64("most", (int64_t)reading->capacity)),
                 &rows, diag));
    TRY(rows_read(reading, change->tx, rows, diag));
    change_fact_text(change, "field", STR("case-number"));
    change->count = reading->count;
    return ERR_OK;
}

Err case_search(Records *records, const Actor *actor, Str number, Arena *memory, CaseFile **ret,
                size_t *ret_count, Diag *diag) {
    TRY(text_check(number, "number", RECORDS_NAME_MAX, false, diag));
    CaseReading reading = {.records = records,
                           .actor = actor,
                           .number = number,
                           .memory = memory,
                           .cases = ARENA_ARRAY(memory, CaseFile, RECORDS_PAGE_MAX),
                           .capacity = RECORDS_PAGE_MAX};
    if (reading.cases == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_change(records, actor, PERMISSION_CASE_SEARCH, LEDGER_SEARCH_RUN, search, &reading,
                       diag));
    *ret = reading.cases;
    *ret_count = reading.count;
    return ERR_OK;
}
