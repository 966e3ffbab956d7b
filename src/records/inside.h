// The inside of Records, for this room's files only.
#pragma once
#include <pthread.h>

#include "records/change.h"

struct Records {
    Store *store;
    LedgerLog *ledger;
    Identifier unit, node;
    bool is_exercise;
    SealKey key;
    PasswordCost password_cost;
    int64_t (*now_ms)(void);
    // Passwords being hashed: each takes tens of megabytes.
    pthread_mutex_t lock;
    pthread_cond_t room;
    int password_jobs;
    char unknown_hash[PASSWORD_HASH_MAX]; // what the password of nobody is compared with
};

// Checks the actor as the database knows it now. *ret_permissions is what they hold.
Err actor_check(Tx *tx, const Actor *actor, int64_t now_ms, PermissionSet *ret_permissions,
                Diag *diag) MUST_CHECK;
// The roles of a person.
Err person_roles_read(Tx *tx, int64_t person, RoleSet *ret, Diag *diag) MUST_CHECK;
// Argon2id, no more than password_jobs at once.
Err password_make(Records *records, Str password, char ret_text[PASSWORD_HASH_MAX],
                  Diag *diag) MUST_CHECK;
Err password_fits(Records *records, const char *text, Str password, bool *ret_fits,
                  Diag *diag) MUST_CHECK;
// The seat of a person: number, unit and both identifiers. ERR_NOT_FOUND.
Err unit_number(Tx *tx, const Identifier *unit, int64_t *ret, Diag *diag) MUST_CHECK;
Err person_number(Tx *tx, const Identifier *person, int64_t *ret, Diag *diag) MUST_CHECK;
// A random token as text (TOKEN_CHARS hexadecimal digits and a NUL) and its hash.
enum { TOKEN_BYTES = 32, TOKEN_CHARS = 2 * TOKEN_BYTES };
void token_make(char ret_text[TOKEN_CHARS + 1], uint8_t ret_hash[SHA256_SIZE]);
bool token_hash(Str text, uint8_t ret_hash[SHA256_SIZE]); // false: no token by its form
