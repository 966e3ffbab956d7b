// How far a long job is: one line that is redrawn on a terminal, a plain line now and then
// elsewhere.
//
// Written to standard error, so that the job's output stays clean. progress_update may be called
// from any thread and as often as one likes; it draws ten times a second at most on a terminal, and
// otherwise every ten per cent or ten seconds.
#pragma once
#include <stdio.h>

#include "base/cleanup.h"
#include "language/catalogue.h"

typedef struct Progress Progress;

// What the line says; both marked with N_(). Placeholders: {done} {total} {percent} {rate} (a
// second) {left} (h:mm:ss) {elapsed}. unknown_msgid is used while the total or the time left is not
// known and names neither.
typedef struct ProgressText {
    const char *known_msgid;   // e.g. N_("{done} of {total} files, {rate} a second, {left} left")
    const char *unknown_msgid; // e.g. N_("{done} files, {rate} a second")
    bool is_bytes;             // done, total and rate are bytes
} ProgressText;

// NULL when memory is short: all functions take NULL, progress is no reason to fail.
Progress *progress_new(const Lang *lang, FILE *to, ProgressText text);
void progress_free(Progress *progress); // clears the line on a terminal
DEFINE_CLEANUP(Progress *, progress_free);
// total: 0 while unknown. `done` at the first call counts as done before (a resumed job).
void progress_update(Progress *progress, int64_t done, int64_t total);
// Prints a line of its own above the bar (a warning, say); text is made safe by the caller.
void progress_note(Progress *progress, Str text);
// The last state, as a plain line or a full bar that stays.
void progress_finish(Progress *progress);
