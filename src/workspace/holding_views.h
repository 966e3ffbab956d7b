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
    Str origin, root, key;
    uint64_t size;
    PageTime signed_, witnessed;
    PageState witness;
    PageState verified; // label "" before anybody asked
    Str verified_detail;
    PageTime verified_at;
    const LedgerLine *rows;
    size_t count;
    PageTurn turn;
    PageChoices kinds;
    bool may_export;
} LedgerView;

// A page that says what went wrong and what to do.
typedef struct MessageView {
    int status;
    Str title, text, advice, request;
    Str back, back_label;
} MessageView;
