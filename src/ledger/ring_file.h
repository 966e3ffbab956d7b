// The key ring's one file: sealed under the node's key, replaced whole, its former content
// overwritten. docs/ledger.md says why there may be only one.
//
// The present file's blocks are overwritten with random bytes once the new one is in place; a disk
// that moves blocks by itself keeps them all the same, which is one reason why the ring is sealed.
#pragma once
#include "crypto/key_ring.h"

// A new ring in a new file (mode 0600). ERR_EXISTS: there is a file already.
Err ring_file_create(const char *path, const SealKey *node_key, Diag *diag) MUST_CHECK;
Err ring_file_load(const char *path, const SealKey *node_key, KeyRing **ret, Diag *diag) MUST_CHECK;
// Durable when it returns ERR_OK. On failure the former file stands (or, past the rename, the new
// one; never a mixture).
Err ring_file_replace(const char *path, const SealKey *node_key, const KeyRing *ring,
                      Diag *diag) MUST_CHECK;
// The same for a copy of the ring that is sealed already.
Err ring_file_put(const char *path, Str sealed, Diag *diag) MUST_CHECK;
// Overwrites and removes a file that holds, or may hold, a ring. What is not there is no error.
Err ring_file_destroy(const char *path, Diag *diag) MUST_CHECK;
