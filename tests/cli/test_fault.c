// Tables, help, the manual, messages and a whole command survive want of memory.
#include "fault.h"

#include "cli/manual.h"
#include "cli/table.h"

static Err table_in_and_out(void) {
    StrBuf _cleanup_strbuf_ out = STRBUF(1 << 20);
    Table _cleanup_(table_freep) *table = table_new(lang_get(STR("ar")), 30);
    if (table == NULL)
        return ERR_NOMEM;
    table_column(table, "Name", TABLE_START);
    table_column(table, "Size", TABLE_END);
    for (int i = 0; i < 50; i++) {
        table_cell_ident(table, STR("/a/path/that/is/rather/long/صورة.jpg"));
        table_cell_bytes(table, i * 12345);
    }
    return table_put(table, &out);
}

static Err messages_in_and_out(void) {
    StrBuf _cleanup_strbuf_ out = STRBUF(1 << 20);
    const Lang *lang = lang_get(STR("fr"));
    Diag diag;
    diag_errno(&diag, 2, "/a\x1b/b");
    for (int i = 0; i < 20; i++) {
        tr_diag(&out, lang, &diag);
        trn_put(&out, lang, NULL, "{n} file {p}", "{n} files {p}", i,
                MSG_ARGS(msg_percent("p", 0.5)));
    }
    return strbuf_err(&out);
}

static Err nothing_run(CommandContext *context, const void *options, Diag *diag) {
    return ERR_OK;
}
static const Option OPTIONS[] = {{"list", 'l', OPTION_TEXTS, 0, "LIST", "Help"}, {0}};
static const Command NOTHING = {.name = "do nothing",
                                .summary = "Nothing",
                                .operands_max = -1,
                                .options = OPTIONS,
                                .options_size = sizeof(TextList),
                                .run = nothing_run};
static const Command *const ROWS[] = {&NOTHING};

static Err pages_in_and_out(void) {
    StrBuf _cleanup_strbuf_ out = STRBUF(1 << 20);
    CommandTable table = {ROWS, 1};
    help_put_command(&out, lang_get(STR("ar")), &NOTHING, 70);
    help_put_overview(&out, lang_get(STR("fr")), table, NULL, 70);
    manual_put(&out, lang_get(STR("fr")), table, "1.2.3");
    completion_put(&out, lang_get(STR("fr")), table, "fish");
    completion_put(&out, lang_get(STR("fr")), table, "bash");
    return strbuf_err(&out);
}

static Err command_in_and_out(void) {
    static const char *const ARGV[] = {"seventh", "do", "nothing", "-l", "a", "b", NULL};
    int code = command_main(ROWS, 1, 6, (char **)(uintptr_t)ARGV);
    return code == 0 ? ERR_OK : code == err_exit_code(ERR_NOMEM) ? ERR_NOMEM : ERR_INTERNAL;
}

TEST(tables)
{ FAULT_SWEEP(table_in_and_out); }
TEST(messages)
{ FAULT_SWEEP(messages_in_and_out); }
TEST(pages)
{ FAULT_SWEEP(pages_in_and_out); }
TEST(commands)
{ FAULT_SWEEP(command_in_and_out); }
