// The first start: a node with its keys, its own unit and its first person.
#pragma once
#include "records/account.h"
#include "records/person.h"
#include "workspace/workspace.h"

typedef struct NodeSetup {
    Str name;      // of the ledger; empty: one that is made up
    Str unit_name; // empty: "This unit" in the language of whoever starts
    Str country, languages, time_zone;
    Str person; // pseudonym of the first administrator
    bool is_exercise;
} NodeSetup;

// Makes the node in the configured folder; its unit and person come by node_people.
Err node_setup(const Config *config, const NodeSetup *setup, const RecoveryPublic *recovery,
               Diag *diag) MUST_CHECK;
// The node's own unit and its first administrator, unless there are any; appends the sign-in link
// (`base` and the path). Nothing is appended when there were people already.
Err node_people(Workspace *workspace, const NodeSetup *setup, Str base, StrBuf *out,
                Diag *diag) MUST_CHECK;
// The node's own unit, unless it is there.
Err own_unit_make(Records *records, const NodeSetup *setup, Diag *diag) MUST_CHECK;
// A sign-in link for a person.
Err sign_in_link_put(Records *records, const Identifier *person, Str base, StrBuf *out,
                     Diag *diag) MUST_CHECK;
// Where the workspace is reached: public_url, else the address it listens on. port 0: as
// configured.
Err base_url_put(const Config *config, uint16_t port, StrBuf *out, Diag *diag) MUST_CHECK;
