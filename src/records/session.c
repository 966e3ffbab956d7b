// Sessions: begun, found by their token, touched, given another token, ended.
#include "records/session.h"

#include "base/utf8.h"
#include "records/inside.h"
#include "records/policy.h"

enum { MINUTE_MS = 60000, TOUCH_MS = MINUTE_MS };

static Err nobody(Diag *diag) {
    return diag_set(diag, ERR_AUTH, N_("You are not signed in, or no longer. Sign in again."));
}

static Str agent_clean(Str agent, char ret[RECORDS_AGENT_MAX + 1]) {
    size_t n = utf8_cut(agent, RECORDS_AGENT_MAX), len = 0;
    if (!utf8_is_valid(agent))
        n = 0;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)agent.ptr[i] >= 0x20 && agent.ptr[i] != 0x7F)
            ret[len++] = agent.ptr[i];
    return str_of(ret, len);
}

// --- Beginning --------------------------------------------------------------------------------

static Err oldest_drop(Tx *tx, int64_t person, Diag *diag) {
    return tx_run(
        tx,
        STR("DELETE FROM sessions WHERE person = :person AND id NOT IN (SELECT id FROM "
            "sessions WHERE person = :person ORDER BY seen_ms DESC, id DESC LIMIT :most)"),
        BINDS(bind_int64("person", person), bind_int64("most", RECORDS_SESSIONS_MAX - 1)), NULL,
        diag);
}

Err session_insert(Records *records, Tx *tx, int64_t person, bool is_proven, SessionDevice device,
                   SessionToken *ret_token, int64_t *ret_id, Diag *diag) {
    int64_t idle_minutes, hours, now = records->now_ms();
    char agent[RECORDS_AGENT_MAX + 1];
    uint8_t hash[SHA256_SIZE];
    Identifier uid = identifier_make();
    TRY(policy_read(tx, POLICY_SESSION_IDLE_MINUTES, &idle_minutes, diag));
    TRY(policy_read(tx, POLICY_SESSION_HOURS, &hours, diag));
    TRY(oldest_drop(tx, person, diag));
    token_make(ret_token->text, hash);
    return tx_int64(tx,
                    STR("INSERT INTO sessions (uid, token, person, made_ms, seen_ms, idle_ms, "
                        "end_ms, agent, is_proven) VALUES (:uid, :token, :person, :now, :now, "
                        ":idle, :end, :agent, :proven) RETURNING id"),
                    BINDS(bind_id("uid", &uid), bind_bytes("token", str_of(hash, sizeof hash)),
                          bind_int64("person", person), bind_int64("now", now),
                          bind_int64("idle", idle_minutes * MINUTE_MS),
                          bind_int64("end", now + hours * 60 * MINUTE_MS),
                          bind_text("agent", agent_clean(device.agent, agent)),
                          bind_int64("proven", is_proven)),
                    NULL, ret_id, diag);
}

// --- Finding ----------------------------------------------------------------------------------

typedef struct SessionFinding {
    Records *records;
    uint8_t hash[SHA256_SIZE];
    Session session;
    int64_t now_ms;
} SessionFinding;

static void text_keep(char *ret, size_t max, Str text) {
    size_t n = utf8_cut(text, max);
    if (n > 0)
        memcpy(ret, text.ptr, n);
    ret[n] = '\0';
}

static void session_fill(Session *session, Stmt *rows) {
    *session = (Session){.id = stmt_int64(rows, 0),
                         .uid = stmt_id(rows, 1),
                         .made_ms = stmt_int64(rows, 2),
                         .seen_ms = stmt_int64(rows, 3),
                         .end_ms = stmt_int64(rows, 4)};
    text_keep(session->agent, RECORDS_AGENT_MAX, stmt_text(rows, 5));
}

#define SESSION_COLUMNS "SELECT s.id, s.uid, s.made_ms, s.seen_ms, s.end_ms, s.agent, "

static Err find(Tx *tx, void *context, Diag *diag) {
    SessionFinding *finding = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    TRY(tx_query(tx,
                 STR(SESSION_COLUMNS
                     "p.id, p.uid, u.id, u.uid, p.language, p.pseudonym, "
                     "CASE WHEN a.factor IS NULL THEN 0 ELSE 1 END, s.is_proven FROM sessions s "
                     "JOIN people p ON p.id = s.person JOIN units u ON u.id = p.unit "
                     "JOIN accounts a ON a.person = p.id WHERE s.token = :token "
                     "AND s.end_ms > :now AND s.seen_ms + s.idle_ms > :now "
                     "AND p.state = 'active' AND u.state = 'active'"),
                 BINDS(bind_bytes("token", str_of(finding->hash, SHA256_SIZE)),
                       bind_int64("now", finding->now_ms)),
                 &rows, diag));
    bool has = stmt_next(rows);
    TRY(tx_err(tx, diag));
    if (!has)
        return nobody(diag);
    Session *session = &finding->session;
    session_fill(session, rows);
    session->person = stmt_id(rows, 7);
    session->actor = (Actor){.person = stmt_int64(rows, 6),
                             .person_id = session->person,
                             .unit = stmt_int64(rows, 8),
                             .unit_id = stmt_id(rows, 9),
                             .session = session->id};
    text_keep(session->language, RECORDS_TAG_MAX, stmt_text(rows, 10));
    text_keep(session->pseudonym, RECORDS_NAME_MAX, stmt_text(rows, 11));
    bool has_factor = stmt_int64(rows, 12) == 1, is_proven = stmt_int64(rows, 13) == 1;
    int64_t is_forced;
    TRY(policy_read(tx, POLICY_SECOND_FACTOR, &is_forced, diag));
    // A session from before the factor was asked for counts only once it is proven.
    session->needs_factor = has_factor ? !is_proven : is_forced == 1;
    RoleSet roles;
    TRY(person_roles_read(tx, session->actor.person, &roles, diag));
    session->actor.roles = session->needs_factor ? 0 : roles;
    session->actor.permissions = session->needs_factor ? PERMISSION_BIT(PERMISSION_PUBLIC) |
                                                             PERMISSION_BIT(PERMISSION_SIGNED_IN)
                                                       : permissions_of(roles);
    return ERR_OK;
}

static Err touch(Tx *tx, void *context, Diag *diag) {
    const SessionFinding *finding = context;
    return tx_run(tx, STR("UPDATE sessions SET seen_ms = :now WHERE id = :id AND seen_ms < :now"),
                  BINDS(bind_int64("now", finding->now_ms), bind_int64("id", finding->session.id)),
                  NULL, diag);
}

Err session_find(Records *records, Str token, const StoreRequest *request, Session *ret,
                 Diag *diag) {
    SessionFinding finding = {.records = records, .now_ms = records->now_ms()};
    if (!token_hash(token, finding.hash))
        return nobody(diag);
    TRY(store_run(records->store, STORE_READ, request, find, &finding, diag));
    if (finding.now_ms - finding.session.seen_ms >= TOUCH_MS)
        TRY(store_run(records->store, STORE_WRITE, request, touch, &finding, diag));
    *ret = finding.session;
    return ERR_OK;
}

// --- Changing and ending ----------------------------------------------------------------------

typedef struct SessionWork {
    Records *records;
    const Actor *actor;
    Identifier uid;
    SessionToken token;
    int64_t count;
    Session *sessions;
    size_t found;
} SessionWork;

static Err rotate(Tx *tx, void *context, Diag *diag) {
    SessionWork *work = context;
    uint8_t hash[SHA256_SIZE];
    int64_t changed;
    token_make(work->token.text, hash);
    TRY(tx_run(tx, STR("UPDATE sessions SET token = :token WHERE id = :id AND person = :person"),
               BINDS(bind_bytes("token", str_of(hash, sizeof hash)),
                     bind_int64("id", work->actor->session),
                     bind_int64("person", work->actor->person)),
               &changed, diag));
    return changed == 1 ? ERR_OK : nobody(diag);
}

Err session_rotate(Records *records, const Actor *actor, SessionToken *ret, Diag *diag) {
    SessionWork work = {.actor = actor};
    TRY(store_run(records->store, STORE_WRITE, actor->request, rotate, &work, diag));
    *ret = work.token;
    return ERR_OK;
}

static Err list(Tx *tx, void *context, Diag *diag) {
    SessionWork *work = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    work->found = 0;
    TRY(tx_query(tx,
                 STR(SESSION_COLUMNS
                     "p.uid FROM sessions s JOIN people p ON p.id = s.person WHERE s.person = "
                     ":person AND s.end_ms > :now AND s.seen_ms + s.idle_ms > :now "
                     "ORDER BY s.seen_ms DESC, s.id DESC"),
                 BINDS(bind_int64("person", work->actor->person),
                       bind_int64("now", work->records->now_ms())),
                 &rows, diag));
    while (work->found < RECORDS_SESSIONS_MAX && stmt_next(rows)) {
        session_fill(&work->sessions[work->found], rows);
        work->sessions[work->found++].person = stmt_id(rows, 6);
    }
    return tx_err(tx, diag);
}

Err session_list(Records *records, const Actor *actor, Arena *memory, Session **ret,
                 size_t *ret_count, Diag *diag) {
    SessionWork work = {.records = records,
                        .actor = actor,
                        .sessions = ARENA_ARRAY(memory, Session, RECORDS_SESSIONS_MAX)};
    if (work.sessions == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    TRY(records_read(records, actor, PERMISSION_SIGNED_IN, list, &work, diag));
    *ret = work.sessions;
    *ret_count = work.found;
    return ERR_OK;
}

static Err session_delete(Tx *tx, void *context, Diag *diag) {
    const SessionWork *work = context;
    int64_t changed;
    TRY(tx_run(tx, STR("DELETE FROM sessions WHERE uid = :uid AND person = :person"),
               BINDS(bind_id("uid", &work->uid), bind_int64("person", work->actor->person)),
               &changed, diag));
    return changed == 1 ? ERR_OK : record_missing(diag);
}

Err session_revoke(Records *records, const Actor *actor, const Identifier *session, Diag *diag) {
    SessionWork work = {.actor = actor, .uid = *session};
    return store_run(records->store, STORE_WRITE, actor->request, session_delete, &work, diag);
}

static Err revoke_others(Tx *tx, void *context, Diag *diag) {
    SessionWork *work = context;
    return tx_run(
        tx, STR("DELETE FROM sessions WHERE person = :person AND id <> :id"),
        BINDS(bind_int64("person", work->actor->person), bind_int64("id", work->actor->session)),
        &work->count, diag);
}

Err session_revoke_others(Records *records, const Actor *actor, int64_t *ret_count, Diag *diag) {
    SessionWork work = {.actor = actor};
    TRY(store_run(records->store, STORE_WRITE, actor->request, revoke_others, &work, diag));
    *ret_count = work.count;
    return ERR_OK;
}

static Err sweep(Tx *tx, void *context, Diag *diag) {
    Bind now = bind_int64("now", *(const int64_t *)context);
    TRY(tx_run(tx, STR("DELETE FROM sessions WHERE end_ms <= :now OR seen_ms + idle_ms <= :now"),
               BINDS(now), NULL, diag));
    TRY(tx_run(tx, STR("DELETE FROM sign_in_links WHERE until_ms <= :now"), BINDS(now), NULL,
               diag));
    TRY(tx_run(tx, STR("DELETE FROM case_views WHERE until_ms <= :now"), BINDS(now), NULL, diag));
    return tx_run(tx,
                  STR("DELETE FROM sign_in_failures WHERE until_ms <= :now AND last_ms <= :now - "
                      "86400000"),
                  BINDS(now), NULL, diag);
}

Err sessions_sweep(Records *records, Diag *diag) {
    int64_t now = records->now_ms();
    return store_run(records->store, STORE_WRITE, NULL, sweep, &now, diag);
}
