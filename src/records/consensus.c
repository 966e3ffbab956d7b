// Consensus: what the standing votes on an item come to.
#include "records/inside.h"
#include "records/policy.h"
#include "records/vote.h"

typedef struct Ballot {
    int64_t unit;
    Category category;
} Ballot;

typedef struct Count {
    Ballot *ballots;
    size_t count;
    bool is_disputed;
    size_t best;        // the ballot whose category most units give
    int64_t best_units; // how many
} Count;

static Err ballots_read(Tx *tx, int64_t item, Arena *memory, Count *count, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR("SELECT unit, scheme, version, code FROM votes WHERE item = :item AND state = "
                     "'cast' AND is_decision = 0 ORDER BY id"),
                 BINDS(bind_int64("item", item)), &rows, diag));
    while (stmt_next(rows)) {
        if (count->count == RECORDS_VOTES_MAX)
            return diag_set(diag, ERR_LIMIT, N_("There are too many votes on this item."));
        count->ballots[count->count++] = (Ballot){stmt_int64(rows, 0),
                                                  {arena_copy(memory, stmt_text(rows, 1)),
                                                   arena_copy(memory, stmt_text(rows, 2)),
                                                   arena_copy(memory, stmt_text(rows, 3))}};
    }
    return tx_err(tx, diag);
}

// Units that give the same category as ballot `which`.
static Err units_of(Tx *tx, Count *count, size_t which, int64_t *ret, Diag *diag) {
    int64_t units[RECORDS_VOTES_MAX];
    int64_t n = 0;
    for (size_t i = 0; i < count->count; i++) {
        CategoryMatch match;
        bool is_counted = false;
        TRY(category_compare(tx, &count->ballots[which].category, &count->ballots[i].category,
                             &match, diag));
        count->is_disputed = count->is_disputed || match == CATEGORY_OPPOSED;
        for (int64_t j = 0; j < n; j++)
            is_counted = is_counted || units[j] == count->ballots[i].unit;
        if (match == CATEGORY_SAME && !is_counted)
            units[n++] = count->ballots[i].unit;
    }
    *ret = n;
    return ERR_OK;
}

static Err ballots_count(Tx *tx, Count *count, Diag *diag) {
    for (size_t i = 0; i < count->count; i++) {
        int64_t units;
        TRY(units_of(tx, count, i, &units, diag));
        if (units > count->best_units) {
            count->best_units = units;
            count->best = i;
        }
    }
    return ERR_OK;
}

// One unit alone is a quorum only where more than one of its people vote.
static Err quorum_is_met(Tx *tx, const Count *count, bool *ret, Diag *diag) {
    int64_t quorum, voters;
    TRY(policy_read(tx, POLICY_QUORUM, &quorum, diag));
    *ret = count->best_units >= quorum;
    if (!*ret || count->best_units > 1)
        return ERR_OK;
    TRY(tx_int64(tx,
                 STR("SELECT count(DISTINCT p.id) FROM people p JOIN person_roles r ON r.person = "
                     "p.id WHERE p.unit = :unit AND p.state = 'active' AND r.role IN ('analyst', "
                     "'senior-analyst', 'hotline-analyst')"),
                 BINDS(bind_int64("unit", count->ballots[count->best].unit)), NULL, &voters, diag));
    *ret = voters > 1;
    return ERR_OK;
}

static State item_state_for(State consensus) {
    return consensus == STATE_CONSENSUS_AGREED        ? STATE_ITEM_CATEGORISED
           : consensus == STATE_CONSENSUS_DISPUTED    ? STATE_ITEM_DISPUTED
           : consensus == STATE_CONSENSUS_PROVISIONAL ? STATE_ITEM_IN_REVIEW
                                                      : STATE_ITEM_UNREVIEWED;
}

typedef struct Present {
    State item, consensus;
    Category category;
} Present;

static Err present_read(Tx *tx, int64_t item, Arena *memory, Present *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR("SELECT state, consensus, scheme, version, code FROM items WHERE id = :item"),
                 BINDS(bind_int64("item", item)), &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(tx, diag));
    if (!has)
        return record_missing(diag);
    ret->category =
        (Category){arena_copy(memory, stmt_text(rows, 2)), arena_copy(memory, stmt_text(rows, 3)),
                   arena_copy(memory, stmt_text(rows, 4))};
    TRY(state_read(MACHINE_ITEM, stmt_text(rows, 0), &ret->item, diag));
    return state_read(MACHINE_CONSENSUS, stmt_text(rows, 1), &ret->consensus, diag);
}

// An adjudicated item stays so unless a standing vote opposes the decision that came after it.
static Err decision_stands(Tx *tx, int64_t item, const Present *present, bool *ret, Diag *diag) {
    _cleanup_stmt_ Stmt *rows = NULL;
    *ret = true;
    TRY(tx_query(
        tx,
        STR("SELECT scheme, version, code FROM votes WHERE item = :item AND state = 'cast' "
            "AND is_decision = 0 AND id > (SELECT max(id) FROM votes WHERE item = :item "
            "AND is_decision = 1 AND state = 'cast')"),
        BINDS(bind_int64("item", item)), &rows, diag));
    while (stmt_next(rows)) {
        Category category = {stmt_text(rows, 0), stmt_text(rows, 1), stmt_text(rows, 2)};
        CategoryMatch match;
        TRY(category_compare(tx, &present->category, &category, &match, diag));
        *ret = *ret && match != CATEGORY_OPPOSED;
    }
    return tx_err(tx, diag);
}

static Err category_write(Change *change, int64_t item, const Category *category, Diag *diag) {
    return tx_run(
        change->tx,
        STR("UPDATE items SET scheme = :scheme, version = :version, code = :code WHERE id "
            "= :item"),
        BINDS(bind_text_or_null("scheme", category->scheme),
              bind_text_or_null("version", category->version),
              bind_text_or_null("code", category->code), bind_int64("item", item)),
        NULL, diag);
}

// Several steps may lie between two outcomes: known → in review → disputed.
static Err item_follow(Change *change, int64_t item, State from, State to, Diag *diag) {
    if (from == to)
        return ERR_OK;
    if (!state_may_move(from, to, NULL) && state_may_move(from, STATE_ITEM_IN_REVIEW, NULL) &&
        state_may_move(STATE_ITEM_IN_REVIEW, to, NULL))
        TRY(tx_run(change->tx, STR("UPDATE items SET state = 'in-review' WHERE id = :item"),
                   BINDS(bind_int64("item", item)), NULL, diag));
    return state_follow(change, item, to, NULL, diag);
}

static Err consensus_follow(Change *change, int64_t item, const Present *present, State to,
                            Diag *diag) {
    if (present->consensus != to) {
        if (!state_may_move(present->consensus, to, NULL))
            TRY(tx_run(change->tx,
                       STR("UPDATE items SET consensus = 'provisional' WHERE id = :item"),
                       BINDS(bind_int64("item", item)), NULL, diag));
        TRY(state_follow(change, item, to, NULL, diag));
    }
    return item_follow(change, item, present->item, item_state_for(to), diag);
}

static Err decide(Change *change, int64_t item, Arena *memory, State *ret, Diag *diag) {
    Count count = {.ballots = ARENA_ARRAY(memory, Ballot, RECORDS_VOTES_MAX)};
    Present present;
    if (count.ballots == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(present_read(change->tx, item, memory, &present, diag));
    if (present.consensus == STATE_CONSENSUS_ADJUDICATED) {
        bool stands;
        TRY(decision_stands(change->tx, item, &present, &stands, diag));
        *ret = stands ? STATE_CONSENSUS_ADJUDICATED : STATE_CONSENSUS_DISPUTED;
        return stands ? ERR_OK : consensus_follow(change, item, &present, *ret, diag);
    }
    TRY(ballots_read(change->tx, item, memory, &count, diag));
    TRY(ballots_count(change->tx, &count, diag));
    Category category = {0};
    State to = STATE_CONSENSUS_NONE;
    if (count.is_disputed) {
        to = STATE_CONSENSUS_DISPUTED;
    } else if (count.count > 0) {
        bool is_met;
        TRY(quorum_is_met(change->tx, &count, &is_met, diag));
        to = is_met ? STATE_CONSENSUS_AGREED : STATE_CONSENSUS_PROVISIONAL;
        category = count.ballots[count.best].category;
    }
    TRY(category_write(change, item, &category, diag));
    *ret = to;
    return consensus_follow(change, item, &present, to, diag);
}

Err consensus_update(Change *change, int64_t item, State *ret, Diag *diag) {
    _cleanup_(arena_freep) Arena *memory = arena_new(1 << 20);
    if (memory == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return decide(change, item, memory, ret, diag);
}
