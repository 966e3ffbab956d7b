// Entries: the canonical form, rules of kinds, payloads and their erasure.
#include "ledger/entry.h"

#include "crypto/secret.h"
#include "ledger/sealed_payload.h"
#include "memory_log.h"

TEST(an_entry_is_ten_lines)
{
    LedgerEntry entry = made_entry(12), back;
    _cleanup_strbuf_ StrBuf leaf = STRBUF(LEAF_MAX);
    CHECK_OK(ledger_entry_put(&leaf, &entry, NULL));
    CHECK_STR(strbuf_str(&leaf),
              "seventh/entry/v1\nindex 12\ntime 1700000012000\nkind case-viewed\n"
              "person 00000000000000000000000003\nunit 00000000000000000000000007\n"
              "purpose victim-identification\ncase 00000000000000000000000002\ncount 1\n"
              "commitment Ig3eJ6/uTVN8rJbYXWVG+CUVO5DoKJMbdOEDgHVBvEI=\n");
    CHECK_OK(ledger_entry_parse(strbuf_str(&leaf), &back, NULL));
    CHECK(memcmp(&back, &entry, sizeof entry) == 0);
}

TEST(what_is_read_is_what_would_be_written)
{
    LedgerEntry entry = made_entry(12), back;
    _cleanup_strbuf_ StrBuf leaf = STRBUF(LEAF_MAX), again = STRBUF(LEAF_MAX);
    CHECK_OK(ledger_entry_put(&leaf, &entry, NULL));
    for (size_t i = 0; i < leaf.len; i++)
        for (int byte = 0; byte < 256; byte++) {
            char held = leaf.ptr[i];
            leaf.ptr[i] = (char)byte;
            if (ledger_entry_parse(strbuf_str(&leaf), &back, NULL) == ERR_OK &&
                ledger_entry_check(&back, NULL) == ERR_OK) {
                strbuf_clear(&again);
                CHECK_OK(ledger_entry_put(&again, &back, NULL));
                CHECK(str_equal(strbuf_str(&leaf), strbuf_str(&again)));
            }
            leaf.ptr[i] = held;
        }
    for (size_t cut = 0; cut < leaf.len; cut++)
        CHECK_ERR(ledger_entry_parse(str_of(leaf.ptr, cut), &back, NULL), ERR_SYNTAX);
    strbuf_put_byte(&leaf, '\n');
    CHECK_ERR(ledger_entry_parse(strbuf_str(&leaf), &back, NULL), ERR_SYNTAX);
}

TEST(a_kind_says_what_its_entries_must_have)
{
    LedgerEntry entry = made_entry(12);
    CHECK_OK(ledger_entry_check(&entry, NULL));
    entry.person = (Identifier){0};
    CHECK_ERR(ledger_entry_check(&entry, NULL), ERR_INVALID);
    entry = made_entry(12);
    entry.purpose[0] = '\0';
    CHECK_ERR(ledger_entry_check(&entry, NULL), ERR_INVALID);
    entry = made_entry(12);
    snprintf(entry.purpose, sizeof entry.purpose, "Two Words");
    CHECK_ERR(ledger_entry_check(&entry, NULL), ERR_INVALID);
    entry = made_entry(0);
    entry.case_.bytes[0] = 1;
    CHECK_ERR(ledger_entry_check(&entry, NULL), ERR_INVALID);
    snprintf(entry.kind, sizeof entry.kind, "no-such-kind");
    CHECK_ERR(ledger_entry_check(&entry, NULL), ERR_UNSUPPORTED);
}

TEST(identifiers_of_kinds_are_words_and_differ)
{
    for (int i = 0; i < LEDGER_KINDS; i++) {
        LedgerKind found;
        const LedgerKindRow *row = ledger_kind_row((LedgerKind)i);
        CHECK(ledger_word_is_valid(str_from(row->identifier)));
        CHECK(ledger_kind_find(str_from(row->identifier), &found) && (int)found == i);
    }
}

// Erasure: the key is gone from the ring, and neither the sealed payload here nor a copy of it in a
// backup opens any more, while the leaf, its hash and other payloads stay as they were.
TEST(an_erased_payload_is_gone_from_backups_too)
{
    _cleanup_(key_ring_freep) KeyRing *ring = key_ring_new();
    _cleanup_strbuf_ StrBuf sealed = STRBUF(4096), other = STRBUF(4096), plain = STRBUF(4096);
    uint8_t commitment[COMMITMENT_BYTES], other_commitment[COMMITMENT_BYTES];
    REQUIRE(ring != NULL);
    CHECK_OK(ledger_payload_seal(ring, 41, STR("payload of 41"), &sealed, commitment, NULL));
    CHECK_OK(ledger_payload_seal(ring, 42, STR("payload of 42"), &other, other_commitment, NULL));
    CHECK_OK(ledger_payload_open(ring, 41, strbuf_str(&sealed), commitment, &plain, NULL));
    CHECK_STR(strbuf_str(&plain), "payload of 41");
    // Not another's place, not another's commitment.
    CHECK_ERR(ledger_payload_open(ring, 42, strbuf_str(&sealed), commitment, &plain, NULL),
              ERR_CORRUPT);
    CHECK_ERR(ledger_payload_open(ring, 41, strbuf_str(&sealed), other_commitment, &plain, NULL),
              ERR_CORRUPT);
    CHECK_STR(strbuf_str(&plain), "payload of 41");
    CHECK_OK(key_ring_erase(ring, 41, 41, NULL));
    strbuf_clear(&plain);
    CHECK_ERR(ledger_payload_open(ring, 41, strbuf_str(&sealed), commitment, &plain, NULL),
              ERR_NOT_FOUND);
    CHECK_OK(ledger_payload_open(ring, 42, strbuf_str(&other), other_commitment, &plain, NULL));
    CHECK_STR(strbuf_str(&plain), "payload of 42");
    // The ring after the erasure, written and read again, is all that a restored backup finds.
    SealKey node;
    _cleanup_strbuf_ StrBuf file = STRBUF(KEY_RING_FILE_MAX);
    _cleanup_(key_ring_freep) KeyRing *restored = NULL;
    seal_key_make(&node);
    CHECK_OK(key_ring_seal(ring, &node, &file, NULL));
    CHECK_OK(key_ring_open(strbuf_str(&file), &node, &restored, NULL));
    CHECK_ERR(ledger_payload_open(restored, 41, strbuf_str(&sealed), commitment, &plain, NULL),
              ERR_NOT_FOUND);
}
