// Reading the ledger for pages: by place, by what is looked for, and the payload of one entry.
#include "ledger/log_inside.h"

LedgerPayloadState ledger_payload_state(LedgerLog *log, int64_t slot, bool has_payload) {
    if (slot < 0)
        return LEDGER_PAYLOAD_LOST;
    return has_payload && !ledger_log_is_erased(log, (uint64_t)slot) ? LEDGER_PAYLOAD_KEPT
                                                                     : LEDGER_PAYLOAD_ERASED;
}

static Err size_read(Tx *tx, void *context, Diag *diag) {
    return tx_int64(tx, STR("SELECT size FROM ledger_head WHERE id = 1"), BIND_NONE, NULL, context,
                    diag);
}

Err ledger_log_size(LedgerLog *log, const StoreRequest *request, uint64_t *ret, Diag *diag) {
    int64_t size;
    TRY(store_run(log->store, STORE_READ, request, size_read, &size, diag));
    *ret = (uint64_t)size;
    return ERR_OK;
}

// --- Rows -------------------------------------------------------------------------------------

typedef struct Reading {
    LedgerLog *log;
    const LedgerFilter *filter; // NULL: by place
    uint64_t first;
    size_t capacity, count;
    LedgerRow *rows;
} Reading;

#define ROW_COLUMNS \
    "SELECT l.leaf, COALESCE(l.slot, -1), CASE WHEN p.entry IS NULL THEN 0 ELSE 1 END FROM " \
    "ledger_leaves l LEFT JOIN ledger_payloads p ON p.entry = l.entry "

// What a page shows is what the leaf says, whatever the columns beside it are.
static Err row_take(Reading *reading, Stmt *rows, Diag *diag) {
    LedgerRow *row = &reading->rows[reading->count];
    TRY(ledger_entry_parse(stmt_text(rows, 0), &row->entry, diag));
    row->payload =
        ledger_payload_state(reading->log, stmt_int64(rows, 1), stmt_int64(rows, 2) == 1);
    reading->count++;
    return ERR_OK;
}

static Err rows_take(Tx *tx, Reading *reading, Stmt *rows, Diag *diag) {
    reading->count = 0;
    while (reading->count < reading->capacity && stmt_next(rows))
        TRY(row_take(reading, rows, diag));
    return tx_err(tx, diag);
}

static Err rows_read(Tx *tx, void *context, Diag *diag) {
    Reading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR(ROW_COLUMNS "WHERE l.entry >= :first ORDER BY l.entry LIMIT :most"),
                 BINDS(bind_int64("first", (int64_t)reading->first),
                       bind_int64("most", (int64_t)reading->capacity)),
                 &rows, diag));
    return rows_take(tx, reading, rows, diag);
}

static Err capacity_check(size_t capacity, Diag *diag) {
    return capacity <= LEDGER_PAGE_MAX
               ? ERR_OK
               : diag_set(diag, ERR_LIMIT,
                          N_("More rows of the ledger are asked for than one "
                             "answer may have."));
}

Err ledger_log_read(LedgerLog *log, const StoreRequest *request, uint64_t first, LedgerRow *ret,
                    size_t capacity, size_t *ret_count, Diag *diag) {
    Reading reading = {.log = log, .first = first, .capacity = capacity, .rows = ret};
    TRY(capacity_check(capacity, diag));
    if (first >= LEDGER_SIZE_MAX) {
        *ret_count = 0;
        return ERR_OK;
    }
    TRY(store_run(log->store, STORE_READ, request, rows_read, &reading, diag));
    *ret_count = reading.count;
    return ERR_OK;
}

static void identifier_condition(StrBuf *sql, Stmt *rows, const Identifier *id, const char *name,
                                 const char *condition) {
    if (identifier_is_none(id))
        return;
    if (rows != NULL)
        stmt_bind(rows, bind_bytes(name, str_of(id->bytes, sizeof id->bytes)));
    else
        strbuf_put_text(sql, condition);
}

// The statement is put together from constant pieces, one for each field that selects. With `rows`
// the same fields are bound.
static void filter_apply(const Reading *reading, StrBuf *sql, Stmt *rows) {
    const LedgerFilter *filter = reading->filter;
    identifier_condition(sql, rows, &filter->person, "person", " AND l.person = :person");
    identifier_condition(sql, rows, &filter->unit, "unit", " AND l.unit = :unit");
    identifier_condition(sql, rows, &filter->case_, "case_id", " AND l.case_id = :case_id");
    struct {
        bool selects;
        const char *condition;
        Bind bind;
    } others[] = {
        {filter->kind != LEDGER_KINDS, " AND l.kind = :kind",
         bind_text("kind", filter->kind == LEDGER_KINDS
                               ? STR("")
                               : str_from(ledger_kind_row(filter->kind)->identifier))},
        {filter->from_ms != 0, " AND l.at_ms >= :from_ms", bind_int64("from_ms", filter->from_ms)},
        {filter->to_ms != 0, " AND l.at_ms < :to_ms", bind_int64("to_ms", filter->to_ms)},
        {filter->before != 0, " AND l.entry < :before",
         bind_int64("before", (int64_t)filter->before)},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!others[i].selects)
            continue;
        if (rows != NULL)
            stmt_bind(rows, others[i].bind);
        else
            strbuf_put_text(sql, others[i].condition);
    }
}

static Err found_read(Tx *tx, void *context, Diag *diag) {
    Reading *reading = context;
    _cleanup_strbuf_ StrBuf sql = STRBUF(STORE_SQL_MAX);
    _cleanup_stmt_ Stmt *rows = NULL;
    strbuf_put_text(&sql, ROW_COLUMNS "WHERE 1 = 1");
    filter_apply(reading, &sql, NULL);
    strbuf_put_text(&sql, " ORDER BY l.entry DESC LIMIT :most");
    if (strbuf_err(&sql) != ERR_OK)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(stmt_prepare(tx, strbuf_str(&sql), &rows, diag));
    filter_apply(reading, NULL, rows);
    stmt_bind(rows, bind_int64("most", (int64_t)reading->capacity));
    return rows_take(tx, reading, rows, diag);
}

Err ledger_log_find(LedgerLog *log, const StoreRequest *request, const LedgerFilter *filter,
                    LedgerRow *ret, size_t capacity, size_t *ret_count, Diag *diag) {
    Reading reading = {.log = log, .filter = filter, .capacity = capacity, .rows = ret};
    TRY(capacity_check(capacity, diag));
    if ((unsigned)filter->kind > LEDGER_KINDS || filter->before > LEDGER_SIZE_MAX)
        return diag_set(diag, ERR_INVALID, N_("The ledger cannot be searched for this."));
    TRY(store_run(log->store, STORE_READ, request, found_read, &reading, diag));
    *ret_count = reading.count;
    return ERR_OK;
}

// --- A payload --------------------------------------------------------------------------------

typedef struct Opening {
    LedgerLog *log;
    uint64_t index;
    size_t before; // of out
    StrBuf *out;
} Opening;

static Err payload_fault(LedgerPayloadState state, Diag *diag) {
    return diag_set(diag, ERR_NOT_FOUND,
                    state == LEDGER_PAYLOAD_LOST
                        ? N_("The details of this entry were lost with a database; the entry "
                             "itself was recovered from the published ledger.")
                        : N_("This record was erased: its key was destroyed."));
}

static Err payload_read(Tx *tx, void *context, Diag *diag) {
    Opening *opening = context;
    LedgerLog *log = opening->log;
    LedgerEntry entry;
    _cleanup_stmt_ Stmt *rows = NULL;
    strbuf_truncate(opening->out, opening->before);
    TRY(tx_query(tx,
                 STR("SELECT l.leaf, COALESCE(l.slot, -1), p.sealed FROM ledger_leaves l LEFT JOIN "
                     "ledger_payloads p ON p.entry = l.entry WHERE l.entry = :entry"),
                 BINDS(bind_int64("entry", (int64_t)opening->index)), &rows, diag));
    if (!stmt_next(rows)) {
        TRY(tx_err(tx, diag));
        return diag_set(diag, ERR_NOT_FOUND, N_("The ledger has no such entry."));
    }
    TRY(ledger_entry_parse(stmt_text(rows, 0), &entry, diag));
    int64_t slot = stmt_int64(rows, 1);
    LedgerPayloadState state = ledger_payload_state(log, slot, !stmt_is_null(rows, 2));
    if (state != LEDGER_PAYLOAD_KEPT)
        return payload_fault(state, diag);
    pthread_rwlock_rdlock(&log->ring_lock);
    Err err = ledger_payload_open(log->ring, (uint64_t)slot, stmt_bytes(rows, 2), entry.commitment,
                                  opening->out, diag);
    pthread_rwlock_unlock(&log->ring_lock);
    return err;
}

Err ledger_log_payload_open(LedgerLog *log, const StoreRequest *request, uint64_t index,
                            StrBuf *out, Diag *diag) {
    Opening opening = {.log = log, .index = index, .before = out->len, .out = out};
    if (index >= LEDGER_SIZE_MAX)
        return diag_set(diag, ERR_NOT_FOUND, N_("The ledger has no such entry."));
    return store_run(log->store, STORE_READ, request, payload_read, &opening, diag);
}
