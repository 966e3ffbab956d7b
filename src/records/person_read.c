// People, read: one, all of a unit, one by pseudonym.
#include "records/inside.h"
#include "records/name_key.h"
#include "records/person.h"

#define PERSON_COLUMNS \
    "SELECT p.id, p.uid, u.uid, p.pseudonym, p.language, u.name, p.state, " \
    "CASE WHEN a.password IS NULL THEN 0 ELSE 1 END, " \
    "CASE WHEN a.factor IS NULL THEN 0 ELSE 1 END FROM people p JOIN units u ON u.id = p.unit " \
    "JOIN accounts a ON a.person = p.id "

typedef struct PersonReading {
    const Identifier *uid, *unit; // NULL: any
    Arena *memory;
    Person *people;
    size_t count, capacity;
} PersonReading;

static Err row_read(Stmt *rows, Arena *memory, Person *ret, Diag *diag) {
    *ret = (Person){.id = stmt_int64(rows, 0),
                    .uid = stmt_id(rows, 1),
                    .unit = stmt_id(rows, 2),
                    .pseudonym = arena_copy(memory, stmt_text(rows, 3)),
                    .language = arena_copy(memory, stmt_text(rows, 4)),
                    .unit_name = arena_copy(memory, stmt_text(rows, 5)),
                    .has_password = stmt_int64(rows, 7) == 1,
                    .has_factor = stmt_int64(rows, 8) == 1};
    return state_read(MACHINE_PERSON, stmt_text(rows, 6), &ret->state, diag);
}

static Err read_people(Tx *tx, void *context, Diag *diag) {
    PersonReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    Bind most = bind_int64("most", (int64_t)reading->capacity);
    if (reading->uid != NULL)
        TRY(tx_query(tx, STR(PERSON_COLUMNS "WHERE p.uid = :uid LIMIT :most"),
                     BINDS(bind_id("uid", reading->uid), most), &rows, diag));
    else if (reading->unit != NULL)
        TRY(tx_query(tx, STR(PERSON_COLUMNS "WHERE u.uid = :unit ORDER BY p.name_key LIMIT :most"),
                     BINDS(bind_id("unit", reading->unit), most), &rows, diag));
    else
        TRY(tx_query(tx, STR(PERSON_COLUMNS "ORDER BY p.name_key LIMIT :most"), BINDS(most), &rows,
                     diag));
    while (reading->count < reading->capacity && stmt_next(rows))
        TRY(row_read(rows, reading->memory, &reading->people[reading->count++], diag));
    TRY(tx_err(tx, diag));
    for (size_t i = 0; i < reading->count; i++)
        TRY(person_roles_read(tx, reading->people[i].id, &reading->people[i].roles, diag));
    return arena_err(reading->memory) == ERR_OK
               ? ERR_OK
               : diag_set(diag, arena_err(reading->memory), N_("There is not enough memory."));
}

Err person_get(Records *records, const Actor *actor, const Identifier *person, Arena *memory,
               Person *ret, Diag *diag) {
    Person found;
    PersonReading reading = {.uid = person, .memory = memory, .people = &found, .capacity = 1};
    bool is_self = actor->person != 0 && identifier_equal(person, &actor->person_id);
    TRY(records_read(records, actor, is_self ? PERMISSION_SIGNED_IN : PERMISSION_PERSON_VIEW,
                     read_people, &reading, diag));
    if (reading.count == 0)
        return record_missing(diag);
    *ret = found;
    return ERR_OK;
}

Err person_list(Records *records, const Actor *actor, const Identifier *unit, Arena *memory,
                Person **ret, size_t *ret_count, Diag *diag) {
    PersonReading reading = {.unit = unit,
                             .memory = memory,
                             .people = ARENA_ARRAY(memory, Person, RECORDS_PAGE_MAX),
                             .capacity = RECORDS_PAGE_MAX};
    if (reading.people == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_PERSON_VIEW, read_people, &reading, diag));
    *ret = reading.people;
    *ret_count = reading.count;
    return ERR_OK;
}

typedef struct Finding {
    Str key;
    Identifier uid;
} Finding;

static Err find(Tx *tx, void *context, Diag *diag) {
    Finding *finding = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx, STR("SELECT uid FROM people WHERE name_key = :key"),
                 BINDS(bind_text("key", finding->key)), &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(tx, diag));
    if (!has)
        return record_missing(diag);
    finding->uid = stmt_id(rows, 0);
    return ERR_OK;
}

Err person_find(Records *records, const Actor *actor, Str pseudonym, Identifier *ret, Diag *diag) {
    char key[RECORDS_NAME_MAX + 1];
    Finding finding = {.key = name_key(pseudonym, key)};
    TRY(records_read(records, actor, PERMISSION_PERSON_VIEW, find, &finding, diag));
    *ret = finding.uid;
    return ERR_OK;
}
