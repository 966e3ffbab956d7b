// The payload of an entry: what the leaf's commitment fixes, sealed under the record's own key.
//
// Key and salt come from the node's key ring (crypto/key_ring.h); every entry has a slot of its own
// there, so that no two payloads share a salt. Erasing a record takes the slots of its entries
// out of the ring: the sealed payloads, here and in every backup, can then be opened by nobody, and
// the commitments tell nothing, while the leaves and all proofs stay as they are. docs/ledger.md
// says how backups treat the ring.
#pragma once
#include "crypto/key_ring.h"
#include "ledger/limits.h"

enum { PAYLOAD_MAX = 1 << 20 };

// Appends the sealed payload to out and gives the commitment for the leaf.
Err ledger_payload_seal(const KeyRing *ring, uint64_t slot, Str payload, StrBuf *out,
                        uint8_t ret_commitment[COMMITMENT_BYTES], Diag *diag) MUST_CHECK;
// Appends the payload to out. ERR_NOT_FOUND: erased. ERR_CORRUPT: changed, or not the one that the
// commitment fixes.
Err ledger_payload_open(const KeyRing *ring, uint64_t slot, Str sealed,
                        const uint8_t commitment[COMMITMENT_BYTES], StrBuf *out,
                        Diag *diag) MUST_CHECK;
// The commitment of a payload that was disclosed with its salt.
void ledger_payload_commit(const uint8_t salt[COMMITMENT_SALT_BYTES], Str payload,
                           uint8_t ret[COMMITMENT_BYTES]);
