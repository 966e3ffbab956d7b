// The kinds of ledger entries as data (ledger_kinds.def). Constant tables; any thread.
#pragma once
#include "base/str.h"

typedef enum LedgerKind {
#define LEDGER_KIND(constant, identifier, label, person, unit, purpose, case_) LEDGER_##constant,
#include "ledger/ledger_kinds.def"
#undef LEDGER_KIND
    LEDGER_KINDS
} LedgerKind;

typedef enum LedgerFieldRule {
    LEDGER_FIELD_ALLOWED,
    LEDGER_FIELD_REQUIRED,
    LEDGER_FIELD_NEVER
} LedgerFieldRule;

typedef struct LedgerKindRow {
    const char *identifier;
    const char *label; // marked for translation
    LedgerFieldRule person, unit, purpose, case_;
} LedgerKindRow;

const LedgerKindRow *ledger_kind_row(LedgerKind kind);
// False for a kind that this version does not know (another version's ledger may have it).
bool ledger_kind_find(Str identifier, LedgerKind *ret);
