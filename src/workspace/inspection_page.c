// Lays out an inspection for its template.
#include "workspace/inspection_page.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/vec.h"
#include "generated/ledger_inspection.h"

typedef struct Layout {
    const Lang *lang;
    VEC(InspectionRow) rows;
} Layout;

static void identifier_text_or_none(const Identifier *id, char ret[IDENTIFIER_CHARS + 1]) {
    ret[0] = '\0';
    if (!identifier_is_none(id))
        identifier_text(id, ret);
}

static Err row_add(void *context, const LedgerEntry *entry, Diag *diag) {
    Layout *layout = context;
    InspectionRow row = {.index = entry->index, .things = entry->count};
    _cleanup_strbuf_ StrBuf time = STRBUF(sizeof row.time - 1);
    LedgerKind kind;
    timestamp_put(&time, entry->utc_ms);
    snprintf(row.number, sizeof row.number, "%llu", (unsigned long long)entry->index);
    snprintf(row.time, sizeof row.time, "%s", strbuf_text(&time));
    memcpy(row.kind, entry->kind, sizeof row.kind);
    memcpy(row.purpose, entry->purpose, sizeof row.purpose);
    identifier_text_or_none(&entry->person, row.person);
    identifier_text_or_none(&entry->unit, row.unit);
    identifier_text_or_none(&entry->case_, row.case_);
    if (ledger_kind_find(str_from(entry->kind), &kind)) {
        const char *label_msgid = ledger_kind_row(kind)->label;
        row.label = tr(layout->lang, NULL, label_msgid);
    }
    return vec_push(&layout->rows, row)
               ? ERR_OK
               : diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

static void layout_done(Layout *layout) {
    vec_done(&layout->rows);
}

Err inspection_page_put(StrBuf *out, const Lang *lang, Str data, Diag *diag) {
    _cleanup_(layout_done) Layout layout = {.lang = lang};
    _cleanup_strbuf_ StrBuf keys = STRBUF((LEDGER_WITNESSES_MAX + 1) * NOTE_KEY_TEXT_MAX);
    InspectionWitness witnesses[LEDGER_WITNESSES_MAX];
    Inspection inspection;
    TRY(inspection_verify(data, NULL, row_add, &layout, &inspection, diag));
    // The buffer must not move once views of it are handed out.
    if (strbuf_reserve(&keys, (LEDGER_WITNESSES_MAX + 1) * NOTE_KEY_TEXT_MAX) == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    note_verifier_put(&keys, &inspection.log);
    InspectionPage page = {.origin = inspection.origin,
                           .key = strbuf_str(&keys),
                           .witnesses = witnesses,
                           .witness_count = inspection.witness_count,
                           .has_earlier = inspection.has_earlier,
                           .earlier_size = inspection.earlier_size,
                           .size = inspection.size,
                           .rows = layout.rows.items,
                           .count = (int64_t)layout.rows.len};
    for (size_t i = 0; i < inspection.witness_count; i++) {
        size_t before = keys.len;
        note_verifier_put(&keys, &inspection.witnesses[i]);
        witnesses[i].key = str_from_index(strbuf_str(&keys), before);
    }
    // Inspection data is letters, digits and a few signs, none of which HTML gives a meaning; it
    // was just read as such.
    page.data = (SafeHtml){.markup = data};
    // For rows of kinds that this version does not know, the identifier stands as it is.
    for (size_t i = 0; i < layout.rows.len; i++)
        if (layout.rows.items[i].label.len == 0)
            layout.rows.items[i].label = str_from(layout.rows.items[i].kind);
    template_ledger_inspection(out, lang, &page);
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}
