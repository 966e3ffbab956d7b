// Items: material as hashes and locations, never its bytes. An item is one for the whole node,
// whatever cases hold it, so that what was decided once need not be looked at again.
//
// **Merging.** A record that is imported is an item that is there when a digest of theirs is the
// same and none differs; it adds digests and locations. One that shares a digest and differs in
// another (an MD5 can be forged) becomes an item of its own with the flag `digest-conflict`.
#pragma once
#include "base/arena.h"
#include "hash/digests.h"
#include "hash/pdq.h"
#include "records/state.h"

// What the lists said of it in this case. X(NAME, "identifier", label)
#define ITEM_CLASSES(X) \
    X(KNOWN, "known", N_("Known")) \
    X(NEAR, "near", N_("Probably known")) \
    X(KNOWN_GOOD, "known-good", N_("Known to be harmless")) \
    X(UNKNOWN, "unknown", N_("Unknown")) \
    X(OTHER, "other", N_("Neither picture nor video")) \
    X(PROBLEM, "problem", N_("Could not be examined"))
typedef enum ItemClass {
#define ITEM_CLASS_ENUM(name, id, label) ITEM_##name,
    ITEM_CLASSES(ITEM_CLASS_ENUM)
#undef ITEM_CLASS_ENUM
        ITEM_CLASS_COUNT
} ItemClass;
const char *item_class_id(ItemClass class);
const char *item_class_label(ItemClass class); // a msgid
bool item_class_find(Str identifier, ItemClass *ret);

// A category always has its scheme and version.
typedef struct Category {
    Str scheme, version, code; // all empty: none
} Category;

typedef struct Item {
    int64_t id;
    Identifier uid;
    Digests digests;
    bool has_pdq;
    PdqHash pdq;
    int pdq_quality; // -1: unknown
    int64_t size;    // -1: unknown; so are the others
    int64_t width, height, frames;
    Str media_type;
    ItemClass class;
    int64_t stack;     // 0: in none
    State state;       // of MACHINE_ITEM
    State consensus;   // of MACHINE_CONSENSUS
    Category category; // the consensus'; of a provisional one too
    Category claimed;  // what the source said
    int64_t locations, cases;
    bool has_voted; // the actor
} Item;

typedef struct ItemFilter {
    int class;     // an ItemClass, or -1: any
    State state;   // STATE_COUNT: any
    int64_t stack; // 0: any
    int64_t offset;
} ItemFilter;

// Items of a case whose viewing is in the ledger (case_view_record): what waits for people first.
Err item_list(Records *records, const Actor *actor, const Identifier *case_,
              const ItemFilter *filter, Arena *memory, Item **ret, size_t *ret_count,
              Diag *diag) MUST_CHECK;
Err item_get(Records *records, const Actor *actor, const Identifier *case_, const Identifier *item,
             Arena *memory, Item *ret, Diag *diag) MUST_CHECK;
// How many of each class, and of each state of MACHINE_ITEM (indexed from its first).
typedef struct ItemCounts {
    int64_t classes[ITEM_CLASS_COUNT];
    int64_t states[STATE_COUNT];
} ItemCounts;
Err item_counts(Records *records, const Actor *actor, const Identifier *case_, ItemCounts *ret,
                Diag *diag) MUST_CHECK;
// Where an item was found in this case, unsealed; up to RECORDS_PAGE_MAX.
Err item_locations(Records *records, const Actor *actor, const Identifier *case_,
                   const Identifier *item, Arena *memory, Str **ret, size_t *ret_count,
                   Diag *diag) MUST_CHECK;
// Cases (that the actor may see) with an item of this digest. In the ledger as a search.
typedef struct ItemHit {
    Identifier item, case_;
    State state;
} ItemHit;
Err item_search(Records *records, const Actor *actor, DigestKind kind, const uint8_t *digest,
                Arena *memory, ItemHit **ret, size_t *ret_count, Diag *diag) MUST_CHECK;

// --- Flags ------------------------------------------------------------------------------------

// What somebody says about an item ("victim-identified", "self-generated"); each source keeps its
// own word, and sources that disagree stand side by side.
typedef struct ItemFlag {
    Str flag;
    Str source; // "person:<identifier>", "import:<identifier>"
    bool value;
    bool is_disputed; // another source says the opposite
    int64_t made_ms;
} ItemFlag;
Err item_flag_set(Records *records, const Actor *actor, const Identifier *case_,
                  const Identifier *item, Str flag, bool value, Diag *diag) MUST_CHECK;
Err item_flags(Records *records, const Actor *actor, const Identifier *case_,
               const Identifier *item, Arena *memory, ItemFlag **ret, size_t *ret_count,
               Diag *diag) MUST_CHECK;

// Withdrawn: no longer counted, never released.
Err item_withdraw(Records *records, const Actor *actor, const Identifier *case_,
                  const Identifier *item, Diag *diag) MUST_CHECK;

// Inside a transaction: the item if this case, which the actor may see, holds it. ERR_NOT_FOUND.
Err item_in_case(Tx *tx, const Actor *actor, const Identifier *case_, const Identifier *item,
                 int64_t *ret_item, int64_t *ret_case, Diag *diag) MUST_CHECK;
