// What the desk and the page of approvals show.
#pragma once
#include "workspace/page_parts.h"

typedef struct DeskLine {
    Str href, what, about; // about: a case's number or the like
    PageTime since, due;
    Str clock;        // "in 3 hours"
    const char *look; // of the clock: "late" or "soft"
} DeskLine;

typedef struct DeskView {
    Str name;
    const DeskLine *rows;
    size_t count;
    uint64_t more;
    bool may_open_case, may_see_cases;
} DeskView;

typedef struct ApprovalLine {
    Str id, what, about, asker, unit, reason;
    PageTime asked, expires;
    PageState state;
    bool may_answer; // not one's own, and the right to
} ApprovalLine;

typedef struct ApprovalsView {
    PageForm form;
    const ApprovalLine *rows;
    size_t count;
    PageTurn turn;
} ApprovalsView;
