// PieceSource.
#include "pieces.h"

static Err piece_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                      Diag *diag) {
    (void)diag;
    PieceSource *self = (PieceSource *)source;
    size_t n = self->piece;
    if (self->is_random)
        n = 1 + (size_t)prng_below(&self->prng, self->piece);
    if (n > self->bytes.len - (size_t)source->offset)
        n = self->bytes.len - (size_t)source->offset;
    if (n > capacity)
        n = capacity;
    if (n > 0)
        memcpy(ret_bytes, self->bytes.ptr + source->offset, n);
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

void piece_source_init(PieceSource *source, Str bytes, size_t piece, uint64_t seed) {
    *source = (PieceSource){.source = {.read = piece_read},
                            .bytes = bytes,
                            .piece = piece,
                            .prng = {seed},
                            .is_random = seed != 0};
}
