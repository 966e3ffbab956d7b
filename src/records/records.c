// Opening the records, and what the whole room shares: the clock, passwords, tokens.
#include "base/clock.h"
#include "base/encoding.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "records/erasure.h"
#include "records/inside.h"

Err records_open(const RecordsOptions *options, Records **ret, Diag *diag) {
    _cleanup_(records_freep) Records *records = calloc(1, sizeof *records);
    if (records == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    records->store = options->store;
    records->ledger = options->ledger;
    records->unit = options->unit;
    records->node = options->node;
    records->is_exercise = options->is_exercise;
    records->key = options->key;
    records->password_cost = options->password_cost.passes == 0
                                 ? password_cost_for(PASSWORD_MEMORY_MIN)
                                 : options->password_cost;
    records->password_jobs =
        options->password_jobs == 0 ? RECORDS_PASSWORD_JOBS : options->password_jobs;
    records->now_ms = options->now_ms == NULL ? clock_utc_ms : options->now_ms;
    pthread_mutex_init(&records->lock, NULL);
    pthread_cond_init(&records->room, NULL);
    char nobody[TOKEN_CHARS + 1];
    uint8_t hash[SHA256_SIZE];
    token_make(nobody, hash);
    TRY(password_make(records, str_from(nobody), records->unknown_hash, diag));
    TRY(erasure_repair(records, diag));
    *ret = TAKE(records);
    return ERR_OK;
}

void records_free(Records *records) {
    if (records == NULL)
        return;
    pthread_cond_destroy(&records->room);
    pthread_mutex_destroy(&records->lock);
    seal_key_wipe(&records->key);
    free(records);
}

Store *records_store(Records *records) {
    return records->store;
}

LedgerLog *records_ledger(Records *records) {
    return records->ledger;
}

bool records_is_exercise(const Records *records) {
    return records->is_exercise;
}

Identifier records_unit(const Records *records) {
    return records->unit;
}

int64_t records_now_ms(const Records *records) {
    return records->now_ms();
}

// --- Passwords and tokens ---------------------------------------------------------------------

static void job_begin(Records *records) {
    pthread_mutex_lock(&records->lock);
    while (records->password_jobs == 0)
        pthread_cond_wait(&records->room, &records->lock);
    records->password_jobs--;
    pthread_mutex_unlock(&records->lock);
}

static void job_end(Records *records) {
    pthread_mutex_lock(&records->lock);
    records->password_jobs++;
    pthread_cond_signal(&records->room);
    pthread_mutex_unlock(&records->lock);
}

Err password_make(Records *records, Str password, char ret_text[PASSWORD_HASH_MAX], Diag *diag) {
    job_begin(records);
    Err err = password_hash_make(password, records->password_cost, ret_text, diag);
    job_end(records);
    return err;
}

Err password_fits(Records *records, const char *text, Str password, bool *ret_fits, Diag *diag) {
    job_begin(records);
    Err err = password_hash_check(text, password, ret_fits, diag);
    job_end(records);
    return err;
}

void token_make(char ret_text[TOKEN_CHARS + 1], uint8_t ret_hash[SHA256_SIZE]) {
    uint8_t bytes[TOKEN_BYTES];
    random_bytes(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, ret_text);
    sha256_of(bytes, sizeof bytes, ret_hash);
    secret_wipe(bytes, sizeof bytes);
}

bool token_hash(Str text, uint8_t ret_hash[SHA256_SIZE]) {
    uint8_t bytes[TOKEN_BYTES];
    if (!hex_decode(text, bytes, sizeof bytes))
        return false;
    sha256_of(bytes, sizeof bytes, ret_hash);
    secret_wipe(bytes, sizeof bytes);
    return true;
}
