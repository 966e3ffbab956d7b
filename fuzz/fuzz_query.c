// Statements of any bytes: what is accepted has the parameters that SQLite finds in it, is one
// statement to it, and its numbered form differs in nothing but the parameters.
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>

#include "store/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition)
        abort();
}

static sqlite3 *database(void) {
    static sqlite3 *db;
    if (db == NULL) {
        require(sqlite3_open(":memory:", &db) == SQLITE_OK);
        require(sqlite3_exec(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, x, y)", NULL,
                             NULL, NULL) == SQLITE_OK);
    }
    return db;
}

static void check_same_reading(const Query *query) {
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;
    if (sqlite3_prepare_v2(database(), query->sql, -1, &stmt, &tail) == SQLITE_OK) {
        require(stmt != NULL && *tail == '\0');
        require(sqlite3_bind_parameter_count(stmt) == query->param_count);
        for (int i = 0; i < query->param_count; i++)
            require(str_is(query->params[i], sqlite3_bind_parameter_name(stmt, i + 1) + 1));
    }
    sqlite3_finalize(stmt);
}

// The original, from the numbered form and the names.
static void check_numbered(const Query *query) {
    const char *from = query->sql, *numbered = query->numbered;
    while (*numbered != '\0') {
        if (*from == *numbered) {
            from++;
            numbered++;
            continue;
        }
        require(*from == ':' && *numbered == '$');
        char *end;
        long number = strtol(numbered + 1, &end, 10);
        require(number >= 1 && number <= query->param_count);
        Str name = query->params[number - 1];
        require(strncmp(from + 1, name.ptr, name.len) == 0);
        from += 1 + name.len;
        numbered = end;
    }
    require(*from == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Query query = {0};
    Diag diag;
    if (query_parse(str_of(data, size), &query, &diag) == ERR_OK) {
        check_same_reading(&query);
        check_numbered(&query);
    } else {
        require(query.sql == NULL && diag.msgid != NULL);
    }
    query_done(&query);
    return 0;
}
