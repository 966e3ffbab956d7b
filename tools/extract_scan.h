// Finds the messages in C sources and templates. Used by tools/extract.c.
#pragma once
#include "po.h"

// Adds the messages of one file to po, with a reference "#: path" each. Prints file:line of a call
// whose message is not a literal (unless it is a variable whose name ends in "msgid") and counts it
// in *io_errors.
void scan_c(Po *po, const char *path, Str content, int *io_errors);
void scan_template(Po *po, const char *path, Str content, int *io_errors);
