// Tables on a terminal: columns aligned by display width, numbers at the end, safe for text of
// either direction. Not thread-safe.
//
//     Table *table = table_new(lang, columns);
//     table_column(table, N_("File"), TABLE_START);
//     table_column(table, N_("Size"), TABLE_END);
//     table_cell_ident(table, path);
//     table_cell_bytes(table, size);
//     Err err = table_print(table, out);
//
// Failures (memory, limits.h) are kept until table_print or table_put.
#pragma once
#include <stdio.h>

#include "base/cleanup.h"
#include "language/catalogue.h"

typedef struct Table Table;

typedef enum TableAlign { TABLE_START, TABLE_END } TableAlign;

// columns: width of the terminal, 0 when the output is none and nothing is to be shortened. NULL on
// NOMEM.
Table *table_new(const Lang *lang, int columns) MUST_CHECK;
void table_free(Table *table);
DEFINE_CLEANUP(Table *, table_free);
// Columns come before cells. title_msgid: marked with N_(), or NULL in all columns for no heading.
void table_column(Table *table, const char *title_msgid, TableAlign align);
// Cells fill rows from the first column on. Text and identifiers are made safe; a text is shortened
// at its end, an identifier at its beginning.
void table_cell_text(Table *table, Str text);
void table_cell_ident(Table *table, Str text);
void table_cell_int(Table *table, int64_t number);
void table_cell_bytes(Table *table, int64_t bytes);
void table_cell_percent(Table *table, double share);
Err table_put(const Table *table, StrBuf *out) MUST_CHECK;
Err table_print(const Table *table, FILE *out) MUST_CHECK;
