// The option parser with arguments cut from the input at its NULs; the locale's name from the same.
#include <stdint.h>
#include <stdlib.h>

#include "cli/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Target {
    bool is_loud;
    const char *name;
    int64_t jobs;
    TextList lists;
} Target;

static bool looks_like_list(const char *argument) {
    return argument[0] == 'l';
}

static const Option OPTIONS[] = {
    {"loud", 'l', OPTION_FLAG, offsetof(Target, is_loud), NULL, "x"},
    {"name", 'n', OPTION_TEXT, offsetof(Target, name), "NAME", "x"},
    {"jobs", 'j', OPTION_NUMBER, offsetof(Target, jobs), "N", "x", 1, 64},
    {"list", 0, OPTION_TEXTS, offsetof(Target, lists), "LIST", "x", .takes = looks_like_list},
    {0},
};
static const Command COMMAND = {
    .name = "try", .operands_max = 3, .options = OPTIONS, .options_size = sizeof(Target)};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { ARGS_MAX = 600 };
    char *argv[ARGS_MAX], *operands[ARGS_MAX + 1];
    int argc = 0, count = 0;
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    for (size_t at = 0; at < size && argc < ARGS_MAX; at += strlen(text + at) + 1)
        argv[argc++] = text + at;
    Target target = {0};
    GlobalOptions globals = {0};
    Diag diag;
    diag_set(&diag, ERR_OK, NULL);
    Err err = options_parse(&COMMAND, argc, argv, &target, &globals, operands, &count, &diag);
    if (err == ERR_OK &&
        (count > 3 || count < 0 || target.jobs > 64 || target.jobs < 0 ||
         target.lists.len > TEXT_LIST_MAX) &&
        !globals.wants_help)
        abort();
    if (err != ERR_OK) {
        StrBuf out = STRBUF(1 << 20);
        tr_diag(&out, lang_get(str_of(data, size)), &diag);
        if (diag.msgid == NULL || strbuf_err(&out) != ERR_OK)
            abort();
        strbuf_done(&out);
    }
    free(text);
    return 0;
}
