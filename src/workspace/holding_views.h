// What the pages of lists and of the ledger show.
#pragma once
#include "workspace/page_parts.h"

typedef struct ListLine {
    Str id, name, issuer, digest;
    uint64_t version, entries;
    bool is_known_good;
    PageState state;
    PageTime taken;
} ListLine;

typedef struct ListsView {
    PageForm form;
    const ListLine *rows;
    size_t count;
    bool may_import;
    PageField file, reason;
} ListsView;

typedef struct LedgerLine {
    uint64_t index;
    PageTime time;
    Str what, kind, person, unit, purpose, case_;
    uint64_t things;
} LedgerLine;

typedef struct LedgerView {
    PageForm form;
    Str origin, root, key; // root: after a verification
    uint64_t size;
    PageState verified; // label "" before anybody asked
    Str verified_detail;
    const LedgerLine *rows; // newest first
    size_t count;
    Str older; // "" when there are none
    PageChoices kinds;
} LedgerView;
