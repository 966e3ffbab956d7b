// A published ledger as a folder: checkpoint, tile/…, as c2sp.org/tlog-tiles serves them. Files are
// written beside their name and renamed, and never replaced by other content; only the checkpoint
// is.
#pragma once
#include "ledger/tile.h"

typedef struct TileFolder {
    const char *path; // borrowed
} TileFolder;

// folder/name as a path with a NUL. ERR_LIMIT past LEDGER_PATH_MAX.
Err tile_folder_path(const TileFolder *folder, Str name, char ret[LEDGER_PATH_MAX],
                     Diag *diag) MUST_CHECK;
// Reads a tile or bundle: that of exactly this width, else the first part of the full one. Bundles
// are cut behind `width` entries.
TileSource tile_folder_source(TileFolder *folder);
// Writes the tile durably (folders too). One that stands there already must have the same content
// (ERR_CONFLICT): what was published is never published differently.
Err tile_folder_write(const TileFolder *folder, const TileName *name, Str content,
                      Diag *diag) MUST_CHECK;
// Removes the partial tiles of a tile that is full now. What cannot be removed stays.
void tile_folder_drop_partial(const TileFolder *folder, int level, uint64_t index);
// Calls for every partial tile of this index that stands there; a failure ends it.
Err tile_folder_each_partial(const TileFolder *folder, int level, uint64_t index,
                             Err (*found)(void *context, const TileName *name, Diag *diag),
                             void *context, Diag *diag) MUST_CHECK;

// The checkpoint's text is appended to out (ceiling NOTE_MAX is enough). ERR_NOT_FOUND: nothing was
// published.
Err tile_folder_checkpoint(const TileFolder *folder, StrBuf *out, Diag *diag) MUST_CHECK;
Err tile_folder_checkpoint_replace(const TileFolder *folder, Str note, Diag *diag) MUST_CHECK;
