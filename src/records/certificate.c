// Certificates: given, activated, suspended, revoked; asked for by policy.
#include "records/certificate.h"

#include "records/inside.h"
#include "records/policy.h"

static const char *const KIND_IDS[] = {"voting", "releasing"};
static const char *const KIND_LABELS[] = {N_("Voting"), N_("Releasing")};

const char *certificate_kind_id(CertificateKind kind) {
    return KIND_IDS[kind];
}

const char *certificate_kind_label(CertificateKind kind) {
    return KIND_LABELS[kind];
}

typedef struct CertificateWork {
    Identifier person, uid;
    CertificateKind kind;
    int64_t from_ms, until_ms;
    State to;
} CertificateWork;

static Err not_oneself(const Change *change, int64_t person, Diag *diag) {
    return person != change->actor->person
               ? ERR_OK
               : diag_set(diag, ERR_PERMISSION, N_("Nobody gives themselves a certificate."));
}

static Err create(Change *change, void *context, Diag *diag) {
    CertificateWork *work = context;
    int64_t person;
    work->uid = identifier_make();
    TRY(person_number(change->tx, &work->person, &person, diag));
    TRY(not_oneself(change, person, diag));
    change_fact_text(change, "act", STR("created"));
    change_fact_id(change, "certificate_id", &work->uid);
    change_fact_id(change, "person", &work->person);
    change_fact_text(change, "kind", str_from(KIND_IDS[work->kind]));
    return tx_run(change->tx,
                  STR("INSERT INTO certificates (uid, person, kind, state, from_ms, until_ms) "
                      "VALUES (:uid, :person, :kind, 'pending', :from, :until)"),
                  BINDS(bind_id("uid", &work->uid), bind_int64("person", person),
                        bind_text("kind", str_from(KIND_IDS[work->kind])),
                        bind_int64("from", work->from_ms), bind_int64("until", work->until_ms)),
                  NULL, diag);
}

Err certificate_create(Records *records, const Actor *actor, const Identifier *person,
                       CertificateKind kind, int64_t from_ms, int64_t until_ms, Identifier *ret_uid,
                       Diag *diag) {
    if (until_ms <= from_ms)
        return diag_set(diag, ERR_RANGE, N_("A certificate must end after it begins."));
    CertificateWork work = {
        .person = *person, .kind = kind, .from_ms = from_ms, .until_ms = until_ms};
    TRY(records_change(records, actor, PERMISSION_CERTIFICATE_EDIT, LEDGER_CERTIFICATE_CHANGED,
                       create, &work, diag));
    *ret_uid = work.uid;
    return ERR_OK;
}

static Err move(Change *change, void *context, Diag *diag) {
    const CertificateWork *work = context;
    int64_t id, person;
    bool has;
    TRY(tx_int64(change->tx, STR("SELECT id FROM certificates WHERE uid = :uid"),
                 BINDS(bind_id("uid", &work->uid)), &has, &id, diag));
    if (!has)
        return record_missing(diag);
    TRY(tx_int64(change->tx, STR("SELECT person FROM certificates WHERE id = :id"),
                 BINDS(bind_int64("id", id)), NULL, &person, diag));
    TRY(not_oneself(change, person, diag));
    change_fact_id(change, "certificate_id", &work->uid);
    return state_move(change, id, work->to, NULL, diag);
}

Err certificate_move(Records *records, const Actor *actor, const Identifier *certificate, State to,
                     Diag *diag) {
    if (state_machine(to) != MACHINE_CERTIFICATE)
        return diag_set(diag, ERR_INVALID, N_("A certificate cannot be put into this state."));
    CertificateWork work = {.uid = *certificate, .to = to};
    return records_change(records, actor, PERMISSION_CERTIFICATE_EDIT, LEDGER_CERTIFICATE_CHANGED,
                          move, &work, diag);
}

typedef struct CertificateReading {
    const Identifier *person;
    int64_t now_ms;
    Certificate *certificates;
    size_t count;
} CertificateReading;

static Err read_certificates(Tx *tx, void *context, Diag *diag) {
    CertificateReading *reading = context;
    _cleanup_stmt_ Stmt *rows = NULL;
    reading->count = 0;
    TRY(tx_query(tx,
                 STR("SELECT c.uid, c.kind, c.state, c.from_ms, c.until_ms FROM certificates c "
                     "JOIN people p ON p.id = c.person WHERE p.uid = :person ORDER BY c.id DESC "
                     "LIMIT :most"),
                 BINDS(bind_id("person", reading->person), bind_int64("most", RECORDS_PAGE_MAX)),
                 &rows, diag));
    while (reading->count < RECORDS_PAGE_MAX && stmt_next(rows)) {
        Certificate *at = &reading->certificates[reading->count++];
        *at = (Certificate){.uid = stmt_id(rows, 0),
                            .kind = str_is(stmt_text(rows, 1), KIND_IDS[CERTIFICATE_RELEASING])
                                        ? CERTIFICATE_RELEASING
                                        : CERTIFICATE_VOTING,
                            .from_ms = stmt_int64(rows, 3),
                            .until_ms = stmt_int64(rows, 4)};
        TRY(state_read(MACHINE_CERTIFICATE, stmt_text(rows, 2), &at->state, diag));
        if (at->state == STATE_CERTIFICATE_ACTIVE && at->until_ms <= reading->now_ms)
            at->state = STATE_CERTIFICATE_EXPIRED;
    }
    return tx_err(tx, diag);
}

Err certificate_list(Records *records, const Actor *actor, const Identifier *person, Arena *memory,
                     Certificate **ret, size_t *ret_count, Diag *diag) {
    CertificateReading reading = {.person = person,
                                  .now_ms = records->now_ms(),
                                  .certificates =
                                      ARENA_ARRAY(memory, Certificate, RECORDS_PAGE_MAX)};
    if (reading.certificates == NULL)
        return diag_set(diag, arena_err(memory), N_("There is not enough memory."));
    bool is_self = actor->person != 0 && identifier_equal(person, &actor->person_id);
    Permission permission = is_self ? PERMISSION_SIGNED_IN
                            : actor_may(actor, PERMISSION_CERTIFICATE_EDIT)
                                ? PERMISSION_CERTIFICATE_EDIT
                                : PERMISSION_PERSON_VIEW;
    TRY(records_read(records, actor, permission, read_certificates, &reading, diag));
    *ret = reading.certificates;
    *ret_count = reading.count;
    return ERR_OK;
}

Err certificate_needed(const Change *change, CertificateKind kind, Diag *diag) {
    int64_t is_asked, has;
    TRY(policy_read(change->tx, POLICY_CERTIFICATES, &is_asked, diag));
    if (is_asked == 0)
        return ERR_OK;
    TRY(tx_int64(change->tx,
                 STR("SELECT count(*) FROM certificates WHERE person = :person AND kind = :kind "
                     "AND state = 'active' AND from_ms <= :now AND until_ms > :now"),
                 BINDS(bind_int64("person", change->actor->person),
                       bind_text("kind", str_from(KIND_IDS[kind])),
                       bind_int64("now", change->now_ms)),
                 NULL, &has, diag));
    return has > 0 ? ERR_OK
                   : diag_set(diag, ERR_PERMISSION,
                              N_("This needs an active certificate, which you do not have."));
}
