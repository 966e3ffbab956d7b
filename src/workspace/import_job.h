// Imports in the background: a file that was uploaded is read into a case by a thread of its own
// while pages tell how far it is. Any thread.
//
// A job lives in memory only and is one transaction: a stop leaves all of it or nothing. Importing
// the same file again adds nothing twice.
#pragma once
#include "base/cleanup.h"
#include "records/records.h"
#include "records/session.h"

typedef struct ImportDesk ImportDesk;

enum { IMPORT_NAME_MAX = 256, IMPORT_WAITING_MAX = 16, IMPORT_KEPT_MAX = 64 };

typedef enum ImportStage { IMPORT_WAITING, IMPORT_RUNNING, IMPORT_DONE, IMPORT_FAILED } ImportStage;

typedef struct ImportState {
    Identifier id, case_, person;
    ImportStage stage;
    char name[IMPORT_NAME_MAX + 1]; // of the file, only to be shown
    uint64_t bytes_done, bytes_all;
    uint64_t records, items, rejected;
    uint64_t added, merged; // of IMPORT_DONE: new to the node, and there before
    Diag why;               // of IMPORT_FAILED
} ImportState;

// Starts the thread. `records` is borrowed.
Err import_desk_new(Records *records, ImportDesk **ret, Diag *diag) MUST_CHECK;
// Breaks off what runs; nothing of it is kept.
void import_desk_free(ImportDesk *desk);
DEFINE_CLEANUP(ImportDesk *, import_desk_free);

// Takes the descriptor. The actor's right is asked again when the import begins. ERR_BUSY: too many
// wait.
Err import_begin(ImportDesk *desk, const Actor *actor, const Identifier *case_, Str name, int fd,
                 uint64_t size, Identifier *ret, Diag *diag) MUST_CHECK;
// ERR_NOT_FOUND: none of this case, or one of long ago.
Err import_state(ImportDesk *desk, const Identifier *id, const Identifier *case_, ImportState *ret,
                 Diag *diag) MUST_CHECK;
