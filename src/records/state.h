// States of records and the steps between them, as data (states.def), checked in one place.
// The tables are constant; any thread.
#pragma once
#include "records/change.h"

typedef enum Machine {
#define MACHINE(constant, identifier, table, column) MACHINE_##constant,
#include "records/states.def"
    MACHINE_COUNT
} Machine;

typedef enum State {
#define STATE(machine, constant, identifier, label) STATE_##machine##_##constant,
#include "records/states.def"
    STATE_COUNT
} State;

Machine state_machine(State state);
const char *state_id(State state);
const char *state_label(State state); // a msgid
static inline Str state_text(State state) {
    return str_from(state_id(state));
}
bool state_find(Machine machine, Str identifier, State *ret);
// What the database holds, which the schema has checked; of a newer version: ERR_CORRUPT.
Err state_read(Machine machine, Str text, State *ret, Diag *diag) MUST_CHECK;
// Whether there is such a step, and what it needs (ret_permission may be NULL).
bool state_may_move(State from, State to, Permission *ret_permission);

// Moves record `id` to a state: reads its present one, checks step and permission, writes, and
// notes both in the entry's facts. ERR_STATE: there is no such step from where it is.
// ret_from may be NULL.
Err state_move(Change *change, int64_t id, State to, State *ret_from, Diag *diag) MUST_CHECK;
// The same without asking for the row's permission: where one person's act moves what another's
// vote decides, or the act was allowed otherwise.
Err state_follow(Change *change, int64_t id, State to, State *ret_from, Diag *diag) MUST_CHECK;
