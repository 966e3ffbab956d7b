// Reading a statement's text: finds the parameters and refuses what the two databases would divide
// differently. Sources: the lexical structure chapters of both manuals (SQLite 3.40, PostgreSQL
// 15).
#include "store/query.h"

#include "base/strbuf.h"
#include "base/utf8.h"

typedef struct Scan {
    Str sql;
    size_t at;
    Query *query;
    StrBuf *numbered;
    Diag *diag;
} Scan;

static Err refuse(const Scan *scan, size_t at, const char *msgid) {
    diag_set(scan->diag, ERR_INTERNAL, msgid);
    diag_place(scan->diag, (int64_t)at, -1);
    diag_arg(scan->diag, "sql", scan->sql);
    return ERR_INTERNAL;
}

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// What may continue an identifier for either database.
static bool is_word_byte(char c) {
    return is_name_byte(c) || (c >= 'A' && c <= 'Z') || c == '$' || (unsigned char)c >= 0x80;
}

static char byte_at(const Scan *scan, size_t at) {
    return at < scan->sql.len ? scan->sql.ptr[at] : '\0';
}

static void take(Scan *scan, size_t end) {
    strbuf_put(scan->numbered, str_of(scan->sql.ptr + scan->at, end - scan->at));
    scan->at = end;
}

// '…' or "…", where the quote doubled stands for itself. A prefix (E'…', X'…', U&"…") has another
// meaning on each side.
static Err quoted_take(Scan *scan) {
    char quote = scan->sql.ptr[scan->at];
    char before = scan->at > 0 ? scan->sql.ptr[scan->at - 1] : ' ';
    if (is_word_byte(before) || before == '&' || before == '\'' || before == '"')
        return refuse(scan, scan->at,
                      N_("The statement {sql} has a string with a prefix, which SQLite and "
                         "PostgreSQL read differently."));
    size_t end = scan->at + 1;
    for (;; end++) {
        if (end >= scan->sql.len)
            return refuse(scan, scan->at, N_("The statement {sql} has a string without an end."));
        if (scan->sql.ptr[end] != quote)
            continue;
        if (byte_at(scan, end + 1) != quote)
            break;
        end++;
    }
    if (quote == '"' && end == scan->at + 1)
        return refuse(scan, scan->at, N_("The statement {sql} has an empty name."));
    take(scan, end + 1);
    return ERR_OK;
}

static Err comment_take(Scan *scan) {
    size_t end = scan->at + 2;
    if (scan->sql.ptr[scan->at] == '-') {
        while (end < scan->sql.len && scan->sql.ptr[end] != '\n')
            if (scan->sql.ptr[end++] == '\r') // which ends the comment for PostgreSQL only
                return refuse(scan, end - 1,
                              N_("The statement {sql} has a carriage return in a comment."));
        take(scan, end);
        return ERR_OK;
    }
    for (; !(byte_at(scan, end) == '*' && byte_at(scan, end + 1) == '/'); end++) {
        if (end >= scan->sql.len)
            return refuse(scan, scan->at, N_("The statement {sql} has a comment without an end."));
        // PostgreSQL nests comments, SQLite does not.
        if (scan->sql.ptr[end] == '/' && byte_at(scan, end + 1) == '*')
            return refuse(scan, end, N_("The statement {sql} has a comment inside a comment."));
    }
    take(scan, end + 2);
    return ERR_OK;
}

static Err param_take(Scan *scan) {
    size_t start = scan->at + 1, end = start;
    while (is_name_byte(byte_at(scan, end)))
        end++;
    // SQLite goes on over `::`, `(` and upper case where PostgreSQL ends.
    char first = byte_at(scan, start), after = byte_at(scan, end);
    if (end == start || (first >= '0' && first <= '9') || is_word_byte(after) || after == '(' ||
        after == ':' || end - start > STORE_NAME_MAX)
        return refuse(scan, scan->at,
                      N_("The statement {sql} has a colon that is no parameter (:name in lower "
                         "case; for a conversion write CAST)."));
    Query *query = scan->query;
    Str name = str_of(query->sql + start, end - start);
    int index = 0;
    while (index < query->param_count && !str_equal(query->params[index], name))
        index++;
    if (index == STORE_PARAMS_MAX)
        return refuse(scan, scan->at, N_("The statement {sql} has too many parameters."));
    if (index == query->param_count)
        query->params[query->param_count++] = name;
    strbuf_put_byte(scan->numbered, '$');
    strbuf_put_i64(scan->numbered, index + 1);
    scan->at = end;
    return ERR_OK;
}

// One piece of the text; *io_has_word says whether anything but space and comments was seen.
static Err piece_take(Scan *scan, bool *io_has_word) {
    char c = scan->sql.ptr[scan->at], next = byte_at(scan, scan->at + 1);
    if ((c == '-' && next == '-') || (c == '/' && next == '*'))
        return comment_take(scan);
    if (c != ' ' && c != '\n' && c != '\t')
        *io_has_word = true;
    if (c == '\'' || c == '"')
        return quoted_take(scan);
    if (c == ':' && next == ':')
        return refuse(scan, scan->at,
                      N_("The statement {sql} has a conversion with ::, which SQLite does not "
                         "know: write CAST."));
    if (c == ':')
        return param_take(scan);
    if (c == ';')
        return refuse(scan, scan->at,
                      N_("The statement {sql} has a semicolon: one text is one statement."));
    // Other forms of parameters, names and strings, and what is space to one side only.
    if (strchr("?@#$[]`\\", c) != NULL || (unsigned char)c >= 0x7F ||
        ((unsigned char)c < ' ' && c != '\n' && c != '\t'))
        return refuse(scan, scan->at,
                      N_("The statement {sql} has a character that SQLite and PostgreSQL read "
                         "differently."));
    take(scan, scan->at + 1);
    return ERR_OK;
}

Err query_parse(Str sql, Query *ret, Diag *diag) {
    _cleanup_(query_done) Query query = {.len = sql.len};
    _cleanup_strbuf_ StrBuf numbered = STRBUF(2 * STORE_SQL_MAX);
    Scan scan = {.sql = sql, .query = &query, .numbered = &numbered, .diag = diag};
    if (sql.len > STORE_SQL_MAX)
        return refuse(&scan, 0, N_("The statement {sql} is too long."));
    if (!utf8_is_valid(sql) || memchr(sql.len > 0 ? sql.ptr : "", '\0', sql.len) != NULL)
        return refuse(&scan, 0, N_("The statement {sql} is not valid text."));
    query.sql = strndup(sql.len > 0 ? sql.ptr : "", sql.len);
    if (query.sql == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    bool has_word = false;
    while (scan.at < sql.len)
        TRY(piece_take(&scan, &has_word));
    if (!has_word)
        return refuse(&scan, 0, N_("The statement is empty."));
    if (strbuf_err(&numbered) != ERR_OK)
        return diag_set(diag, strbuf_err(&numbered), N_("There is not enough memory."));
    query.numbered = TAKE(numbered.ptr);
    *ret = query;
    query = (Query){0};
    return ERR_OK;
}

void query_done(Query *query) {
    free(query->sql);
    free(query->numbered);
    *query = (Query){0};
}

int query_param(const Query *query, const char *name) {
    for (int i = 0; i < query->param_count; i++)
        if (str_is(query->params[i], name))
            return i;
    return -1;
}

Err query_too_large(const Query *query, Diag *diag) {
    diag_set(diag, ERR_LIMIT,
             N_("The statement {sql} has too large an answer; ask for it in pages."));
    diag_arg(diag, "sql", str_from(query->sql));
    return ERR_LIMIT;
}
