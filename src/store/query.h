// Query: a statement's text, checked to mean the same to both databases, with its parameters found.
//
// The text is read as a sequence of strings ('…' with '' inside), quoted identifiers ("…"),
// comments (-- to the end of the line, /* … */ not nested), casts (::), parameters (:name) and the
// rest. Anything that the two databases would divide differently is refused, so that no text can be
// data for one and a statement for the other.
#pragma once
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "store/limits.h"

typedef struct Query {
    char *sql;      // as written, for SQLite; NUL-terminated
    char *numbered; // parameters as $1, $2… in the order of names, for PostgreSQL
    size_t len;     // of sql
    int param_count;
    Str params[STORE_PARAMS_MAX]; // without the colon, by first appearance; views into sql
} Query;

// Copies sql. ERR_INTERNAL with the offset for a text that is refused: statements are ours.
Err query_parse(Str sql, Query *ret, Diag *diag) MUST_CHECK;
void query_done(Query *query);
// ERR_LIMIT: the answer is over a limit of this room.
Err query_too_large(const Query *query, Diag *diag);
// Index from 0, or -1.
int query_param(const Query *query, const char *name);
