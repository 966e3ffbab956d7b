// Schema steps: which were applied, whether they are the same, and applying those that are missing.
#include "store/schema.h"

#include <stdlib.h>

#include "base/clock.h"
#include "crypto/digest.h"
#include "store/notation.h"
#include "store/tx.h"

enum { DIGEST_SIZE = 32, TREE_MAX = 16 << 20, UPGRADE_HOURS_MAX = 24 };

// The record of what was applied, in our own notation.
static const char RECORD[] = "table store_steps (room text not null, number int64 not null, "
                             "digest bytes not null, applied_ms int64 not null, "
                             "primary key (room, number))";

typedef struct Upgrade {
    const StoreSchema *schemas;
    int count;
    bool may_apply;
    int applied[STORE_SCHEMAS_MAX]; // steps found in the database, by schema
    bool did_apply;
    bool is_missing; // a step, or the record itself
} Upgrade;

// Reads a step; its digest is over its words.
static Err step_read(const StoreStep *step, Arena *arena, SchemaTree *ret,
                     uint8_t ret_digest[DIGEST_SIZE], Diag *diag) {
    _cleanup_strbuf_ StrBuf words = STRBUF(16 * STORE_NOTATION_MAX);
    _cleanup_(crypto_digest_freep) CryptoDigest *digest = NULL;
    TRY(schema_parse(str_from(step->notation), arena, ret, &words, diag));
    Err err = strbuf_err(&words);
    if (err == ERR_OK)
        err = crypto_digest_new("SHA256", &digest);
    if (err == ERR_OK) {
        crypto_digest_put(digest, words.ptr, words.len);
        err = crypto_digest_finish(digest, ret_digest, DIGEST_SIZE);
    }
    return err == ERR_OK ? ERR_OK : diag_set(diag, err, N_("There is not enough memory."));
}

static Err step_err(Err err, const char *msgid, Str schema, int64_t number, Diag *diag) {
    diag_set(diag, err, msgid);
    diag_arg(diag, "schema", schema);
    diag_arg_int(diag, "number", number);
    return err;
}

static Err step_compare(const StoreStep *step, Str schema, Str digest, Diag *diag) {
    _cleanup_(arena_freep) Arena *arena = arena_new(TREE_MAX);
    SchemaTree tree;
    uint8_t own[DIGEST_SIZE];
    if (arena == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(step_read(step, arena, &tree, own, diag));
    if (str_equal(digest, str_of(own, sizeof own)))
        return ERR_OK;
    return step_err(ERR_CONFLICT,
                    N_("Step {number} of the tables of {schema} was applied in another form than "
                       "this program has it. Use the version that made the database."),
                    schema, step->number, diag);
}

// One row of the record, in order of schema and number.
static Err row_check(Upgrade *upgrade, Str name, int64_t number, Str digest, Diag *diag) {
    int at = 0;
    while (at < upgrade->count && !str_is(name, upgrade->schemas[at].name))
        at++;
    if (at == upgrade->count || number > upgrade->schemas[at].count)
        return step_err(
            ERR_UNSUPPORTED,
            N_("The database was made by a newer version of this program (step "
               "{number} of {schema}). Install that version; this one changes nothing."),
            name, number, diag);
    if (number != ++upgrade->applied[at])
        return step_err(ERR_CORRUPT,
                        N_("The database's own record of its tables is damaged at step {number} of "
                           "{schema}. Restore the last backup."),
                        name, number, diag);
    return step_compare(&upgrade->schemas[at].steps[number - 1], name, digest, diag);
}

static bool is_on_postgres(const Tx *tx) {
    return tx_driver(tx) == &driver_postgres;
}

static Err record_exists(Tx *tx, bool *ret, Diag *diag) {
    int64_t count;
    // Each database has a catalogue of its own.
    Str sql = is_on_postgres(tx)
                  ? STR("SELECT count(*) FROM pg_class WHERE relname = 'store_steps' AND "
                        "pg_table_is_visible(oid)")
                  : STR("SELECT count(*) FROM sqlite_schema WHERE name = 'store_steps'");
    TRY(tx_int64(tx, sql, BIND_NONE, NULL, &count, diag));
    *ret = count > 0;
    return ERR_OK;
}

static Err items_apply(Tx *tx, const SchemaTree *tree, Diag *diag) {
    for (int i = 0; i < tree->count; i++) {
        if (tree->items[i].kind == SCHEMA_RUN) {
            TRY(tx_run(tx, tree->items[i].sql, BIND_NONE, NULL, diag));
            continue;
        }
        _cleanup_strbuf_ StrBuf sql = STRBUF(STORE_DDL_MAX);
        schema_emit(&tree->items[i], is_on_postgres(tx), &sql);
        if (strbuf_err(&sql) != ERR_OK)
            return diag_set(diag, strbuf_err(&sql), N_("There is not enough memory."));
        TRY(tx_execute(tx, strbuf_text(&sql), diag));
    }
    return ERR_OK;
}

static Err step_apply(Tx *tx, Str schema, const StoreStep *step, Diag *diag) {
    _cleanup_(arena_freep) Arena *arena = arena_new(TREE_MAX);
    SchemaTree tree;
    uint8_t digest[DIGEST_SIZE];
    if (arena == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(step_read(step, arena, &tree, digest, diag));
    TRY(items_apply(tx, &tree, diag));
    return tx_run(tx,
                  STR("INSERT INTO store_steps (room, number, digest, applied_ms) VALUES (:room, "
                      ":number, :digest, :now)"),
                  BINDS(bind_text("room", schema), bind_int64("number", step->number),
                        bind_bytes("digest", str_of(digest, sizeof digest)),
                        bind_int64("now", clock_utc_ms())),
                  NULL, diag);
}

static Err record_read(Tx *tx, Upgrade *upgrade, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR("SELECT room, number, digest FROM store_steps ORDER BY room, number"),
                 BIND_NONE, &rows, diag));
    while (stmt_next(rows))
        TRY(row_check(upgrade, stmt_text(rows, 0), stmt_int64(rows, 1), stmt_bytes(rows, 2), diag));
    return tx_err(tx, diag);
}

// Compares, and applies the first step that is missing.
static Err upgrade_work(Tx *tx, void *context, Diag *diag) {
    Upgrade *upgrade = context;
    bool has_record;
    upgrade->did_apply = upgrade->is_missing = false;
    memset(upgrade->applied, 0, sizeof upgrade->applied);
    TRY(record_exists(tx, &has_record, diag));
    if (has_record)
        TRY(record_read(tx, upgrade, diag));
    int at = 0;
    while (at < upgrade->count && upgrade->applied[at] == upgrade->schemas[at].count)
        at++;
    upgrade->is_missing = at < upgrade->count;
    if (!upgrade->is_missing || !upgrade->may_apply)
        return ERR_OK;
    if (!has_record) {
        _cleanup_(arena_freep) Arena *arena = arena_new(TREE_MAX);
        SchemaTree tree;
        if (arena == NULL)
            return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
        TRY(schema_parse(str_from(RECORD), arena, &tree, NULL, diag));
        TRY(items_apply(tx, &tree, diag));
    }
    upgrade->did_apply = true;
    return step_apply(tx, str_from(upgrade->schemas[at].name),
                      &upgrade->schemas[at].steps[upgrade->applied[at]], diag);
}

// Steps are numbered 1, 2, 3… and their schemas have names of their own.
static Err schemas_check(const StoreSchema *schemas, int count, Diag *diag) {
    bool is_good = count >= 0 && count <= STORE_SCHEMAS_MAX;
    for (int i = 0; i < count && is_good; i++) {
        is_good = schemas[i].count >= 0 && schemas[i].count <= STORE_STEPS_MAX;
        for (int other = 0; other < i && is_good; other++)
            is_good = strcmp(schemas[i].name, schemas[other].name) != 0;
        for (int step = 0; step < schemas[i].count && is_good; step++)
            is_good = schemas[i].steps[step].number == step + 1;
    }
    return is_good ? ERR_OK
                   : diag_set(diag, ERR_INTERNAL,
                              N_("The steps of a schema are not numbered 1, 2, 3…"));
}

Err store_upgrade(Store *store, const StoreSchema *schemas, int count, int *ret_applied,
                  Diag *diag) {
    StoreRequest request = {.deadline_ns =
                                clock_monotonic_ns() + UPGRADE_HOURS_MAX * INT64_C(3600000000000)};
    Upgrade upgrade = {.schemas = schemas, .count = count, .may_apply = true};
    int applied = 0;
    TRY(schemas_check(schemas, count, diag));
    do {
        TRY(store_run(store, STORE_QUEUED, &request, upgrade_work, &upgrade, diag));
        applied += upgrade.did_apply;
    } while (upgrade.did_apply);
    if (ret_applied != NULL)
        *ret_applied = applied;
    return ERR_OK;
}

Err store_schema_check(Store *store, const StoreSchema *schemas, int count, Diag *diag) {
    Upgrade upgrade = {.schemas = schemas, .count = count};
    TRY(schemas_check(schemas, count, diag));
    TRY(store_run(store, STORE_READ, NULL, upgrade_work, &upgrade, diag));
    return upgrade.is_missing
               ? diag_set(
                     diag, ERR_STATE,
                     N_("The database was made by an older version of this program and must be "
                        "brought up to date first."))
               : ERR_OK;
}
