// Putting published entries back into a database that is older than what was published.
#include "ledger/node_inside.h"
#include "ledger/verify.h"

// Slots are counted on from the next multiple of this after a restore, so that they are none that
// entries had which the database does not remember.
#define SLOT_RUN (INT64_C(1) << 32)

typedef struct Recovery {
    Store *store;
    LedgerLeafReader there; // the leaves that the database has
    uint64_t size;          // how many
    StrBuf bundle;          // leaves to be added, from `first` on
    uint64_t first;
    unsigned count;
} Recovery;

static Bind bind_identifier(const char *name, const Identifier *id) {
    return identifier_is_none(id) ? bind_null(name)
                                  : bind_bytes(name, str_of(id->bytes, sizeof id->bytes));
}

static Err leaf_insert(Tx *tx, Str leaf, Diag *diag) {
    LedgerEntry entry;
    TRY(ledger_entry_parse(leaf, &entry, diag));
    return tx_run(
        tx,
        STR("INSERT INTO ledger_leaves (entry, leaf, at_ms, kind, person, unit, case_id) VALUES "
            "(:entry, :leaf, :at_ms, :kind, :person, :unit, :case_id)"),
        BINDS(bind_int64("entry", (int64_t)entry.index), bind_text("leaf", leaf),
              bind_int64("at_ms", entry.utc_ms), bind_text("kind", str_from(entry.kind)),
              bind_identifier("person", &entry.person), bind_identifier("unit", &entry.unit),
              bind_identifier("case_id", &entry.case_)),
        NULL, diag);
}

static Err leaves_insert(Tx *tx, void *context, Diag *diag) {
    const Recovery *recovery = context;
    Str rest = strbuf_str(&recovery->bundle), leaf;
    while (entry_bundle_next(&rest, &leaf))
        TRY(leaf_insert(tx, leaf, diag));
    return tx_run(tx, STR("UPDATE ledger_head SET size = :size WHERE id = 1"),
                  BINDS(bind_int64("size", (int64_t)(recovery->first + recovery->count))), NULL,
                  diag);
}

static Err bundle_give(Recovery *recovery, Diag *diag) {
    if (recovery->count == 0)
        return ERR_OK;
    TRY(store_run(recovery->store, STORE_QUEUED, NULL, leaves_insert, recovery, diag));
    recovery->first += recovery->count;
    recovery->count = 0;
    strbuf_clear(&recovery->bundle);
    return ERR_OK;
}

// Those that the database has must be the same; the others are gathered.
static Err leaf_take(void *context, const LedgerEntry *entry, Str leaf, Diag *diag) {
    Recovery *recovery = context;
    if (entry->index < recovery->size) {
        _cleanup_strbuf_ StrBuf own = STRBUF(LEAF_MAX);
        LeafSource source = ledger_leaf_reader_source(&recovery->there);
        TRY(source.read(source.context, entry->index, &own, diag));
        return str_equal(strbuf_str(&own), leaf)
                   ? ERR_OK
                   : diag_set(diag, ERR_CONFLICT,
                              N_("The entries in the database are not those that were published."));
    }
    TRY(entry_bundle_put(&recovery->bundle, leaf, diag));
    recovery->count++;
    return recovery->count < LEDGER_LEAVES_READ ? ERR_OK : bundle_give(recovery, diag);
}

static Err size_read(Tx *tx, void *context, Diag *diag) {
    bool has_head;
    int64_t *size = context;
    *size = 0;
    return tx_int64(tx, STR("SELECT size FROM ledger_head WHERE id = 1"), BIND_NONE, &has_head,
                    size, diag);
}

static Err run_begin(Tx *tx, void *context, Diag *diag) {
    (void)context;
    return tx_run(tx,
                  STR("UPDATE ledger_head SET next_slot = (next_slot / :run + 1) * :run WHERE id = "
                      "1"),
                  BINDS(bind_int64("run", SLOT_RUN)), NULL, diag);
}

static Err recover(Recovery *recovery, const NoteVerifier *log, const char *folder,
                   uint64_t *ret_published, Diag *diag) {
    LedgerVerifyOptions options = {.log = log};
    LedgerReport report;
    TileFolder tiles = {folder};
    _cleanup_strbuf_ StrBuf note = STRBUF(NOTE_MAX);
    Err err = tile_folder_checkpoint(&tiles, &note, diag);
    if (err == ERR_NOT_FOUND) // nothing was published: nothing to put back
        return ERR_OK;
    TRY(err);
    // Wholly verified before the first entry is taken over.
    TRY(ledger_verify(folder, &options, &report, diag));
    options.entry = leaf_take;
    options.context = recovery;
    TRY(ledger_verify(folder, &options, &report, diag));
    *ret_published = report.size;
    return bundle_give(recovery, diag);
}

// A database that never had a ledger has no head row either: nothing of it may be made up.
static Err database_check(int64_t size, Diag *diag) {
    return size > 0 ? ERR_OK
                    : diag_set(diag, ERR_NOT_FOUND,
                               N_("The database has no ledger. Restore the database first, then "
                                  "the node."));
}

Err ledger_log_recover(Store *store, const NoteVerifier *log, const char *folder,
                       uint64_t *ret_entries, uint64_t *ret_recovered, Diag *diag) {
    int64_t size;
    uint64_t published = 0;
    TRY(store_run(store, STORE_READ, NULL, size_read, &size, diag));
    TRY(database_check(size, diag));
    Recovery recovery = {.store = store,
                         .size = (uint64_t)size,
                         .first = (uint64_t)size,
                         .bundle = STRBUF(BUNDLE_BYTES_MAX)};
    ledger_leaf_reader_begin(&recovery.there, store);
    Err err = recover(&recovery, log, folder, &published, diag);
    ledger_leaf_reader_done(&recovery.there);
    strbuf_done(&recovery.bundle);
    TRY(err);
    TRY(store_run(store, STORE_QUEUED, NULL, run_begin, NULL, diag));
    *ret_entries = (uint64_t)size;
    *ret_recovered = published > (uint64_t)size ? published - (uint64_t)size : 0;
    return ERR_OK;
}
