// The handlers of the workspace's routes (routes.def), by the file they stand in.
#pragma once
#include "web/server.h"

#define PAGE_HANDLER(name) Err name(WebRequest *request, WebReply *reply, Diag *diag) MUST_CHECK
// account_pages.c
PAGE_HANDLER(sign_in_show);
PAGE_HANDLER(sign_in_do);
PAGE_HANDLER(sign_out_do);
PAGE_HANDLER(link_show);
PAGE_HANDLER(link_do);
PAGE_HANDLER(enrol_show);
PAGE_HANDLER(enrol_do);
PAGE_HANDLER(purpose_show);
PAGE_HANDLER(purpose_do);
// setting_pages.c
PAGE_HANDLER(settings_show);
PAGE_HANDLER(password_do);
PAGE_HANDLER(session_end_do);
// desk_pages.c
PAGE_HANDLER(desk_show);
PAGE_HANDLER(approvals_show);
PAGE_HANDLER(approval_do);
// people_pages.c
PAGE_HANDLER(people_show);
PAGE_HANDLER(person_add_do);
PAGE_HANDLER(person_show);
PAGE_HANDLER(person_roles_do);
PAGE_HANDLER(person_account_do);
// unit_pages.c
PAGE_HANDLER(units_show);
PAGE_HANDLER(unit_add_do);
// case_pages.c
PAGE_HANDLER(cases_show);
PAGE_HANDLER(case_new_show);
PAGE_HANDLER(case_open_do);
PAGE_HANDLER(case_show);
PAGE_HANDLER(case_move_do);
PAGE_HANDLER(case_share_do);
// item_pages.c
PAGE_HANDLER(item_show);
PAGE_HANDLER(item_vote_do);
// import_pages.c
PAGE_HANDLER(import_new_show);
PAGE_HANDLER(import_do);
PAGE_HANDLER(import_show);
PAGE_HANDLER(import_events);
// ledger_pages.c
PAGE_HANDLER(ledger_show);
PAGE_HANDLER(ledger_verify_do);
