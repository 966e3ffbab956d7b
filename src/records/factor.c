// The second factor: enrolled, used once a step, replaced by recovery codes.
#include "records/factor.h"

#include "base/bytes.h"
#include "base/encoding.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "crypto/totp.h"
#include "records/account.h"
#include "records/inside.h"

enum { FACTOR_WINDOW = 1, RECOVERY_BYTES = 8 };
#define FACTOR_CONTEXT "seventh/factor/v1\n"

static Err wrong_code(Diag *diag) {
    return diag_set(diag, ERR_AUTH, N_("The code is not right. Wait for the next one."));
}

// The sealed secret belongs to one person.
static void context_put(StrBuf *out, int64_t person) {
    strbuf_put_text(out, FACTOR_CONTEXT);
    strbuf_put_i64(out, person);
}

static Err factor_seal(Records *records, int64_t person, Str secret, StrBuf *out, Diag *diag) {
    _cleanup_strbuf_ StrBuf context = STRBUF(64);
    context_put(&context, person);
    return seal_put(out, &records->key, strbuf_str(&context), secret, diag);
}

// *ret_step: the step to store, or -1 when the code does not fit.
static Err code_check(Records *records, int64_t person, Str sealed, Str code, int64_t last_step,
                      int64_t *ret_step, Diag *diag) {
    _cleanup_strbuf_ StrBuf context = STRBUF(64);
    _cleanup_secret_strbuf_ StrBuf secret = STRBUF(TOTP_SECRET_MAX);
    strbuf_reserve(&secret, TOTP_SECRET_MAX);
    context_put(&context, person);
    TRY(seal_open(&secret, &records->key, strbuf_str(&context), sealed, diag));
    return totp_check(strbuf_str(&secret), code, records->now_ms() / 1000, FACTOR_WINDOW, last_step,
                      ret_step, diag);
}

// --- Recovery codes ---------------------------------------------------------------------------

// Twelve digits of base32 in lower case, without look-alikes' help: hyphens and spaces are left
// out when reading.
static void recovery_code_make(char ret[RECOVERY_CODE_CHARS]) {
    uint8_t bytes[RECOVERY_BYTES];
    char text[24];
    _cleanup_secret_strbuf_ StrBuf out = STRBUF(sizeof text);
    random_bytes(bytes, sizeof bytes);
    strbuf_reserve(&out, sizeof text - 1);
    base32_put(&out, bytes, sizeof bytes);
    for (int i = 0; i < RECOVERY_CODE_CHARS - 1; i++) {
        char c = out.len > (size_t)i ? out.ptr[i] : 'a';
        ret[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    ret[RECOVERY_CODE_CHARS - 1] = '\0';
    secret_wipe(bytes, sizeof bytes);
}

static bool recovery_hash(int64_t person, Str code, uint8_t ret[SHA256_SIZE]) {
    char plain[RECOVERY_CODE_CHARS];
    size_t len = 0;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        if (c == '-' || c == ' ')
            continue;
        if (len == RECOVERY_CODE_CHARS - 1)
            return false;
        plain[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (len != RECOVERY_CODE_CHARS - 1)
        return false;
    Sha256 hash;
    uint8_t number[8];
    store_le64(number, (uint64_t)person);
    sha256_begin(&hash);
    sha256_put(&hash, number, sizeof number);
    sha256_put(&hash, plain, len);
    sha256_end(&hash, ret);
    return true;
}

typedef char RecoveryCodes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS];

static Err codes_write(Change *change, RecoveryCodes codes, Diag *diag) {
    int64_t person = change->actor->person;
    TRY(tx_run(change->tx, STR("DELETE FROM recovery_codes WHERE person = :person"),
               BINDS(bind_int64("person", person)), NULL, diag));
    for (int i = 0; i < RECORDS_RECOVERY_CODES; i++) {
        uint8_t hash[SHA256_SIZE];
        recovery_code_make(codes[i]);
        recovery_hash(person, str_from(codes[i]), hash);
        TRY(tx_run(
            change->tx, STR("INSERT INTO recovery_codes (hash, person) VALUES (:hash, :person)"),
            BINDS(bind_bytes("hash", str_of(hash, sizeof hash)), bind_int64("person", person)),
            NULL, diag));
    }
    change_fact_int(change, "recovery_codes", RECORDS_RECOVERY_CODES);
    return ERR_OK;
}

static Err recovery_use(Tx *tx, int64_t person, Str code, int64_t now_ms, bool *ret_fits,
                        Diag *diag) {
    uint8_t hash[SHA256_SIZE];
    int64_t changed = 0;
    if (recovery_hash(person, code, hash))
        TRY(tx_run(tx,
                   STR("UPDATE recovery_codes SET used_ms = :now WHERE hash = :hash AND person = "
                       ":person AND used_ms IS NULL"),
                   BINDS(bind_int64("now", now_ms), bind_bytes("hash", str_of(hash, sizeof hash)),
                         bind_int64("person", person)),
                   &changed, diag));
    *ret_fits = changed == 1;
    return ERR_OK;
}

// --- Signing in -------------------------------------------------------------------------------

Err factor_use(Records *records, Tx *tx, int64_t person, Str code, bool *ret_fits,
               bool *ret_is_proven, Diag *diag) {
    char sealed[SEAL_OVERHEAD + TOTP_SECRET_MAX];
    size_t len = 0;
    int64_t last_step = -1, step;
    {
        _cleanup_stmt_ Stmt *rows = NULL;
        TRY(tx_query(tx, STR("SELECT factor, factor_step FROM accounts WHERE person = :person"),
                     BINDS(bind_int64("person", person)), &rows, diag));
        if (stmt_next(rows)) {
            Str factor = stmt_bytes(rows, 0);
            last_step = stmt_int64(rows, 1);
            if (factor.len > sizeof sealed)
                return diag_set(diag, ERR_CORRUPT, N_("A second factor is damaged."));
            len = factor.len;
            if (len > 0)
                memcpy(sealed, factor.ptr, len);
        }
        TRY(tx_err(tx, diag));
    }
    code = str_trim(code);
    if (len == 0) {
        *ret_fits = true;
        *ret_is_proven = false;
        return ERR_OK;
    }
    bool fits = false;
    if (code.len == TOTP_DIGITS) {
        TRY(code_check(records, person, str_of(sealed, len), code, last_step, &step, diag));
        if (step >= 0) {
            int64_t changed;
            TRY(tx_run(tx,
                       STR("UPDATE accounts SET factor_step = :step WHERE person = :person AND "
                           "factor_step < :step"),
                       BINDS(bind_int64("step", step), bind_int64("person", person)), &changed,
                       diag));
            fits = changed == 1;
        }
    } else {
        TRY(recovery_use(tx, person, code, records->now_ms(), &fits, diag));
    }
    *ret_fits = *ret_is_proven = fits;
    return ERR_OK;
}

// --- Enrolling --------------------------------------------------------------------------------

typedef struct FactorWork {
    Records *records;
    const Actor *actor;
    Str sealed; // what is offered
    Str code;
    Identifier person;
    RecoveryCodes codes;
    char pseudonym[RECORDS_NAME_MAX + 1];
    int64_t left;
} FactorWork;

// Whoever has a factor must have shown it in this session.
static Err factor_shown(Tx *tx, const Actor *actor, Diag *diag) {
    int64_t is_open;
    TRY(tx_int64(tx,
                 STR("SELECT count(*) FROM accounts a JOIN sessions s ON s.person = a.person WHERE "
                     "a.person = :person AND s.id = :session AND (a.factor IS NULL OR s.is_proven "
                     "= 1)"),
                 BINDS(bind_int64("person", actor->person), bind_int64("session", actor->session)),
                 NULL, &is_open, diag));
    return is_open == 1
               ? ERR_OK
               : diag_set(diag, ERR_AUTH,
                          N_("Sign in with your present second factor before changing it."));
}

static Err offer(Tx *tx, void *context, Diag *diag) {
    FactorWork *work = context;
    TRY(factor_shown(tx, work->actor, diag));
    TRY(tx_run(tx, STR("UPDATE accounts SET factor_asked = :sealed WHERE person = :person"),
               BINDS(bind_bytes("sealed", work->sealed), bind_int64("person", work->actor->person)),
               NULL, diag));
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR("SELECT pseudonym FROM people WHERE id = :person"),
                 BINDS(bind_int64("person", work->actor->person)), &rows, diag));
    if (stmt_next(rows)) {
        Str name = stmt_text(rows, 0);
        size_t n = name.len < RECORDS_NAME_MAX ? name.len : RECORDS_NAME_MAX;
        memcpy(work->pseudonym, name.ptr, n);
        work->pseudonym[n] = '\0';
    }
    return tx_err(tx, diag);
}

Err factor_offer(Records *records, const Actor *actor, Str issuer, FactorOffer *ret, Diag *diag) {
    uint8_t secret[TOTP_SECRET_BYTES];
    _cleanup_strbuf_ StrBuf sealed = STRBUF(SEAL_OVERHEAD + TOTP_SECRET_MAX);
    _cleanup_secret_strbuf_ StrBuf uri = STRBUF(4096);
    _cleanup_secret_strbuf_ StrBuf text = STRBUF(sizeof ret->secret);
    strbuf_reserve(&uri, 4000);
    strbuf_reserve(&text, sizeof ret->secret - 1);
    totp_secret_make(secret);
    Str bytes = str_of(secret, sizeof secret);
    TRY(factor_seal(records, actor->person, bytes, &sealed, diag));
    FactorWork work = {.actor = actor, .sealed = strbuf_str(&sealed)};
    TRY(store_run(records->store, STORE_WRITE, actor->request, offer, &work, diag));
    totp_uri_put(&uri, issuer, str_from(work.pseudonym), bytes);
    base32_put(&text, secret, sizeof secret);
    secret_wipe(secret, sizeof secret);
    if (strbuf_err(&uri) != ERR_OK || uri.len >= FACTOR_URI_MAX || text.len >= sizeof ret->secret)
        return diag_set(diag, ERR_LIMIT, N_("This name is too long for an authenticator."));
    memcpy(ret->uri, strbuf_text(&uri), uri.len + 1);
    memcpy(ret->secret, strbuf_text(&text), text.len + 1);
    return ERR_OK;
}

static Err confirm(Change *change, void *context, Diag *diag) {
    FactorWork *work = context;
    Bind person = bind_int64("person", change->actor->person);
    char sealed[SEAL_OVERHEAD + TOTP_SECRET_MAX];
    size_t len = 0;
    int64_t step;
    TRY(factor_shown(change->tx, change->actor, diag));
    {
        _cleanup_stmt_ Stmt *rows = NULL;
        TRY(tx_query(change->tx, STR("SELECT factor_asked FROM accounts WHERE person = :person"),
                     BINDS(person), &rows, diag));
        Str asked = stmt_next(rows) ? stmt_bytes(rows, 0) : (Str){0};
        if (asked.len > 0 && asked.len <= sizeof sealed) {
            len = asked.len;
            memcpy(sealed, asked.ptr, len);
        }
        TRY(tx_err(change->tx, diag));
    }
    if (len == 0)
        return diag_set(diag, ERR_STATE, N_("No second factor was offered. Begin anew."));
    TRY(code_check(change->records, change->actor->person, str_of(sealed, len),
                   str_trim(work->code), -1, &step, diag));
    if (step < 0)
        return wrong_code(diag);
    TRY(tx_run(change->tx,
               STR("UPDATE accounts SET factor = factor_asked, factor_asked = NULL, factor_step = "
                   ":step WHERE person = :person"),
               BINDS(person, bind_int64("step", step)), NULL, diag));
    TRY(tx_run(change->tx, STR("DELETE FROM sessions WHERE person = :person AND id <> :id"),
               BINDS(person, bind_int64("id", change->actor->session)), NULL, diag));
    TRY(tx_run(change->tx, STR("UPDATE sessions SET is_proven = 1 WHERE id = :id"),
               BINDS(bind_int64("id", change->actor->session)), NULL, diag));
    change_fact_text(change, "act", STR("factor-enrolled"));
    return codes_write(change, work->codes, diag);
}

Err factor_confirm(Records *records, const Actor *actor, Str code,
                   char ret_codes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS],
                   SessionToken *ret_token, Diag *diag) {
    FactorWork work = {.code = code};
    TRY(records_change(records, actor, PERMISSION_SIGNED_IN, LEDGER_PERSON_CHANGED, confirm, &work,
                       diag));
    TRY(session_rotate(records, actor, ret_token, diag));
    memcpy(ret_codes, work.codes, sizeof work.codes);
    secret_wipe(work.codes, sizeof work.codes);
    return ERR_OK;
}

static Err renew_codes(Change *change, void *context, Diag *diag) {
    FactorWork *work = context;
    TRY(factor_shown(change->tx, change->actor, diag));
    change_fact_text(change, "act", STR("recovery-codes"));
    return codes_write(change, work->codes, diag);
}

Err recovery_codes_make(Records *records, const Actor *actor,
                        char ret_codes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS], Diag *diag) {
    FactorWork work = {0};
    TRY(records_change(records, actor, PERMISSION_SIGNED_IN, LEDGER_PERSON_CHANGED, renew_codes,
                       &work, diag));
    memcpy(ret_codes, work.codes, sizeof work.codes);
    secret_wipe(work.codes, sizeof work.codes);
    return ERR_OK;
}

static Err count_codes(Tx *tx, void *context, Diag *diag) {
    FactorWork *work = context;
    return tx_int64(tx,
                    STR("SELECT count(*) FROM recovery_codes WHERE person = :person AND used_ms IS "
                        "NULL"),
                    BINDS(bind_int64("person", work->actor->person)), NULL, &work->left, diag);
}

Err recovery_codes_left(Records *records, const Actor *actor, int64_t *ret, Diag *diag) {
    FactorWork work = {.actor = actor};
    TRY(records_read(records, actor, PERMISSION_SIGNED_IN, count_codes, &work, diag));
    *ret = work.left;
    return ERR_OK;
}

static Err reset(Change *change, void *context, Diag *diag) {
    const FactorWork *work = context;
    int64_t id;
    TRY(person_number(change->tx, &work->person, &id, diag));
    if (id == change->actor->person)
        return diag_set(diag, ERR_PERMISSION,
                        N_("Nobody resets their own second factor. Ask another administrator."));
    Bind person = bind_int64("person", id);
    TRY(tx_run(change->tx,
               STR("UPDATE accounts SET factor = NULL, factor_asked = NULL, factor_step = -1 WHERE "
                   "person = :person"),
               BINDS(person), NULL, diag));
    TRY(tx_run(change->tx, STR("DELETE FROM recovery_codes WHERE person = :person"), BINDS(person),
               NULL, diag));
    change_fact_text(change, "act", STR("factor-reset"));
    change_fact_id(change, "person", &work->person);
    return tx_run(change->tx, STR("DELETE FROM sessions WHERE person = :person"), BINDS(person),
                  NULL, diag);
}

Err factor_reset(Records *records, const Actor *actor, const Identifier *person, Diag *diag) {
    FactorWork work = {.person = *person};
    return records_change(records, actor, PERMISSION_PERSON_EDIT, LEDGER_PERSON_CHANGED, reset,
                          &work, diag);
}
