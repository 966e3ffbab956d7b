// A node for tests.
#include "node_fixture.h"

#include "ledger/verify.h"

static bool said(Err err, const Diag *diag) {
    CHECK_OK(err);
    if (err != ERR_OK) {
        fixture_print(diag);
        printf("# file %s\n", diag->file);
    }
    return err == ERR_OK;
}

void node_fixture_path(char ret[512], const char *name) {
    snprintf(ret, 512, "%s/%s", t_folder(), name);
}

NodeOptions node_fixture_options(void) {
    return (NodeOptions){.schemas = &LEDGER_SCHEMA,
                         .schema_count = 1,
                         .database = fixture_is_postgres() ? fixture_address() : (Str){0}};
}

bool node_fixture_open(NodeFixture *fixture) {
    NodeOptions options = node_fixture_options();
    Diag diag = {0};
    return said(node_open(fixture->folder, &options, &fixture->node, &fixture->start, &diag),
                &diag);
}

bool node_fixture_make(NodeFixture *fixture) {
    static int number;
    char name[32];
    RecoveryPublic recovery;
    Diag diag = {0};
    recovery_keygen(&fixture->secret, &recovery);
    NodePlan plan = {.name = STR("node.example/ledger"), .recovery = &recovery};
    snprintf(name, sizeof name, "node-%d", ++number);
    node_fixture_path(fixture->folder, name);
    if (fixture_is_postgres())
        store_free(fixture_open(NULL));
    return said(node_create(fixture->folder, &plan, &diag), &diag) && node_fixture_open(fixture);
}

void node_fixture_close(NodeFixture *fixture) {
    node_close(fixture->node);
    fixture->node = NULL;
}

static Identifier made_identifier(uint8_t number) {
    Identifier id = {{1}};
    id.bytes[15] = number;
    return id;
}

static LedgerDraft view_of(Node *node, const char *payload) {
    return (LedgerDraft){.kind = LEDGER_CASE_VIEWED,
                         .person = made_identifier(1),
                         .unit = node_identity(node)->unit,
                         .case_ = made_identifier(2),
                         .purpose = STR("victim-identification"),
                         .count = 1,
                         .payload = str_from(payload)};
}

typedef struct Filling {
    Node *node;
    int count;
    const char *payload;
} Filling;

static Err fill_work(Tx *tx, void *context, Diag *diag) {
    const Filling *filling = context;
    LedgerDraft draft = view_of(filling->node, filling->payload);
    for (int i = 0; i < filling->count; i++)
        TRY(ledger_log_append(node_log(filling->node), tx, &draft, NULL, diag));
    return ERR_OK;
}

void node_fixture_fill(Node *node, int count, const char *payload) {
    Filling filling = {node, count, payload};
    Diag diag = {0};
    said(store_run(node_store(node), STORE_QUEUED, NULL, fill_work, &filling, &diag), &diag);
}

uint64_t node_fixture_view(Node *node, const char *payload) {
    LedgerDraft draft = view_of(node, payload);
    uint64_t index = UINT64_MAX;
    Diag diag = {0};
    said(ledger_log_note(node_log(node), NULL, &draft, &index, &diag), &diag);
    return index;
}

bool node_fixture_says(Node *node, uint64_t index, const char *expected) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX + 1);
    Diag diag = {0};
    return said(ledger_log_payload_open(node_log(node), NULL, index, &payload, &diag), &diag) &&
           str_is(strbuf_str(&payload), expected);
}

Err node_fixture_payload_err(Node *node, uint64_t index) {
    _cleanup_strbuf_ StrBuf payload = STRBUF(PAYLOAD_MAX + 1);
    return ledger_log_payload_open(node_log(node), NULL, index, &payload, NULL);
}

typedef struct Erasing {
    Node *node;
    LedgerRange entries;
} Erasing;

static Err erase_work(Tx *tx, void *context, Diag *diag) {
    const Erasing *erasing = context;
    LedgerDraft draft = {.unit = node_identity(erasing->node)->unit, .purpose = STR("retention")};
    LedgerErasure erasure = {.entries = &erasing->entries, .entry_count = 1};
    return ledger_log_erase(node_log(erasing->node), tx, &draft, &erasure, NULL, diag);
}

Err node_fixture_erase(Node *node, uint64_t index) {
    Erasing erasing = {node, {index, index}};
    TRY(store_run(node_store(node), STORE_QUEUED, NULL, erase_work, &erasing, NULL));
    return ledger_log_erase_finish(node_log(node), NULL);
}

uint64_t node_fixture_verified(Node *node) {
    char path[600];
    LedgerVerifyOptions options = {.log = node_verifier(node)};
    LedgerReport report;
    LedgerLogCheck check = {0};
    Diag diag = {0};
    snprintf(path, sizeof path, "%s/ledger", node_folder(node));
    return said(ledger_log_publish(node_log(node), NULL, &diag), &diag) &&
                   said(ledger_verify(path, &options, &report, &diag), &diag) &&
                   said(ledger_log_verify(node_log(node), NULL, &check, UINT64_MAX, &diag), &diag)
               ? report.size
               : 0;
}

size_t node_fixture_count(Node *node, LedgerKind kind) {
    LedgerFilter filter = {.kind = kind};
    LedgerRow *rows = calloc(LEDGER_PAGE_MAX, sizeof *rows);
    size_t count = 0;
    Diag diag = {0};
    said(ledger_log_find(node_log(node), NULL, &filter, rows, LEDGER_PAGE_MAX, &count, &diag),
         &diag);
    free(rows);
    return count;
}
