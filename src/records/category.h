// Categories: codes of schemes, shipped (format/schemes.def) or the operator's own ("local-…"), and
// what a code of one scheme says in another (mappings.def, and the operator's own rows).
#pragma once
#include "base/arena.h"
#include "records/item.h"

typedef enum MappingRelation {
    MAPPING_EXACT,
    MAPPING_NARROWER,
    MAPPING_BROADER,
    MAPPING_CLOSE,
    MAPPING_NONE
} MappingRelation;

typedef struct Mapping {
    Category from, to;
    MappingRelation relation;
    bool is_lossy;
    Str authority, date;
} Mapping;
const char *mapping_relation_id(MappingRelation relation);
// The shipped rows.
const Mapping *mapping_all(size_t *ret_count);

// How two categories stand to one another.
typedef enum CategoryMatch {
    CATEGORY_SAME,       // the same code, or mapped exactly
    CATEGORY_COMPATIBLE, // one follows from the other
    CATEGORY_OPPOSED,    // they cannot both be right
    CATEGORY_APART       // nothing is known
} CategoryMatch;
Err category_compare(Tx *tx, const Category *a, const Category *b, CategoryMatch *ret,
                     Diag *diag) MUST_CHECK;

// Whether there is such a code, and its proper form (version and letter case). ERR_INVALID: there
// is none. The result's texts are static, or live in `memory`.
Err category_find(Tx *tx, const Category *given, Arena *memory, Category *ret,
                  Diag *diag) MUST_CHECK;
// Within its scheme, 0 harmless, -1 no place in the order or not known.
Err category_severity(Tx *tx, const Category *category, int64_t *ret, Diag *diag) MUST_CHECK;

// The category in another scheme, as derived from this one. present: what it has there already, or
// NULL. Through a lossy mapping severity is never raised: a derived code is the least severe
// possible, and never above `present`. *ret_has false: nothing can be derived.
typedef struct DerivedCategory {
    Category category;
    bool is_lossy;
    Str authority, date;
} DerivedCategory;
Err category_derive(Tx *tx, const Category *from, Str to_scheme, const Category *present,
                    Arena *memory, DerivedCategory *ret, bool *ret_has, Diag *diag) MUST_CHECK;

// Whether it may be matched, released and exported at all: a shipped scheme's code that is not
// harmless, or an own code that is mapped exactly or more broadly onto one.
Err category_is_protective(Tx *tx, const Category *category, bool *ret, Diag *diag) MUST_CHECK;

// --- The operator's own -----------------------------------------------------------------------

typedef struct SchemeCodeFacts {
    Str code, label;
    int64_t severity;
} SchemeCodeFacts;

typedef struct SchemeFacts {
    Str id; // "local-…"
    Str version, name;
    Str jurisdiction; // ISO 3166 country, "int", or empty
    const SchemeCodeFacts *codes;
    size_t code_count;       // 1 … RECORDS_CODES_MAX
    const Mapping *mappings; // from its codes to shipped ones
    size_t mapping_count;
} SchemeFacts;
// A version, once defined, stays as it is (ERR_EXISTS); a changed scheme is another version.
Err scheme_define(Records *records, const Actor *actor, const SchemeFacts *facts,
                  Diag *diag) MUST_CHECK;

typedef struct SchemeRow {
    Str id, version, name;
    bool is_shipped;
} SchemeRow;
// Shipped ones first.
Err scheme_list(Records *records, const Actor *actor, Arena *memory, SchemeRow **ret,
                size_t *ret_count, Diag *diag) MUST_CHECK;
// The codes of a scheme. Labels of shipped ones are msgids.
Err scheme_codes(Records *records, const Actor *actor, Str id, Str version, Arena *memory,
                 SchemeCodeFacts **ret, size_t *ret_count, Diag *diag) MUST_CHECK;
