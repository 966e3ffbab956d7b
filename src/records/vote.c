// Votes: cast, superseded, withdrawn; disputes adjudicated.
#include "records/vote.h"

#include "records/case_access.h"
#include "records/certificate.h"

typedef struct VoteWork {
    Identifier case_, item;
    const Category *category;
    State consensus;
    // Reading.
    const Actor *actor;
    Records *records;
    Arena *memory;
    Vote *votes;
    size_t count;
} VoteWork;

static Err item_of(Change *change, const VoteWork *work, int64_t *ret_item, int64_t *ret_case,
                   Diag *diag) {
    CaseRow row;
    int64_t withdrawn;
    TRY(case_worked(change, &work->case_, &row, diag));
    TRY(item_in_case(change->tx, change->actor, &work->case_, &work->item, ret_item, ret_case,
                     diag));
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM items WHERE id = :id AND state = 'withdrawn'"),
                 BINDS(bind_int64("id", *ret_item)), NULL, &withdrawn, diag));
    if (withdrawn > 0)
        return diag_set(diag, ERR_STATE, N_("This item was withdrawn."));
    change_fact_id(change, "item_id", &work->item);
    return ERR_OK;
}

// The actor's standing vote goes. *ret_had: there was one.
static Err standing_move(Change *change, int64_t item, State to, bool *ret_had, Diag *diag) {
    int64_t id;
    TRY(tx_int64(change->tx,
                 STR("SELECT id FROM votes WHERE item = :item AND person = :person AND state = "
                     "'cast' AND is_decision = 0"),
                 BINDS(bind_int64("item", item), bind_int64("person", change->actor->person)),
                 ret_had, &id, diag));
    return *ret_had ? state_move(change, id, to, NULL, diag) : ERR_OK;
}

static Err vote_insert(Change *change, int64_t item, int64_t case_, const Category *category,
                       bool is_decision, Diag *diag) {
    Identifier uid = identifier_make();
    change_fact_id(change, "vote_id", &uid);
    change_fact_text(change, "scheme", category->scheme);
    change_fact_text(change, "version", category->version);
    change_fact_text(change, "code", category->code);
    return tx_run(
        change->tx,
        STR("INSERT INTO votes (uid, item, case_id, unit, person, scheme, version, code, state, "
            "is_decision, made_ms) VALUES (:uid, :item, :case, :unit, :person, :scheme, :version, "
            ":code, 'cast', :decision, :now)"),
        BINDS(bind_id("uid", &uid), bind_int64("item", item), bind_int64("case", case_),
              bind_int64("unit", change->actor->unit), bind_int64("person", change->actor->person),
              bind_text("scheme", category->scheme), bind_text("version", category->version),
              bind_text("code", category->code), bind_int64("decision", is_decision),
              bind_int64("now", change->now_ms)),
        NULL, diag);
}

static Err cast(Change *change, VoteWork *work, Arena *memory, Diag *diag) {
    int64_t item = 0, case_ = 0;
    Category category;
    bool had;
    TRY(item_of(change, work, &item, &case_, diag));
    TRY(certificate_needed(change, CERTIFICATE_VOTING, diag));
    TRY(category_find(change->tx, work->category, memory, &category, diag));
    TRY(standing_move(change, item, STATE_VOTE_SUPERSEDED, &had, diag));
    TRY(vote_insert(change, item, case_, &category, false, diag));
    return consensus_update(change, item, &work->consensus, diag);
}

static Err cast_work(Change *change, void *context, Diag *diag) {
    _cleanup_(arena_freep) Arena *memory = arena_new(4096);
    if (memory == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return cast(change, context, memory, diag);
}

Err vote_cast(Records *records, const Actor *actor, const Identifier *case_, const Identifier *item,
              const Category *category, State *ret_consensus, Diag *diag) {
    VoteWork work = {.case_ = *case_, .item = *item, .category = category};
    TRY(records_change(records, actor, PERMISSION_ITEM_VOTE, LEDGER_VOTE_CAST, cast_work, &work,
                       diag));
    if (ret_consensus != NULL)
        *ret_consensus = work.consensus;
    return ERR_OK;
}

static Err withdraw(Change *change, void *context, Diag *diag) {
    VoteWork *work = context;
    int64_t item = 0, case_ = 0;
    bool had;
    TRY(item_of(change, work, &item, &case_, diag));
    TRY(standing_move(change, item, STATE_VOTE_WITHDRAWN, &had, diag));
    if (!had)
        return diag_set(diag, ERR_NOT_FOUND, N_("You have no vote on this item."));
    return consensus_update(change, item, &work->consensus, diag);
}

Err vote_withdraw(Records *records, const Actor *actor, const Identifier *case_,
                  const Identifier *item, State *ret_consensus, Diag *diag) {
    VoteWork work = {.case_ = *case_, .item = *item};
    TRY(records_change(records, actor, PERMISSION_ITEM_VOTE, LEDGER_VOTE_WITHDRAWN, withdraw, &work,
                       diag));
    if (ret_consensus != NULL)
        *ret_consensus = work.consensus;
    return ERR_OK;
}

static Err adjudicate(Change *change, VoteWork *work, Arena *memory, Diag *diag) {
    int64_t item = 0, case_ = 0, votes;
    Category category;
    TRY(item_of(change, work, &item, &case_, diag));
    TRY(certificate_needed(change, CERTIFICATE_VOTING, diag));
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM votes WHERE item = :item AND person = :person AND "
                     "is_decision = 0"),
                 BINDS(bind_int64("item", item), bind_int64("person", change->actor->person)), NULL,
                 &votes, diag));
    if (votes > 0)
        return diag_set(diag, ERR_PERMISSION,
                        N_("Whoever voted on an item does not adjudicate it. Ask somebody else."));
    TRY(category_find(change->tx, work->category, memory, &category, diag));
    TRY(state_move(change, item, STATE_CONSENSUS_ADJUDICATED, NULL, diag));
    TRY(state_move(change, item, STATE_ITEM_ADJUDICATED, NULL, diag));
    // An earlier decision no longer stands.
    TRY(tx_run(change->tx,
               STR("UPDATE votes SET state = 'superseded' WHERE item = :item AND is_decision = 1 "
                   "AND state = 'cast'"),
               BINDS(bind_int64("item", item)), NULL, diag));
    TRY(vote_insert(change, item, case_, &category, true, diag));
    return tx_run(
        change->tx,
        STR("UPDATE items SET scheme = :scheme, version = :version, code = :code WHERE id "
            "= :item"),
        BINDS(bind_text("scheme", category.scheme), bind_text("version", category.version),
              bind_text("code", category.code), bind_int64("item", item)),
        NULL, diag);
}

static Err adjudicate_work(Change *change, void *context, Diag *diag) {
    _cleanup_(arena_freep) Arena *memory = arena_new(4096);
    if (memory == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    return adjudicate(change, context, memory, diag);
}

Err item_adjudicate(Records *records, const Actor *actor, const Identifier *case_,
                    const Identifier *item, const Category *category, Diag *diag) {
    VoteWork work = {.case_ = *case_, .item = *item, .category = category};
    return records_change(records, actor, PERMISSION_ITEM_ADJUDICATE, LEDGER_DISPUTE_ADJUDICATED,
                          adjudicate_work, &work, diag);
}

// --- Reading ----------------------------------------------------------------------------------

static Err may_see_all(Tx *tx, const VoteWork *work, int64_t item, bool *ret, Diag *diag) {
    int64_t own;
    *ret = actor_may(work->actor, PERMISSION_ITEM_ADJUDICATE) ||
           !actor_may(work->actor, PERMISSION_ITEM_VOTE); // who cannot vote follows nobody
    TRY(tx_int64(tx,
                 STR("SELECT count(*) FROM votes WHERE item = :item AND person = :person AND state "
                     "= 'cast'"),
                 BINDS(bind_int64("item", item), bind_int64("person", work->actor->person)), NULL,
                 &own, diag));
    *ret = *ret || own > 0;
    return ERR_OK;
}

static Err read_votes(Tx *tx, void *context, Diag *diag) {
    VoteWork *work = context;
    int64_t item = 0, case_ = 0;
    bool sees_all;
    _cleanup_stmt_ Stmt *rows = NULL;
    work->count = 0;
    TRY(item_in_case(tx, work->actor, &work->case_, &work->item, &item, &case_, diag));
    TRY(case_is_viewed(tx, work->records, work->actor, case_, diag));
    TRY(may_see_all(tx, work, item, &sees_all, diag));
    TRY(tx_query(
        tx,
        STR("SELECT v.uid, u.uid, p.uid, u.name, p.pseudonym, v.scheme, v.version, v.code, "
            "v.state, v.is_decision, v.made_ms FROM votes v JOIN units u ON u.id = v.unit "
            "JOIN people p ON p.id = v.person WHERE v.item = :item AND (:all = 1 OR "
            "v.person = :person) ORDER BY v.id DESC LIMIT :most"),
        BINDS(bind_int64("item", item), bind_int64("all", sees_all),
              bind_int64("person", work->actor->person), bind_int64("most", RECORDS_PAGE_MAX)),
        &rows, diag));
    while (work->count < RECORDS_PAGE_MAX && stmt_next(rows)) {
        Vote *vote = &work->votes[work->count++];
        Arena *memory = work->memory;
        *vote = (Vote){.uid = stmt_id(rows, 0),
                       .unit = stmt_id(rows, 1),
                       .person = stmt_id(rows, 2),
                       .unit_name = arena_copy(memory, stmt_text(rows, 3)),
                       .person_name = arena_copy(memory, stmt_text(rows, 4)),
                       .category = {arena_copy(memory, stmt_text(rows, 5)),
                                    arena_copy(memory, stmt_text(rows, 6)),
                                    arena_copy(memory, stmt_text(rows, 7))},
                       .is_decision = stmt_int64(rows, 9) == 1,
                       .made_ms = stmt_int64(rows, 10)};
        TRY(state_read(MACHINE_VOTE, stmt_text(rows, 8), &vote->state, diag));
    }
    return tx_err(tx, diag);
}

Err item_votes(Records *records, const Actor *actor, const Identifier *case_,
               const Identifier *item, Arena *memory, Vote **ret, size_t *ret_count, Diag *diag) {
    VoteWork work = {.case_ = *case_,
                     .item = *item,
                     .actor = actor,
                     .records = records,
                     .memory = memory,
                     .votes = ARENA_ARRAY(memory, Vote, RECORDS_PAGE_MAX)};
    if (work.votes == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_CASE_VIEW, read_votes, &work, diag));
    *ret = work.votes;
    *ret_count = work.count;
    return ERR_OK;
}
