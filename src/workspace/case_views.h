// What the pages of cases, items and imports show.
#pragma once
#include "workspace/page_parts.h"

typedef struct CaseLine {
    Str id, number, title;
    PageState state;
    uint64_t items, open;
    Str assigned;
    PageTime changed, review;
} CaseLine;

typedef struct CasesView {
    PageForm form;
    const PageTab *tabs;
    size_t tab_count;
    const CaseLine *rows;
    size_t count;
    PageTurn turn;
    bool may_open;
    Str search;
} CasesView;

typedef struct CaseNewView {
    PageForm form;
    PageField number, title;
    PageChoices bases;
} CaseNewView;

typedef struct ItemLine {
    Str id, name, digest; // name: the first place it lies in
    uint64_t size, places;
    Str category;
    PageState state;
    uint64_t votes;
    bool is_flagged;
} ItemLine;

typedef struct CaseView {
    PageForm form;
    CaseLine info;
    Str basis, handling, unit;
    const PageTab *tabs; // states of items
    size_t tab_count;
    const ItemLine *items;
    size_t count;
    PageTurn turn;
    PageChoices moves; // states it may go to
    bool may_import, may_vote, is_erasable;
    Str import_href;
} CaseView;

typedef struct VoteLine {
    Str unit, person, category, scheme, note;
    PageTime cast;
    PageState state;
    bool is_own;
} VoteLine;

typedef struct ItemView {
    PageForm form;
    Str case_id, case_number;
    ItemLine item;
    Str sha1, sha256, pdq; // "" when not known
    int quality;
    const Str *places;
    size_t place_count;
    uint64_t more_places;
    const VoteLine *votes;
    size_t vote_count;
    PageChoices categories;
    PageField category;
    Str outcome; // a sentence: what the votes have come to
    bool may_vote, has_voted, may_adjudicate;
    Str next, before; // items of the same list; "" at its ends
} ItemView;

typedef struct ImportView {
    PageForm form;
    Str case_id, case_number;
    PageField file;
    PageChoices formats;
    uint64_t size_max;
} ImportView;

typedef struct ImportProgressView {
    PageForm form;
    Str id, case_id, case_number, name;
    PageState state;
    uint64_t bytes_done, bytes_all, records, items, rejected;
    int permille;
    bool is_over, has_failed;
    Str problem;
} ImportProgressView;
