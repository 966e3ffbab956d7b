// Collects cells, measures columns, and sets the rows.
#include "cli/table.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "cli/limits.h"
#include "language/number.h"
#include "language/safe_text.h"
#include "language/text_layout.h"

enum { COLUMN_LEAST = 8, GAP = 2 }; // a column is not shortened below COLUMN_LEAST
#define ELLIPSIS "…"
#define ISOLATE_START "\xE2\x81\xA8"
#define ISOLATE_END "\xE2\x81\xA9"
#define RIGHT_TO_LEFT_MARK "\xE2\x80\x8F"

typedef struct Cell {
    size_t offset, len; // in text
    bool is_ident;
} Cell;

typedef struct Column {
    const char *title_msgid;
    TableAlign align;
    bool is_shrinkable;
} Column;

struct Table {
    const Lang *lang;
    int columns;
    Column heads[TABLE_COLUMNS_MAX];
    int head_count;
    VEC(Cell) cells;
    StrBuf text;
    Err err;
};

Table *table_new(const Lang *lang, int columns) {
    Table *table = calloc(1, sizeof *table);
    if (table == NULL)
        return NULL;
    table->lang = lang;
    table->columns = columns;
    table->text = STRBUF(TABLE_TEXT_MAX);
    return table;
}

void table_free(Table *table) {
    if (table == NULL)
        return;
    vec_done(&table->cells);
    strbuf_done(&table->text);
    free(table);
}

void table_column(Table *table, const char *title_msgid, TableAlign align) {
    if (table->head_count >= TABLE_COLUMNS_MAX)
        table->err = ERR_LIMIT;
    else
        table->heads[table->head_count++] = (Column){title_msgid, align, false};
}

// The cell is what was added to text since `from`.
static void add_cell(Table *table, size_t from, bool is_ident, bool is_shrinkable) {
    Cell cell = {from, table->text.len - from, is_ident};
    if (table->err == ERR_OK)
        table->err = table->text.failed;
    if (table->err != ERR_OK || table->head_count == 0)
        return;
    if (is_shrinkable)
        table->heads[table->cells.len % (size_t)table->head_count].is_shrinkable = true;
    if (!vec_push(&table->cells, cell))
        table->err = ERR_NOMEM;
}

static Str cut_cell(Str text) {
    return str_of(text.ptr, utf8_cut(text, TABLE_CELL_MAX));
}

void table_cell_text(Table *table, Str text) {
    size_t from = table->text.len;
    text_put_safe(&table->text, cut_cell(text));
    add_cell(table, from, false, true);
}

void table_cell_ident(Table *table, Str text) {
    size_t from = table->text.len;
    text_put_safe(&table->text, cut_cell(text));
    add_cell(table, from, true, true);
}

void table_cell_int(Table *table, int64_t number) {
    size_t from = table->text.len;
    number_put(&table->text, table->lang, number);
    add_cell(table, from, false, false);
}

void table_cell_bytes(Table *table, int64_t bytes) {
    size_t from = table->text.len;
    bytes_put(&table->text, table->lang, bytes);
    add_cell(table, from, false, false);
}

void table_cell_percent(Table *table, double share) {
    size_t from = table->text.len;
    percent_put(&table->text, table->lang, share);
    add_cell(table, from, false, false);
}

static Str cell_text(const Table *table, const Cell *cell) {
    return str_of(strbuf_text(&table->text) + cell->offset, cell->len);
}

static Str title_text(const Table *table, int column) {
    const char *title_msgid = table->heads[column].title_msgid;
    return title_msgid == NULL ? (Str){0} : tr(table->lang, NULL, title_msgid);
}

static void measure(const Table *table, int widths[TABLE_COLUMNS_MAX]) {
    for (int column = 0; column < table->head_count; column++)
        widths[column] = text_columns(title_text(table, column));
    for (size_t i = 0; i < table->cells.len; i++) {
        int column = (int)(i % (size_t)table->head_count);
        int width = text_columns(cell_text(table, &table->cells.items[i]));
        if (width > widths[column])
            widths[column] = width;
    }
    if (table->columns <= 0)
        return;
    int total = GAP * (table->head_count - 1);
    for (int column = 0; column < table->head_count; column++)
        total += widths[column];
    // The widest column that may shrink gives, one column of the terminal at a time.
    for (; total > table->columns; total--) {
        int widest = -1;
        for (int column = 0; column < table->head_count; column++)
            if (table->heads[column].is_shrinkable && widths[column] > COLUMN_LEAST &&
                (widest < 0 || widths[column] > widths[widest]))
                widest = column;
        if (widest < 0)
            return;
        widths[widest]--;
    }
}

// The greatest tail of text that takes at most `columns`, beginning at a base character.
static Str text_tail(Str text, int columns) {
    size_t at = 0;
    int left = text_columns(text);
    while (at < text.len && left > columns) {
        size_t from = at;
        utf8_next(text, &at);
        left -= text_columns(str_of(text.ptr + from, at - from));
    }
    while (at < text.len) {
        size_t next = at;
        utf8_next(text, &next);
        if (text_columns(str_of(text.ptr + at, next - at)) > 0)
            break;
        at = next;
    }
    return str_from_index(text, at);
}

static void put_spaces(StrBuf *out, int count) {
    while (count-- > 0)
        strbuf_put_byte(out, ' ');
}

static void put_cell(const Table *table, StrBuf *out, Str text, bool is_ident, int column,
                     int width) {
    StrBuf _cleanup_strbuf_ shown = STRBUF(TABLE_CELL_MAX * 8);
    if (text_columns(text) <= width) {
        strbuf_put(&shown, text);
    } else if (is_ident) {
        strbuf_put_text(&shown, ELLIPSIS);
        strbuf_put(&shown, text_tail(text, width - 1));
    } else {
        strbuf_put(&shown, str_of(text.ptr, text_fit(text, width - 1)));
        strbuf_put_text(&shown, ELLIPSIS);
    }
    if (shown.failed != ERR_OK) // an empty cell would say something else
        out->failed = shown.failed;
    int room = width - text_columns(strbuf_str(&shown));
    bool is_isolated = lang_is_rtl(table->lang) || text_directions(strbuf_str(&shown)).has_rtl;
    if (table->heads[column].align == TABLE_END)
        put_spaces(out, room);
    strbuf_put_text(out, is_isolated ? ISOLATE_START : "");
    strbuf_put(out, strbuf_str(&shown));
    strbuf_put_text(out, is_isolated ? ISOLATE_END : "");
    // No blanks at the end of a line.
    if (column + 1 < table->head_count)
        put_spaces(out, (table->heads[column].align == TABLE_START ? room : 0) + GAP);
}

static void begin_row(const Table *table, StrBuf *out) {
    // A terminal that sets text in both directions takes that of a line from its first strong
    // character; the cells are isolated from it.
    if (lang_is_rtl(table->lang))
        strbuf_put_text(out, RIGHT_TO_LEFT_MARK);
}

Err table_put(const Table *table, StrBuf *out) {
    int widths[TABLE_COLUMNS_MAX] = {0};
    if (table->err != ERR_OK)
        return table->err;
    if (table->head_count == 0)
        return ERR_OK;
    measure(table, widths);
    if (table->heads[0].title_msgid != NULL) {
        begin_row(table, out);
        for (int column = 0; column < table->head_count; column++)
            put_cell(table, out, title_text(table, column), false, column, widths[column]);
        strbuf_put_byte(out, '\n');
    }
    for (size_t i = 0; i < table->cells.len; i++) {
        int column = (int)(i % (size_t)table->head_count);
        const Cell *cell = &table->cells.items[i];
        if (column == 0)
            begin_row(table, out);
        put_cell(table, out, cell_text(table, cell), cell->is_ident, column, widths[column]);
        if (column + 1 == table->head_count || i + 1 == table->cells.len)
            strbuf_put_byte(out, '\n');
    }
    return strbuf_err(out);
}

Err table_print(const Table *table, FILE *out) {
    StrBuf _cleanup_strbuf_ text = STRBUF(TABLE_TEXT_MAX);
    TRY(table_put(table, &text));
    fwrite(strbuf_text(&text), 1, text.len, out);
    return ERR_OK;
}
