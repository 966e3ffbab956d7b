// The named limits of this room. Each bounds what a caller, another process or a hostile database
// can make us hold or wait for.
#pragma once

#define STORE_VALUE_MAX (INT64_C(16) << 20)  // bytes of one text or one value of bytes
#define STORE_RESULT_MAX (INT64_C(64) << 20) // bytes that one execution of a statement may return

enum {
    STORE_ADDRESS_MAX = 4096,          // bytes of an address
    STORE_SQL_MAX = 64 << 10,          // bytes of one statement
    STORE_PARAMS_MAX = 64,             // different parameters of one statement
    STORE_COLUMNS_MAX = 100,           // columns that a statement returns
    STORE_ROWS_MAX = 1000000,          // rows that one execution of a statement may return
    STORE_STATEMENTS_MAX = 128,        // prepared statements that a connection keeps
    STORE_OPEN_STATEMENTS_MAX = 64,    // statements in use at once in one transaction
    STORE_CONNECTIONS_MAX = 64,        // connections of one Store
    STORE_CONNECTIONS_DEFAULT = 4,     // readers (SQLite), or all (PostgreSQL)
    STORE_ATTEMPTS_MAX = 30,           // times that a transaction is tried when others interfere
    STORE_RECONNECTS_MAX = 2,          // dead connections replaced before a transaction begins
    STORE_BACKOFF_MAX_MS = 200,        // longest pause between two attempts
    STORE_DEADLINE_DEFAULT_MS = 30000, // for a transaction with all its attempts
    STORE_CONNECT_SECONDS = 10,        // for a connection to PostgreSQL
    STORE_CANCEL_SLICE_MS = 20,        // how soon a cancelled request is noticed while it waits
    STORE_INTERRUPT_STEPS = 1000,      // instructions of SQLite between two looks at the clock
    STORE_LOST_GRACE_MS = 2000,        // past its deadline, a silent server is given up after this
    STORE_CHECKPOINT_PAGES = 1000,     // pages of write-ahead log before they are put in the file
    STORE_JOURNAL_KEPT = 16 << 20,     // bytes of write-ahead log kept for reuse
    STORE_CACHE_KIB = 8192,            // page cache of one SQLite connection
    STORE_BACKUP_PAGES = 256,          // pages copied between two looks at the clock
    STORE_NAME_MAX = 48,               // bytes of a name of a table, column, schema or parameter
    STORE_SCHEMAS_MAX = 32,            // schemas of one Store
    STORE_STEPS_MAX = 10000,           // steps of one schema
    STORE_NOTATION_MAX = 64 << 10,     // bytes of one step in our notation
    STORE_TABLE_COLUMNS_MAX = 64,      // columns of one table
    STORE_CHOICES_MAX = 64,            // values of one enumerated column
    STORE_TABLE_RULES_MAX = 32,        // keys, indexes and the like of one table
    STORE_STEP_ITEMS_MAX = 256,        // tables, indexes, statements of one step
    STORE_DDL_MAX = 1 << 20,           // bytes of SQL that one step becomes
    STORE_SEARCH_TERMS_MAX = 8,        // terms of one search
    STORE_SEARCH_TOKENS_MAX = 100000,  // tokens of one document
    STORE_SEARCH_TOKEN_MAX = 256,      // bytes of one token
    STORE_SEARCH_HITS_MAX = 1000       // answers of one search
};
