// The one road by which records change, and how an actor is checked on it.
#include "base/utf8.h"
#include "records/inside.h"

Actor actor_program(const Records *records) {
    return (Actor){
        .unit_id = records->unit, .permissions = permissions_of(ROLES_ALL), .is_program = true};
}

static Err not_allowed(Diag *diag) {
    return diag_set(diag, ERR_PERMISSION, N_("Your roles do not allow this."));
}

static Err signed_out(Diag *diag) {
    return diag_set(diag, ERR_AUTH, N_("You are no longer signed in. Sign in again."));
}

Err person_roles_read(Tx *tx, int64_t person, RoleSet *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    RoleSet roles = 0;
    TRY(tx_query(tx, STR("SELECT role FROM person_roles WHERE person = :person"),
                 BINDS(bind_int64("person", person)), &rows, diag));
    while (stmt_next(rows)) {
        Role role;
        if (role_find(stmt_text(rows, 0), &role)) // a newer version's role gives nothing here
            roles |= ROLE_BIT(role);
    }
    TRY(tx_err(tx, diag));
    *ret = roles;
    return ERR_OK;
}

static Err token_check(Tx *tx, const Actor *actor, int64_t now_ms, Diag *diag) {
    int64_t is_there;
    TRY(tx_int64(tx,
                 STR("SELECT count(*) FROM api_tokens t JOIN units u ON u.id = t.unit "
                     "WHERE t.id = :token AND t.until_ms > :now AND u.state = 'active'"),
                 BINDS(bind_int64("token", actor->token), bind_int64("now", now_ms)), NULL,
                 &is_there, diag));
    return is_there == 1 ? ERR_OK : signed_out(diag);
}

Err actor_check(Tx *tx, const Actor *actor, int64_t now_ms, PermissionSet *ret_permissions,
                Diag *diag) {
    PermissionSet held = actor->permissions;
    if (actor->token != 0)
        TRY(token_check(tx, actor, now_ms, diag));
    if (actor->person != 0) {
        int64_t is_there;
        TRY(tx_int64(tx,
                     STR("SELECT count(*) FROM people p WHERE p.id = :person AND p.unit = :unit "
                         "AND p.state IN ('active', 'invited') AND (:session = 0 OR EXISTS (SELECT "
                         "1 FROM sessions s WHERE s.id = :session AND s.person = p.id))"),
                     BINDS(bind_int64("person", actor->person), bind_int64("unit", actor->unit),
                           bind_int64("session", actor->session)),
                     NULL, &is_there, diag));
        if (is_there != 1)
            return signed_out(diag);
        RoleSet roles;
        TRY(person_roles_read(tx, actor->person, &roles, diag));
        held &= permissions_of(roles);
    } else if (actor->token == 0 && !actor->is_program) {
        return signed_out(diag);
    }
    *ret_permissions = held;
    return ERR_OK;
}

Err change_needs(const Change *change, Permission permission, Diag *diag) {
    PermissionSet held;
    TRY(actor_check(change->tx, change->actor, change->now_ms, &held, diag));
    return (held & PERMISSION_BIT(permission)) != 0 ? ERR_OK : not_allowed(diag);
}

typedef struct Running {
    Change *change;
    Permission permission;
    LedgerKind kind;
    ChangeWork *work;
    void *context;
} Running;

static Err entry_append(Change *change, Diag *diag) {
    const Actor *actor = change->actor;
    json_object_end(&change->facts);
    if (strbuf_err(&change->payload) != ERR_OK)
        return diag_set(diag, strbuf_err(&change->payload), N_("There is not enough memory."));
    LedgerDraft draft = {.kind = change->kind,
                         .person = actor->person_id,
                         .unit = actor->unit_id,
                         .case_ = change->case_,
                         .purpose = actor->purpose,
                         .count = change->count,
                         .payload = strbuf_str(&change->payload)};
    // What a kind never says is left out, whatever the actor's request brought along.
    if (ledger_kind_row(change->kind)->purpose == LEDGER_FIELD_NEVER)
        draft.purpose = (Str){0};
    LedgerLog *ledger = change->records->ledger;
    return change->erasure != NULL
               ? ledger_log_erase(ledger, change->tx, &draft, change->erasure, &change->entry, diag)
               : ledger_log_append(ledger, change->tx, &draft, &change->entry, diag);
}

static Err run_change(Tx *tx, void *context, Diag *diag) {
    Running *running = context;
    Change *change = running->change;
    strbuf_clear(&change->payload);
    json_writer_init(&change->facts, &change->payload);
    json_object_begin(&change->facts);
    change->tx = tx;
    change->kind = running->kind;
    change->case_ = (Identifier){0};
    change->count = 1;
    change->erasure = NULL;
    change->now_ms = change->records->now_ms();
    TRY(change_needs(change, running->permission, diag));
    TRY(running->work(change, running->context, diag));
    return entry_append(change, diag);
}

Err records_change(Records *records, const Actor *actor, Permission permission, LedgerKind kind,
                   ChangeWork *work, void *context, Diag *diag) {
    if (!actor_may(actor, permission))
        return not_allowed(diag);
    if (actor->purpose.len > 0 && !ledger_word_is_valid(actor->purpose))
        return diag_set(diag, ERR_INVALID, N_("This is not a purpose."));
    if (ledger_kind_row(kind)->purpose == LEDGER_FIELD_REQUIRED && actor->purpose.len == 0)
        return diag_set(diag, ERR_INVALID, N_("Say for what purpose you do this."));
    Change change = {.records = records, .actor = actor, .payload = STRBUF(PAYLOAD_MAX)};
    Running running = {&change, permission, kind, work, context};
    Err err = store_run(records->store, STORE_QUEUED, actor->request, run_change, &running, diag);
    strbuf_done(&change.payload);
    TRY(err);
    ledger_log_wake(records->ledger);
    return ERR_OK;
}

typedef struct Reading {
    Records *records;
    const Actor *actor;
    Permission permission;
    StoreWork *work;
    void *context;
} Reading;

static Err run_reading(Tx *tx, void *context, Diag *diag) {
    const Reading *reading = context;
    PermissionSet held;
    TRY(actor_check(tx, reading->actor, reading->records->now_ms(), &held, diag));
    if ((held & PERMISSION_BIT(reading->permission)) == 0)
        return not_allowed(diag);
    return reading->work(tx, reading->context, diag);
}

Err records_read(Records *records, const Actor *actor, Permission permission, StoreWork *work,
                 void *context, Diag *diag) {
    if (!actor_may(actor, permission))
        return not_allowed(diag);
    Reading reading = {records, actor, permission, work, context};
    return store_run(records->store, STORE_READ, actor->request, run_reading, &reading, diag);
}
