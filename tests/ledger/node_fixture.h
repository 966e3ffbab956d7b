// A node for tests: its database is the file in its folder, or on the PostgreSQL server that
// SEVENTH_STORE names, which is emptied by node_fixture_make.
#pragma once
#include "../store/fixture.h"
#include "ledger/node.h"

typedef struct NodeFixture {
    char folder[512];
    Node *node;
    NodeStart start;
    RecoverySecret secret;
} NodeFixture;

NodeOptions node_fixture_options(void);
// A new node, open. False on failure.
bool node_fixture_make(NodeFixture *fixture);
bool node_fixture_open(NodeFixture *fixture);
void node_fixture_close(NodeFixture *fixture);
#define _cleanup_node_ _cleanup_(node_fixture_close)

// So many views in one transaction.
void node_fixture_fill(Node *node, int count, const char *payload);
// One view with this payload; its index.
uint64_t node_fixture_view(Node *node, const char *payload);
bool node_fixture_says(Node *node, uint64_t index, const char *expected);
Err node_fixture_payload_err(Node *node, uint64_t index);
// Erases the entry's payload, both halves.
Err node_fixture_erase(Node *node, uint64_t index);
// The folder verifies, and the database against it; entries, 0 on failure.
uint64_t node_fixture_verified(Node *node);
// Entries of this kind.
size_t node_fixture_count(Node *node, LedgerKind kind);
void node_fixture_path(char ret[512], const char *name);
