// The hash lists of the set: which files they are, and writing them.
#pragma once
#include "plan.h"

typedef enum ListId {
    LIST_VICS20,
    LIST_VICS13,
    LIST_ICSE,
    LIST_NCMEC,
    LIST_PDQ,
    LIST_CSV,
    LIST_HASHDEEP,
    LIST_SHA256SUM,
    LISTS
} ListId;

typedef struct ListFacts {
    const char *file;
    bool is_good; // of known harmless files
    bool has_digests, has_pdq;
    int weight; // how often a picture of its kind stands in it
} ListFacts;
extern const ListFacts LIST_FACTS[LISTS];

// Writes lists/ below root.
Err lists_write(const Plan *plan, const char *root, Diag *diag) MUST_CHECK;
// True when a list holds the PDQ of this picture's original.
bool original_lists_pdq(const Original *original);
