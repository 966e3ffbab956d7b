// Policies: rows of policies.def where the store says nothing else.
#include "records/policy.h"

static const PolicyRow POLICIES[POLICY_COUNT] = {
#define POLICY(constant, identifier, label, initial, least, greatest) \
    {identifier, label, initial, least, greatest},
#include "records/policies.def"
#undef POLICY
};

const PolicyRow *policy_row(Policy policy) {
    return &POLICIES[policy];
}

bool policy_find(Str identifier, Policy *ret) {
    for (int i = 0; i < POLICY_COUNT; i++)
        if (str_is(identifier, POLICIES[i].identifier)) {
            *ret = (Policy)i;
            return true;
        }
    return false;
}

Err policy_read(Tx *tx, Policy policy, int64_t *ret, Diag *diag) {
    bool has;
    int64_t number;
    TRY(tx_int64(tx, STR("SELECT number FROM policies WHERE name = :name"),
                 BINDS(bind_text("name", str_from(POLICIES[policy].identifier))), &has, &number,
                 diag));
    *ret = has ? number : POLICIES[policy].initial;
    return ERR_OK;
}

static Err read_all(Tx *tx, void *context, Diag *diag) {
    int64_t *numbers = context;
    for (int i = 0; i < POLICY_COUNT; i++)
        TRY(policy_read(tx, (Policy)i, &numbers[i], diag));
    return ERR_OK;
}

Err policies_get(Records *records, const Actor *actor, int64_t ret[POLICY_COUNT], Diag *diag) {
    int64_t numbers[POLICY_COUNT];
    TRY(records_read(records, actor, PERMISSION_SIGNED_IN, read_all, numbers, diag));
    memcpy(ret, numbers, sizeof numbers);
    return ERR_OK;
}

typedef struct Setting {
    Policy policy;
    int64_t value;
} Setting;

static Err set(Change *change, void *context, Diag *diag) {
    const Setting *setting = context;
    Str name = str_from(POLICIES[setting->policy].identifier);
    int64_t before;
    TRY(policy_read(change->tx, setting->policy, &before, diag));
    TRY(tx_run(change->tx,
               STR("INSERT INTO policies (name, number) VALUES (:name, :number) "
                   "ON CONFLICT (name) DO UPDATE SET number = excluded.number"),
               BINDS(bind_text("name", name), bind_int64("number", setting->value)), NULL, diag));
    change_fact_text(change, "policy", name);
    change_fact_int(change, "from", before);
    change_fact_int(change, "to", setting->value);
    return ERR_OK;
}

Err policy_set(Records *records, const Actor *actor, Policy policy, int64_t value, Diag *diag) {
    const PolicyRow *row = &POLICIES[policy];
    if (value < row->least || value > row->greatest) {
        Err err = diag_set(diag, ERR_RANGE, N_("Choose a number from {least} to {greatest}."));
        diag_arg_int(diag, "least", row->least);
        diag_arg_int(diag, "greatest", row->greatest);
        return err;
    }
    Setting setting = {policy, value};
    return records_change(records, actor, PERMISSION_SETTING_EDIT, LEDGER_SETTING_CHANGED, set,
                          &setting, diag);
}
