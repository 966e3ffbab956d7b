// Access tokens: made, listed, revoked, found.
#include "records/api_token.h"

#include "records/inside.h"

#define TOKEN_PREFIX "s7_"
enum { SEEN_EVERY_MS = 60000 };
#define UNIT_PERMISSIONS \
    (PERMISSION_BIT(PERMISSION_PUBLIC) | PERMISSION_BIT(PERMISSION_MATCH_ASK) | \
     PERMISSION_BIT(PERMISSION_MATCH_FEEDBACK))

typedef struct TokenWork {
    Records *records;
    const ApiTokenFacts *facts;
    Identifier uid;
    uint8_t hash[SHA256_SIZE];
    char text[TOKEN_CHARS + 1];
    // Reading.
    ApiToken *tokens;
    Arena *memory;
    size_t count;
    Actor actor;
    int64_t now_ms, seen_ms;
} TokenWork;

static Err owner_check(Change *change, const ApiTokenFacts *facts, int64_t unit,
                       int64_t *ret_person, Diag *diag) {
    *ret_person = 0;
    if (identifier_is_none(&facts->person))
        return (facts->permissions & ~UNIT_PERMISSIONS) == 0
                   ? ERR_OK
                   : diag_set(diag, ERR_INVALID,
                              N_("A unit's token can match and answer matches only. For anything "
                                 "else name the person who answers for it."));
    int64_t is_there;
    TRY(person_number(change->tx, &facts->person, ret_person, diag));
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM people WHERE id = :person AND unit = :unit AND state = "
                     "'active'"),
                 BINDS(bind_int64("person", *ret_person), bind_int64("unit", unit)), NULL,
                 &is_there, diag));
    return is_there == 1
               ? ERR_OK
               : diag_set(diag, ERR_STATE, N_("This person is not an active member of the unit."));
}

static Err permissions_write(Change *change, int64_t token, PermissionSet permissions, Diag *diag) {
    json_key(&change->facts, "permissions");
    json_array_begin(&change->facts);
    for (int i = 0; i < PERMISSION_COUNT; i++) {
        if ((permissions & PERMISSION_BIT(i)) == 0)
            continue;
        const char *id = permission_id((Permission)i);
        json_text(&change->facts, id);
        TRY(tx_run(change->tx,
                   STR("INSERT INTO api_token_permissions (token, permission) VALUES (:token, "
                       ":permission)"),
                   BINDS(bind_int64("token", token), bind_text("permission", str_from(id))), NULL,
                   diag));
    }
    json_array_end(&change->facts);
    return ERR_OK;
}

static Err make(Change *change, void *context, Diag *diag) {
    TokenWork *work = context;
    int64_t unit, person, id, count;
    TRY(unit_number(change->tx, &work->facts->unit, &unit, diag));
    TRY(owner_check(change, work->facts, unit, &person, diag));
    TRY(tx_int64(
        change->tx, STR("SELECT count(*) FROM api_tokens WHERE unit = :unit AND until_ms > :now"),
        BINDS(bind_int64("unit", unit), bind_int64("now", change->now_ms)), NULL, &count, diag));
    if (count >= RECORDS_TOKENS_MAX)
        return diag_set(diag, ERR_LIMIT, N_("This unit has too many tokens. Withdraw some."));
    if (work->facts->until_ms <= change->now_ms)
        return diag_set(diag, ERR_RANGE, N_("A token must end in the future."));
    token_make(work->text, work->hash);
    work->uid = identifier_make();
    TRY(tx_int64(
        change->tx,
        STR("INSERT INTO api_tokens (uid, token, unit, person, label, until_ms) VALUES "
            "(:uid, :token, :unit, :person, :label, :until) RETURNING id"),
        BINDS(bind_id("uid", &work->uid), bind_bytes("token", str_of(work->hash, SHA256_SIZE)),
              bind_int64("unit", unit),
              person == 0 ? bind_null("person") : bind_int64("person", person),
              bind_text("label", work->facts->label), bind_int64("until", work->facts->until_ms)),
        NULL, &id, diag));
    change_fact_text(change, "act", STR("created"));
    change_fact_id(change, "token", &work->uid);
    change_fact_id(change, "unit", &work->facts->unit);
    return permissions_write(change, id, work->facts->permissions, diag);
}

Err api_token_make(Records *records, const Actor *actor, const ApiTokenFacts *facts,
                   char ret_text[API_TOKEN_CHARS + 1], Identifier *ret_uid, Diag *diag) {
    TRY(text_check(facts->label, "label", RECORDS_NAME_MAX, false, diag));
    TokenWork work = {.facts = facts};
    TRY(records_change(records, actor, PERMISSION_TOKEN_EDIT, LEDGER_TOKEN_CHANGED, make, &work,
                       diag));
    memcpy(ret_text, TOKEN_PREFIX, sizeof TOKEN_PREFIX - 1);
    memcpy(ret_text + sizeof TOKEN_PREFIX - 1, work.text, sizeof work.text);
    *ret_uid = work.uid;
    return ERR_OK;
}

static Err token_revoke(Change *change, void *context, Diag *diag) {
    const TokenWork *work = context;
    int64_t changed;
    change_fact_text(change, "act", STR("revoked"));
    change_fact_id(change, "token", &work->uid);
    TRY(tx_run(change->tx, STR("DELETE FROM api_tokens WHERE uid = :uid"),
               BINDS(bind_id("uid", &work->uid)), &changed, diag));
    return changed == 1 ? ERR_OK : record_missing(diag);
}

Err api_token_revoke(Records *records, const Actor *actor, const Identifier *token, Diag *diag) {
    TokenWork work = {.uid = *token};
    return records_change(records, actor, PERMISSION_TOKEN_EDIT, LEDGER_TOKEN_CHANGED, token_revoke,
                          &work, diag);
}

static Err permissions_read(Tx *tx, int64_t token, PermissionSet *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    PermissionSet set = PERMISSION_BIT(PERMISSION_PUBLIC);
    TRY(tx_query(tx, STR("SELECT permission FROM api_token_permissions WHERE token = :token"),
                 BINDS(bind_int64("token", token)), &rows, diag));
    while (stmt_next(rows)) {
        Permission permission;
        if (permission_find(stmt_text(rows, 0), &permission))
            set |= PERMISSION_BIT(permission);
    }
    TRY(tx_err(tx, diag));
    *ret = set;
    return ERR_OK;
}

static Err list(Tx *tx, void *context, Diag *diag) {
    TokenWork *work = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    work->count = 0;
    TRY(tx_query(tx,
                 STR("SELECT t.id, t.uid, u.uid, p.uid, t.label, t.until_ms, t.seen_ms FROM "
                     "api_tokens t JOIN units u ON u.id = t.unit LEFT JOIN people p ON p.id = "
                     "t.person ORDER BY t.id DESC LIMIT :most"),
                 BINDS(bind_int64("most", RECORDS_PAGE_MAX)), &rows, diag));
    while (work->count < RECORDS_PAGE_MAX && stmt_next(rows)) {
        ApiToken *at = &work->tokens[work->count++];
        *at = (ApiToken){.uid = stmt_id(rows, 1),
                         .unit = stmt_id(rows, 2),
                         .person = stmt_id(rows, 3),
                         .label = arena_copy(work->memory, stmt_text(rows, 4)),
                         .until_ms = stmt_int64(rows, 5),
                         .seen_ms = stmt_int64(rows, 6)};
        TRY(permissions_read(tx, stmt_int64(rows, 0), &at->permissions, diag));
    }
    return tx_err(tx, diag);
}

Err api_token_list(Records *records, const Actor *actor, Arena *memory, ApiToken **ret,
                   size_t *ret_count, Diag *diag) {
    TokenWork work = {.memory = memory, .tokens = ARENA_ARRAY(memory, ApiToken, RECORDS_PAGE_MAX)};
    if (work.tokens == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_TOKEN_EDIT, list, &work, diag));
    *ret = work.tokens;
    *ret_count = work.count;
    return ERR_OK;
}

static Err nobody(Diag *diag) {
    return diag_set(diag, ERR_AUTH, N_("This access token is not valid, or no longer."));
}

static Err find(Tx *tx, void *context, Diag *diag) {
    TokenWork *work = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(
        tx,
        STR("SELECT t.id, u.id, u.uid, p.id, p.uid, t.seen_ms FROM api_tokens t JOIN units "
            "u ON u.id = t.unit LEFT JOIN people p ON p.id = t.person WHERE t.token = "
            ":token AND t.until_ms > :now AND u.state = 'active' AND (t.person IS NULL OR "
            "p.state = 'active')"),
        BINDS(bind_bytes("token", str_of(work->hash, SHA256_SIZE)),
              bind_int64("now", work->now_ms)),
        &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(tx, diag));
    if (!has)
        return nobody(diag);
    Actor *actor = &work->actor;
    *actor = (Actor){.token = stmt_int64(rows, 0),
                     .unit = stmt_int64(rows, 1),
                     .unit_id = stmt_id(rows, 2),
                     .person = stmt_int64(rows, 3),
                     .person_id = stmt_id(rows, 4)};
    work->seen_ms = stmt_int64(rows, 5);
    TRY(permissions_read(tx, actor->token, &actor->permissions, diag));
    if (actor->person == 0)
        return ERR_OK;
    TRY(person_roles_read(tx, actor->person, &actor->roles, diag));
    actor->permissions &= permissions_of(actor->roles);
    return ERR_OK;
}

static Err touch(Tx *tx, void *context, Diag *diag) {
    const TokenWork *work = context;
    return tx_run(tx, STR("UPDATE api_tokens SET seen_ms = :now WHERE id = :id"),
                  BINDS(bind_int64("now", work->now_ms), bind_int64("id", work->actor.token)), NULL,
                  diag);
}

Err api_token_find(Records *records, Str text, const StoreRequest *request, Actor *ret,
                   Diag *diag) {
    TokenWork work = {.now_ms = records->now_ms()};
    if (!str_has_prefix(text, STR(TOKEN_PREFIX)) ||
        !token_hash(str_from_index(text, sizeof TOKEN_PREFIX - 1), work.hash))
        return nobody(diag);
    TRY(store_run(records->store, STORE_READ, request, find, &work, diag));
    if (work.now_ms - work.seen_ms >= SEEN_EVERY_MS)
        TRY(store_run(records->store, STORE_WRITE, request, touch, &work, diag));
    *ret = work.actor;
    return ERR_OK;
}
