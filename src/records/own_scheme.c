// Category schemes of the operator's own, and the list of all.
#include "format/scheme.h"
#include "records/category.h"
#include "records/inside.h"

static Err facts_check(const SchemeFacts *facts, Diag *diag) {
    TRY(word_check(facts->id, "id", false, diag));
    if (!scheme_is_local(facts->id))
        return diag_set(diag, ERR_INVALID,
                        N_("A scheme of one's own has an identifier that begins with “local-”."));
    TRY(text_check(facts->version, "version", RECORDS_WORD_MAX, false, diag));
    TRY(text_check(facts->name, "name", RECORDS_NAME_MAX, false, diag));
    TRY(text_check(facts->jurisdiction, "jurisdiction", 3, true, diag));
    if (facts->code_count < 1 || facts->code_count > RECORDS_CODES_MAX ||
        facts->mapping_count > 4 * (size_t)RECORDS_CODES_MAX)
        return diag_set(diag, ERR_LIMIT, N_("A scheme has from one to a hundred codes."));
    for (size_t i = 0; i < facts->code_count; i++) {
        TRY(text_check(facts->codes[i].code, "code", RECORDS_WORD_MAX, false, diag));
        TRY(text_check(facts->codes[i].label, "label", RECORDS_NAME_MAX, false, diag));
        if (facts->codes[i].severity < -1 || facts->codes[i].severity > 100)
            return diag_set(diag, ERR_RANGE, N_("A severity is a number from -1 to 100."));
    }
    for (size_t i = 0; i < facts->mapping_count; i++) {
        const Mapping *mapping = &facts->mappings[i];
        TRY(text_check(mapping->authority, "authority", RECORDS_NAME_MAX, false, diag));
        TRY(text_check(mapping->date, "date", 10, false, diag));
        if (scheme_has_code(mapping->to.scheme, mapping->to.version, mapping->to.code) !=
            SCHEME_HAS)
            return diag_set(diag, ERR_INVALID,
                            N_("A mapping leads to a code of a scheme that ships."));
    }
    return ERR_OK;
}

static Err codes_write(Change *change, const SchemeFacts *facts, Diag *diag) {
    Bind scheme = bind_text("scheme", facts->id), version = bind_text("version", facts->version);
    for (size_t i = 0; i < facts->code_count; i++) {
        int64_t added;
        TRY(tx_run(change->tx,
                   STR("INSERT INTO scheme_codes (scheme, version, code, severity, label) VALUES "
                       "(:scheme, :version, :code, :severity, :label) ON CONFLICT (scheme, "
                       "version, code) DO NOTHING"),
                   BINDS(scheme, version, bind_text("code", facts->codes[i].code),
                         bind_int64("severity", facts->codes[i].severity),
                         bind_text("label", facts->codes[i].label)),
                   &added, diag));
        if (added == 0)
            return diag_set(diag, ERR_EXISTS, N_("A code is there twice."));
    }
    return ERR_OK;
}

static Err mapping_write(Change *change, const SchemeFacts *facts, const Mapping *mapping,
                         Diag *diag) {
    int64_t has_code;
    const SchemeCode *to =
        scheme_code_find(mapping->to.scheme, mapping->to.version, mapping->to.code);
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM scheme_codes WHERE scheme = :scheme AND version = "
                     ":version AND code = :code"),
                 BINDS(bind_text("scheme", facts->id), bind_text("version", facts->version),
                       bind_text("code", mapping->from.code)),
                 NULL, &has_code, diag));
    if (has_code == 0 || to == NULL)
        return diag_set(diag, ERR_INVALID, N_("A mapping begins with a code of the scheme."));
    return tx_run(
        change->tx,
        STR("INSERT INTO scheme_mappings (scheme, version, code, to_scheme, to_version, to_code, "
            "relation, is_lossy, authority, date) VALUES (:scheme, :version, :code, :to_scheme, "
            ":to_version, :to_code, :relation, :lossy, :authority, :date) ON CONFLICT DO NOTHING"),
        BINDS(bind_text("scheme", facts->id), bind_text("version", facts->version),
              bind_text("code", mapping->from.code), bind_text("to_scheme", str_from(to->id)),
              bind_text("to_version", str_from(to->version)),
              bind_text("to_code", str_from(to->code)),
              bind_text("relation", str_from(mapping_relation_id(mapping->relation))),
              bind_int64("lossy", mapping->is_lossy), bind_text("authority", mapping->authority),
              bind_text("date", mapping->date)),
        NULL, diag);
}

static Err define(Change *change, void *context, Diag *diag) {
    const SchemeFacts *facts = context;
    int64_t added;
    TRY(tx_run(change->tx,
               STR("INSERT INTO schemes (id, version, name, jurisdiction, made_ms) VALUES (:id, "
                   ":version, :name, :jurisdiction, :now) ON CONFLICT (id, version) DO NOTHING"),
               BINDS(bind_text("id", facts->id), bind_text("version", facts->version),
                     bind_text("name", facts->name), bind_text("jurisdiction", facts->jurisdiction),
                     bind_int64("now", change->now_ms)),
               &added, diag));
    if (added == 0)
        return diag_set(diag, ERR_EXISTS,
                        N_("This version of the scheme is there already. Give another one."));
    TRY(codes_write(change, facts, diag));
    for (size_t i = 0; i < facts->mapping_count; i++)
        TRY(mapping_write(change, facts, &facts->mappings[i], diag));
    change_fact_text(change, "scheme", facts->id);
    change_fact_int(change, "codes", (int64_t)facts->code_count);
    change_fact_int(change, "mappings", (int64_t)facts->mapping_count);
    return ERR_OK;
}

Err scheme_define(Records *records, const Actor *actor, const SchemeFacts *facts, Diag *diag) {
    TRY(facts_check(facts, diag));
    SchemeFacts copy = *facts;
    return records_change(records, actor, PERMISSION_SCHEME_EDIT, LEDGER_SCHEME_CHANGED, define,
                          &copy, diag);
}

// --- Reading ----------------------------------------------------------------------------------

typedef struct SchemeReading {
    Arena *memory;
    SchemeRow *schemes;
    SchemeCodeFacts *codes;
    Str id, version;
    size_t count;
} SchemeReading;

static Err read_schemes(Tx *tx, void *context, Diag *diag) {
    SchemeReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    size_t shipped;
    const Scheme *all = scheme_all(&shipped);
    reading->count = 0;
    for (size_t i = 0; i < shipped && reading->count < RECORDS_PAGE_MAX; i++)
        reading->schemes[reading->count++] =
            (SchemeRow){str_from(all[i].id), str_from(all[i].version), str_from(all[i].id), true};
    TRY(tx_query(tx, STR("SELECT id, version, name FROM schemes ORDER BY id, made_ms"), BIND_NONE,
                 &rows, diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows))
        reading->schemes[reading->count++] =
            (SchemeRow){arena_copy(reading->memory, stmt_text(rows, 0)),
                        arena_copy(reading->memory, stmt_text(rows, 1)),
                        arena_copy(reading->memory, stmt_text(rows, 2)), false};
    return tx_err(tx, diag);
}

Err scheme_list(Records *records, const Actor *actor, Arena *memory, SchemeRow **ret,
                size_t *ret_count, Diag *diag) {
    SchemeReading reading = {.memory = memory,
                             .schemes = ARENA_ARRAY(memory, SchemeRow, RECORDS_PAGE_MAX)};
    if (reading.schemes == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_SCHEME_VIEW, read_schemes, &reading, diag));
    *ret = reading.schemes;
    *ret_count = reading.count;
    return ERR_OK;
}

static Err read_codes(Tx *tx, void *context, Diag *diag) {
    SchemeReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    size_t shipped;
    const SchemeCode *all = scheme_code_all(&shipped);
    reading->count = 0;
    for (size_t i = 0; i < shipped && reading->count < RECORDS_PAGE_MAX; i++)
        if (str_is(reading->id, all[i].id) && str_is(reading->version, all[i].version))
            reading->codes[reading->count++] =
                (SchemeCodeFacts){str_from(all[i].code), str_from(all[i].label), all[i].severity};
    TRY(tx_query(tx,
                 STR("SELECT code, label, severity FROM scheme_codes WHERE scheme = :id AND "
                     "version = :version ORDER BY severity DESC, code"),
                 BINDS(bind_text("id", reading->id), bind_text("version", reading->version)), &rows,
                 diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows))
        reading->codes[reading->count++] =
            (SchemeCodeFacts){arena_copy(reading->memory, stmt_text(rows, 0)),
                              arena_copy(reading->memory, stmt_text(rows, 1)), stmt_int64(rows, 2)};
    return tx_err(tx, diag);
}

Err scheme_codes(Records *records, const Actor *actor, Str id, Str version, Arena *memory,
                 SchemeCodeFacts **ret, size_t *ret_count, Diag *diag) {
    SchemeReading reading = {.memory = memory,
                             .id = id,
                             .version = version,
                             .codes = ARENA_ARRAY(memory, SchemeCodeFacts, RECORDS_PAGE_MAX)};
    if (reading.codes == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_SCHEME_VIEW, read_codes, &reading, diag));
    *ret = reading.codes;
    *ret_count = reading.count;
    return ERR_OK;
}
