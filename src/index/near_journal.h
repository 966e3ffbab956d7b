// The journal of a NearSet: records of fixed size, appended, each with a checksum over itself and
// its position. Internal to index/near_*. One thread at a time.
#pragma once
#include "hash/pdq.h"

typedef enum NearChange { NEAR_CHANGE_ADD = 1, NEAR_CHANGE_REMOVE = 2 } NearChange;

typedef struct NearJournal {
    int fd; // -1 when closed
    uint64_t records;
} NearJournal;
#define _cleanup_near_journal_ _cleanup_(near_journal_done)

// Opens or makes the file and hands every record that holds to `apply`, which may refuse with an
// error. The rest, torn or damaged, is cut off.
Err near_journal_open(const char *path,
                      Err (*apply)(void *context, NearChange change, uint32_t id,
                                   const PdqHash *hash),
                      void *context, NearJournal *ret, Diag *diag) MUST_CHECK;
void near_journal_done(NearJournal *journal);
// hashes: NULL for removals. ids count upward from first.
Err near_journal_put(NearJournal *journal, NearChange change, uint32_t first, const PdqHash *hashes,
                     size_t count, Diag *diag) MUST_CHECK;
// Appends the records [from, to) of another journal, which may grow meanwhile.
Err near_journal_copy(const NearJournal *journal, uint64_t from, uint64_t to, NearJournal *io_to,
                      Diag *diag) MUST_CHECK;
Err near_journal_sync(int fd, Diag *diag) MUST_CHECK;
