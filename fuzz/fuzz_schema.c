// Schema steps of any bytes: what is accepted becomes SQL that SQLite can read, and a second
// reading gives the same.
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>

#include "store/notation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition)
        abort();
}

static void check_sqlite(const char *sql) {
    sqlite3 *db = NULL;
    char *reason = NULL;
    require(sqlite3_open(":memory:", &db) == SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    // It may refuse (a table that is not there, a name taken), but never for its form.
    if (sqlite3_exec(db, sql, NULL, NULL, &reason) != SQLITE_OK)
        require(strstr(reason, "syntax error") == NULL &&
                strstr(reason, "incomplete input") == NULL &&
                strstr(reason, "unrecognized token") == NULL);
    sqlite3_free(reason);
    sqlite3_close(db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *arena = arena_new(32 << 20);
    require(arena != NULL);
    SchemaTree tree = {0};
    StrBuf words = STRBUF(1 << 20);
    Diag diag;
    if (schema_parse(str_of(data, size), arena, &tree, &words, &diag) == ERR_OK) {
        require(tree.count > 0 && strbuf_err(&words) == ERR_OK);
        for (int i = 0; i < tree.count; i++) {
            StrBuf sqlite = STRBUF(STORE_DDL_MAX), postgres = STRBUF(STORE_DDL_MAX);
            schema_emit(&tree.items[i], false, &sqlite);
            schema_emit(&tree.items[i], true, &postgres);
            require(strbuf_err(&sqlite) == ERR_OK && strbuf_err(&postgres) == ERR_OK);
            require((tree.items[i].kind == SCHEMA_RUN) == (postgres.len == 0));
            if (i < 8)
                check_sqlite(strbuf_text(&sqlite));
            strbuf_done(&sqlite);
            strbuf_done(&postgres);
        }
    } else {
        require(tree.count == 0 && diag.msgid != NULL);
    }
    strbuf_done(&words);
    arena_free(arena);
    return 0;
}
