// Sealing to a recovery key, as a stream and in memory.
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "crypto/recovery_key.h"
#include "crypto/secret.h"

static const char MAGIC[] = "seventh/sealed/v1\n";
enum {
    MAGIC_BYTES = sizeof MAGIC - 1,
    STREAM_KEY_BYTES = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    BOX_BYTES = STREAM_KEY_BYTES + crypto_box_SEALBYTES,
    HEADER_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    MORE_BYTES = crypto_secretstream_xchacha20poly1305_ABYTES,
    HEAD_BYTES = MAGIC_BYTES + BOX_BYTES + HEADER_BYTES,
    PIECE_BYTES = 64 << 10
};
_Static_assert(HEAD_BYTES + MORE_BYTES == RECOVERY_OVERHEAD, "as the header says");

typedef crypto_secretstream_xchacha20poly1305_state Stream;

// One end of a sealing: a descriptor, or memory.
typedef struct Flow {
    int in, out; // −1: memory
    Str rest;
    StrBuf *to;
} Flow;

typedef struct Pieces {
    uint8_t plain[PIECE_BYTES], sealed[PIECE_BYTES + MORE_BYTES];
} Pieces;
static void pieces_free(Pieces *pieces) {
    sodium_memzero(pieces, sizeof *pieces);
    free(pieces);
}
DEFINE_CLEANUP(Pieces *, pieces_free);

// Up to n bytes; fewer at the end only.
static Err flow_read(Flow *flow, uint8_t *ret, size_t n, size_t *ret_n, Diag *diag) {
    size_t got = 0;
    if (flow->in < 0) {
        got = n < flow->rest.len ? n : flow->rest.len;
        if (got > 0)
            memcpy(ret, flow->rest.ptr, got);
        flow->rest = str_from_index(flow->rest, got);
        *ret_n = got;
        return ERR_OK;
    }
    while (got < n) {
        ssize_t read_now = read(flow->in, ret + got, n - got);
        if (read_now < 0 && errno == EINTR)
            continue;
        if (read_now < 0)
            return diag_errno(diag, errno, "");
        if (read_now == 0)
            break;
        got += (size_t)read_now;
    }
    *ret_n = got;
    return ERR_OK;
}

static Err flow_write(Flow *flow, const uint8_t *bytes, size_t n, Diag *diag) {
    if (flow->out >= 0)
        return fd_write_all(flow->out, bytes, n, diag);
    strbuf_put(flow->to, str_of(bytes, n));
    return strbuf_err(flow->to) == ERR_OK
               ? ERR_OK
               : diag_set(diag, strbuf_err(flow->to), N_("There is not enough memory."));
}

static Err pieces_new(Pieces **ret, Diag *diag) {
    *ret = malloc(sizeof **ret);
    return *ret != NULL ? ERR_OK : diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

static Err head_seal(Flow *flow, const RecoveryPublic *to, Stream *ret, Diag *diag) {
    uint8_t head[HEAD_BYTES], key[STREAM_KEY_BYTES];
    crypto_secretstream_xchacha20poly1305_keygen(key);
    memcpy(head, MAGIC, MAGIC_BYTES);
    bool is_sealed = crypto_box_seal(head + MAGIC_BYTES, key, sizeof key, to->bytes) == 0;
    crypto_secretstream_xchacha20poly1305_init_push(ret, head + MAGIC_BYTES + BOX_BYTES, key);
    sodium_memzero(key, sizeof key);
    if (!is_sealed)
        return diag_set(diag, ERR_INVALID, N_("This recovery key cannot be used."));
    return flow_write(flow, head, sizeof head, diag);
}

static Err seal(Flow *flow, const RecoveryPublic *to, Str context, Diag *diag) {
    _cleanup_(pieces_freep) Pieces *pieces = NULL;
    Stream stream;
    size_t n;
    TRY(pieces_new(&pieces, diag));
    TRY(head_seal(flow, to, &stream, diag));
    do {
        TRY(flow_read(flow, pieces->plain, PIECE_BYTES, &n, diag));
        unsigned char tag = n < PIECE_BYTES ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
        crypto_secretstream_xchacha20poly1305_push(&stream, pieces->sealed, NULL, pieces->plain, n,
                                                   (const uint8_t *)context.ptr, context.len, tag);
        TRY(flow_write(flow, pieces->sealed, n + MORE_BYTES, diag));
    } while (n == PIECE_BYTES);
    sodium_memzero(&stream, sizeof stream);
    return ERR_OK;
}

static Err not_opened(Diag *diag) {
    return diag_set(diag, ERR_CORRUPT,
                    N_("What was sealed cannot be opened: it was changed or cut short, or the "
                       "recovery key is another one."));
}

static Err head_open(Flow *flow, const RecoverySecret *secret, Stream *ret, Diag *diag) {
    uint8_t head[HEAD_BYTES], key[STREAM_KEY_BYTES];
    RecoveryPublic to;
    size_t n;
    TRY(flow_read(flow, head, sizeof head, &n, diag));
    if (n < sizeof head || memcmp(head, MAGIC, MAGIC_BYTES) != 0)
        return not_opened(diag);
    recovery_public_of(secret, &to);
    bool is_open =
        crypto_box_seal_open(key, head + MAGIC_BYTES, BOX_BYTES, to.bytes, secret->bytes) == 0 &&
        crypto_secretstream_xchacha20poly1305_init_pull(ret, head + MAGIC_BYTES + BOX_BYTES, key) ==
            0;
    sodium_memzero(key, sizeof key);
    return is_open ? ERR_OK : not_opened(diag);
}

static Err unseal(Flow *flow, const RecoverySecret *secret, Str context, Diag *diag) {
    _cleanup_(pieces_freep) Pieces *pieces = NULL;
    Stream stream;
    unsigned char tag = 0;
    uint8_t extra;
    size_t n;
    TRY(pieces_new(&pieces, diag));
    TRY(head_open(flow, secret, &stream, diag));
    do {
        TRY(flow_read(flow, pieces->sealed, sizeof pieces->sealed, &n, diag));
        if (n < MORE_BYTES || crypto_secretstream_xchacha20poly1305_pull(
                                  &stream, pieces->plain, NULL, &tag, pieces->sealed, n,
                                  (const uint8_t *)context.ptr, context.len) != 0)
            return not_opened(diag);
        TRY(flow_write(flow, pieces->plain, n - MORE_BYTES, diag));
    } while (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    sodium_memzero(&stream, sizeof stream);
    TRY(flow_read(flow, &extra, 1, &n, diag));
    return n == 0 ? ERR_OK : not_opened(diag);
}

Err recovery_seal_fd(const RecoveryPublic *to, Str context, int in, int out, Diag *diag) {
    return seal(&(Flow){.in = in, .out = out}, to, context, diag);
}

Err recovery_open_fd(const RecoverySecret *secret, Str context, int in, int out, Diag *diag) {
    return unseal(&(Flow){.in = in, .out = out}, secret, context, diag);
}

Err recovery_seal(const RecoveryPublic *to, Str context, Str plain, StrBuf *out, Diag *diag) {
    return seal(&(Flow){.in = -1, .out = -1, .rest = plain, .to = out}, to, context, diag);
}

Err recovery_open(const RecoverySecret *secret, Str context, Str sealed, StrBuf *out, Diag *diag) {
    size_t before = out->len;
    if (strbuf_reserve(out, sealed.len) == NULL) // at once, so that no copy stays behind
        return diag_set(diag, strbuf_err(out), N_("There is not enough memory."));
    Err err =
        unseal(&(Flow){.in = -1, .out = -1, .rest = sealed, .to = out}, secret, context, diag);
    if (err != ERR_OK && strbuf_err(out) == ERR_OK) {
        secret_wipe(out->ptr + before, out->len - before);
        strbuf_truncate(out, before);
    }
    return err;
}
