// The tables made of states.def, and moving along them.
#include "records/state.h"

typedef struct MachineRow {
    const char *identifier;
    Str read, write; // statements
} MachineRow;

static const MachineRow MACHINES[MACHINE_COUNT] = {
#define MACHINE(constant, identifier, table, column) \
    {identifier, \
     {"SELECT " column " FROM " table " WHERE id = :id", \
      sizeof "SELECT " column " FROM " table " WHERE id = :id" - 1}, \
     {"UPDATE " table " SET " column " = :to WHERE id = :id", \
      sizeof "UPDATE " table " SET " column " = :to WHERE id = :id" - 1}},
#include "records/states.def"
};

typedef struct StateRow {
    Machine machine;
    const char *identifier, *label;
} StateRow;

static const StateRow STATES[STATE_COUNT] = {
#define STATE(machine, constant, identifier, label) {MACHINE_##machine, identifier, label},
#include "records/states.def"
};

typedef struct StepRow {
    State from, to;
    Permission permission;
} StepRow;

static const StepRow STEPS[] = {
#define STEP(machine, from, to, permission) \
    {STATE_##machine##_##from, STATE_##machine##_##to, PERMISSION_##permission},
#include "records/states.def"
};

Machine state_machine(State state) {
    return STATES[state].machine;
}

const char *state_id(State state) {
    return STATES[state].identifier;
}

const char *state_label(State state) {
    return STATES[state].label;
}

bool state_find(Machine machine, Str identifier, State *ret) {
    for (int i = 0; i < STATE_COUNT; i++)
        if (STATES[i].machine == machine && str_is(identifier, STATES[i].identifier)) {
            *ret = (State)i;
            return true;
        }
    return false;
}

Err state_read(Machine machine, Str text, State *ret, Diag *diag) {
    if (state_find(machine, text, ret))
        return ERR_OK;
    Err err = diag_set(diag, ERR_CORRUPT, N_("A record is in a state that this version lacks."));
    diag_arg(diag, "state", text);
    return err;
}

bool state_may_move(State from, State to, Permission *ret_permission) {
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++)
        if (STEPS[i].from == from && STEPS[i].to == to) {
            if (ret_permission != NULL)
                *ret_permission = STEPS[i].permission;
            return true;
        }
    return false;
}

static Err state_present(Change *change, Machine machine, int64_t id, State *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(change->tx, MACHINES[machine].read, BINDS(bind_int64("id", id)), &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(change->tx, diag));
    return has ? state_read(machine, stmt_text(rows, 0), ret, diag) : record_missing(diag);
}

static Err move(Change *change, int64_t id, State to, bool wants_permission, State *ret_from,
                Diag *diag) {
    Machine machine = STATES[to].machine;
    State from = to;
    Permission permission;
    TRY(state_present(change, machine, id, &from, diag));
    if (!state_may_move(from, to, &permission)) {
        Err err = diag_set(diag, ERR_STATE,
                           N_("This step is not possible from the state that the record is in."));
        diag_arg(diag, "machine", str_from(MACHINES[machine].identifier));
        diag_arg(diag, "from", state_text(from));
        diag_arg(diag, "to", state_text(to));
        return err;
    }
    if (wants_permission)
        TRY(change_needs(change, permission, diag));
    TRY(tx_run(change->tx, MACHINES[machine].write,
               BINDS(bind_text("to", state_text(to)), bind_int64("id", id)), NULL, diag));
    json_key(&change->facts, MACHINES[machine].identifier);
    json_object_begin(&change->facts);
    change_fact_text(change, "from", state_text(from));
    change_fact_text(change, "to", state_text(to));
    json_object_end(&change->facts);
    if (ret_from != NULL)
        *ret_from = from;
    return ERR_OK;
}

Err state_move(Change *change, int64_t id, State to, State *ret_from, Diag *diag) {
    return move(change, id, to, true, ret_from, diag);
}

Err state_follow(Change *change, int64_t id, State to, State *ret_from, Diag *diag) {
    return move(change, id, to, false, ret_from, diag);
}
