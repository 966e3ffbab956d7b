// Writing and reading the canonical form of an entry.
#include "ledger/entry.h"

#include "base/encoding.h"

static const char HEAD[] = "seventh/entry/v1\n";
#define TIME_MAX_MS (INT64_C(1) << 53)

bool ledger_word_is_valid(Str word) {
    if (word.len == 0 || word.len > LEDGER_WORD_MAX || word.ptr[0] < 'a' || word.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return true;
}

static Err field_check(LedgerFieldRule rule, bool is_there, const char *field,
                       const LedgerEntry *entry, Diag *diag) {
    const char *msgid = NULL;
    if (rule == LEDGER_FIELD_REQUIRED && !is_there)
        msgid = N_("An entry of kind {kind} must say its {field}.");
    if (rule == LEDGER_FIELD_NEVER && is_there)
        msgid = N_("An entry of kind {kind} must not have a {field}.");
    if (msgid == NULL)
        return ERR_OK;
    diag_set(diag, ERR_INVALID, msgid);
    diag_arg(diag, "kind", str_from(entry->kind));
    diag_arg(diag, "field", str_from(field));
    return ERR_INVALID;
}

Err ledger_entry_check(const LedgerEntry *entry, Diag *diag) {
    LedgerKind kind;
    if (!ledger_kind_find(str_from(entry->kind), &kind)) {
        diag_set(diag, ERR_UNSUPPORTED, N_("There is no kind of ledger entry called {kind}."));
        diag_arg(diag, "kind", str_from(entry->kind));
        return ERR_UNSUPPORTED;
    }
    const LedgerKindRow *row = ledger_kind_row(kind);
    TRY(field_check(row->person, !identifier_is_none(&entry->person), "person", entry, diag));
    TRY(field_check(row->unit, !identifier_is_none(&entry->unit), "unit", entry, diag));
    TRY(field_check(row->purpose, entry->purpose[0] != '\0', "purpose", entry, diag));
    TRY(field_check(row->case_, !identifier_is_none(&entry->case_), "case", entry, diag));
    if ((entry->purpose[0] != '\0' && !ledger_word_is_valid(str_from(entry->purpose))) ||
        entry->utc_ms < 0 || entry->utc_ms > TIME_MAX_MS || entry->index >= LEDGER_SIZE_MAX)
        return diag_set(diag, ERR_INVALID,
                        N_("A ledger entry has a number or purpose outside what is allowed."));
    return ERR_OK;
}

static void identifier_line(StrBuf *out, const char *name, const Identifier *id) {
    strbuf_put_text(out, name);
    if (identifier_is_none(id))
        strbuf_put_byte(out, '-');
    else
        identifier_put(out, id);
    strbuf_put_byte(out, '\n');
}

static void leaf_put(StrBuf *out, const LedgerEntry *entry) {
    strbuf_printf(out, "%sindex %llu\ntime %lld\nkind %s\n", HEAD, (unsigned long long)entry->index,
                  (long long)entry->utc_ms, entry->kind);
    identifier_line(out, "person ", &entry->person);
    identifier_line(out, "unit ", &entry->unit);
    strbuf_printf(out, "purpose %s\n", entry->purpose[0] == '\0' ? "-" : entry->purpose);
    identifier_line(out, "case ", &entry->case_);
    strbuf_printf(out, "count %llu\ncommitment ", (unsigned long long)entry->count);
    base64_put(out, entry->commitment, sizeof entry->commitment);
    strbuf_put_byte(out, '\n');
}

Err ledger_entry_put(StrBuf *out, const LedgerEntry *entry, Diag *diag) {
    TRY(ledger_entry_check(entry, diag));
    leaf_put(out, entry);
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

// The value of the next line, which must begin with `name` and a blank.
static bool line_take(Str *io_rest, const char *name, Str *ret_value) {
    Str line, label = str_from(name);
    if (!str_cut(*io_rest, '\n', &line, io_rest) || !str_has_prefix(line, label) ||
        line.len <= label.len || line.ptr[label.len] != ' ')
        return false;
    *ret_value = str_from_index(line, label.len + 1);
    return true;
}

static bool number_read(Str text, uint64_t *ret) {
    return (text.len == 1 || text.ptr[0] != '0') && str_to_u64(text, ret);
}

static bool identifier_read(Str text, Identifier *ret) {
    if (str_is(text, "-")) {
        *ret = (Identifier){0};
        return true;
    }
    return identifier_parse_exact(text, ret) && !identifier_is_none(ret);
}

static bool word_read(Str text, char ret[LEDGER_WORD_MAX + 1]) {
    if (!ledger_word_is_valid(text))
        return false;
    memcpy(ret, text.ptr, text.len);
    return true;
}

static bool entry_read(Str leaf, LedgerEntry *entry) {
    Str value, rest = str_from_index(leaf, sizeof HEAD - 1);
    uint64_t time;
    size_t n;
    if (!str_has_prefix(leaf, str_from(HEAD)) || !line_take(&rest, "index", &value) ||
        !number_read(value, &entry->index) || entry->index >= LEDGER_SIZE_MAX ||
        !line_take(&rest, "time", &value) || !number_read(value, &time) || time > TIME_MAX_MS ||
        !line_take(&rest, "kind", &value) || !word_read(value, entry->kind) ||
        !line_take(&rest, "person", &value) || !identifier_read(value, &entry->person) ||
        !line_take(&rest, "unit", &value) || !identifier_read(value, &entry->unit) ||
        !line_take(&rest, "purpose", &value) ||
        !(str_is(value, "-") || word_read(value, entry->purpose)) ||
        !line_take(&rest, "case", &value) || !identifier_read(value, &entry->case_) ||
        !line_take(&rest, "count", &value) || !number_read(value, &entry->count) ||
        !line_take(&rest, "commitment", &value) || value.len != 44 ||
        !base64_decode(value, entry->commitment, sizeof entry->commitment, &n) ||
        n != COMMITMENT_BYTES || rest.len != 0)
        return false;
    entry->utc_ms = (int64_t)time;
    return true;
}

Err ledger_entry_parse(Str leaf, LedgerEntry *ret, Diag *diag) {
    LedgerEntry entry = {0};
    if (leaf.len > LEAF_MAX || !entry_read(leaf, &entry))
        return diag_set(diag, ERR_SYNTAX, N_("This is not a ledger entry in its canonical form."));
    *ret = entry;
    return ERR_OK;
}
