// `list verify`: every block against its checksum, then every record, and the order that searching
// relies on.
#include "base/arena.h"
#include "crypto/blake2.h"
#include "index/limits.h"
#include "index/list_read.h"

enum { ENTRY_SCRATCH_MAX = 1 << 30 };

static Err blocks_check(const List *list, Diag *diag) {
    uint8_t sum[LIST_SUM_BYTES];
    const uint8_t *expected = list->bytes + list->sums;
    for (uint64_t at = LIST_HEADER_BYTES; at < list->sums; at += LIST_BLOCK_BYTES) {
        uint64_t n = list->sums - at < LIST_BLOCK_BYTES ? list->sums - at : LIST_BLOCK_BYTES;
        blake2_256(list->bytes + at, (size_t)n, sum);
        if (memcmp(sum, expected, sizeof sum) != 0) {
            Err err = diag_set(diag, ERR_CORRUPT,
                               N_("{file} is damaged in the block that begins at byte {offset}."));
            diag_place(diag, (int64_t)at, -1);
            return err;
        }
        expected += LIST_SUM_BYTES;
    }
    return ERR_OK;
}

// A digest out of its order would never be found.
static Err order_check(const List *list, DigestKind kind, Diag *diag) {
    SectionView rows = list_digests(list, kind);
    size_t size = digest_size(kind), row_size = size + 4;
    for (size_t i = 1; i < rows.count; i++) {
        const uint8_t *row = rows.bytes + i * row_size;
        if (memcmp(row - row_size, row, size) > 0)
            return diag_set(diag, ERR_CORRUPT,
                            N_("{file} is damaged: its hashes are not in their order."));
    }
    return ERR_OK;
}

static Err entries_check(const List *list, Diag *diag) {
    _cleanup_(arena_freep) Arena *scratch = arena_new(ENTRY_SCRATCH_MAX);
    if (scratch == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    uint64_t tombstones = 0, md5 = 0, sha1 = 0, sha256 = 0, pdq = 0, photodna = 0, vpdq = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        ListEntry entry;
        arena_reset(scratch);
        Err err = list_entry(list, i, scratch, &entry, diag);
        if (err != ERR_OK) {
            diag_place(diag, -1, (int64_t)i + 1);
            return err;
        }
        tombstones += (entry.has & ENTRY_DELETED) != 0;
        md5 += (entry.has & ENTRY_MD5) != 0;
        sha1 += (entry.has & ENTRY_SHA1) != 0;
        sha256 += (entry.has & ENTRY_SHA256) != 0;
        pdq += (entry.has & ENTRY_PDQ) != 0;
        photodna += (entry.has & ENTRY_PHOTODNA) != 0;
        vpdq += (entry.has & ENTRY_VPDQ) != 0;
    }
    // Each row belongs to an entry: list_entry has seen to the other direction.
    ListKinds kinds;
    list_kinds(list, &kinds);
    if (tombstones != kinds.tombstones || md5 != kinds.md5 || sha1 != kinds.sha1 ||
        sha256 != kinds.sha256 || pdq != kinds.pdq || photodna != kinds.photodna ||
        vpdq != kinds.vpdq)
        return diag_set(diag, ERR_CORRUPT,
                        N_("{file} is damaged: it holds hashes that belong to no record."));
    return ERR_OK;
}

Err list_check(const List *list, Diag *diag) {
    TRY(blocks_check(list, diag));
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        TRY(order_check(list, (DigestKind)kind, diag));
    return entries_check(list, diag);
}
