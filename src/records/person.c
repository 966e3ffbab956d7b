// People: making and changing them, their roles and states.
#include "records/person.h"

#include "records/inside.h"
#include "records/name_key.h"

typedef struct PersonWork {
    const PersonFacts *facts;
    Identifier uid;
    RoleSet roles;
    State to;
    Str language;
} PersonWork;

static Err roles_write(Change *change, int64_t person, RoleSet roles, Diag *diag) {
    TRY(tx_run(change->tx, STR("DELETE FROM person_roles WHERE person = :person"),
               BINDS(bind_int64("person", person)), NULL, diag));
    json_key(&change->facts, "roles");
    json_array_begin(&change->facts);
    for (int i = 0; i < ROLE_COUNT; i++)
        if ((roles & ROLE_BIT(i)) != 0) {
            json_text(&change->facts, role_id((Role)i));
            TRY(tx_run(
                change->tx, STR("INSERT INTO person_roles (person, role) VALUES (:person, :role)"),
                BINDS(bind_int64("person", person), bind_text("role", str_from(role_id((Role)i)))),
                NULL, diag));
        }
    json_array_end(&change->facts);
    return ERR_OK;
}

// The node must stay governable.
static Err administrator_stays(Tx *tx, Diag *diag) {
    int64_t left;
    TRY(tx_int64(tx,
                 STR("SELECT count(*) FROM people p JOIN person_roles r ON r.person = p.id WHERE "
                     "p.state = 'active' AND r.role = 'administrator'"),
                 BIND_NONE, NULL, &left, diag));
    return left > 0
               ? ERR_OK
               : diag_set(diag, ERR_STATE,
                          N_("This is the last active administrator. Name another one first."));
}

static Err create(Change *change, void *context, Diag *diag) {
    PersonWork *work = context;
    char key[RECORDS_NAME_MAX + 1];
    int64_t unit, id;
    bool has;
    work->uid = identifier_make();
    TRY(unit_number(change->tx, &work->facts->unit, &unit, diag));
    TRY(tx_int64(change->tx,
                 STR("INSERT INTO people (uid, unit, pseudonym, name_key, language, state, "
                     "made_ms) VALUES (:uid, :unit, :pseudonym, :key, :language, 'invited', :now) "
                     "ON CONFLICT (name_key) DO NOTHING RETURNING id"),
                 BINDS(bind_id("uid", &work->uid), bind_int64("unit", unit),
                       bind_text("pseudonym", work->facts->pseudonym),
                       bind_text("key", name_key(work->facts->pseudonym, key)),
                       bind_text("language", work->facts->language),
                       bind_int64("now", change->now_ms)),
                 &has, &id, diag));
    if (!has)
        return diag_set(diag, ERR_EXISTS, N_("Somebody has this pseudonym already."));
    TRY(tx_run(change->tx, STR("INSERT INTO accounts (person) VALUES (:person)"),
               BINDS(bind_int64("person", id)), NULL, diag));
    change_fact_text(change, "act", STR("created"));
    change_fact_id(change, "person", &work->uid);
    return roles_write(change, id, work->facts->roles, diag);
}

Err person_create(Records *records, const Actor *actor, const PersonFacts *facts,
                  Identifier *ret_uid, Diag *diag) {
    TRY(text_check(facts->pseudonym, "pseudonym", RECORDS_NAME_MAX, false, diag));
    TRY(text_check(facts->language, "language", RECORDS_TAG_MAX, false, diag));
    PersonWork work = {.facts = facts};
    TRY(records_change(records, actor, PERMISSION_PERSON_EDIT, LEDGER_PERSON_CHANGED, create, &work,
                       diag));
    *ret_uid = work.uid;
    return ERR_OK;
}

static Err not_oneself(const Change *change, int64_t person, Diag *diag) {
    return person != change->actor->person
               ? ERR_OK
               : diag_set(diag, ERR_PERMISSION,
                          N_("Nobody changes their own roles or state. Ask another "
                             "administrator."));
}

static Err set_roles(Change *change, void *context, Diag *diag) {
    const PersonWork *work = context;
    int64_t id;
    TRY(person_number(change->tx, &work->uid, &id, diag));
    TRY(not_oneself(change, id, diag));
    RoleSet before;
    TRY(person_roles_read(change->tx, id, &before, diag));
    change_fact_id(change, "person", &work->uid);
    TRY(roles_write(change, id, work->roles, diag));
    return (before & ~work->roles & ROLE_BIT(ROLE_ADMINISTRATOR)) != 0
               ? administrator_stays(change->tx, diag)
               : ERR_OK;
}

Err person_roles_set(Records *records, const Actor *actor, const Identifier *person, RoleSet roles,
                     Diag *diag) {
    PersonWork work = {.uid = *person, .roles = roles};
    return records_change(records, actor, PERMISSION_PERSON_EDIT, LEDGER_ROLE_CHANGED, set_roles,
                          &work, diag);
}

static Err move(Change *change, void *context, Diag *diag) {
    const PersonWork *work = context;
    Bind person;
    int64_t id;
    TRY(person_number(change->tx, &work->uid, &id, diag));
    TRY(not_oneself(change, id, diag));
    change_fact_id(change, "person_id", &work->uid);
    TRY(state_move(change, id, work->to, NULL, diag));
    if (work->to == STATE_PERSON_ACTIVE)
        return ERR_OK;
    person = bind_int64("person", id);
    TRY(tx_run(change->tx, STR("DELETE FROM sessions WHERE person = :person"), BINDS(person), NULL,
               diag));
    TRY(tx_run(change->tx, STR("DELETE FROM sign_in_links WHERE person = :person"), BINDS(person),
               NULL, diag));
    TRY(tx_run(change->tx, STR("DELETE FROM api_tokens WHERE person = :person"), BINDS(person),
               NULL, diag));
    RoleSet roles;
    TRY(person_roles_read(change->tx, id, &roles, diag));
    return (roles & ROLE_BIT(ROLE_ADMINISTRATOR)) != 0 ? administrator_stays(change->tx, diag)
                                                       : ERR_OK;
}

Err person_move(Records *records, const Actor *actor, const Identifier *person, State to,
                Diag *diag) {
    if (state_machine(to) != MACHINE_PERSON || to == STATE_PERSON_INVITED)
        return diag_set(diag, ERR_INVALID, N_("A person cannot be put into this state."));
    PersonWork work = {.uid = *person, .to = to};
    return records_change(records, actor, PERMISSION_PERSON_EDIT, LEDGER_PERSON_CHANGED, move,
                          &work, diag);
}

static Err set_language(Change *change, void *context, Diag *diag) {
    const PersonWork *work = context;
    int64_t changed;
    change_fact_text(change, "act", STR("language"));
    change_fact_text(change, "language", work->language);
    TRY(tx_run(
        change->tx, STR("UPDATE people SET language = :language WHERE id = :id"),
        BINDS(bind_text("language", work->language), bind_int64("id", change->actor->person)),
        &changed, diag));
    return changed == 1 ? ERR_OK : record_missing(diag);
}

Err person_language_set(Records *records, const Actor *actor, Str language, Diag *diag) {
    TRY(text_check(language, "language", RECORDS_TAG_MAX, false, diag));
    PersonWork work = {.language = language};
    return records_change(records, actor, PERMISSION_SIGNED_IN, LEDGER_PERSON_CHANGED, set_language,
                          &work, diag);
}
