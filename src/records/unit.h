// Units: organisations that work together. The node's own unit is one of them.
#pragma once
#include "base/arena.h"
#include "records/state.h"

// X(NAME, "identifier", label)
#define UNIT_KINDS(X) \
    X(POLICE, "police", N_("Police")) \
    X(HOTLINE, "hotline", N_("Hotline")) \
    X(INDUSTRY, "industry", N_("Industry")) \
    X(BODY, "body", N_("International body")) \
    X(TRAINING, "training", N_("Training"))
typedef enum UnitKind {
#define UNIT_ENUM(name, id, label) UNIT_##name,
    UNIT_KINDS(UNIT_ENUM)
#undef UNIT_ENUM
        UNIT_KIND_COUNT
} UnitKind;
const char *unit_kind_id(UnitKind kind);
const char *unit_kind_label(UnitKind kind); // a msgid
bool unit_kind_find(Str identifier, UnitKind *ret);

// What is said about a unit; borrowed texts.
typedef struct UnitFacts {
    Str name;
    UnitKind kind;
    Str country;   // ISO 3166-1, two letters
    Str time_zone; // as "Europe/Paris"
    // When it can be reached, in its own time: bit 1 << 0 is Monday; minutes from midnight.
    unsigned days;
    int opens_min, closes_min;
    Str languages[RECORDS_LANGUAGES_MAX]; // BCP 47, the preferred one first; at least one
    int language_count;
} UnitFacts;

typedef struct Unit {
    int64_t id;
    Identifier uid;
    UnitFacts facts;
    State state;
    bool is_own;    // of this node
    int64_t people; // that are active
} Unit;

// *ret_uid: for the node's own unit (is_own) it is the node's. ERR_EXISTS: it is there already.
Err unit_create(Records *records, const Actor *actor, const UnitFacts *facts, bool is_own,
                Identifier *ret_uid, Diag *diag) MUST_CHECK;
Err unit_set(Records *records, const Actor *actor, const Identifier *unit, const UnitFacts *facts,
             Diag *diag) MUST_CHECK;
// ERR_STATE for the node's own.
Err unit_close(Records *records, const Actor *actor, const Identifier *unit, Diag *diag) MUST_CHECK;
Err unit_open_again(Records *records, const Actor *actor, const Identifier *unit,
                    Diag *diag) MUST_CHECK;
// Texts live in `memory`.
Err unit_get(Records *records, const Actor *actor, const Identifier *unit, Arena *memory, Unit *ret,
             Diag *diag) MUST_CHECK;
// By name; up to RECORDS_PAGE_MAX.
Err unit_list(Records *records, const Actor *actor, Arena *memory, Unit **ret, size_t *ret_count,
              Diag *diag) MUST_CHECK;
