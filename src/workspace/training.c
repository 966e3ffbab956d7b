// Sets up an exercise through the same functions that people use, each step in the ledger.
#include "workspace/training.h"

#include <unistd.h>

#include "base/encoding.h"
#include "base/file.h"
#include "crypto/totp.h"
#include "records/case.h"
#include "records/person.h"
#include "records/policy.h"
#include "records/unit.h"
#include "workspace/import_source.h"
#include "workspace/limits.h"
#include "workspace/node_setup.h"

static const struct {
    const char *pseudonym;
    bool is_partner; // of the second unit
    RoleSet roles;
    const char *role_msgid;
} PEOPLE[] = {
    {"north", false, ROLE_BIT(ROLE_ANALYST) | ROLE_BIT(ROLE_SUPERVISOR),
     N_("Analyst and supervisor of one unit")},
    {"south", true, ROLE_BIT(ROLE_ANALYST), N_("Analyst of another unit")},
    {"senior", false, ROLE_BIT(ROLE_SENIOR_ANALYST) | ROLE_BIT(ROLE_AUDITOR),
     N_("Senior analyst, decides disputes, and auditor")},
    // The last one, by whom the exercise is set up.
    {"admin", false, ROLE_BIT(ROLE_ADMINISTRATOR), N_("Administrator")},
};
enum { PEOPLE_COUNT = sizeof PEOPLE / sizeof PEOPLE[0] };

typedef struct Training {
    Workspace *workspace;
    CommandContext *context;
    Str base;
    Actor program;
    Identifier partner; // the second unit
    Identifier people[PEOPLE_COUNT];
} Training;

static Err partner_make(Training *training, Diag *diag) {
    UnitFacts facts = {.name = STR("South"),
                       .kind = UNIT_TRAINING,
                       .country = STR("BR"),
                       .time_zone = STR("America/Sao_Paulo"),
                       .days = 31,
                       .opens_min = 480,
                       .closes_min = 960,
                       .languages = {STR("pt")},
                       .language_count = 1};
    return unit_create(training->workspace->records, &training->program, &facts, false,
                       &training->partner, diag);
}

// A person's own session, as if they had signed in: what they do in it is theirs in the ledger.
static Err person_act(Training *training, const Identifier *person, const char *pseudonym,
                      Session *ret, Diag *diag) {
    Records *records = training->workspace->records;
    char token[TOKEN_TEXT_MAX], password[IDENTIFIER_CHARS + 1];
    Identifier secret = identifier_make();
    SessionToken session_token;
    identifier_text(&secret, password);
    TRY(link_make(records, &training->program, person, token, diag));
    TRY(link_use(records, str_from(token), str_from(password), NULL, diag));
    SignIn wanted = {.name = str_from(pseudonym), .password = str_from(password)};
    TRY(sign_in(records, &wanted, ret, &session_token, diag));
    ret->actor.purpose = STR("training");
    return ERR_OK;
}

// An exercise asks nobody for a second factor. Only an administrator who has shown one changes
// that.
static Err factor_switch_off(Training *training, int admin, Diag *diag) {
    Records *records = training->workspace->records;
    Session session;
    FactorOffer offer;
    SessionToken token;
    uint8_t secret[TOTP_SECRET_MAX];
    size_t size;
    char code[TOTP_DIGITS + 1], codes[RECORDS_RECOVERY_CODES][RECOVERY_CODE_CHARS];
    TRY(person_act(training, &training->people[admin], PEOPLE[admin].pseudonym, &session, diag));
    TRY(factor_offer(records, &session.actor, STR("Seventh"), &offer, diag));
    if (!base32_decode(str_from(offer.secret), secret, sizeof secret, &size))
        return diag_set(diag, ERR_INTERNAL, NULL);
    uint64_t step = (uint64_t)records_now_ms(records) / 1000 / TOTP_STEP_SECONDS;
    TRY(totp_code(str_of(secret, size), step, TOTP_DIGITS, code, diag));
    TRY(factor_confirm(records, &session.actor, str_from(code), codes, &token, diag));
    TRY(session_find(records, str_from(token.text), NULL, &session, diag));
    TRY(policy_set(records, &session.actor, POLICY_SECOND_FACTOR, 0, diag));
    TRY(session_revoke(records, &session.actor, &session.uid, diag));
    return factor_reset(records, &training->program, &training->people[admin], diag);
}

static Err case_make(Training *training, const char *path, Diag *diag) {
    Records *records = training->workspace->records;
    int fd __attribute__((cleanup(closep))) = -1;
    Session session;
    Identifier case_;
    CaseFacts facts = {
        .number = STR("T-0001"), .title = STR("Training"), .legal_basis = STR("training")};
    TRY(file_open_read(path, &fd, diag));
    TRY(person_act(training, &training->people[0], PEOPLE[0].pseudonym, &session, diag));
    TRY(case_open(records, &session.actor, &facts, &case_, diag));
    TRY(case_move(records, &session.actor, &case_, STATE_CASE_ACTIVE, diag));
    TRY(case_share(records, &session.actor, &case_, &training->partner, true, diag));
    ImportCounts counts = {0};
    ImportResult result;
    ImportSource _cleanup_(import_source_freep) *source = NULL;
    TRY(import_source_new(fd, str_from(path), &counts, &source, diag));
    ItemStream stream = import_source_stream(source);
    TRY(items_import(records, &session.actor, &case_, &stream, &result, diag));
    return session_revoke(records, &session.actor, &session.uid, diag);
}

static Err people_make(Training *training, Diag *diag) {
    Records *records = training->workspace->records;
    for (int i = 0; i < PEOPLE_COUNT; i++) {
        PersonFacts facts = {.unit =
                                 PEOPLE[i].is_partner ? training->partner : records_unit(records),
                             .pseudonym = str_from(PEOPLE[i].pseudonym),
                             .language = str_from(lang_tag(training->context->lang)),
                             .roles = PEOPLE[i].roles};
        TRY(person_create(records, &training->program, &facts, &training->people[i], diag));
    }
    return ERR_OK;
}

static Err links_say(Training *training, Diag *diag) {
    Records *records = training->workspace->records;
    FILE *out = training->context->out;
    for (int i = 0; i < PEOPLE_COUNT; i++) {
        _cleanup_strbuf_ StrBuf line = STRBUF(PAGE_SENTENCE_MAX), link = STRBUF(4096);
        TRY(person_find(records, &training->program, str_from(PEOPLE[i].pseudonym),
                        &training->people[i], diag));
        TRY(sign_in_link_put(records, &training->people[i], training->base, &link, diag));
        tr_put(&line, training->context->lang, NULL, "{name} ({role}): {link}",
               MSG_ARGS(msg_ident("name", str_from(PEOPLE[i].pseudonym)),
                        msg_text("role", tr(training->context->lang, NULL, PEOPLE[i].role_msgid)),
                        msg_ident("link", strbuf_str(&link))));
        fprintf(out, "%s\n", strbuf_text(&line));
    }
    return ERR_OK;
}

Err training_setup(Workspace *workspace, const char *file, Str base, CommandContext *context,
                   Diag *diag) {
    Training training = {.workspace = workspace,
                         .context = context,
                         .base = base,
                         .program = actor_program(workspace->records)};
    Arena _cleanup_(arena_freep) *memory = arena_new(4 << 20);
    Person *people;
    size_t count;
    NodeSetup setup = {.is_exercise = true,
                       .unit_name = STR("North"),
                       .country = STR("MA"),
                       .languages = STR("ar fr"),
                       .time_zone = STR("Africa/Casablanca")};
    if (memory == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    if (!records_is_exercise(workspace->records))
        return diag_set(diag, ERR_STATE,
                        N_("This node is a live one. Training needs a node of its own."));
    TRY(own_unit_make(workspace->records, &setup, diag));
    TRY(person_list(workspace->records, &training.program, NULL, memory, &people, &count, diag));
    if (count == 0) {
        TRY(partner_make(&training, diag));
        TRY(people_make(&training, diag));
        TRY(factor_switch_off(&training, PEOPLE_COUNT - 1, diag));
        TRY(case_make(&training, file, diag));
    }
    Str hint = tr(context->lang, NULL,
                  "Each of these links signs one person in, once. Open them in different browsers "
                  "or private windows.");
    fprintf(context->out, "%.*s\n", STR_ARG(hint));
    return links_say(&training, diag);
}
