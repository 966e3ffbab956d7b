// Passwords: set by a one-time link or by their owner.
#include "base/utf8.h"
#include "crypto/secret.h"
#include "records/account.h"
#include "records/inside.h"
#include "records/name_key.h"
#include "records/policy.h"
#include "records/state.h"

enum { HOUR_MS = 3600000 };

Err password_check(Str password, Str pseudonym, Diag *diag) {
    size_t characters = 0;
    bool is_varied = false;
    uint32_t first = 0;
    char a[RECORDS_NAME_MAX + 1], b[RECORDS_NAME_MAX + 1];
    if (password.len > PASSWORD_MAX)
        return diag_set(diag, ERR_INVALID, N_("This password is too long."));
    for (size_t at = 0; at < password.len; characters++) {
        uint32_t point = utf8_next(password, &at);
        if (characters == 0)
            first = point;
        is_varied = is_varied || point != first;
    }
    if (characters < RECORDS_PASSWORD_MIN) {
        Err err = diag_set(diag, ERR_INVALID, N_("A password has {least} characters or more."));
        diag_arg_int(diag, "least", RECORDS_PASSWORD_MIN);
        return err;
    }
    if (!is_varied || str_equal(name_key(password, a), name_key(pseudonym, b)))
        return diag_set(diag, ERR_INVALID, N_("This password is too easily guessed."));
    return ERR_OK;
}

// --- Links ------------------------------------------------------------------------------------

typedef struct LinkWork {
    Records *records;
    Identifier person;
    uint8_t hash[SHA256_SIZE];
    char token[TOKEN_CHARS + 1];
    const char *password; // a hash
    char pseudonym[RECORDS_NAME_MAX + 1];
    Actor actor; // the link's person
} LinkWork;
_Static_assert(TOKEN_TEXT_MAX == TOKEN_CHARS + 1, "a link's token is a token");

static Err no_link(Diag *diag) {
    return diag_set(diag, ERR_AUTH,
                    N_("This link was used or is too old. Ask an administrator for another."));
}

static Err make(Change *change, void *context, Diag *diag) {
    LinkWork *work = context;
    int64_t id, hours, is_there;
    TRY(person_number(change->tx, &work->person, &id, diag));
    if (id == change->actor->person)
        return diag_set(diag, ERR_PERMISSION,
                        N_("Change your own password on your account's page."));
    Bind person = bind_int64("person", id);
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM people WHERE id = :person AND state IN ('invited', "
                     "'active')"),
                 BINDS(person), NULL, &is_there, diag));
    if (is_there == 0)
        return diag_set(diag, ERR_STATE, N_("This person is suspended or has left."));
    TRY(policy_read(change->tx, POLICY_LINK_HOURS, &hours, diag));
    TRY(tx_run(change->tx, STR("DELETE FROM sign_in_links WHERE person = :person"), BINDS(person),
               NULL, diag));
    token_make(work->token, work->hash);
    change_fact_text(change, "act", STR("link-made"));
    change_fact_id(change, "person", &work->person);
    return tx_run(change->tx,
                  STR("INSERT INTO sign_in_links (hash, person, until_ms) VALUES (:hash, :person, "
                      ":until)"),
                  BINDS(person, bind_bytes("hash", str_of(work->hash, SHA256_SIZE)),
                        bind_int64("until", change->now_ms + hours * HOUR_MS)),
                  NULL, diag);
}

Err link_make(Records *records, const Actor *actor, const Identifier *person,
              char ret_token[TOKEN_TEXT_MAX], Diag *diag) {
    LinkWork work = {.person = *person};
    TRY(records_change(records, actor, PERMISSION_PERSON_EDIT, LEDGER_PERSON_CHANGED, make, &work,
                       diag));
    memcpy(ret_token, work.token, sizeof work.token);
    return ERR_OK;
}

static Err link_read(Tx *tx, void *context, Diag *diag) {
    LinkWork *work = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(
        tx,
        STR("SELECT p.id, p.uid, u.id, u.uid, p.pseudonym FROM sign_in_links l JOIN people "
            "p ON p.id = l.person JOIN units u ON u.id = p.unit WHERE l.hash = :hash AND "
            "l.until_ms > :now AND p.state IN ('invited', 'active') AND u.state = "
            "'active'"),
        BINDS(bind_bytes("hash", str_of(work->hash, SHA256_SIZE)),
              bind_int64("now", work->records->now_ms())),
        &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(tx, diag));
    if (!has)
        return no_link(diag);
    work->actor = (Actor){.person = stmt_int64(rows, 0),
                          .person_id = stmt_id(rows, 1),
                          .unit = stmt_int64(rows, 2),
                          .unit_id = stmt_id(rows, 3),
                          .permissions = PERMISSION_BIT(PERMISSION_SIGNED_IN)};
    Str name = stmt_text(rows, 4);
    size_t n = name.len < RECORDS_NAME_MAX ? name.len : RECORDS_NAME_MAX;
    memcpy(work->pseudonym, name.ptr, n);
    work->pseudonym[n] = '\0';
    return ERR_OK;
}

Err link_check(Records *records, Str token, const StoreRequest *request, char *ret_pseudonym,
               Diag *diag) {
    LinkWork work = {.records = records};
    if (!token_hash(token, work.hash))
        return no_link(diag);
    TRY(store_run(records->store, STORE_READ, request, link_read, &work, diag));
    memcpy(ret_pseudonym, work.pseudonym, sizeof work.pseudonym);
    return ERR_OK;
}

static Err password_write(Change *change, const char *hash, Diag *diag) {
    Bind person = bind_int64("person", change->actor->person);
    TRY(tx_run(
        change->tx,
        STR("UPDATE accounts SET password = :password, password_ms = :now WHERE person = "
            ":person"),
        BINDS(person, bind_text("password", str_from(hash)), bind_int64("now", change->now_ms)),
        NULL, diag));
    return tx_run(change->tx, STR("DELETE FROM sessions WHERE person = :person AND id <> :session"),
                  BINDS(person, bind_int64("session", change->actor->session)), NULL, diag);
}

static Err use(Change *change, void *context, Diag *diag) {
    LinkWork *work = context;
    int64_t used, is_invited;
    TRY(tx_run(change->tx,
               STR("DELETE FROM sign_in_links WHERE hash = :hash AND person = :person AND until_ms "
                   "> :now"),
               BINDS(bind_bytes("hash", str_of(work->hash, SHA256_SIZE)),
                     bind_int64("person", change->actor->person),
                     bind_int64("now", change->now_ms)),
               &used, diag));
    if (used != 1)
        return no_link(diag);
    change_fact_text(change, "act", STR("link-used"));
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM people WHERE id = :id AND state = 'invited'"),
                 BINDS(bind_int64("id", change->actor->person)), NULL, &is_invited, diag));
    if (is_invited == 1)
        TRY(state_move(change, change->actor->person, STATE_PERSON_ACTIVE, NULL, diag));
    return password_write(change, work->password, diag);
}

Err link_use(Records *records, Str token, Str password, const StoreRequest *request, Diag *diag) {
    LinkWork work = {.records = records};
    char hash[PASSWORD_HASH_MAX];
    if (!token_hash(token, work.hash))
        return no_link(diag);
    TRY(store_run(records->store, STORE_READ, request, link_read, &work, diag));
    TRY(password_check(password, str_from(work.pseudonym), diag));
    TRY(password_make(records, password, hash, diag));
    work.actor.request = request;
    work.password = hash;
    return records_change(records, &work.actor, PERMISSION_SIGNED_IN, LEDGER_PERSON_CHANGED, use,
                          &work, diag);
}

// --- One's own --------------------------------------------------------------------------------

typedef struct PasswordWork {
    int64_t person;
    char present[PASSWORD_HASH_MAX];
    char pseudonym[RECORDS_NAME_MAX + 1];
    const char *password; // a hash
} PasswordWork;

static Err present_read(Tx *tx, void *context, Diag *diag) {
    PasswordWork *work = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR("SELECT a.password, p.pseudonym FROM accounts a JOIN people p ON p.id = "
                     "a.person WHERE a.person = :person AND a.password IS NOT NULL"),
                 BINDS(bind_int64("person", work->person)), &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(tx, diag));
    Str hash = has ? stmt_text(rows, 0) : (Str){0}, name = has ? stmt_text(rows, 1) : (Str){0};
    if (!has || hash.len >= PASSWORD_HASH_MAX || name.len > RECORDS_NAME_MAX)
        return record_missing(diag);
    memcpy(work->present, hash.ptr, hash.len);
    work->present[hash.len] = '\0';
    memcpy(work->pseudonym, name.ptr, name.len);
    work->pseudonym[name.len] = '\0';
    return ERR_OK;
}

static Err change_password(Change *change, void *context, Diag *diag) {
    const PasswordWork *work = context;
    int64_t is_same;
    TRY(tx_int64(
        change->tx,
        STR("SELECT count(*) FROM accounts WHERE person = :person AND password = "
            ":password"),
        BINDS(bind_int64("person", work->person), bind_text("password", str_from(work->present))),
        NULL, &is_same, diag));
    if (is_same != 1)
        return diag_set(diag, ERR_CONFLICT, N_("The password was changed meanwhile."));
    change_fact_text(change, "act", STR("password"));
    return password_write(change, work->password, diag);
}

Err password_set(Records *records, const Actor *actor, Str present, Str password, Diag *diag) {
    PasswordWork work = {.person = actor->person};
    char hash[PASSWORD_HASH_MAX];
    bool fits;
    TRY(records_read(records, actor, PERMISSION_SIGNED_IN, present_read, &work, diag));
    TRY(password_fits(records, work.present, present, &fits, diag));
    if (!fits)
        return diag_set(diag, ERR_AUTH, N_("The present password is not right."));
    TRY(password_check(password, str_from(work.pseudonym), diag));
    TRY(password_make(records, password, hash, diag));
    work.password = hash;
    return records_change(records, actor, PERMISSION_SIGNED_IN, LEDGER_PERSON_CHANGED,
                          change_password, &work, diag);
}
