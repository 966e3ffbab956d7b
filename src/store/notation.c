// Reading the notation of schema steps: a lexer of six kinds of token, and one function a
// construct.
#include "store/notation.h"

#include "base/utf8.h"

typedef enum TokenKind {
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_TEXT,
    TOKEN_MARK,
    TOKEN_SQL,
    TOKEN_END
} TokenKind;

typedef struct Parser {
    Str text;
    size_t at;
    Arena *arena;
    StrBuf *words;
    Diag *diag;
    TokenKind kind; // of the present token
    Str token;
    size_t start;
} Parser;

// Words that PostgreSQL or SQLite would take for their own where we write a name bare.
static const char *const RESERVED[] = {"all",
                                       "analyse",
                                       "analyze",
                                       "and",
                                       "any",
                                       "array",
                                       "as",
                                       "asc",
                                       "asymmetric",
                                       "between",
                                       "both",
                                       "case",
                                       "cast",
                                       "check",
                                       "collate",
                                       "column",
                                       "commit",
                                       "constraint",
                                       "create",
                                       "current_date",
                                       "current_role",
                                       "current_time",
                                       "current_timestamp",
                                       "current_user",
                                       "default",
                                       "deferrable",
                                       "delete",
                                       "desc",
                                       "distinct",
                                       "do",
                                       "drop",
                                       "else",
                                       "end",
                                       "escape",
                                       "except",
                                       "exists",
                                       "false",
                                       "fetch",
                                       "for",
                                       "foreign",
                                       "freeze",
                                       "from",
                                       "full",
                                       "grant",
                                       "group",
                                       "having",
                                       "ilike",
                                       "in",
                                       "index",
                                       "initially",
                                       "inner",
                                       "insert",
                                       "intersect",
                                       "into",
                                       "is",
                                       "isnull",
                                       "join",
                                       "lateral",
                                       "leading",
                                       "left",
                                       "like",
                                       "limit",
                                       "localtime",
                                       "localtimestamp",
                                       "natural",
                                       "not",
                                       "notnull",
                                       "nothing",
                                       "null",
                                       "offset",
                                       "on",
                                       "only",
                                       "or",
                                       "order",
                                       "outer",
                                       "overlaps",
                                       "placing",
                                       "primary",
                                       "references",
                                       "returning",
                                       "right",
                                       "select",
                                       "session_user",
                                       "set",
                                       "similar",
                                       "some",
                                       "symmetric",
                                       "table",
                                       "tablesample",
                                       "then",
                                       "to",
                                       "trailing",
                                       "transaction",
                                       "true",
                                       "union",
                                       "unique",
                                       "update",
                                       "user",
                                       "using",
                                       "values",
                                       "variadic",
                                       "verbose",
                                       "when",
                                       "where",
                                       "window",
                                       "with"};

static Err wrong(const Parser *parser, const char *msgid) {
    diag_set(parser->diag, ERR_INTERNAL, msgid);
    diag_place(parser->diag, (int64_t)parser->start, -1);
    diag_arg(parser->diag, "near", str_from_index(parser->text, parser->start));
    return ERR_INTERNAL;
}

// --- Tokens -----------------------------------------------------------------------------------

static bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static void space_skip(Parser *parser) {
    for (; parser->at < parser->text.len; parser->at++) {
        char c = parser->text.ptr[parser->at];
        if (c == '#')
            while (parser->at < parser->text.len && parser->text.ptr[parser->at] != '\n')
                parser->at++;
        else if (c != ' ' && c != '\n' && c != '\t')
            return;
    }
}

// 'text', with '' for a quote.
static Err text_read(Parser *parser) {
    char *copy = arena_alloc(parser->arena, parser->text.len - parser->at + 1);
    size_t len = 0;
    if (copy == NULL)
        return diag_set(parser->diag, arena_err(parser->arena), N_("There is not enough memory."));
    for (parser->at++; parser->at < parser->text.len; parser->at++) {
        char c = parser->text.ptr[parser->at];
        bool is_last = parser->at + 1 == parser->text.len;
        if (c == '\'' && (is_last || parser->text.ptr[parser->at + 1] != '\'')) {
            parser->at++;
            parser->token = str_of(copy, len);
            return ERR_OK;
        }
        parser->at += c == '\'';
        copy[len++] = c;
    }
    return wrong(parser, N_("A schema step has a text without an end: {near}"));
}

static Err sql_read(Parser *parser) {
    Str rest = str_from_index(parser->text, parser->at + 1);
    ptrdiff_t end = str_find_byte(rest, '}');
    if (end < 0)
        return wrong(parser, N_("A schema step has a statement without an end: {near}"));
    parser->token = str_trim(str_of(rest.ptr, (size_t)end));
    parser->at += (size_t)end + 2;
    return ERR_OK;
}

static Err token_read(Parser *parser) {
    space_skip(parser);
    size_t start = parser->start = parser->at;
    if (start >= parser->text.len) {
        parser->kind = TOKEN_END;
        parser->token = (Str){0};
        return ERR_OK;
    }
    char c = parser->text.ptr[start];
    if (c == '\'') {
        parser->kind = TOKEN_TEXT;
        return text_read(parser);
    }
    if (c == '{') {
        parser->kind = TOKEN_SQL;
        return sql_read(parser);
    }
    if (c == '(' || c == ')' || c == ',') {
        parser->kind = TOKEN_MARK;
        parser->at++;
    } else {
        parser->kind = (c >= '0' && c <= '9') || c == '-' ? TOKEN_NUMBER : TOKEN_WORD;
        parser->at += c == '-';
        while (parser->at < parser->text.len && is_word_byte(parser->text.ptr[parser->at]))
            parser->at++;
    }
    parser->token = str_of(parser->text.ptr + start, parser->at - start);
    int64_t number;
    if (parser->token.len == 0 ||
        (parser->kind == TOKEN_NUMBER && !str_to_i64(parser->token, &number)))
        return wrong(parser, N_("A schema step has something that is no word: {near}"));
    return ERR_OK;
}

// To the next token; the present one is put among the words that are digested.
static Err advance(Parser *parser) {
    if (parser->words != NULL) {
        strbuf_put_byte(parser->words, "wntms."[parser->kind]);
        strbuf_put_u64(parser->words, parser->token.len);
        strbuf_put_byte(parser->words, ':');
        strbuf_put(parser->words, parser->token);
    }
    return token_read(parser);
}

static bool is_at(const Parser *parser, const char *token) {
    return (parser->kind == TOKEN_WORD || parser->kind == TOKEN_MARK) &&
           str_is(parser->token, token);
}

// Passes the token when it is there.
static Err accept(Parser *parser, const char *token, bool *ret_was) {
    *ret_was = is_at(parser, token);
    return *ret_was ? advance(parser) : ERR_OK;
}

static Err expect(Parser *parser, const char *token) {
    if (is_at(parser, token))
        return advance(parser);
    wrong(parser, N_("A schema step needs “{wanted}” here: {near}"));
    diag_arg(parser->diag, "wanted", str_from(token));
    return ERR_INTERNAL;
}

static Err name_read(Parser *parser, Str *ret) {
    Str name = parser->token;
    bool is_good = parser->kind == TOKEN_WORD && name.len <= SCHEMA_NAME_MAX &&
                   !str_has_prefix(name, STR("sqlite_")) && !str_has_prefix(name, STR("pg_")) &&
                   name.ptr[0] != '_';
    for (size_t i = 0; i < sizeof RESERVED / sizeof RESERVED[0] && is_good; i++)
        is_good = !str_is(name, RESERVED[i]);
    if (!is_good)
        return wrong(parser,
                     N_("A schema step needs a name here that is no reserved word: {near}"));
    *ret = name;
    return advance(parser);
}

// --- Constructs -------------------------------------------------------------------------------

#define ALLOCATE(parser, Type, count, ret) \
    do { \
        *(ret) = ARENA_ARRAY((parser)->arena, Type, (size_t)(count)); \
        if (*(ret) == NULL) \
            return diag_set((parser)->diag, arena_err((parser)->arena), \
                            N_("There is not enough memory.")); \
    } while (0)

static Err choice_read(Parser *parser, const SchemaColumn *column, SchemaChoice *ret) {
    bool is_text = parser->kind == TOKEN_TEXT;
    bool fits = is_text ? column->type == STORE_TEXT || column->type == STORE_NULL
                        : parser->kind == TOKEN_NUMBER && column->type != STORE_TEXT &&
                              column->type != STORE_BYTES;
    if (!fits)
        return wrong(parser, N_("A schema step needs a value of the column's type here: {near}"));
    *ret = (SchemaChoice){.is_text = is_text, .text = parser->token};
    return advance(parser);
}

static Err choices_read(Parser *parser, SchemaColumn *io_column) {
    SchemaChoice *choices;
    ALLOCATE(parser, SchemaChoice, STORE_CHOICES_MAX, &choices);
    TRY(expect(parser, "("));
    bool has_more = true;
    while (has_more) {
        if (io_column->choice_count == STORE_CHOICES_MAX)
            return wrong(parser, N_("A schema step has too many values for a column: {near}"));
        TRY(choice_read(parser, io_column, &choices[io_column->choice_count++]));
        TRY(accept(parser, ",", &has_more));
    }
    io_column->choices = choices;
    return expect(parser, ")");
}

static Err type_read(Parser *parser, StoreType *ret) {
    static const char *const NAMES[] = {[STORE_INT64] = "int64",
                                        [STORE_REAL64] = "real64",
                                        [STORE_TEXT] = "text",
                                        [STORE_BYTES] = "bytes"};
    for (int type = STORE_INT64; type <= STORE_BYTES; type++) {
        if (!is_at(parser, NAMES[type]))
            continue;
        *ret = (StoreType)type;
        return advance(parser);
    }
    return wrong(parser,
                 N_("A schema step needs a type here (int64, real64, text, bytes): {near}"));
}

// One property of a column; *ret_was is false when what follows is none.
static Err property_read(Parser *parser, SchemaColumn *io_column, bool *ret_was) {
    bool was;
    *ret_was = true;
    TRY(accept(parser, "primary", &was));
    if (was) {
        io_column->is_key = io_column->is_required = true;
        TRY(expect(parser, "key"));
        return accept(parser, "generated", &io_column->is_generated);
    }
    TRY(accept(parser, "not", &was));
    if (was) {
        io_column->is_required = true;
        return expect(parser, "null");
    }
    TRY(accept(parser, "unique", &was));
    if (was) {
        io_column->is_unique = true;
        return ERR_OK;
    }
    TRY(accept(parser, "references", &was));
    if (was) {
        TRY(name_read(parser, &io_column->references));
        TRY(accept(parser, "on", &io_column->is_cascading));
        if (!io_column->is_cascading)
            return ERR_OK;
        TRY(expect(parser, "delete"));
        return expect(parser, "cascade");
    }
    TRY(accept(parser, "default", &was));
    if (was) {
        SchemaChoice *initial;
        ALLOCATE(parser, SchemaChoice, 1, &initial);
        io_column->initial = initial;
        return choice_read(parser, io_column, initial);
    }
    TRY(accept(parser, "in", ret_was));
    return *ret_was ? choices_read(parser, io_column) : ERR_OK;
}

static Err column_read(Parser *parser, SchemaItem *io_item) {
    if (io_item->column_count == STORE_TABLE_COLUMNS_MAX)
        return wrong(parser, N_("A schema step has a table with too many columns: {near}"));
    SchemaColumn *column = &io_item->columns[io_item->column_count++];
    size_t start = parser->start;
    TRY(name_read(parser, &column->name));
    for (int i = 0; i < io_item->column_count - 1; i++)
        if (str_equal(io_item->columns[i].name, column->name))
            return wrong(parser, N_("A schema step names a column twice: {near}"));
    TRY(type_read(parser, &column->type));
    for (bool was = true; was;) {
        if (column->choice_count > 0 && is_at(parser, "in"))
            return wrong(parser, N_("A schema step says twice what a column may hold: {near}"));
        TRY(property_read(parser, column, &was));
    }
    bool is_bad =
        (column->is_generated && column->type != STORE_INT64) ||
        (io_item->kind == SCHEMA_ADD &&
         (column->is_key || column->is_unique || (column->is_required && column->initial == NULL) ||
          (column->references.len > 0 && column->initial != NULL)));
    parser->start = is_bad ? start : parser->start;
    return is_bad ? wrong(parser, N_("A schema step asks what a column cannot have: {near}"))
                  : ERR_OK;
}

static Err rule_read(Parser *parser, SchemaItem *io_item, SchemaRuleKind kind) {
    if (io_item->rule_count == STORE_TABLE_RULES_MAX)
        return wrong(parser, N_("A schema step has a table with too many indexes: {near}"));
    SchemaRule *rule = &io_item->rules[io_item->rule_count++];
    rule->kind = kind;
    TRY(expect(parser, "("));
    bool has_more = true;
    while (has_more) {
        if (rule->count == (int)(sizeof rule->columns / sizeof rule->columns[0]))
            return wrong(parser, N_("A schema step has an index of too many columns: {near}"));
        TRY(name_read(parser, &rule->columns[rule->count++]));
        TRY(accept(parser, ",", &has_more));
    }
    return expect(parser, ")");
}

static Err entry_read(Parser *parser, SchemaItem *io_item) {
    bool was;
    if (io_item->kind == SCHEMA_TABLE) {
        TRY(accept(parser, "primary", &was));
        if (was) {
            TRY(expect(parser, "key"));
            return rule_read(parser, io_item, SCHEMA_KEY);
        }
        TRY(accept(parser, "unique", &was));
        if (was)
            return rule_read(parser, io_item, SCHEMA_UNIQUE);
        TRY(accept(parser, "index", &was));
        if (was)
            return rule_read(parser, io_item, SCHEMA_INDEX);
    }
    return column_read(parser, io_item);
}

// Exactly one primary key, of columns that there are and that are not null.
static Err table_check(const Parser *parser, SchemaItem *io_item) {
    int keys = 0;
    for (int i = 0; i < io_item->column_count; i++)
        keys += io_item->columns[i].is_key;
    for (int r = 0; r < io_item->rule_count; r++) {
        const SchemaRule *rule = &io_item->rules[r];
        keys += rule->kind == SCHEMA_KEY;
        for (int c = 0; c < rule->count; c++) {
            int at = 0;
            while (at < io_item->column_count &&
                   !str_equal(io_item->columns[at].name, rule->columns[c]))
                at++;
            if (at == io_item->column_count)
                return wrong(parser, N_("A schema step has a key or index of a column that is not "
                                        "there, before: {near}"));
            if (rule->kind == SCHEMA_KEY)
                io_item->columns[at].is_required = true;
        }
    }
    return keys == 1 ? ERR_OK
                     : wrong(parser, N_("A schema step has a table without exactly one primary "
                                        "key, before: {near}"));
}

static Err entries_read(Parser *parser, SchemaItem *io_item) {
    TRY(name_read(parser, &io_item->table));
    ALLOCATE(parser, SchemaColumn, STORE_TABLE_COLUMNS_MAX, &io_item->columns);
    ALLOCATE(parser, SchemaRule, STORE_TABLE_RULES_MAX, &io_item->rules);
    TRY(expect(parser, "("));
    bool has_more = true;
    while (has_more) {
        TRY(entry_read(parser, io_item));
        TRY(accept(parser, ",", &has_more));
    }
    TRY(expect(parser, ")"));
    return io_item->kind == SCHEMA_TABLE ? table_check(parser, io_item) : ERR_OK;
}

// A search table is a table of postings: which token stands how often in which document.
static Err search_read(Parser *parser, SchemaItem *io_item) {
    static const SchemaColumn COLUMNS[] = {
        {.name = {"token", 5}, .type = STORE_TEXT, .is_required = true},
        {.name = {"id", 2}, .type = STORE_INT64, .is_required = true},
        {.name = {"hits", 4}, .type = STORE_INT64, .is_required = true},
        {.name = {"size", 4}, .type = STORE_INT64, .is_required = true}};
    static const SchemaRule RULES[] = {
        {.kind = SCHEMA_KEY, .columns = {{"token", 5}, {"id", 2}}, .count = 2},
        {.kind = SCHEMA_INDEX, .columns = {{"id", 2}}, .count = 1}};
    TRY(name_read(parser, &io_item->table));
    io_item->kind = SCHEMA_TABLE;
    io_item->column_count = sizeof COLUMNS / sizeof COLUMNS[0];
    io_item->rule_count = sizeof RULES / sizeof RULES[0];
    ALLOCATE(parser, SchemaColumn, io_item->column_count, &io_item->columns);
    ALLOCATE(parser, SchemaRule, io_item->rule_count, &io_item->rules);
    memcpy(io_item->columns, COLUMNS, sizeof COLUMNS);
    memcpy(io_item->rules, RULES, sizeof RULES);
    return ERR_OK;
}

static Err allow_read(Parser *parser, SchemaItem *io_item) {
    TRY(name_read(parser, &io_item->table));
    ALLOCATE(parser, SchemaColumn, 1, &io_item->columns);
    io_item->column_count = 1;
    TRY(name_read(parser, &io_item->columns[0].name));
    return choices_read(parser, &io_item->columns[0]);
}

static Err run_read(Parser *parser, SchemaItem *io_item) {
    if (parser->kind != TOKEN_SQL)
        return wrong(parser, N_("A schema step needs a statement in braces here: {near}"));
    io_item->sql = parser->token;
    return advance(parser);
}

static Err index_read(Parser *parser, SchemaItem *io_item, SchemaRuleKind kind) {
    TRY(name_read(parser, &io_item->table));
    ALLOCATE(parser, SchemaRule, 1, &io_item->rules);
    return rule_read(parser, io_item, kind);
}

static Err item_read(Parser *parser, SchemaItem *io_item) {
    static const struct {
        const char *word;
        SchemaItemKind kind;
    } WORDS[] = {{"table", SCHEMA_TABLE}, {"add", SCHEMA_ADD},     {"search", SCHEMA_TABLE},
                 {"index", SCHEMA_RULE},  {"unique", SCHEMA_RULE}, {"allow", SCHEMA_ALLOW},
                 {"run", SCHEMA_RUN},     {"drop", SCHEMA_DROP}};
    size_t count = sizeof WORDS / sizeof WORDS[0], at = 0;
    while (at < count && !is_at(parser, WORDS[at].word))
        at++;
    if (at == count)
        return wrong(parser, N_("A schema step does not begin with a word that is known: {near}"));
    const char *word = WORDS[at].word;
    io_item->kind = WORDS[at].kind;
    TRY(advance(parser));
    if (strcmp(word, "search") == 0)
        return search_read(parser, io_item);
    switch (io_item->kind) {
    case SCHEMA_TABLE:
    case SCHEMA_ADD:
        return entries_read(parser, io_item);
    case SCHEMA_RULE:
        return index_read(parser, io_item, word[0] == 'u' ? SCHEMA_UNIQUE : SCHEMA_INDEX);
    case SCHEMA_ALLOW:
        return allow_read(parser, io_item);
    case SCHEMA_RUN:
        return run_read(parser, io_item);
    case SCHEMA_DROP:
        break;
    }
    return name_read(parser, &io_item->table);
}

Err schema_parse(Str notation, Arena *arena, SchemaTree *ret, StrBuf *words, Diag *diag) {
    Parser parser = {.text = notation, .arena = arena, .words = words, .diag = diag};
    SchemaTree tree = {0};
    if (notation.len > STORE_NOTATION_MAX || !utf8_is_valid(notation) ||
        memchr(notation.len > 0 ? notation.ptr : "", '\0', notation.len) != NULL)
        return wrong(&parser, N_("A schema step is too long or not valid text."));
    ALLOCATE(&parser, SchemaItem, STORE_STEP_ITEMS_MAX, &tree.items);
    TRY(token_read(&parser));
    while (parser.kind != TOKEN_END) {
        if (tree.count == STORE_STEP_ITEMS_MAX)
            return wrong(&parser, N_("A schema step has too many parts: {near}"));
        TRY(item_read(&parser, &tree.items[tree.count++]));
    }
    if (tree.count == 0)
        return wrong(&parser, N_("A schema step is empty."));
    *ret = tree;
    return ERR_OK;
}
