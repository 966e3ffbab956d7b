// Units: making, changing and listing them.
#include "records/unit.h"

#include "records/inside.h"

static const char *const KIND_IDS[] = {
#define UNIT_ROW(name, id, label) id,
    UNIT_KINDS(UNIT_ROW)
#undef UNIT_ROW
};
static const char *const KIND_LABELS[] = {
#define UNIT_ROW(name, id, label) label,
    UNIT_KINDS(UNIT_ROW)
#undef UNIT_ROW
};

const char *unit_kind_id(UnitKind kind) {
    return KIND_IDS[kind];
}

const char *unit_kind_label(UnitKind kind) {
    return KIND_LABELS[kind];
}

bool unit_kind_find(Str identifier, UnitKind *ret) {
    for (int i = 0; i < UNIT_KIND_COUNT; i++)
        if (str_is(identifier, KIND_IDS[i])) {
            *ret = (UnitKind)i;
            return true;
        }
    return false;
}

static Err facts_check(const UnitFacts *facts, Diag *diag) {
    TRY(text_check(facts->name, "name", RECORDS_NAME_MAX, false, diag));
    TRY(country_check(facts->country, diag));
    TRY(text_check(facts->time_zone, "time_zone", RECORDS_WORD_MAX, false, diag));
    if (facts->days > 127 || facts->opens_min < 0 || facts->closes_min > 24 * 60 ||
        facts->opens_min > facts->closes_min)
        return diag_set(diag, ERR_RANGE, N_("These are not hours of a day."));
    if (facts->language_count < 1 || facts->language_count > RECORDS_LANGUAGES_MAX)
        return diag_set(diag, ERR_INVALID, N_("Name from one to sixteen languages."));
    for (int i = 0; i < facts->language_count; i++)
        TRY(text_check(facts->languages[i], "language", RECORDS_TAG_MAX, false, diag));
    return ERR_OK;
}

typedef struct UnitWork {
    const UnitFacts *facts;
    bool is_own;
    Identifier uid;
    State to;
} UnitWork;

#define FACT_BINDS(facts) \
    bind_text("name", (facts)->name), bind_text("kind", str_from(KIND_IDS[(facts)->kind])), \
        bind_text("country", (facts)->country), bind_text("time_zone", (facts)->time_zone), \
        bind_int64("days", (facts)->days), bind_int64("opens", (facts)->opens_min), \
        bind_int64("closes", (facts)->closes_min)

static Err languages_write(Change *change, int64_t unit, const UnitFacts *facts, Diag *diag) {
    TRY(tx_run(change->tx, STR("DELETE FROM unit_languages WHERE unit = :unit"),
               BINDS(bind_int64("unit", unit)), NULL, diag));
    for (int i = 0; i < facts->language_count; i++)
        TRY(tx_run(change->tx,
                   STR("INSERT INTO unit_languages (unit, place, tag) VALUES (:unit, :place, "
                       ":tag)"),
                   BINDS(bind_int64("unit", unit), bind_int64("place", i),
                         bind_text("tag", facts->languages[i])),
                   NULL, diag));
    return ERR_OK;
}

static Err create(Change *change, void *context, Diag *diag) {
    UnitWork *work = context;
    work->uid = work->is_own ? change->records->unit : identifier_make();
    int64_t id;
    bool has;
    TRY(tx_int64(change->tx,
                 STR("INSERT INTO units (uid, name, kind, country, time_zone, days, opens_min, "
                     "closes_min, is_own, state, made_ms) VALUES (:uid, :name, :kind, :country, "
                     ":time_zone, :days, :opens, :closes, :own, 'active', :now) "
                     "ON CONFLICT (uid) DO NOTHING RETURNING id"),
                 BINDS(FACT_BINDS(work->facts), bind_id("uid", &work->uid),
                       bind_int64("own", work->is_own), bind_int64("now", change->now_ms)),
                 &has, &id, diag));
    if (!has)
        return diag_set(diag, ERR_EXISTS, N_("This unit is there already."));
    TRY(languages_write(change, id, work->facts, diag));
    change_fact_text(change, "act", STR("created"));
    change_fact_id(change, "unit", &work->uid);
    return ERR_OK;
}

Err unit_create(Records *records, const Actor *actor, const UnitFacts *facts, bool is_own,
                Identifier *ret_uid, Diag *diag) {
    TRY(facts_check(facts, diag));
    UnitWork work = {.facts = facts, .is_own = is_own};
    TRY(records_change(records, actor, PERMISSION_UNIT_EDIT, LEDGER_UNIT_CHANGED, create, &work,
                       diag));
    *ret_uid = work.uid;
    return ERR_OK;
}

static Err set(Change *change, void *context, Diag *diag) {
    const UnitWork *work = context;
    int64_t id;
    TRY(unit_number(change->tx, &work->uid, &id, diag));
    TRY(tx_run(change->tx,
               STR("UPDATE units SET name = :name, kind = :kind, country = :country, "
                   "time_zone = :time_zone, days = :days, opens_min = :opens, "
                   "closes_min = :closes WHERE id = :id"),
               BINDS(FACT_BINDS(work->facts), bind_int64("id", id)), NULL, diag));
    TRY(languages_write(change, id, work->facts, diag));
    change_fact_text(change, "act", STR("changed"));
    change_fact_id(change, "unit", &work->uid);
    return ERR_OK;
}

Err unit_set(Records *records, const Actor *actor, const Identifier *unit, const UnitFacts *facts,
             Diag *diag) {
    TRY(facts_check(facts, diag));
    UnitWork work = {.facts = facts, .uid = *unit};
    return records_change(records, actor, PERMISSION_UNIT_EDIT, LEDGER_UNIT_CHANGED, set, &work,
                          diag);
}

static Err move(Change *change, void *context, Diag *diag) {
    const UnitWork *work = context;
    int64_t id;
    if (identifier_equal(&work->uid, &change->records->unit))
        return diag_set(diag, ERR_STATE, N_("The node's own unit cannot be closed."));
    TRY(unit_number(change->tx, &work->uid, &id, diag));
    change_fact_id(change, "unit_id", &work->uid);
    TRY(state_move(change, id, work->to, NULL, diag));
    if (work->to != STATE_UNIT_CLOSED)
        return ERR_OK;
    // Whoever belongs to it is signed out.
    return tx_run(change->tx,
                  STR("DELETE FROM sessions WHERE person IN (SELECT id FROM people WHERE unit = "
                      ":unit)"),
                  BINDS(bind_int64("unit", id)), NULL, diag);
}

static Err unit_move(Records *records, const Actor *actor, const Identifier *unit, State to,
                     Diag *diag) {
    UnitWork work = {.uid = *unit, .to = to};
    return records_change(records, actor, PERMISSION_UNIT_EDIT, LEDGER_UNIT_CHANGED, move, &work,
                          diag);
}

Err unit_close(Records *records, const Actor *actor, const Identifier *unit, Diag *diag) {
    return unit_move(records, actor, unit, STATE_UNIT_CLOSED, diag);
}

Err unit_open_again(Records *records, const Actor *actor, const Identifier *unit, Diag *diag) {
    return unit_move(records, actor, unit, STATE_UNIT_ACTIVE, diag);
}

// --- Reading ----------------------------------------------------------------------------------

#define UNIT_COLUMNS \
    "SELECT u.id, u.uid, u.name, u.kind, u.country, u.time_zone, u.days, u.opens_min, " \
    "u.closes_min, u.is_own, u.state, (SELECT count(*) FROM people p WHERE p.unit = u.id AND " \
    "p.state = 'active') FROM units u "

static Err row_read(Stmt *rows, Arena *memory, Unit *ret, Diag *diag) {
    *ret = (Unit){.id = stmt_int64(rows, 0),
                  .uid = stmt_id(rows, 1),
                  .is_own = stmt_int64(rows, 9) == 1,
                  .people = stmt_int64(rows, 11)};
    ret->facts = (UnitFacts){.name = arena_copy(memory, stmt_text(rows, 2)),
                             .country = arena_copy(memory, stmt_text(rows, 4)),
                             .time_zone = arena_copy(memory, stmt_text(rows, 5)),
                             .days = (unsigned)stmt_int64(rows, 6),
                             .opens_min = (int)stmt_int64(rows, 7),
                             .closes_min = (int)stmt_int64(rows, 8)};
    if (!unit_kind_find(stmt_text(rows, 3), &ret->facts.kind))
        ret->facts.kind = UNIT_BODY;
    return state_read(MACHINE_UNIT, stmt_text(rows, 10), &ret->state, diag);
}

static Err languages_read(Tx *tx, Arena *memory, Unit *unit, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR("SELECT tag FROM unit_languages WHERE unit = :unit ORDER BY place"),
                 BINDS(bind_int64("unit", unit->id)), &rows, diag));
    while (unit->facts.language_count < RECORDS_LANGUAGES_MAX && stmt_next(rows))
        unit->facts.languages[unit->facts.language_count++] =
            arena_copy(memory, stmt_text(rows, 0));
    return tx_err(tx, diag);
}

typedef struct UnitReading {
    const Identifier *uid; // NULL: all
    Arena *memory;
    Unit *units;
    size_t count, capacity;
} UnitReading;

static Err read_units(Tx *tx, void *context, Diag *diag) {
    UnitReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    if (reading->uid != NULL)
        TRY(tx_query(tx, STR(UNIT_COLUMNS "WHERE u.uid = :uid"),
                     BINDS(bind_id("uid", reading->uid)), &rows, diag));
    else
        TRY(tx_query(tx, STR(UNIT_COLUMNS "ORDER BY u.name, u.id LIMIT :most"),
                     BINDS(bind_int64("most", (int64_t)reading->capacity)), &rows, diag));
    while (reading->count < reading->capacity && stmt_next(rows))
        TRY(row_read(rows, reading->memory, &reading->units[reading->count++], diag));
    TRY(tx_err(tx, diag));
    for (size_t i = 0; i < reading->count; i++)
        TRY(languages_read(tx, reading->memory, &reading->units[i], diag));
    return arena_err(reading->memory) == ERR_OK
               ? ERR_OK
               : diag_set(diag, arena_err(reading->memory), N_("There is not enough memory."));
}

Err unit_get(Records *records, const Actor *actor, const Identifier *unit, Arena *memory, Unit *ret,
             Diag *diag) {
    Unit found;
    UnitReading reading = {.uid = unit, .memory = memory, .units = &found, .capacity = 1};
    TRY(records_read(records, actor, PERMISSION_UNIT_VIEW, read_units, &reading, diag));
    if (reading.count == 0)
        return record_missing(diag);
    *ret = found;
    return ERR_OK;
}

Err unit_list(Records *records, const Actor *actor, Arena *memory, Unit **ret, size_t *ret_count,
              Diag *diag) {
    UnitReading reading = {.memory = memory,
                           .units = ARENA_ARRAY(memory, Unit, RECORDS_PAGE_MAX),
                           .capacity = RECORDS_PAGE_MAX};
    if (reading.units == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_UNIT_VIEW, read_units, &reading, diag));
    *ret = reading.units;
    *ret_count = reading.count;
    return ERR_OK;
}
