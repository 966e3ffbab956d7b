// What the pages of people and units show.
#pragma once
#include "workspace/page_parts.h"

typedef struct PersonLine {
    Str id, name, unit;
    const Str *roles;
    size_t role_count;
    PageState state;
} PersonLine;

typedef struct PeopleView {
    PageForm form;
    const PersonLine *rows;
    size_t count;
    PageTurn turn;
    bool may_edit;
    PageField name;
    PageChoices units, roles;
} PeopleView;

typedef struct PersonView {
    PageForm form;
    PersonLine person;
    PageChoices roles;
    Str link; // a one-time sign-in link, shown once
    bool may_edit, is_suspended, has_left, has_factor, is_self;
} PersonView;

typedef struct UnitLine {
    Str id, name, kind, country, languages, hours;
    PageState state;
    uint64_t people;
    bool is_own;
} UnitLine;

typedef struct UnitsView {
    PageForm form;
    const UnitLine *rows;
    size_t count;
    bool may_edit;
    PageField name, country, time_zone, languages, hours;
    PageChoices kinds, days;
} UnitsView;
