// The one road by which records change: a function, a STORE_QUEUED transaction, a ledger entry.
//
//     static Err title_set(Change *change, void *context, Diag *diag) { …statements on change->tx…
//     } return records_change(records, actor, PERMISSION_CASE_EDIT, LEDGER_CASE_CHANGED, title_set,
//                           &title, diag);
//
// records_change refuses an actor without the permission (as it is in the database now), calls the
// function, and appends the entry as the transaction's last statement. The function may run several
// times (store/store.h). Searches and views that must be in the ledger go the same road.
#pragma once
#include "format/json.h"
#include "records/records.h"

typedef struct Change {
    Records *records;
    const Actor *actor;
    Tx *tx;
    int64_t now_ms;
    LedgerKind kind;  // may be changed by the function
    Identifier case_; // may be set by it
    uint64_t count;   // 1 unless it says otherwise
    // The payload: an open JSON object of codes, identifiers and counts; never names or content.
    JsonWriter facts;
    StrBuf payload;
    // When something is erased, what (ledger_log_erase); borrowed until the transaction ends.
    const LedgerErasure *erasure;
    uint64_t entry; // its index, after records_change
} Change;

typedef Err ChangeWork(Change *change, void *context, Diag *diag);

// ERR_PERMISSION: not allowed. ERR_AUTH: no longer signed in. ERR_INVALID: a purpose is missing.
Err records_change(Records *records, const Actor *actor, Permission permission, LedgerKind kind,
                   ChangeWork *work, void *context, Diag *diag) MUST_CHECK;
// Reading, for which the ledger has no entry.
Err records_read(Records *records, const Actor *actor, Permission permission, StoreWork *work,
                 void *context, Diag *diag) MUST_CHECK;

// A further permission that the function turns out to need.
Err change_needs(const Change *change, Permission permission, Diag *diag) MUST_CHECK;
void change_fact_id(Change *change, const char *key, const Identifier *id);
void change_fact_text(Change *change, const char *key, Str code);
void change_fact_int(Change *change, const char *key, int64_t number);

// Identifiers as values of statements.
static inline Bind bind_id(const char *name, const Identifier *id) {
    return bind_bytes(name, str_of(id->bytes, IDENTIFIER_BYTES));
}
Identifier stmt_id(Stmt *stmt, int column);
// A null for what is empty or none.
Bind bind_text_or_null(const char *name, Str text);
Bind bind_bytes_or_null(const char *name, Str bytes);

// Text from outside: valid UTF-8 (the border saw to it), without control characters but line feeds
// in long ones, of 1 … max bytes (0 too when is_optional). ERR_INVALID, {field}.
Err text_check(Str text, const char *field, size_t max, bool is_optional, Diag *diag) MUST_CHECK;
// A concept id: ledger_word_is_valid, up to RECORDS_WORD_MAX.
Err word_check(Str word, const char *field, bool is_optional, Diag *diag) MUST_CHECK;
// Two upper-case letters (ISO 3166-1).
Err country_check(Str country, Diag *diag) MUST_CHECK;
Err record_missing(Diag *diag); // ERR_NOT_FOUND with its sentence
