// Values on their way into statements, facts and records: identifiers, texts, words, countries.
#include "base/utf8.h"
#include "records/inside.h"

void change_fact_id(Change *change, const char *key, const Identifier *id) {
    char text[IDENTIFIER_CHARS + 1];
    identifier_text(id, text);
    json_key(&change->facts, key);
    json_text(&change->facts, text);
}

void change_fact_text(Change *change, const char *key, Str code) {
    json_key(&change->facts, key);
    json_str(&change->facts, code);
}

void change_fact_int(Change *change, const char *key, int64_t number) {
    json_key(&change->facts, key);
    json_i64(&change->facts, number);
}

Identifier stmt_id(Stmt *stmt, int column) {
    Identifier id = {0};
    Str bytes = stmt_bytes(stmt, column);
    if (bytes.len == IDENTIFIER_BYTES)
        memcpy(id.bytes, bytes.ptr, IDENTIFIER_BYTES);
    return id;
}

Bind bind_text_or_null(const char *name, Str text) {
    return text.len == 0 ? bind_null(name) : bind_text(name, text);
}

Bind bind_bytes_or_null(const char *name, Str bytes) {
    return bytes.len == 0 ? bind_null(name) : bind_bytes(name, bytes);
}

static Err wrong(const char *field, const char *msgid, Diag *diag) {
    Err err = diag_set(diag, ERR_INVALID, msgid);
    diag_arg(diag, "field", str_from(field));
    return err;
}

Err text_check(Str text, const char *field, size_t max, bool is_optional, Diag *diag) {
    if (text.len == 0 && !is_optional)
        return wrong(field, N_("Something must be entered here."), diag);
    if (text.len > max)
        return wrong(field, N_("This text is too long."), diag);
    if (!utf8_is_valid(text))
        return wrong(field, N_("This text is not valid UTF-8."), diag);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte == 0x7F || (byte < 0x20 && !(byte == '\n' && max > RECORDS_NAME_MAX)))
            return wrong(field, N_("This text contains control characters."), diag);
    }
    return ERR_OK;
}

Err word_check(Str word, const char *field, bool is_optional, Diag *diag) {
    if (is_optional && word.len == 0)
        return ERR_OK;
    return word.len <= RECORDS_WORD_MAX && ledger_word_is_valid(word)
               ? ERR_OK
               : wrong(field, N_("This is not a concept's identifier."), diag);
}

Err country_check(Str country, Diag *diag) {
    bool is_code = country.len == 2;
    for (size_t i = 0; i < country.len; i++)
        is_code = is_code && country.ptr[i] >= 'A' && country.ptr[i] <= 'Z';
    return is_code ? ERR_OK
                   : wrong("country", N_("A country is two letters as in ISO 3166-1."), diag);
}

Err record_missing(Diag *diag) {
    return diag_set(diag, ERR_NOT_FOUND, N_("There is no such record."));
}

Err unit_number(Tx *tx, const Identifier *unit, int64_t *ret, Diag *diag) {
    bool has;
    TRY(tx_int64(tx, STR("SELECT id FROM units WHERE uid = :uid"), BINDS(bind_id("uid", unit)),
                 &has, ret, diag));
    return has ? ERR_OK : record_missing(diag);
}

Err person_number(Tx *tx, const Identifier *person, int64_t *ret, Diag *diag) {
    bool has;
    TRY(tx_int64(tx, STR("SELECT id FROM people WHERE uid = :uid"), BINDS(bind_id("uid", person)),
                 &has, ret, diag));
    return has ? ERR_OK : record_missing(diag);
}
