// Search tables: postings of tokens, put, removed and joined.
#include "store/search.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/strbuf.h"
#include "store/tx.h"

static Err search_err(Tx *tx, Err err, const char *msgid, Diag *diag) {
    diag_set(&tx->diag, err, msgid);
    return tx_fail(tx, err, diag);
}

static int by_bytes(const void *a, const void *b) {
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static Err sql_finish(Tx *tx, StrBuf *sql, Diag *diag) {
    return strbuf_err(sql) == ERR_OK
               ? ERR_OK
               : search_err(tx, strbuf_err(sql), N_("There is not enough memory."), diag);
}

Err search_remove(Tx *tx, const char *table, int64_t id, Diag *diag) {
    _cleanup_strbuf_ StrBuf sql = STRBUF(STORE_SQL_MAX);
    strbuf_printf(&sql, "DELETE FROM %s WHERE id = :id", table);
    TRY(sql_finish(tx, &sql, diag));
    return tx_run(tx, strbuf_str(&sql), BINDS(bind_int64("id", id)), NULL, diag);
}

// One row for each different token of the sorted list.
static Err postings_put(Tx *tx, const char *table, int64_t id, const Str *sorted, size_t count,
                        Diag *diag) {
    _cleanup_strbuf_ StrBuf sql = STRBUF(STORE_SQL_MAX);
    _cleanup_stmt_ Stmt *insert = NULL;
    strbuf_printf(&sql, "INSERT INTO %s (token, id, hits, size) VALUES (:token, :id, :hits, :size)",
                  table);
    TRY(sql_finish(tx, &sql, diag));
    TRY(stmt_prepare(tx, strbuf_str(&sql), &insert, diag));
    for (size_t at = 0, next; at < count; at = next) {
        bool has_row;
        for (next = at + 1; next < count && str_equal(sorted[next], sorted[at]);)
            next++;
        stmt_bind(insert, bind_text("token", sorted[at]));
        stmt_bind(insert, bind_int64("id", id));
        stmt_bind(insert, bind_int64("hits", (int64_t)(next - at)));
        stmt_bind(insert, bind_int64("size", (int64_t)count));
        TRY(stmt_step(insert, &has_row, diag));
    }
    return ERR_OK;
}

Err search_put(Tx *tx, const char *table, int64_t id, const Str *tokens, size_t count, Diag *diag) {
    bool is_good = count <= STORE_SEARCH_TOKENS_MAX;
    for (size_t i = 0; i < count && is_good; i++)
        is_good = tokens[i].len > 0 && tokens[i].len <= STORE_SEARCH_TOKEN_MAX;
    if (!is_good)
        return search_err(tx, ERR_LIMIT,
                          N_("A text has too many or too long words to be searched."), diag);
    TRY(search_remove(tx, table, id, diag));
    if (count == 0)
        return ERR_OK;
    _cleanup_free_ Str *sorted = malloc(count * sizeof *sorted);
    if (sorted == NULL)
        return search_err(tx, ERR_NOMEM, N_("There is not enough memory."), diag);
    memcpy(sorted, tokens, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_bytes);
    return postings_put(tx, table, id, sorted, count, diag);
}

// A term's documents with its share of each, in millionths.
static void term_put(StrBuf *sql, const char *table, size_t number, bool is_prefix) {
    strbuf_printf(sql,
                  "(SELECT id, CAST(sum(hits * 1000000 / size) AS BIGINT) AS share FROM %s "
                  "WHERE ",
                  table);
    if (is_prefix) // what begins with it lies between it and it followed by the greatest character
        strbuf_printf(sql, "token >= :t%zu AND token < :u%zu", number, number);
    else
        strbuf_printf(sql, "token = :t%zu", number);
    strbuf_printf(sql, " GROUP BY id) p%zu", number);
}

static void find_put(StrBuf *sql, const char *table, const SearchTerm *terms, size_t count) {
    strbuf_put_text(sql, "SELECT p0.id, p0.share");
    for (size_t i = 1; i < count; i++)
        strbuf_printf(sql, " + p%zu.share", i);
    strbuf_put_text(sql, " AS score FROM ");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_put_text(sql, " JOIN ");
        term_put(sql, table, i, terms[i].is_prefix);
        if (i > 0)
            strbuf_printf(sql, " ON p%zu.id = p0.id", i);
    }
    strbuf_put_text(sql, " ORDER BY score DESC, p0.id DESC LIMIT :most OFFSET :skipped");
}

// Names and bounds of the parameters, which live as long as the statement.
typedef struct Bounds {
    char from[STORE_SEARCH_TERMS_MAX][8], to[STORE_SEARCH_TERMS_MAX][8];
    char ends[STORE_SEARCH_TERMS_MAX][STORE_SEARCH_TOKEN_MAX + 4];
} Bounds;

static void terms_bind(Stmt *stmt, const SearchTerm *terms, size_t count, Bounds *bounds) {
    for (size_t i = 0; i < count; i++) {
        Str token = terms[i].token;
        snprintf(bounds->from[i], sizeof bounds->from[i], "t%zu", i);
        stmt_bind(stmt, bind_text(bounds->from[i], token));
        if (!terms[i].is_prefix)
            continue;
        memcpy(bounds->ends[i], token.ptr, token.len);
        memcpy(bounds->ends[i] + token.len, "\xF4\x8F\xBF\xBF", 4); // U+10FFFF
        snprintf(bounds->to[i], sizeof bounds->to[i], "u%zu", i);
        stmt_bind(stmt, bind_text(bounds->to[i], str_of(bounds->ends[i], token.len + 4)));
    }
}

Err search_find(Tx *tx, const char *table, const SearchTerm *terms, size_t count, int64_t offset,
                SearchHit *ret_hits, size_t limit, size_t *ret_count, Diag *diag) {
    bool is_good = count > 0 && count <= STORE_SEARCH_TERMS_MAX && limit > 0 &&
                   limit <= STORE_SEARCH_HITS_MAX && offset >= 0;
    for (size_t i = 0; i < count && is_good; i++)
        is_good = terms[i].token.len > 0 && terms[i].token.len <= STORE_SEARCH_TOKEN_MAX;
    if (!is_good)
        return search_err(tx, ERR_LIMIT, N_("A search has no, too many or too long words."), diag);
    Bounds bounds;
    _cleanup_strbuf_ StrBuf sql = STRBUF(STORE_SQL_MAX);
    _cleanup_stmt_ Stmt *rows = NULL;
    find_put(&sql, table, terms, count);
    TRY(sql_finish(tx, &sql, diag));
    TRY(stmt_prepare(tx, strbuf_str(&sql), &rows, diag));
    terms_bind(rows, terms, count, &bounds);
    stmt_bind(rows, bind_int64("most", (int64_t)limit));
    stmt_bind(rows, bind_int64("skipped", offset));
    size_t found = 0;
    for (; found < limit && stmt_next(rows); found++)
        ret_hits[found] = (SearchHit){stmt_int64(rows, 0), stmt_int64(rows, 1)};
    TRY(tx_err(tx, diag));
    *ret_count = found;
    return ERR_OK;
}
