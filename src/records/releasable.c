// The rule of what leaves the node in a list.
#include "records/releasable.h"

#include "records/category.h"
#include "records/inside.h"
#include "records/policy.h"

typedef struct Rule {
    bool is_for_industry, is_known_good;
} Rule;

static Err refused(const Identifier *item, const char *msgid, Diag *diag) {
    char text[IDENTIFIER_CHARS + 1];
    Err err = diag_set(diag, ERR_STATE, msgid);
    identifier_text(item, text);
    diag_arg(diag, "item", str_from(text));
    return err;
}

// Countries of the units whose standing votes say the item's category, or another that says the
// same.
static Err countries_count(Change *change, int64_t item, const Category *category, Arena *memory,
                           int64_t *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    Str countries[RECORDS_VOTES_MAX];
    int64_t n = 0;
    TRY(tx_query(change->tx,
                 STR("SELECT u.country, v.scheme, v.version, v.code FROM votes v JOIN units u ON "
                     "u.id = v.unit WHERE v.item = :item AND v.state = 'cast' ORDER BY v.id LIMIT "
                     ":most"),
                 BINDS(bind_int64("item", item), bind_int64("most", RECORDS_VOTES_MAX)), &rows,
                 diag));
    while (n < RECORDS_VOTES_MAX && stmt_next(rows)) {
        Category voted = {stmt_text(rows, 1), stmt_text(rows, 2), stmt_text(rows, 3)};
        CategoryMatch match;
        bool is_counted = false;
        TRY(category_compare(change->tx, category, &voted, &match, diag));
        for (int64_t i = 0; i < n; i++)
            is_counted = is_counted || str_equal(countries[i], stmt_text(rows, 0));
        if (match == CATEGORY_SAME && !is_counted)
            countries[n++] = arena_copy(memory, stmt_text(rows, 0));
    }
    *ret = n;
    return tx_err(change->tx, diag);
}

static Err category_read(Change *change, int64_t item, Arena *memory, Category *ret, bool *ret_has,
                         Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(change->tx,
                 STR("SELECT scheme, version, code FROM items WHERE id = :item AND state IN "
                     "('categorised', 'adjudicated') AND consensus IN ('agreed', 'adjudicated') "
                     "AND code IS NOT NULL"),
                 BINDS(bind_int64("item", item)), &rows, diag));
    *ret_has = stmt_next(rows);
    if (*ret_has)
        *ret = (Category){arena_copy(memory, stmt_text(rows, 0)),
                          arena_copy(memory, stmt_text(rows, 1)),
                          arena_copy(memory, stmt_text(rows, 2))};
    TRY(tx_err(change->tx, diag));
    return arena_err(memory) == ERR_OK
               ? ERR_OK
               : diag_set(diag, arena_err(memory), N_("There is not enough memory."));
}

static Err rule_check(Change *change, int64_t item, const Identifier *uid, Rule rule, Arena *memory,
                      Diag *diag) {
    Category category;
    bool has, is_protective;
    int64_t severity, countries, wanted;
    arena_reset(memory);
    TRY(category_read(change, item, memory, &category, &has, diag));
    if (!has)
        return refused(uid, N_("The category of item {item} is not agreed or adjudicated."), diag);
    TRY(category_is_protective(change->tx, &category, &is_protective, diag));
    TRY(category_severity(change->tx, &category, &severity, diag));
    if (rule.is_known_good ? severity != 0 : !is_protective)
        return refused(uid, N_("The category of item {item} does not belong on this list."), diag);
    if (!rule.is_for_industry)
        return ERR_OK;
    TRY(policy_read(change->tx, POLICY_RELEASE_COUNTRIES, &wanted, diag));
    TRY(countries_count(change, item, &category, memory, &countries, diag));
    return countries >= wanted
               ? ERR_OK
               : refused(uid, N_("Item {item} has votes from too few countries."), diag);
}

Err releasable_find(Change *change, const Identifier *item, bool is_for_industry,
                    bool is_known_good, int64_t *ret_item, Diag *diag) {
    int64_t id;
    bool has;
    TRY(tx_int64(change->tx,
                 STR("SELECT t.id FROM items t WHERE t.uid = :uid AND EXISTS (SELECT 1 FROM "
                     "case_items i JOIN cases c ON c.id = i.case_id WHERE i.item = t.id AND "
                     "c.state <> 'erased' AND (c.unit = :unit OR EXISTS (SELECT 1 FROM case_units "
                     "s WHERE s.case_id = c.id AND s.unit = :unit)))"),
                 BINDS(bind_id("uid", item), bind_int64("unit", change->actor->unit)), &has, &id,
                 diag));
    if (!has)
        return record_missing(diag);
    _cleanup_(arena_freep) Arena *memory = arena_new(64 << 10);
    if (memory == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(rule_check(change, id, item, (Rule){is_for_industry, is_known_good}, memory, diag));
    *ret_item = id;
    return ERR_OK;
}

Err releasable_all(Change *change, int64_t list, bool is_for_industry, bool is_known_good,
                   Diag *diag) {
    _cleanup_(arena_freep) Arena *memory = arena_new(64 << 10);
    _cleanup_stmt_ Stmt *rows = NULL;
    if (memory == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(tx_query(change->tx,
                 STR("SELECT t.id, t.uid FROM list_items l JOIN items t ON t.id = l.item WHERE "
                     "l.list = :list ORDER BY t.id"),
                 BINDS(bind_int64("list", list)), &rows, diag));
    while (stmt_next(rows)) {
        Identifier uid = stmt_id(rows, 1);
        TRY(rule_check(change, stmt_int64(rows, 0), &uid, (Rule){is_for_industry, is_known_good},
                       memory, diag));
    }
    return tx_err(change->tx, diag);
}
