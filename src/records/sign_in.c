// Signing in: one answer for whatever is wrong, after the same work.
//
// Three transactions: the account is read, the password is hashed outside of any transaction, and
// the outcome (a failure counted, or factor used up and session begun) is one write, in which
// everything that could have changed meanwhile is looked at again.
#include "crypto/secret.h"
#include "crypto/totp.h"
#include "records/account.h"
#include "records/factor.h"
#include "records/inside.h"
#include "records/name_key.h"
#include "records/policy.h"

enum {
    FREE_FAILURES = 4, // without delay; the next ones double it
    DELAY_FIRST_MS = 1000,
    DELAY_MAX_MS = 15 * 60 * 1000,
    FAILURE_MEMORY_MS = 24 * 60 * 60 * 1000 // after so long without any, they are forgotten
};

typedef struct Attempt {
    Records *records;
    const SignIn *given;
    uint8_t name_hash[SHA256_SIZE];
    char key[RECORDS_NAME_MAX + 1];
    Str name;
    // As read.
    int64_t person; // 0: nobody
    char password[PASSWORD_HASH_MAX];
    int64_t wait_ms; // refused for so long
    // Found out.
    bool fits;
    char renewed[PASSWORD_HASH_MAX]; // a hash at today's cost, or empty
    // Done.
    bool is_in;
    SessionToken token;
} Attempt;

static Err wrong(Diag *diag) {
    return diag_set(diag, ERR_AUTH, N_("The name, the password or the code is not right."));
}

static Err wait_read(Tx *tx, Attempt *attempt, int64_t now, Diag *diag) {
    int64_t until;
    bool has;
    TRY(tx_int64(tx, STR("SELECT until_ms FROM sign_in_failures WHERE name_hash = :name"),
                 BINDS(bind_bytes("name", str_of(attempt->name_hash, SHA256_SIZE))), &has, &until,
                 diag));
    attempt->wait_ms = has && until > now ? until - now : 0;
    return ERR_OK;
}

static Err account_read(Tx *tx, void *context, Diag *diag) {
    Attempt *attempt = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    attempt->person = 0;
    memcpy(attempt->password, attempt->records->unknown_hash, PASSWORD_HASH_MAX);
    TRY(wait_read(tx, attempt, attempt->records->now_ms(), diag));
    TRY(tx_query(tx,
                 STR("SELECT p.id, a.password FROM people p JOIN accounts a ON a.person = p.id "
                     "JOIN units u ON u.id = p.unit WHERE p.name_key = :key AND p.state = "
                     "'active' AND u.state = 'active' AND a.password IS NOT NULL"),
                 BINDS(bind_text("key", attempt->name)), &rows, diag));
    if (stmt_next(rows)) {
        Str hash = stmt_text(rows, 1);
        if (hash.len < PASSWORD_HASH_MAX) {
            attempt->person = stmt_int64(rows, 0);
            memcpy(attempt->password, hash.ptr, hash.len);
            attempt->password[hash.len] = '\0';
        }
    }
    return tx_err(tx, diag);
}

static Err failure_count(Tx *tx, const Attempt *attempt, int64_t now, Diag *diag) {
    Bind name = bind_bytes("name", str_of(attempt->name_hash, SHA256_SIZE));
    int64_t failures;
    TRY(tx_int64(tx,
                 STR("INSERT INTO sign_in_failures (name_hash, failures, until_ms, last_ms) VALUES "
                     "(:name, 1, 0, :now) ON CONFLICT (name_hash) DO UPDATE SET last_ms = :now, "
                     "failures = CASE WHEN sign_in_failures.last_ms <= :now - :memory THEN 1 ELSE "
                     "sign_in_failures.failures + 1 END RETURNING failures"),
                 BINDS(name, bind_int64("now", now), bind_int64("memory", FAILURE_MEMORY_MS)), NULL,
                 &failures, diag));
    int64_t delay = 0;
    if (failures > FREE_FAILURES) {
        int64_t doublings = failures - FREE_FAILURES - 1;
        delay = doublings >= 20 ? DELAY_MAX_MS : (int64_t)DELAY_FIRST_MS << doublings;
        if (delay > DELAY_MAX_MS)
            delay = DELAY_MAX_MS;
    }
    TRY(tx_run(tx, STR("UPDATE sign_in_failures SET until_ms = :until WHERE name_hash = :name"),
               BINDS(name, bind_int64("until", now + delay)), NULL, diag));
    // A flood of made-up names must not fill the disk: the oldest are forgotten.
    int64_t names;
    TRY(tx_int64(tx, STR("SELECT count(*) FROM sign_in_failures"), BIND_NONE, NULL, &names, diag));
    return names <= RECORDS_THROTTLE_MAX
               ? ERR_OK
               : tx_run(tx,
                        STR("DELETE FROM sign_in_failures WHERE name_hash IN (SELECT name_hash "
                            "FROM sign_in_failures ORDER BY last_ms LIMIT 1000)"),
                        BIND_NONE, NULL, diag);
}

static Err session_begin(Tx *tx, Attempt *attempt, bool is_proven, Diag *diag) {
    int64_t id;
    uint8_t former[SHA256_SIZE];
    if (token_hash(attempt->given->former_token, former))
        TRY(tx_run(tx, STR("DELETE FROM sessions WHERE token = :token"),
                   BINDS(bind_bytes("token", str_of(former, sizeof former))), NULL, diag));
    TRY(tx_run(tx, STR("DELETE FROM sign_in_failures WHERE name_hash = :name"),
               BINDS(bind_bytes("name", str_of(attempt->name_hash, SHA256_SIZE))), NULL, diag));
    if (attempt->renewed[0] != '\0')
        TRY(tx_run(tx,
                   STR("UPDATE accounts SET password = :new WHERE person = :person AND "
                       "password = :old"),
                   BINDS(bind_text("new", str_from(attempt->renewed)),
                         bind_text("old", str_from(attempt->password)),
                         bind_int64("person", attempt->person)),
                   NULL, diag));
    return session_insert(attempt->records, tx, attempt->person, is_proven, attempt->given->device,
                          &attempt->token, &id, diag);
}

// Whether the account is still what was read.
static Err account_stands(Tx *tx, const Attempt *attempt, bool *ret, Diag *diag) {
    int64_t count;
    TRY(tx_int64(
        tx,
        STR("SELECT count(*) FROM people p JOIN accounts a ON a.person = p.id WHERE p.id = "
            ":person AND p.state = 'active' AND a.password = :password"),
        BINDS(bind_int64("person", attempt->person),
              bind_text("password", str_from(attempt->password))),
        NULL, &count, diag));
    *ret = count == 1;
    return ERR_OK;
}

static Err outcome(Tx *tx, void *context, Diag *diag) {
    Attempt *attempt = context;
    int64_t now = attempt->records->now_ms();
    bool fits = attempt->fits && attempt->person != 0, is_proven = false;
    attempt->is_in = false;
    TRY(wait_read(tx, attempt, now, diag));
    if (attempt->wait_ms > 0) // others failed meanwhile: guessing in parallel gains nothing
        return ERR_OK;
    if (fits)
        TRY(account_stands(tx, attempt, &fits, diag));
    if (fits)
        TRY(factor_use(attempt->records, tx, attempt->person, attempt->given->code, &fits,
                       &is_proven, diag));
    if (!fits)
        return failure_count(tx, attempt, now, diag);
    attempt->is_in = true;
    return session_begin(tx, attempt, is_proven, diag);
}

static Err refused_for(int64_t wait_ms, Diag *diag) {
    Err err =
        diag_set(diag, ERR_BUSY, N_("Too many attempts failed. Try again in {seconds} seconds."));
    diag_arg_int(diag, "seconds", (wait_ms + 999) / 1000);
    return err;
}

Err sign_in(Records *records, const SignIn *given, Session *ret, SessionToken *ret_token,
            Diag *diag) {
    Attempt attempt = {.records = records, .given = given};
    if (given->password.len > PASSWORD_MAX)
        return wrong(diag);
    attempt.name = name_key(given->name, attempt.key);
    sha256_of(attempt.name.ptr, attempt.name.len, attempt.name_hash);
    if (text_check(attempt.name, "name", RECORDS_NAME_MAX, false, NULL) != ERR_OK)
        attempt.name = STR("-"); // what cannot be a name is nobody's, and takes as long
    TRY(store_run(records->store, STORE_READ, given->request, account_read, &attempt, diag));
    if (attempt.wait_ms > 0)
        return refused_for(attempt.wait_ms, diag);
    TRY(password_fits(records, attempt.password, given->password, &attempt.fits, diag));
    if (attempt.fits && password_hash_is_outdated(attempt.password, records->password_cost))
        TRY(password_make(records, given->password, attempt.renewed, diag));
    Err err = store_run(records->store, STORE_WRITE, given->request, outcome, &attempt, diag);
    secret_wipe(attempt.password, sizeof attempt.password);
    TRY(err);
    if (attempt.wait_ms > 0)
        return refused_for(attempt.wait_ms, diag);
    if (!attempt.is_in)
        return wrong(diag);
    TRY(session_find(records, str_from(attempt.token.text), given->request, ret, diag));
    *ret_token = attempt.token;
    return ERR_OK;
}
