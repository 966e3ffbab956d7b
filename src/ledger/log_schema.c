// The ledger's tables.
#include "ledger/log.h"

static const StoreStep STEPS[] = {
    {1, "table ledger_head ("
        "    id int64 primary key,"    // 1: there is one row, which orders all appends
        "    origin text not null,"    // of the ledger, and its public key
        "    key bytes not null,"      //
        "    size int64 not null,"     // entries
        "    next_slot int64 not null" // of the key ring
        ") "
        "table ledger_leaves ("
        "    entry int64 primary key,"
        "    leaf text not null," // canonical; what follows is in it, too, or null for none
        "    at_ms int64 not null,"
        "    kind text not null,"
        "    person bytes,"
        "    unit bytes,"
        "    case_id bytes,"
        "    slot int64 unique," // null: recovered from the published ledger
        "    index (kind, entry),"
        "    index (person, entry),"
        "    index (unit, entry),"
        "    index (case_id, entry)"
        ") "
        "table ledger_payloads ("
        "    entry int64 primary key references ledger_leaves,"
        "    sealed bytes not null"
        ") "
        "table ledger_erasures (" // which slots an erasure takes out of the ring
        "    entry int64 not null references ledger_leaves,"
        "    number int64 not null," // the ring's count afterwards
        "    first_slot int64 not null,"
        "    last_slot int64 not null,"
        "    primary key (entry, first_slot),"
        "    index (number)"
        ")"},
};
const StoreSchema LEDGER_SCHEMA = {"ledger", STEPS, sizeof STEPS / sizeof STEPS[0]};
