// People: a pseudonym, a unit, a language and roles. Nobody's name is kept.
#pragma once
#include "base/arena.h"
#include "records/state.h"

typedef struct PersonFacts {
    Identifier unit;
    Str pseudonym; // by which one signs in; unlike every other, whatever the case of ASCII letters
    Str language;  // BCP 47
    RoleSet roles;
} PersonFacts;

typedef struct Person {
    int64_t id;
    Identifier uid, unit;
    Str pseudonym, language, unit_name;
    State state;
    RoleSet roles;
    bool has_password, has_factor;
} Person;

// State invited; a sign-in link (account.h) makes them active. ERR_EXISTS: the pseudonym is taken.
Err person_create(Records *records, const Actor *actor, const PersonFacts *facts,
                  Identifier *ret_uid, Diag *diag) MUST_CHECK;
// Nobody changes their own roles (ERR_PERMISSION), and one active administrator stays (ERR_STATE).
// Roles of this version that are not in the set are taken.
Err person_roles_set(Records *records, const Actor *actor, const Identifier *person, RoleSet roles,
                     Diag *diag) MUST_CHECK;
// Suspended and left: sessions and tokens end at once. Nobody moves themselves.
Err person_move(Records *records, const Actor *actor, const Identifier *person, State to,
                Diag *diag) MUST_CHECK;
// One's own language.
Err person_language_set(Records *records, const Actor *actor, Str language, Diag *diag) MUST_CHECK;
// Oneself is always seen; others by PERMISSION_PERSON_VIEW. Texts live in `memory`.
Err person_get(Records *records, const Actor *actor, const Identifier *person, Arena *memory,
               Person *ret, Diag *diag) MUST_CHECK;
// By pseudonym; of one unit, or all (NULL).
Err person_list(Records *records, const Actor *actor, const Identifier *unit, Arena *memory,
                Person **ret, size_t *ret_count, Diag *diag) MUST_CHECK;
// By pseudonym, for `seventh admin`.
Err person_find(Records *records, const Actor *actor, Str pseudonym, Identifier *ret,
                Diag *diag) MUST_CHECK;
