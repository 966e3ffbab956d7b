// Figures of a benchmark as a table or as JSON.
#include "workspace/bench_figures.h"

#include <assert.h>

#include "cli/table.h"
#include "format/json.h"
#include "language/number.h"

static void figure_add(BenchFigures *figures, const char *key, const char *label_msgid,
                       const char *text, double number, int decimals) {
    assert(figures->count < BENCH_FIGURES_MAX);
    figures->rows[figures->count].key = key;
    figures->rows[figures->count].label = label_msgid;
    figures->rows[figures->count].text = text;
    figures->rows[figures->count].number = number;
    figures->rows[figures->count++].decimals = decimals;
}

void bench_figure(BenchFigures *figures, const char *key, const char *label_msgid, double number,
                  int decimals) {
    figure_add(figures, key, label_msgid, NULL, number, decimals);
}

void bench_figure_text(BenchFigures *figures, const char *key, const char *label_msgid,
                       const char *text) {
    figure_add(figures, key, label_msgid, text, 0, 0);
}

static Err print_json(const BenchFigures *figures, FILE *out) {
    _cleanup_strbuf_ StrBuf line = STRBUF(1 << 16);
    JsonWriter json;
    json_writer_init(&json, &line);
    json_object_begin(&json);
    for (int i = 0; i < figures->count; i++) {
        json_key(&json, figures->rows[i].key);
        if (figures->rows[i].text != NULL) {
            json_text(&json, figures->rows[i].text);
            continue;
        }
        char number[64];
        snprintf(number, sizeof number, "%.*f", figures->rows[i].decimals, figures->rows[i].number);
        json_raw(&json, str_from(number));
    }
    json_object_end(&json);
    strbuf_put_byte(&line, '\n');
    TRY(strbuf_err(&line));
    fwrite(line.ptr, 1, line.len, out);
    return ERR_OK;
}

Err bench_figures_print(const BenchFigures *figures, CommandContext *context, bool wants_json,
                        Diag *diag) {
    if (wants_json) {
        Err err = print_json(figures, context->out);
        return err == ERR_OK ? ERR_OK : diag_set(diag, err, N_("There is not enough memory."));
    }
    _cleanup_(table_freep) Table *table =
        table_new(context->lang, context->is_terminal ? context->columns : 0);
    if (table == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    table_column(table, N_("Figure"), TABLE_START);
    table_column(table, N_("Value"), TABLE_END);
    for (int i = 0; i < figures->count; i++) {
        const char *msgid = figures->rows[i].label;
        table_cell_text(table, tr(context->lang, NULL, msgid));
        _cleanup_strbuf_ StrBuf value = STRBUF(128);
        if (figures->rows[i].text != NULL)
            strbuf_put_text(&value, figures->rows[i].text);
        else
            number_put_decimal(&value, context->lang, figures->rows[i].number,
                               figures->rows[i].decimals);
        table_cell_ident(table, strbuf_str(&value));
    }
    Err err = table_print(table, context->out);
    return err == ERR_OK ? ERR_OK : diag_set(diag, err, N_("There is not enough memory."));
}
