// Votes and consensus: what an item is, decided by several units.
//
// A person has one standing vote on an item; another one supersedes it. The standing votes decide:
//   none        no vote stands
//   disputed    two of them cannot both be right (category_compare)
//   agreed      as many units as POLICY_QUORUM says give the same category
//   provisional otherwise; also when a lone unit (of one person who votes) is all the quorum there
//   is adjudicated a dispute that somebody decided: a senior analyst who never voted on the item.
//   It
//               stands until a later vote opposes it.
// Two votes of one unit count once. Votes in schemes between which nothing is known neither agree
// nor oppose. A provisional category is used in the node and never released.
#pragma once
#include "records/category.h"

// ERR_INVALID: no such category. ERR_PERMISSION: a certificate is asked for and missing. ERR_STATE:
// the case is not worked on, or the item withdrawn. *ret_consensus may be NULL.
Err vote_cast(Records *records, const Actor *actor, const Identifier *case_, const Identifier *item,
              const Category *category, State *ret_consensus, Diag *diag) MUST_CHECK;
// One's own standing vote. ERR_NOT_FOUND: there is none.
Err vote_withdraw(Records *records, const Actor *actor, const Identifier *case_,
                  const Identifier *item, State *ret_consensus, Diag *diag) MUST_CHECK;
// ERR_STATE: not disputed. ERR_PERMISSION: the actor has a vote on it, standing or not.
Err item_adjudicate(Records *records, const Actor *actor, const Identifier *case_,
                    const Identifier *item, const Category *category, Diag *diag) MUST_CHECK;

typedef struct Vote {
    Identifier uid, unit, person;
    Str unit_name, person_name;
    Category category;
    State state;
    bool is_decision; // an adjudication
    int64_t made_ms;
} Vote;
// Newest first. Without having voted or the right to adjudicate, one does not see how others
// voted: only one's own are given, so that nobody follows the crowd.
Err item_votes(Records *records, const Actor *actor, const Identifier *case_,
               const Identifier *item, Arena *memory, Vote **ret, size_t *ret_count,
               Diag *diag) MUST_CHECK;

// Inside this room: decides anew from the standing votes and moves item and consensus.
Err consensus_update(Change *change, int64_t item, State *ret, Diag *diag) MUST_CHECK;
