// The publisher: derives tiles and checkpoints of a folder from the ledger's leaves.
//
// Crash-safe: entries and tiles are written before the checkpoint that needs them, each file beside
// its name and renamed; the same leaves give the same bytes, so that publishing again after a crash
// changes nothing that stands. On opening, the tail is checked: the checkpoint's signature, its
// root against the tiles at the right edge, the last entry against the leaves. One thread, one
// publisher a folder.
#pragma once
#include "ledger/checkpoint.h"
#include "ledger/tile_folder.h"

// Where leaves come from (the database). `read` appends the leaf of an index.
typedef struct LeafSource {
    Err (*read)(void *context, uint64_t index, StrBuf *out, Diag *diag);
    void *context;
} LeafSource;

typedef struct LedgerPublisher LedgerPublisher;

// folder and signer are copied. The ledger's origin is the signer's name. ERR_SIGNATURE or
// ERR_CORRUPT: what stands in the folder is not what this ledger published; ERR_CONFLICT: the
// leaves are not those that were published.
Err ledger_publisher_open(const char *folder, const NoteSigner *signer, LeafSource leaves,
                          LedgerPublisher **ret, Diag *diag) MUST_CHECK;
void ledger_publisher_free(LedgerPublisher *publisher);
DEFINE_CLEANUP(LedgerPublisher *, ledger_publisher_free);
uint64_t ledger_published(const LedgerPublisher *publisher); // entries of the last checkpoint

// Publishes the first `size` entries. Nothing is written when that many are published already; the
// first time, an empty ledger is. ERR_CONFLICT: fewer than were published. After another failure
// the publisher must be opened anew (ERR_STATE until then).
Err ledger_publish(LedgerPublisher *publisher, uint64_t size, Diag *diag) MUST_CHECK;
// Adds witnesses' signature lines to the published checkpoint. Each must be a line of one of the
// witnesses given and fit; lines that are there already are left out. A witness's older line is
// replaced.
Err ledger_checkpoint_cosign(TileFolder *folder, const NoteVerifier *witnesses, size_t count,
                             Str lines, Diag *diag) MUST_CHECK;
