// Categories: found, compared, derived through mappings.
#include "records/category.h"

#include "format/scheme.h"
#include "records/inside.h"

#define CATEGORY(scheme, version, code) \
    { STR_C(scheme), STR_C(version), STR_C(code) }
#define STR_C(literal) \
    { literal, sizeof(literal) - 1 }
static const Mapping MAPPINGS[] = {
#define MAPPING(from, from_version, from_code, to, to_version, to_code, relation, is_lossy, \
                authority, date) \
    {CATEGORY(from, from_version, from_code), \
     CATEGORY(to, to_version, to_code), \
     MAPPING_##relation, \
     is_lossy, \
     STR_C(authority), \
     STR_C(date)},
#include "records/mappings.def"
#undef MAPPING
};
enum { MAPPINGS_COUNT = sizeof MAPPINGS / sizeof MAPPINGS[0] };
static const char *const RELATIONS[] = {"exact", "narrower", "broader", "close", "none"};

const char *mapping_relation_id(MappingRelation relation) {
    return RELATIONS[relation];
}

const Mapping *mapping_all(size_t *ret_count) {
    *ret_count = MAPPINGS_COUNT;
    return MAPPINGS;
}

static bool same(const Category *a, const Category *b) {
    return str_equal(a->scheme, b->scheme) && str_equal(a->version, b->version) &&
           str_equal(a->code, b->code);
}

// --- Visiting mappings ------------------------------------------------------------------------

typedef bool MappingVisit(void *context, const Mapping *mapping); // false: enough

#define CATEGORY_BINDS(category) \
    bind_text("scheme", (category)->scheme), bind_text("version", (category)->version), \
        bind_text("code", (category)->code)

static Err own_each(Tx *tx, const Category *from, MappingVisit *visit, void *context, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR("SELECT to_scheme, to_version, to_code, relation, is_lossy, authority, date "
                     "FROM scheme_mappings WHERE scheme = :scheme AND version = :version AND code "
                     "= :code"),
                 BINDS(CATEGORY_BINDS(from)), &rows, diag));
    while (stmt_next(rows)) {
        Mapping mapping = {.from = *from,
                           .to = {stmt_text(rows, 0), stmt_text(rows, 1), stmt_text(rows, 2)},
                           .relation = MAPPING_NONE,
                           .is_lossy = stmt_int64(rows, 4) == 1,
                           .authority = stmt_text(rows, 5),
                           .date = stmt_text(rows, 6)};
        for (int i = 0; i <= MAPPING_NONE; i++)
            if (str_is(stmt_text(rows, 3), RELATIONS[i]))
                mapping.relation = (MappingRelation)i;
        if (!visit(context, &mapping))
            break;
    }
    return tx_err(tx, diag);
}

// All that is said about what `from` means elsewhere; exact rows are turned round where needed.
static Err mappings_each(Tx *tx, const Category *from, MappingVisit *visit, void *context,
                         Diag *diag) {
    for (int i = 0; i < MAPPINGS_COUNT; i++) {
        const Mapping *row = &MAPPINGS[i];
        if (same(&row->from, from)) {
            if (!visit(context, row))
                return ERR_OK;
        } else if (row->relation == MAPPING_EXACT && same(&row->to, from)) {
            Mapping back = *row;
            back.from = row->to;
            back.to = row->from;
            if (!visit(context, &back))
                return ERR_OK;
        }
    }
    return scheme_is_local(from->scheme) ? own_each(tx, from, visit, context, diag) : ERR_OK;
}

// --- Comparing --------------------------------------------------------------------------------

typedef struct Comparing {
    const Category *other;
    CategoryMatch match;
} Comparing;

static bool compare_visit(void *context, const Mapping *mapping) {
    Comparing *comparing = context;
    const Category *other = comparing->other;
    if (!str_equal(mapping->to.scheme, other->scheme) ||
        !str_equal(mapping->to.version, other->version))
        return true;
    bool is_hit = same(&mapping->to, other);
    bool follows = mapping->relation == MAPPING_EXACT || mapping->relation == MAPPING_BROADER;
    if (mapping->relation == MAPPING_EXACT && is_hit)
        comparing->match = CATEGORY_SAME;
    else if (follows && !is_hit)
        comparing->match = CATEGORY_OPPOSED;
    else if (is_hit && mapping->relation != MAPPING_NONE)
        comparing->match = CATEGORY_COMPATIBLE;
    return comparing->match == CATEGORY_APART || comparing->match == CATEGORY_COMPATIBLE;
}

Err category_compare(Tx *tx, const Category *a, const Category *b, CategoryMatch *ret, Diag *diag) {
    if (str_equal(a->scheme, b->scheme) && str_equal(a->version, b->version)) {
        *ret = str_equal(a->code, b->code) ? CATEGORY_SAME : CATEGORY_OPPOSED;
        return ERR_OK;
    }
    Comparing forth = {b, CATEGORY_APART}, back = {a, CATEGORY_APART};
    TRY(mappings_each(tx, a, compare_visit, &forth, diag));
    TRY(mappings_each(tx, b, compare_visit, &back, diag));
    *ret = forth.match == CATEGORY_SAME || back.match == CATEGORY_SAME         ? CATEGORY_SAME
           : forth.match == CATEGORY_OPPOSED || back.match == CATEGORY_OPPOSED ? CATEGORY_OPPOSED
           : forth.match == CATEGORY_COMPATIBLE || back.match == CATEGORY_COMPATIBLE
               ? CATEGORY_COMPATIBLE
               : CATEGORY_APART;
    return ERR_OK;
}

// --- Finding ----------------------------------------------------------------------------------

static Err own_severity(Tx *tx, const Category *category, bool *ret_has, int64_t *ret, Diag *diag) {
    return tx_int64(tx,
                    STR("SELECT severity FROM scheme_codes WHERE scheme = :scheme AND version = "
                        ":version AND code = :code"),
                    BINDS(CATEGORY_BINDS(category)), ret_has, ret, diag);
}

static Err no_code(Diag *diag) {
    return diag_set(diag, ERR_INVALID, N_("This scheme has no such code."));
}

Err category_find(Tx *tx, const Category *given, Arena *memory, Category *ret, Diag *diag) {
    if (scheme_is_local(given->scheme)) {
        bool has;
        int64_t severity;
        TRY(own_severity(tx, given, &has, &severity, diag));
        if (!has)
            return no_code(diag);
        *ret = (Category){arena_copy(memory, given->scheme), arena_copy(memory, given->version),
                          arena_copy(memory, given->code)};
        return arena_err(memory) == ERR_OK
                   ? ERR_OK
                   : diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    }
    const Scheme *scheme = scheme_find(given->scheme, given->version);
    if (scheme == NULL)
        return diag_set(diag, ERR_INVALID, N_("There is no such category scheme."));
    Category found = {str_from(scheme->id), str_from(scheme->version), {0}};
    if (scheme->is_open) {
        TRY(word_check(given->code, "code", false, diag));
        found.code = arena_copy(memory, given->code);
    } else {
        const SchemeCode *code = scheme_code_find(given->scheme, given->version, given->code);
        if (code == NULL)
            return no_code(diag);
        found.code = str_from(code->code);
    }
    *ret = found;
    return ERR_OK;
}

Err category_severity(Tx *tx, const Category *category, int64_t *ret, Diag *diag) {
    if (scheme_is_local(category->scheme)) {
        bool has;
        int64_t severity;
        TRY(own_severity(tx, category, &has, &severity, diag));
        *ret = has ? severity : -1;
        return ERR_OK;
    }
    const SchemeCode *code = scheme_code_find(category->scheme, category->version, category->code);
    *ret = code == NULL ? -1 : code->severity;
    return ERR_OK;
}

// --- Deriving ---------------------------------------------------------------------------------

typedef struct Deriving {
    Str to_scheme;
    const Category *present;
    Arena *memory;
    Mapping best;
    int64_t severity; // of best
    bool has;
} Deriving;

static int64_t shipped_severity(const Category *category) {
    const SchemeCode *code = scheme_code_find(category->scheme, category->version, category->code);
    return code == NULL ? -1 : code->severity;
}

static bool derive_visit(void *context, const Mapping *mapping) {
    Deriving *deriving = context;
    if (!str_equal(mapping->to.scheme, deriving->to_scheme) ||
        (mapping->relation != MAPPING_EXACT && mapping->relation != MAPPING_BROADER))
        return true; // nothing follows
    int64_t severity = shipped_severity(&mapping->to);
    if (mapping->is_lossy && deriving->present != NULL &&
        severity > shipped_severity(deriving->present))
        return true;
    bool is_better =
        !deriving->has || (!mapping->is_lossy && deriving->best.is_lossy) ||
        (mapping->is_lossy == deriving->best.is_lossy && severity < deriving->severity);
    if (is_better) {
        Arena *memory = deriving->memory;
        deriving->has = true;
        deriving->severity = severity;
        deriving->best = *mapping;
        deriving->best.to = (Category){arena_copy(memory, mapping->to.scheme),
                                       arena_copy(memory, mapping->to.version),
                                       arena_copy(memory, mapping->to.code)};
        deriving->best.authority = arena_copy(memory, mapping->authority);
        deriving->best.date = arena_copy(memory, mapping->date);
    }
    return true;
}

Err category_derive(Tx *tx, const Category *from, Str to_scheme, const Category *present,
                    Arena *memory, DerivedCategory *ret, bool *ret_has, Diag *diag) {
    Deriving deriving = {.to_scheme = to_scheme, .present = present, .memory = memory};
    TRY(mappings_each(tx, from, derive_visit, &deriving, diag));
    if (arena_err(memory) != ERR_OK)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    *ret_has = deriving.has;
    if (deriving.has)
        *ret = (DerivedCategory){deriving.best.to, deriving.best.is_lossy, deriving.best.authority,
                                 deriving.best.date};
    return ERR_OK;
}

static bool parent_visit(void *context, const Mapping *mapping) {
    bool *is_protective = context;
    *is_protective = (mapping->relation == MAPPING_EXACT || mapping->relation == MAPPING_BROADER) &&
                     shipped_severity(&mapping->to) > 0;
    return !*is_protective;
}

Err category_is_protective(Tx *tx, const Category *category, bool *ret, Diag *diag) {
    bool is_protective = shipped_severity(category) > 0;
    if (scheme_is_local(category->scheme)) {
        is_protective = false;
        TRY(own_each(tx, category, parent_visit, &is_protective, diag));
    }
    *ret = is_protective;
    return ERR_OK;
}
