// Items for tests: a stream of made records.
#pragma once
#include "records/item_import.h"
#include "records/vote.h"
#include "records_fixture.h"

typedef struct MadeItems {
    const ItemDraft *drafts;
    size_t count, at;
    int fails_at; // the stream fails at this record; -1: never
    int rewinds;
} MadeItems;

ItemStream made_stream(MadeItems *items);
// A record whose digests come from the number; has: 1 << DigestKind.
ItemDraft made_draft(int number, unsigned has, ItemClass class);
// Imports `count` unknown items with numbers from `first`; checks that it goes well.
ImportResult fixture_import(RecordsFixture *fixture, const Actor *actor, const Identifier *case_,
                            int first, int count);
// The items of a case, after its viewing.
size_t fixture_items(RecordsFixture *fixture, const Actor *actor, const Identifier *case_,
                     Item **ret);
Item fixture_item(RecordsFixture *fixture, const Actor *actor, const Identifier *case_,
                  const Identifier *item);
