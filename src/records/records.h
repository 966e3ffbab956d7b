// Records: what all fronts share, kept in a store, with every change in the ledger.
//
// Threads: any, any number at once. Policies are kept in the store (policy.h), so that several
// processes on one database agree.
#pragma once
#include "crypto/identifier.h"
#include "crypto/password_hash.h"
#include "crypto/seal.h"
#include "ledger/log.h"
#include "records/limits.h"
#include "records/permission.h"
#include "store/schema.h"

typedef struct Records Records;

extern const StoreSchema RECORDS_SCHEMA;

typedef struct RecordsOptions {
    Store *store;               // borrowed; has LEDGER_SCHEMA and RECORDS_SCHEMA
    LedgerLog *ledger;          // borrowed
    Identifier unit, node;      // this node's own
    bool is_exercise;           // the mark of the node
    SealKey key;                // copied; second factors are sealed under it
    PasswordCost password_cost; // zero: as password_cost_for the least machine
    int password_jobs;          // 0: RECORDS_PASSWORD_JOBS
    int64_t (*now_ms)(void);    // UTC; NULL: the clock
} RecordsOptions;

// Removes what came back with a backup although it was erased.
Err records_open(const RecordsOptions *options, Records **ret, Diag *diag) MUST_CHECK;
void records_free(Records *records);
DEFINE_CLEANUP(Records *, records_free);

Store *records_store(Records *records);
LedgerLog *records_ledger(Records *records);
bool records_is_exercise(const Records *records);
Identifier records_unit(const Records *records); // this node's own unit
int64_t records_now_ms(const Records *records);

// Who acts: filled by session_find, api_token_find or actor_program, valid for one request. What it
// says is checked again in each transaction that changes something: whoever was suspended, signed
// out or lost a role since then is refused.
typedef struct Actor {
    int64_t person; // 0: a unit's token, or the program itself
    int64_t unit;   // 0: before the node has its unit
    Identifier person_id, unit_id;
    RoleSet roles;
    PermissionSet permissions;
    int64_t session, token;      // 0: none
    bool is_program;             // `seventh admin` and the first start, before there is anybody
    Str purpose;                 // concept id, borrowed; empty: none said
    const StoreRequest *request; // may be NULL
} Actor;

static inline bool actor_may(const Actor *actor, Permission permission) {
    return (actor->permissions & PERMISSION_BIT(permission)) != 0;
}
// The program itself. The ledger takes entries without a person only for what administration needs.
Actor actor_program(const Records *records);
