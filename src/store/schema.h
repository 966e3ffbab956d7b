// Schema: tables in one notation, changed in numbered steps that only go forward.
//
//     # people who use this node
//     table units (
//         id       int64 primary key generated,   # given by the database, never again
//         code     text not null unique,
//         kind     text not null in ('police', 'hotline'),
//         parent   int64 references units,
//         weight   real64 not null default 1,
//         mark     bytes,
//         index (kind, code)
//     )
//     table seats (
//         unit     int64 not null references units on delete cascade,
//         person   int64 not null,
//         primary key (unit, person), unique (person)
//     )
//     search unit_words                            # for store/search.h
//
// And in later steps, for tables that exist:
//
//     add units (closed_ms int64, country text not null default '')
//     index units (country)
//     unique units (country, code)
//     allow units kind ('police', 'hotline', 'industry')   # replaces the values of `in`
//     run { UPDATE units SET country = 'xx' WHERE country = '' }
//     drop seats
//
// Names are lower-case ASCII of at most SCHEMA_NAME_MAX bytes, and no reserved word of either
// database. Every table has a primary key. A key that is `generated` is one int64. `references`
// means the other table's primary key of one column. An added column that is `not null` has a
// default, and cannot be unique (say so in an index). `run` takes one statement of the SQL that
// both databases understand, without parameters.
//
// A step is never changed once it has left the house: its digest (over its words, not its spaces
// and comments) is kept in the database and compared at every start. What is wrong is put right by
// a further step.
#pragma once
#include "store/store.h"

enum { SCHEMA_NAME_MAX = 28 };

typedef struct StoreStep {
    int number;           // 1, 2, 3…
    const char *notation; // static
} StoreStep;

// The tables of one room. Rooms number their steps on their own; a schema may refer to tables of
// those before it in the list.
typedef struct StoreSchema {
    const char *name; // static
    const StoreStep *steps;
    int count;
} StoreSchema;

// Brings the database to the state that `schemas` (all that this program knows) describe: each
// missing step is one transaction, recorded in it. What was interrupted goes on at the next call;
// of several processes that call it at once, one applies each step. *ret_applied (may be NULL):
// steps applied by this call.
// ERR_UNSUPPORTED: the database was made by a newer version; nothing is done. ERR_CONFLICT: a step
// that was applied is another one in this program. ERR_INTERNAL: the notation is wrong.
Err store_upgrade(Store *store, const StoreSchema *schemas, int count, int *ret_applied,
                  Diag *diag) MUST_CHECK;
// The same comparison without changing anything: ERR_STATE when steps are missing.
Err store_schema_check(Store *store, const StoreSchema *schemas, int count, Diag *diag) MUST_CHECK;
