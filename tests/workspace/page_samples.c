// Plausible and hostile views; names, numbers and hashes are made up.
#include "page_samples.h"

#include <stdio.h>

#include "generated/approvals_page.h"
#include "generated/case_new_page.h"
#include "generated/case_page.h"
#include "generated/cases_page.h"
#include "generated/desk_page.h"
#include "generated/enrol_page.h"
#include "generated/import_page.h"
#include "generated/import_progress_page.h"
#include "generated/item_page.h"
#include "generated/ledger_page.h"
#include "generated/lists_page.h"
#include "generated/new_password_page.h"
#include "generated/people_page.h"
#include "generated/person_page.h"
#include "generated/purpose_page.h"
#include "generated/recovery_codes_page.h"
#include "generated/settings_page.h"
#include "generated/sign_in_page.h"
#include "generated/units_page.h"

enum { MANY = PAGE_ROWS };
static Str HOSTILE;
static const Lang *LANG;

// What somebody typed.
static Str typed(const char *text) {
    return HOSTILE.len > 0 ? HOSTILE : str_from(text);
}
// What the program says.
static Str said(const char *msgid) {
    return HOSTILE.len > 0 ? HOSTILE : tr(LANG, NULL, msgid);
}
static PageTime at(const char *text, const char *machine) {
    PageTime time = {0};
    snprintf(time.text, sizeof time.text, "%s", text);
    snprintf(time.machine, sizeof time.machine, "%s", machine);
    return time;
}
static PageTime morning(void) {
    return at("2026-11-24 08:41", "2026-11-24T08:41Z");
}
static PageForm form(const char *error) {
    return (PageForm){.csrf = typed("d41d8cd98f00b204"),
                      .error = error == NULL ? (Str){0} : said(error)};
}
static PageTurn turn(void) {
    return (PageTurn){.before = typed("?before=1"),
                      .after = typed("?after=50"),
                      .first = 51,
                      .last = 100,
                      .all = 12431};
}
static Str id(void) {
    return typed("3x8r2cd9tq7m4e5v0k1wzh6bny");
}

static void sign_in_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    SignInView page = {.form = form("The name, the password or the code is wrong."),
                       .name.value = typed("a-417"),
                       .next = typed("/cases")};
    template_sign_in_page(out, lang, &page);
}

static void new_password_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    NewPasswordView page = {.form = form(NULL),
                            .token = typed("t"),
                            .name = typed("a-417"),
                            .least = 12,
                            .password.error = said("This password is too short.")};
    page.form.has_errors = true;
    template_new_password_page(out, lang, &page);
}

static void enrol_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    EnrolView page = {.form = form(NULL),
                      .qr_path = "M4 4h7v7h-7zM14 4h7v3h-7zM4 14h3v7h-3zM14 14h7v7h-7z",
                      .qr_size = 25,
                      .uri = typed("otpauth://totp/x"),
                      .secret = typed("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"),
                      .is_forced = true};
    template_enrol_page(out, lang, &page);
}

static void recovery_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    Str codes[10];
    for (int i = 0; i < 10; i++)
        codes[i] = typed("k7m2-9xq4");
    RecoveryCodesView page = {.codes = codes, .count = 10, .next = typed("/")};
    template_recovery_codes_page(out, lang, &page);
}

static void purpose_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    PageChoice purposes[] = {{typed("victim-identification"), said("Victim identification"), true},
                             {typed("training"), said("Training"), false}};
    PurposeView page = {.form = form(NULL), .purposes = {purposes, 2}, .next = typed("/cases")};
    template_purpose_page(out, lang, &page);
}

static void settings_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    PageChoice roles[] = {{typed("analyst"), said("Analyst"), true},
                          {typed("supervisor"), said("Supervisor"), true}};
    PageChoice languages[] = {{typed("en"), typed("English"), false},
                              {typed("ar"), typed("العربية"), true}};
    SessionLine sessions[] = {
        {typed("1"), typed("Firefox 128, Linux"), morning(), morning(), true},
        {typed("2"), typed("Chrome 109, Windows"), morning(), morning(), false}};
    SettingsView page = {.form = form(NULL),
                         .name = typed("a-417"),
                         .roles = {roles, 2},
                         .unit = typed("Unit North"),
                         .sessions = sessions,
                         .session_count = 2,
                         .languages = {languages, 2},
                         .has_code = true,
                         .least = 12,
                         .recovery_left = 9,
                         .old_password.error = said("This is not your password.")};
    template_settings_page(out, lang, &page);
}

static void desk_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    DeskLine rows[] = {
        {.href = typed("/cases/x"),
         .what = said("Decide a dispute"),
         .about = typed("K-2026/0113"),
         .since = morning(),
         .due = morning(),
         .clock = said("3 hours late"),
         .look = "late"},
        {.href = typed("/cases/x"),
         .what = said("Vote on 212 items"),
         .about = typed("K-2026/0117"),
         .since = morning(),
         .due = at("2026-11-26 12:00", "2026-11-26T12:00Z"),
         .clock = said("in 2 days"),
         .look = "soft"},
        {.href = typed("/approvals"),
         .what = said("Agree to the import of a list"),
         .about = typed("known-2026-11"),
         .since = morning()},
    };
    DeskView page = {.name = typed("a-417"),
                     .rows = rows,
                     .count = 3,
                     .more = 4,
                     .may_open_case = true,
                     .may_see_cases = true};
    template_desk_page(out, lang, &page);
}

static void desk_empty_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    DeskView page = {.name = typed("a-417"), .may_open_case = true, .may_see_cases = true};
    template_desk_page(out, lang, &page);
}

static void approvals_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    ApprovalLine rows[] = {{id(),
                            said("Import of a list"),
                            typed("known-2026-11.s7list"),
                            typed("b-022"),
                            typed("Unit South"),
                            typed("Quarterly set of the partner"),
                            morning(),
                            morning(),
                            {"hold", said("waiting")},
                            true},
                           {id(),
                            said("Export of a case"),
                            typed("K-2026/0113"),
                            typed("a-417"),
                            typed("Unit North"),
                            (Str){0},
                            morning(),
                            morning(),
                            {"good", said("agreed")},
                            false}};
    ApprovalsView page = {.form = form(NULL), .rows = rows, .count = 2, .turn = turn()};
    template_approvals_page(out, lang, &page);
}

static void people_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    Str roles[] = {said("Analyst"), said("Senior analyst")};
    PersonLine rows[] = {
        {id(), typed("a-417"), typed("Unit North"), roles, 2, {"good", said("active")}},
        {id(), typed("b-022"), typed("Unit South"), roles, 1, {"", said("invited")}}};
    PageChoice units[] = {{typed("1"), typed("Unit North"), true}};
    PageChoice all[] = {{typed("analyst"), said("Analyst"), true},
                        {typed("supervisor"), said("Supervisor"), false}};
    PeopleView page = {.form = form(NULL),
                       .rows = rows,
                       .count = 2,
                       .turn = turn(),
                       .may_edit = true,
                       .name = {typed("a-417"), said("Somebody has this pseudonym already.")},
                       .units = {units, 1},
                       .roles = {all, 2}};
    template_people_page(out, lang, &page);
}

static void person_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    PageChoice all[] = {{typed("analyst"), said("Analyst"), true},
                        {typed("supervisor"), said("Supervisor"), false}};
    PersonView page = {
        .form = form(NULL),
        .person = {id(), typed("b-022"), typed("Unit South"), NULL, 0, {"good", said("active")}},
        .roles = {all, 2},
        .may_edit = true,
        .has_factor = true,
        .link = typed("https://seventh.unit.example/first-sign-in?token=9f86d081884c7d659a2feaa0")};
    template_person_page(out, lang, &page);
}

static void units_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    UnitLine rows[] = {{id(),
                        typed("Unit North"),
                        said("Police"),
                        typed("MA"),
                        typed("ar fr"),
                        typed("Mo Tu 08:00-16:00"),
                        {"good", said("active")},
                        3,
                        true},
                       {id(),
                        typed("Unit South"),
                        said("Police"),
                        typed("BR"),
                        typed("pt"),
                        typed("Mo Tu 08:00-16:00"),
                        {"good", said("active")},
                        2,
                        false}};
    PageChoice kinds[] = {{typed("police"), said("Police"), true}};
    PageChoice days[] = {{typed("mo"), said("Monday"), true}, {typed("tu"), said("Tuesday"), true}};
    UnitsView page = {.form = form(NULL),
                      .rows = rows,
                      .count = 2,
                      .may_edit = true,
                      .country = {typed("M"), said("Two letters.")},
                      .kinds = {kinds, 1},
                      .days = {days, 2}};
    template_units_page(out, lang, &page);
}

static const CaseLine *case_line(void) {
    static CaseLine line;
    line = (CaseLine){id(),
                      typed("K-2026/0113"),
                      typed("Two telephones, one laptop"),
                      {"on", said("active")},
                      12431,
                      212,
                      typed("a-417"),
                      morning(),
                      morning()};
    return &line;
}

static void cases_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    CaseLine rows[MANY];
    for (int i = 0; i < MANY; i++)
        rows[i] = *case_line();
    PageTab tabs[] = {{typed("/cases"), said("Open"), 12, true},
                      {typed("/cases?state=closed"), said("Closed"), 311, false}};
    CasesView page = {.form = form(NULL),
                      .tabs = tabs,
                      .tab_count = 2,
                      .rows = rows,
                      .count = MANY,
                      .turn = turn(),
                      .may_open = true};
    template_cases_page(out, lang, &page);
}

static void case_new_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    PageChoice bases[] = {{typed("national"), said("National law"), true}};
    CaseNewView page = {
        .form = form(NULL),
        .number = {typed("K-2026/0113"), said("There is a case of this number already.")},
        .bases = {bases, 1}};
    page.form.has_errors = true;
    template_case_new_page(out, lang, &page);
}

static void case_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    ItemLine items[MANY];
    static const struct {
        const char *look, *label;
    } STATES[] = {{"", "new"}, {"hold", "disputed"}, {"good", "agreed"}, {"on", "provisional"}};
    for (int i = 0; i < MANY; i++)
        items[i] = (ItemLine){id(),
                              typed("9e107d9d372bb6826bd81d3542a419d6"),
                              typed("9e107d9d372bb6826bd81d3542a419d6"),
                              1843210,
                              (uint64_t)(i % 3 + 1),
                              said("Unknown"),
                              i % 4 == 0 ? (Str){0} : said("Comparison image"),
                              {STATES[i % 4].look, said(STATES[i % 4].label)},
                              i % 9 == 0};
    PageTab tabs[] = {{typed("?"), said("All"), 212, true},
                      {typed("?show=disputed"), said("disputed"), 3, false}};
    PageChoice moves[] = {{typed("closed"), said("closed"), false}};
    PageChoice partners[] = {{id(), typed("Unit South"), false}};
    CaseView page = {.form = form(NULL),
                     .info = *case_line(),
                     .basis = said("National law"),
                     .tlp = typed("red"),
                     .unit = typed("Unit North"),
                     .tabs = tabs,
                     .tab_count = 2,
                     .items = items,
                     .count = MANY,
                     .turn = turn(),
                     .moves = {moves, 1},
                     .partners = {partners, 1},
                     .may_import = true,
                     .import_href = typed("/cases/x/imports/new")};
    template_case_page(out, lang, &page);
}

static void item_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    Str places[] = {typed("device/DCIM/IMG_20260113_093011.jpg"), typed("laptop/صور/نسخة (2).jpg")};
    VoteLine votes[] = {{typed("Unit North"),
                         typed("a-417"),
                         said("Comparison image"),
                         typed("vic-us 2.0"),
                         morning(),
                         {"good", said("cast")},
                         true},
                        {typed("Unit South"),
                         typed("b-022"),
                         said("Not pertinent"),
                         typed("vic-us 2.0"),
                         morning(),
                         {"good", said("cast")},
                         false}};
    PageChoice categories[] = {{typed("0"), said("Not pertinent"), false},
                               {typed("4"), said("Comparison image"), true}};
    ItemView page = {.form = form(NULL),
                     .case_id = id(),
                     .case_number = typed("K-2026/0113"),
                     .item = {id(),
                              typed("device/DCIM/IMG_20260113_093011.jpg"),
                              typed("9e107d9d"),
                              1843210,
                              2,
                              said("Unknown"),
                              said("Comparison image"),
                              {"hold", said("disputed")},
                              false},
                     .md5 = typed("9e107d9d372bb6826bd81d3542a419d6"),
                     .sha1 = typed("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"),
                     .pdq =
                         typed("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"),
                     .quality = 97,
                     .places = places,
                     .place_count = 2,
                     .more_places = 5,
                     .votes = votes,
                     .vote_count = 2,
                     .categories = {categories, 2},
                     .schemes = {categories, 2},
                     .scheme = typed("vic-us"),
                     .scheme_version = typed("2.0"),
                     .outcome = said("Votes oppose one another."),
                     .may_adjudicate = true,
                     .next = typed("/next")};
    template_item_page(out, lang, &page);
}

static void import_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    ImportView page = {.form = form(NULL),
                       .case_id = id(),
                       .case_number = typed("K-2026/0113"),
                       .size_max = 4000000000,
                       .file.error = said("Choose a file.")};
    template_import_page(out, lang, &page);
}

static void progress_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    ImportProgressView page = {.id = id(),
                               .case_id = id(),
                               .case_number = typed("K-2026/0113"),
                               .name = typed("scan.json"),
                               .state = {"on", said("running")},
                               .records = 120331,
                               .items = 119870,
                               .rejected = 12,
                               .permille = 431};
    template_import_progress_page(out, lang, &page);
}

static void progress_failed_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    ImportProgressView page = {.id = id(),
                               .case_id = id(),
                               .case_number = typed("K-2026/0113"),
                               .name = typed("scan.json"),
                               .state = {"bad", said("failed")},
                               .records = 12,
                               .is_over = true,
                               .has_failed = true,
                               .problem = said("The input ends too soon.")};
    template_import_progress_page(out, lang, &page);
}

static void lists_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    ListLine rows[] = {{id(),
                        typed("known-2026-11"),
                        typed("partner.example/lists"),
                        typed("d7a8"),
                        12,
                        3100012,
                        false,
                        {"good", said("in use")},
                        morning()},
                       {id(),
                        typed("software-2026-06"),
                        typed("nsrl"),
                        typed("d7a8"),
                        3,
                        41200331,
                        true,
                        {"hold", said("waits for a second person")},
                        morning()}};
    ListsView page = {.form = form(NULL), .rows = rows, .count = 2, .may_import = true};
    template_lists_page(out, lang, &page);
}

static void ledger_put(StrBuf *out, const Lang *lang, Str hostile) {
    (void)hostile;
    LedgerLine rows[MANY];
    for (int i = 0; i < MANY; i++)
        rows[i] = (LedgerLine){(uint64_t)(4211 - i),         morning(), said("Case viewed"),
                               typed("case-viewed"),         id(),      id(),
                               said("Identifying a victim"), id(),      1};
    PageChoice kinds[] = {{(Str){0}, said("Everything"), true},
                          {typed("case-viewed"), said("Case viewed"), false}};
    LedgerView page = {.form = form(NULL),
                       .origin = typed("unit.example/ledger"),
                       .root = typed("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="),
                       .key = typed("unit.example/ledger+c1f2+AXRi"),
                       .size = 4212,
                       .verified = {"good", said("Every entry is as it was signed.")},
                       .rows = rows,
                       .count = MANY,
                       .older = typed("/ledger?before=1"),
                       .kinds = {kinds, 2}};
    template_ledger_page(out, lang, &page);
}

#define SAMPLE(name) \
    static void name##_sample(StrBuf *out, const Lang *lang, Str hostile) { \
        HOSTILE = hostile; \
        LANG = lang; \
        name##_put(out, lang, hostile); \
    }
#define SAMPLES(X) \
    X(sign_in) \
    X(new_password) \
    X(enrol) \
    X(recovery) \
    X(purpose) \
    X(settings) \
    X(desk) \
    X(desk_empty) \
    X(approvals) \
    X(people) \
    X(person) \
    X(units) \
    X(cases) X(case_new) X(case) X(item) X(import) X(progress) X(progress_failed) X(lists) X(ledger)
SAMPLES(SAMPLE)
#define ENTRY(name) {#name, name##_sample},
const PageSample PAGE_SAMPLES[] = {SAMPLES(ENTRY)};
const size_t PAGE_SAMPLE_COUNT = sizeof PAGE_SAMPLES / sizeof PAGE_SAMPLES[0];
