// Salted commitments: a hash that fixes a payload without telling anything about it to whoever does
// not have the salt, however few payloads are possible.
//
// commitment = SHA-256(label ‖ 0x0A ‖ salt ‖ payload). The label separates uses, so that a
// commitment of one kind is never one of another; it is a constant of ours without line feed. Pure;
// any thread.
#pragma once
#include "base/str.h"
#include "crypto/sha256.h"

enum { COMMITMENT_SALT_BYTES = 32, COMMITMENT_BYTES = SHA256_SIZE };

void commitment_make(Str label, const uint8_t salt[COMMITMENT_SALT_BYTES], Str payload,
                     uint8_t ret[COMMITMENT_BYTES]);
