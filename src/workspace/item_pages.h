// What the page of a case shows of its items; item_pages.c also has the page of one.
#pragma once
#include "records/case.h"
#include "records/unit.h"
#include "workspace/case_views.h"
#include "workspace/page_request.h"

// Fills tabs, items and turn of the page from the request's query (show, from).
Err items_lay_out(WebRequest *request, const Actor *actor, const CaseFile *file, CaseView *io_page,
                  Diag *diag) MUST_CHECK;
