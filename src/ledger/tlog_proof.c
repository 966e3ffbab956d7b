// The two text forms that carry a proof and a checkpoint.
#include "ledger/tlog_proof.h"

#include "base/encoding.h"

static const char HEAD[] = "c2sp.org/tlog-proof@v1\n";

void merkle_proof_put(StrBuf *out, const MerkleProof *proof) {
    for (size_t i = 0; i < proof->count; i++) {
        base64_put(out, proof->hashes[i].bytes, SHA256_SIZE);
        strbuf_put_byte(out, '\n');
    }
}

// Hashes up to an empty line, which is taken too.
static bool hashes_take(Str *io_rest, MerkleProof *ret) {
    Str line;
    ret->count = 0;
    while (str_cut(*io_rest, '\n', &line, io_rest)) {
        size_t n;
        if (line.len == 0)
            return true;
        if (ret->count == MERKLE_PROOF_MAX || line.len != 44 ||
            !base64_decode(line, ret->hashes[ret->count++].bytes, SHA256_SIZE, &n) ||
            n != SHA256_SIZE)
            return false;
    }
    return false;
}

// `name` and a number without leading zeros.
static bool number_take(Str *io_rest, const char *name, uint64_t *ret) {
    Str line, label = str_from(name);
    if (!str_cut(*io_rest, '\n', &line, io_rest) || !str_has_prefix(line, label))
        return false;
    Str digits = str_from_index(line, label.len);
    return digits.len > 0 && (digits.len == 1 || digits.ptr[0] != '0') && str_to_u64(digits, ret);
}

static Err put_done(StrBuf *out, Diag *diag) {
    return strbuf_err(out) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
}

Err tlog_proof_put(StrBuf *out, Str extra, uint64_t index, const MerkleProof *proof, Str checkpoint,
                   Diag *diag) {
    strbuf_put_text(out, HEAD);
    if (extra.len > 0) {
        strbuf_put_text(out, "extra ");
        base64_put(out, (const uint8_t *)extra.ptr, extra.len);
        strbuf_put_byte(out, '\n');
    }
    strbuf_printf(out, "index %llu\n", (unsigned long long)index);
    merkle_proof_put(out, proof);
    strbuf_put_byte(out, '\n');
    strbuf_put(out, checkpoint);
    return put_done(out, diag);
}

Err tlog_proof_parse(Str text, TlogProof *ret, Diag *diag) {
    TlogProof parsed = {0};
    Str rest = text, line;
    bool is_sound = text.len <= TLOG_PROOF_MAX && str_has_prefix(text, str_from(HEAD));
    if (is_sound) {
        rest = str_from_index(rest, sizeof HEAD - 1);
        if (str_has_prefix(rest, STR("extra "))) {
            is_sound = str_cut(rest, '\n', &line, &rest);
            parsed.extra = str_from_index(line, 6);
        }
    }
    if (!is_sound || !number_take(&rest, "index ", &parsed.index) ||
        !hashes_take(&rest, &parsed.proof) || rest.len == 0)
        return diag_set(diag, ERR_SYNTAX, N_("{file} is not the proof of a ledger entry."));
    parsed.checkpoint = rest;
    *ret = parsed;
    return ERR_OK;
}

Err witness_request_put(StrBuf *out, uint64_t old_size, const MerkleProof *proof, Str checkpoint,
                        Diag *diag) {
    strbuf_printf(out, "old %llu\n", (unsigned long long)old_size);
    merkle_proof_put(out, proof);
    strbuf_put_byte(out, '\n');
    strbuf_put(out, checkpoint);
    return put_done(out, diag);
}

Err witness_request_parse(Str text, WitnessRequest *ret, Diag *diag) {
    WitnessRequest parsed = {0};
    Str rest = text;
    // At most 63 hashes by the specification.
    if (text.len > WITNESS_REQUEST_MAX || !number_take(&rest, "old ", &parsed.old_size) ||
        !hashes_take(&rest, &parsed.proof) || parsed.proof.count > 63 || rest.len == 0)
        return diag_set(diag, ERR_SYNTAX, N_("This is not a request to a witness."));
    parsed.checkpoint = rest;
    *ret = parsed;
    return ERR_OK;
}
