// The table made of ledger_kinds.def.
#include "ledger/kind.h"

#include "base/err.h"

#define REQUIRED LEDGER_FIELD_REQUIRED
#define ALLOWED LEDGER_FIELD_ALLOWED
#define NEVER LEDGER_FIELD_NEVER
static const LedgerKindRow KINDS[LEDGER_KINDS] = {
#define LEDGER_KIND(constant, identifier, label, person, unit, purpose, case_) \
    {identifier, label, person, unit, purpose, case_},
#include "ledger/ledger_kinds.def"
#undef LEDGER_KIND
};

const LedgerKindRow *ledger_kind_row(LedgerKind kind) {
    return &KINDS[kind];
}

bool ledger_kind_find(Str identifier, LedgerKind *ret) {
    for (int i = 0; i < LEDGER_KINDS; i++)
        if (str_is(identifier, KINDS[i].identifier)) {
            *ret = (LedgerKind)i;
            return true;
        }
    return false;
}
