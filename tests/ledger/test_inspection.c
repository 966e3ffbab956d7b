// Inspection data: made from a folder, verified, and every byte of it changed.
#include "ledger/inspection.h"

#include "memory_log.h"

static bool wants_case_two(void *context, const LedgerEntry *entry) {
    (void)context;
    return entry->case_.bytes[15] == 2;
}

static Err count_entry(void *context, const LedgerEntry *entry, Diag *diag) {
    (void)diag;
    uint64_t *sum = context;
    *sum += entry->index;
    return ERR_OK;
}

TEST(an_inspection_file_proves_its_entries)
{
    NoteSigner log, witness, other;
    char folder[512];
    TileFolder tiles = {folder};
    Inspection inspection;
    uint64_t count = 0, sum = 0, expected = 0;
    _cleanup_strbuf_ StrBuf data = STRBUF(1 << 20), earlier = STRBUF(NOTE_MAX),
                            line = STRBUF(NOTE_MAX), note = STRBUF(NOTE_MAX);
    Note parsed;
    snprintf(folder, sizeof folder, "%s/ledger", t_folder());
    CHECK_OK(note_keygen(STR("node.example/ledger"), NOTE_KEY_SIGNATURE, &log, NULL));
    CHECK_OK(note_keygen(STR("node.example/ledger"), NOTE_KEY_SIGNATURE, &other, NULL));
    CHECK_OK(note_keygen(STR("inspector.example"), NOTE_KEY_COSIGNATURE, &witness, NULL));
    CHECK_OK(made_publish(folder, &log, (uint64_t[]){100}, 1, NULL));
    CHECK_OK(tile_folder_checkpoint(&tiles, &earlier, NULL));
    CHECK_OK(made_publish(folder, &log, (uint64_t[]){310}, 1, NULL));
    CHECK_OK(tile_folder_checkpoint(&tiles, &note, NULL));
    CHECK_OK(note_parse(strbuf_str(&note), &parsed, NULL));
    CHECK_OK(note_sign(&witness, parsed.text, 1700000000, &line, NULL));
    CHECK_OK(ledger_checkpoint_cosign(&tiles, &witness.verifier, 1, strbuf_str(&line), NULL));
    InspectionPlan plan = {.log = &log.verifier,
                           .witnesses = &witness.verifier,
                           .witness_count = 1,
                           .earlier = strbuf_str(&earlier),
                           .wants = wants_case_two};
    CHECK_OK(inspection_put(&data, folder, &plan, &count, NULL));
    CHECK_OK(
        inspection_verify(strbuf_str(&data), &log.verifier, count_entry, &sum, &inspection, NULL));
    for (uint64_t index = 1; index < 310; index++)
        expected += 1 + index % 11 == 2 ? index : 0;
    CHECK_INT(sum, expected);
    CHECK_INT(inspection.entries, count);
    CHECK_INT(inspection.size, 310);
    CHECK(inspection.has_earlier && inspection.earlier_size == 100);
    CHECK(inspection.witnessed[0].is_there);
    CHECK_STR(str_from(inspection.origin), "node.example/ledger");
    CHECK_ERR(inspection_verify(strbuf_str(&data), &other.verifier, NULL, NULL, &inspection, NULL),
              ERR_SIGNATURE);
}

TEST(no_byte_of_an_inspection_file_can_be_changed_unnoticed)
{
    NoteSigner log;
    char folder[512];
    Inspection inspection;
    _cleanup_strbuf_ StrBuf data = STRBUF(1 << 20);
    snprintf(folder, sizeof folder, "%s/small", t_folder());
    CHECK_OK(note_keygen(STR("node.example/ledger"), NOTE_KEY_SIGNATURE, &log, NULL));
    CHECK_OK(made_publish(folder, &log, (uint64_t[]){5}, 1, NULL));
    InspectionPlan plan = {.log = &log.verifier};
    CHECK_OK(inspection_put(&data, folder, &plan, NULL, NULL));
    int accepted = 0;
    for (size_t i = 0; i < data.len; i++)
        for (int bit = 0; bit < 8; bit += 3) {
            data.ptr[i] ^= (char)(1 << bit);
            // Without a key of one's own the file's key is believed; a changed one fits nothing.
            accepted +=
                inspection_verify(strbuf_str(&data), NULL, NULL, NULL, &inspection, NULL) == ERR_OK;
            data.ptr[i] ^= (char)(1 << bit);
        }
    CHECK_INT(accepted, 0);
    for (size_t cut = 0; cut < data.len; cut++)
        CHECK(inspection_verify(str_of(data.ptr, cut), NULL, NULL, NULL, &inspection, NULL) !=
              ERR_OK);
    CHECK_OK(inspection_verify(strbuf_str(&data), NULL, NULL, NULL, &inspection, NULL));
}

TEST(data_is_found_in_a_page)
{
    Str data;
    CHECK_OK(
        inspection_find(STR("<p>x</p><pre id=\"inspection\" hidden>abc\n</pre>"), &data, NULL));
    CHECK_STR(data, "abc\n");
    CHECK_ERR(inspection_find(STR("<pre id=\"inspection\""), &data, NULL), ERR_SYNTAX);
    CHECK_ERR(inspection_find(STR("<pre>abc</pre>"), &data, NULL), ERR_SYNTAX);
    CHECK_ERR(inspection_find((Str){0}, &data, NULL), ERR_SYNTAX);
}
