// The first start, shared by `seventh serve` and `seventh admin init`.
#include "workspace/node_setup.h"

#include <stdio.h>

#include "records/unit.h"
#include "workspace/unit_form.h"

Err node_setup(const Config *config, const NodeSetup *setup, const RecoveryPublic *recovery,
               Diag *diag) {
    char made[IDENTIFIER_CHARS + 16], id[IDENTIFIER_CHARS + 1];
    Identifier name = identifier_make();
    identifier_text(&name, id);
    snprintf(made, sizeof made, "node-%.10s/ledger", id);
    NodePlan plan = {.name = setup->name.len > 0 ? setup->name : str_from(made),
                     .is_exercise = setup->is_exercise,
                     .recovery = recovery};
    return node_create(config_text(config, CONFIG_folder), &plan, diag);
}

Err base_url_put(const Config *config, uint16_t port, StrBuf *out, Diag *diag) {
    const char *public = config_text(config, CONFIG_public_url);
    const char *listen = config_text(config, CONFIG_listen);
    char host[64];
    uint16_t configured;
    if (public[0] != '\0') {
        strbuf_put_text(out, public);
    } else {
        if (!address_split(str_from(listen), host, sizeof host, &configured))
            return diag_set(diag, ERR_INVALID, N_("listen is no address."));
        bool is_six = strchr(host, ':') != NULL;
        strbuf_put_text(out,
                        config_text(config, CONFIG_tls_key)[0] != '\0' ? "https://" : "http://");
        strbuf_printf(out, is_six ? "[%s]:%u" : "%s:%u", host,
                      (unsigned)(port != 0 ? port : configured));
    }
    return strbuf_err(out);
}

Err sign_in_link_put(Records *records, const Identifier *person, Str base, StrBuf *out,
                     Diag *diag) {
    char token[TOKEN_TEXT_MAX];
    Actor program = actor_program(records);
    TRY(link_make(records, &program, person, token, diag));
    strbuf_put(out, base);
    strbuf_put_text(out, "/first-sign-in?token=");
    strbuf_put_text(out, token);
    return strbuf_err(out);
}

Err own_unit_make(Records *records, const NodeSetup *setup, Diag *diag) {
    Actor program = actor_program(records);
    Identifier unit;
    UnitFacts facts = {.name = setup->unit_name.len > 0 ? setup->unit_name : STR("Unit"),
                       .kind = setup->is_exercise ? UNIT_TRAINING : UNIT_POLICE,
                       .country = setup->country.len > 0 ? setup->country : STR("ZZ"),
                       .time_zone = setup->time_zone.len > 0 ? setup->time_zone : STR("UTC"),
                       .days = 31,
                       .opens_min = 480,
                       .closes_min = 960};
    TRY(unit_languages_read(setup->languages.len > 0 ? setup->languages : STR("en"), &facts, diag));
    Err err = unit_create(records, &program, &facts, true, &unit, diag);
    return err == ERR_EXISTS ? ERR_OK : err;
}

Err node_people(Workspace *workspace, const NodeSetup *setup, Str base, StrBuf *out, Diag *diag) {
    Arena _cleanup_(arena_freep) *memory = arena_new(4 << 20);
    Records *records = workspace->records;
    Person *people;
    size_t count;
    if (memory == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(own_unit_make(records, setup, diag));
    Actor program = actor_program(records);
    TRY(person_list(records, &program, NULL, memory, &people, &count, diag));
    if (count > 0)
        return ERR_OK;
    Identifier person;
    PersonFacts facts = {.unit = records_unit(records),
                         .pseudonym = setup->person.len > 0 ? setup->person : STR("admin"),
                         .language = STR("en"),
                         .roles = ROLE_BIT(ROLE_ADMINISTRATOR)};
    TRY(person_create(records, &program, &facts, &person, diag));
    return sign_in_link_put(records, &person, base, out, diag);
}
