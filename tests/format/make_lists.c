// make_lists FORMAT MEGABYTES [SEED]: writes a list of this size to standard output. Without
// arguments it names the formats. SEVENTH_PERFECT=1 makes every row good.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "made_list.h"

int main(int argc, char **argv) {
    int kind = 0;
    while (argc > 1 && kind < MADE_KINDS && strcmp(argv[1], made_list_name((MadeKind)kind)) != 0)
        kind++;
    if (argc < 3 || kind == MADE_KINDS) {
        for (int i = 0; i < MADE_KINDS; i++)
            fprintf(stderr, "%s\n", made_list_name((MadeKind)i));
        return 2;
    }
    uint64_t left = strtoull(argv[2], NULL, 10) << 20;
    StrBuf out = STRBUF(8 << 20);
    MadeList list;
    made_list_begin(&list, (MadeKind)kind, argc > 3 ? strtoull(argv[3], NULL, 0) : 7, &out);
    list.is_perfect = getenv("SEVENTH_PERFECT") != NULL;
    while (left > 0) {
        while (out.len < 1 << 20 && out.len < left)
            made_list_row(&list, &out);
        left -= out.len < left ? out.len : left;
        if (left == 0)
            made_list_end(&list, &out);
        if (strbuf_err(&out) != ERR_OK || fd_write_all(1, out.ptr, out.len, NULL) != ERR_OK)
            return 1;
        strbuf_clear(&out);
    }
    strbuf_done(&out);
    return 0;
}
