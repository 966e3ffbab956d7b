// What the views of several pages are made of. Views borrow everything; texts in them are
// translated already unless said otherwise.
#pragma once
#include "base/str.h"

enum { PAGE_TIME_CHARS = 32, PAGE_ROWS = 50 };

// A field of a form as it was sent, and what is wrong with it ("" when nothing is).
typedef struct PageField {
    Str value, error;
} PageField;

// What every form carries. error: what is wrong with the whole of it; has_errors: with any field.
typedef struct PageForm {
    Str csrf, error;
    bool has_errors;
} PageForm;

// A time for people ("2026-11-24 09:30 UTC") and for programs; both "" for none.
typedef struct PageTime {
    char text[PAGE_TIME_CHARS], machine[PAGE_TIME_CHARS];
} PageTime;

// look: a class of the style sheet: "", "on", "good", "hold" or "bad".
typedef struct PageState {
    const char *look;
    Str label;
} PageState;

typedef struct PageTab {
    Str href, label;
    uint64_t count;
    bool is_current;
} PageTab;

// A row of a select or a group of check boxes.
typedef struct PageChoice {
    Str value, label;
    bool is_chosen;
} PageChoice;

typedef struct PageChoices {
    const PageChoice *items;
    size_t len;
} PageChoices;

// Where one is in a long table; hrefs are "" at its ends.
typedef struct PageTurn {
    Str before, after;
    uint64_t first, last, all;
} PageTurn;
