// Sealing payloads by slot, and opening them against their commitment.
#include "ledger/sealed_payload.h"

#include <stdio.h>

#include "crypto/secret.h"

static const char LABEL[] = "seventh/ledger/payload/v1";
enum { CONTEXT_MAX = 64 };

static Str context_of(uint64_t slot, char text[CONTEXT_MAX]) {
    int n = snprintf(text, CONTEXT_MAX, "%s\n%llu\n", LABEL, (unsigned long long)slot);
    return str_of(text, (size_t)n);
}

void ledger_payload_commit(const uint8_t salt[COMMITMENT_SALT_BYTES], Str payload,
                           uint8_t ret[COMMITMENT_BYTES]) {
    commitment_make(str_from(LABEL), salt, payload, ret);
}

Err ledger_payload_seal(const KeyRing *ring, uint64_t slot, Str payload, StrBuf *out,
                        uint8_t ret_commitment[COMMITMENT_BYTES], Diag *diag) {
    _cleanup_record_secret_ RecordSecret secret = {0};
    char context[CONTEXT_MAX];
    if (payload.len > PAYLOAD_MAX)
        return diag_set(diag, ERR_LIMIT, N_("The payload of a ledger entry is too long."));
    TRY(key_ring_secret(ring, slot, &secret, diag));
    TRY(seal_put(out, &secret.key, context_of(slot, context), payload, diag));
    ledger_payload_commit(secret.salt, payload, ret_commitment);
    return ERR_OK;
}

Err ledger_payload_open(const KeyRing *ring, uint64_t slot, Str sealed,
                        const uint8_t commitment[COMMITMENT_BYTES], StrBuf *out, Diag *diag) {
    _cleanup_record_secret_ RecordSecret secret = {0};
    char context[CONTEXT_MAX];
    uint8_t actual[COMMITMENT_BYTES];
    size_t before = out->len;
    TRY(key_ring_secret(ring, slot, &secret, diag));
    TRY(seal_open(out, &secret.key, context_of(slot, context), sealed, diag));
    ledger_payload_commit(secret.salt, str_from_index(strbuf_str(out), before), actual);
    if (secret_equal(actual, commitment, sizeof actual))
        return ERR_OK;
    secret_wipe(out->ptr + before, out->len - before);
    strbuf_truncate(out, before);
    return diag_set(diag, ERR_CORRUPT,
                    N_("A sealed record is not the one that its ledger entry fixes."));
}
