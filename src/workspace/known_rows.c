// Counts what is known, by list and category.
#include "base/arena.h"
#include "base/utf8.h"
#include "scan/limits.h"
#include "workspace/scan_output.h"

static void copy_cut(char *to, size_t capacity, Str from) {
    size_t len = utf8_cut(from, capacity - 1);
    if (len > 0)
        memcpy(to, from.ptr, len);
    to[len] = '\0';
}

static int compare_rows(const void *a, const void *b) {
    const KnownRow *x = a, *y = b;
    if (x->class != y->class)
        return (x->class > y->class) - (x->class < y->class);
    if (x->list != y->list)
        return (x->list > y->list) - (x->list < y->list);
    int order = strcmp(x->scheme, y->scheme);
    if (order == 0)
        order = strcmp(x->version, y->version);
    return order != 0 ? order : strcmp(x->category, y->category);
}

// The row of one file's best match; class OTHER when it has none.
static Err row_of_file(const ScanOutput *output, size_t file, Arena *scratch, KnownRow *ret,
                       Diag *diag) {
    const ScanVerdict *verdict = &output->assessment->verdicts[file];
    *ret = (KnownRow){.class = SCAN_OTHER};
    // A harmless file on a list of known ones too: the row is that of the list that decided.
    const ScanMatch *best = NULL;
    for (uint32_t i = 0; i < verdict->match_count && best == NULL; i++)
        if (verdict->class == SCAN_KNOWN_GOOD ||
            !output->lists[verdict->matches[i].match.list].is_known_good)
            best = &verdict->matches[i];
    if (best == NULL)
        return ERR_OK;
    ListEntry entry;
    arena_reset(scratch);
    TRY(list_entry(output->lists[best->match.list].list, best->match.entry, scratch, &entry, diag));
    ret->class = verdict->class;
    ret->list = best->match.list;
    copy_cut(ret->scheme, sizeof ret->scheme, entry.scheme);
    copy_cut(ret->version, sizeof ret->version, entry.scheme_version);
    copy_cut(ret->category, sizeof ret->category, entry.category);
    return ERR_OK;
}

static Err add_file(KnownRows *rows, size_t file, const KnownRow *row, bool is_copy) {
    size_t low = 0, high = rows->rows.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_rows(row, &rows->rows.items[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_new = low == rows->rows.len || compare_rows(row, &rows->rows.items[low]) != 0;
    if (is_new) {
        if (!vec_push(&rows->rows, *row))
            return ERR_NOMEM;
        memmove(&rows->rows.items[low + 1], &rows->rows.items[low],
                (rows->rows.len - 1 - low) * sizeof *row);
        rows->rows.items[low] = *row;
        for (size_t i = 0; i < file; i++)
            rows->row_of.items[i] += rows->row_of.items[i] > low;
    }
    *(is_copy ? &rows->rows.items[low].copies : &rows->rows.items[low].files) += 1;
    rows->row_of.items[file] = (uint32_t)low + 1;
    return ERR_OK;
}

Err known_rows_make(const ScanOutput *output, KnownRows *ret, Diag *diag) {
    KnownRows rows = {0};
    size_t count = output->assessment->count;
    Arena *scratch = arena_new(SCAN_ENTRY_MEMORY);
    Err err = scratch != NULL && vec_reserve(&rows.row_of, count + 1) ? ERR_OK : ERR_NOMEM;
    if (err != ERR_OK)
        diag_set(diag, err, N_("There is not enough memory."));
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        KnownRow row;
        rows.row_of.items[rows.row_of.len++] = 0;
        err = row_of_file(output, i, scratch, &row, diag);
        if (err != ERR_OK || row.class == SCAN_OTHER)
            continue;
        if (add_file(&rows, i, &row,
                     output->assessment->verdicts[i].duplicate_of != SCAN_NOT_DUPLICATE) != ERR_OK)
            err = diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    }
    arena_free(scratch);
    if (err != ERR_OK) {
        known_rows_done(&rows);
        return err;
    }
    *ret = rows;
    return ERR_OK;
}

void known_rows_done(KnownRows *rows) {
    vec_done(&rows->rows);
    vec_done(&rows->row_of);
}
