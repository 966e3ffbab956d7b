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
    Str id, name, digest; // name: of the page of one, the first place it lies in
    uint64_t size, places;
    Str kind, category;
    PageState state;
    bool has_voted;
} ItemLine;

typedef struct CaseView {
    PageForm form;
    CaseLine info;
    Str basis, tlp, unit;
    const PageTab *tabs; // states of items
    size_t tab_count;
    const ItemLine *items;
    size_t count;
    PageTurn turn;
    PageChoices moves;    // states it may go to
    PageChoices partners; // units with which it can be shared
    bool may_import;
    Str import_href;
} CaseView;

typedef struct VoteLine {
    Str unit, person, category, scheme;
    PageTime cast;
    PageState state;
    bool is_own;
} VoteLine;

typedef struct ItemView {
    PageForm form;
    Str case_id, case_number;
    ItemLine item;
    Str md5, sha1, sha256, pdq; // "" when not known
    int quality;
    const Str *places;
    size_t place_count;
    uint64_t more_places;
    const VoteLine *votes;
    size_t vote_count;
    PageChoices categories, schemes;
    Str scheme, scheme_version; // that the categories are of
    PageField category;
    Str outcome; // a sentence: what the votes have come to
    bool may_vote, has_voted, may_adjudicate;
    Str next; // an item that waits for this person; "" when none does
} ItemView;

typedef struct ImportView {
    PageForm form;
    Str case_id, case_number;
    PageField file;
    uint64_t size_max;
} ImportView;

typedef struct ImportProgressView {
    Str id, case_id, case_number, name;
    PageState state;
    uint64_t records, items, added, rejected; // items, added: when it is done
    int permille;
    bool is_over, has_failed;
    Str problem;
} ImportProgressView;
