// Lays out the page of a scan and has its template write it.
#include "workspace/scan_report.h"
#include "workspace/entry_name.h"

#include "base/arena.h"
#include "base/encoding.h"
#include "generated/scan_report.h"
#include "scan/limits.h"
#include "workspace/item_json.h"
#include "workspace/scan_labels.h"

enum { PAGE_MEMORY = 256 << 20, PAGE_MAX = 64 << 20 };

typedef struct Layout {
    const ScanOutput *output;
    const CollectedFiles *files;
    const Assessment *assessment;
    Arena *memory, *scratch;
    ReportPage page;
    Err failed; // sticky
    Diag *diag;
} Layout;

static void *take(Layout *layout, size_t count, size_t size) {
    void *memory = arena_alloc_array(layout->memory, count + 1, size);
    if (memory == NULL && layout->failed == ERR_OK)
        layout->failed =
            diag_set(layout->diag, arena_err(layout->memory), N_("There is not enough memory."));
    return memory;
}

static Str keep(Layout *layout, Str text) {
    Str copy = arena_copy(layout->memory, text);
    if (copy.ptr == NULL && layout->failed == ERR_OK)
        layout->failed =
            diag_set(layout->diag, arena_err(layout->memory), N_("There is not enough memory."));
    return copy;
}

static ReportFile file_at(Layout *layout, uint32_t which) {
    const ScanItem *item = layout->files->items.items[which];
    const ScanVerdict *verdict = &layout->assessment->verdicts[which];
    ReportFile file = {.path = scan_item_path(item),
                       .width = item->width,
                       .height = item->height,
                       .size = item->size};
    snprintf(file.dimensions, sizeof file.dimensions, "%u×%u", item->width, item->height);
    if (item->problem != NULL) {
        _cleanup_strbuf_ StrBuf message = STRBUF(1 << 20);
        item_problem_put(&message, layout->output->lang, (Str){0}, item->problem);
        file.message = keep(layout, strbuf_str(&message));
    }
    if (verdict->match_count == 0)
        return file;
    const Match *match = &verdict->matches[0].match;
    const ScannedList *list = &layout->output->lists[match->list];
    ListEntry entry;
    arena_reset(layout->scratch);
    Err err = list_entry(list->list, match->entry, layout->scratch, &entry, layout->diag);
    if (err != ERR_OK) {
        layout->failed = err;
        return file;
    }
    file.list = list->name;
    char number[ENTRY_NUMBER_TEXT];
    file.entry = keep(layout, entry_name(&entry, match->entry, number));
    file.is_near = match->kind == MATCH_NEAR;
    file.distance = match->distance;
    _cleanup_strbuf_ StrBuf likeness = STRBUF(1 << 16);
    if (scan_likeness_put(&likeness, layout->output->lang, &verdict->matches[0], list->name,
                          file.entry, &entry))
        file.likeness = keep(layout, strbuf_str(&likeness));
    return file;
}

// The files for which wants() says yes, in path order.
static ReportFiles list_files(Layout *layout, size_t most,
                              bool (*wants)(const Layout *, size_t which, int argument),
                              int argument) {
    uint64_t count = 0;
    for (size_t i = 0; i < layout->assessment->count; i++)
        count += wants(layout, i, argument);
    size_t shown = count < most ? count : most, at = 0;
    ReportFile *files = take(layout, shown, sizeof *files);
    for (uint32_t i = 0; files != NULL && at < shown; i++)
        if (wants(layout, i, argument))
            files[at++] = file_at(layout, i);
    return (ReportFiles){files, files == NULL ? 0 : shown, count - shown};
}

static bool is_flagged(const Layout *layout, size_t which, int flag) {
    const ScanVerdict *verdict = &layout->assessment->verdicts[which];
    return verdict->duplicate_of == SCAN_NOT_DUPLICATE && (verdict->flags >> flag & 1) != 0;
}

static bool is_single(const Layout *layout, size_t which, int class) {
    const ScanVerdict *verdict = &layout->assessment->verdicts[which];
    return verdict->duplicate_of == SCAN_NOT_DUPLICATE && verdict->class == class &&
           verdict->stack == 0;
}

static bool has_problem(const Layout *layout, size_t which, int unused) {
    (void)unused;
    return layout->files->items.items[which]->problem != NULL;
}

static void lay_out_totals(Layout *layout) {
    ReportPage *page = &layout->page;
    const ScanTotals *totals = page->totals = &layout->assessment->totals;
    page->looks = totals->classes[SCAN_UNKNOWN] - totals->stacked + totals->stacks;
    page->confirmations =
        totals->classes[SCAN_PROBABLY_KNOWN] - totals->known_stacked + totals->known_stacks;
    uint64_t before = 0, all = totals->files > 0 ? totals->files : 1;
    for (int i = 0; i <= SCAN_CLASS_COUNT; i++) {
        ReportShare *share = &page->shares[i];
        bool is_class = i < SCAN_CLASS_COUNT;
        share->id = is_class ? scan_class_id(i) : "copies";
        share->label = is_class
                           ? scan_class_label(layout->output->lang, i)
                           : tr(layout->output->lang, "files", "Copies of files counted above");
        share->count = is_class ? totals->classes[i] : totals->duplicates;
        share->start = (int)(before * REPORT_BAR_WIDTH / all);
        before += share->count;
        share->width = (int)(before * REPORT_BAR_WIDTH / all) - share->start;
    }
}

static void lay_out_lists(Layout *layout) {
    const ScanOutput *output = layout->output;
    ReportList *lists = take(layout, output->list_count, sizeof *lists);
    for (size_t i = 0; lists != NULL && i < output->list_count; i++) {
        lists[i].name = output->lists[i].name;
        lists[i].is_known_good = output->lists[i].is_known_good;
        lists[i].entries = list_count(output->lists[i].list);
        hex_encode(output->lists[i].digest, SHA256_BYTES, lists[i].digest);
    }
    layout->page.lists = lists;
    layout->page.list_count = lists == NULL ? 0 : output->list_count;
}

static void lay_out_known(Layout *layout) {
    KnownRows rows = {0};
    layout->failed = known_rows_make(layout->output, &rows, layout->diag);
    size_t shown = rows.rows.len < REPORT_ROWS_MAX ? rows.rows.len : REPORT_ROWS_MAX;
    ReportKnown *known = take(layout, shown, sizeof *known);
    _cleanup_strbuf_ StrBuf category = STRBUF(1 << 16);
    for (size_t i = 0; i < shown && known != NULL; i++) {
        const KnownRow *row = &rows.rows.items[i];
        strbuf_clear(&category);
        known_row_category_put(&category, layout->output->lang, row);
        size_t files = row->files < REPORT_FILES_MAX ? row->files : REPORT_FILES_MAX;
        known[i] = (ReportKnown){.class_label = scan_class_label(layout->output->lang, row->class),
                                 .list = layout->output->lists[row->list].name,
                                 .category = keep(layout, strbuf_str(&category)),
                                 .files = row->files,
                                 .copies = row->copies};
        known[i].shown.items = take(layout, files, sizeof(ReportFile));
        known[i].shown.more = row->files - files;
    }
    for (uint32_t i = 0; i < rows.row_of.len && known != NULL && layout->failed == ERR_OK; i++) {
        uint32_t row = rows.row_of.items[i];
        if (row == 0 || row > shown ||
            layout->assessment->verdicts[i].duplicate_of != SCAN_NOT_DUPLICATE)
            continue;
        ReportFiles *to = &known[row - 1].shown;
        if (to->len < REPORT_FILES_MAX && to->items != NULL) {
            // The array was taken above, for this.
            ReportFile *items = (ReportFile *)(uintptr_t)to->items;
            items[to->len++] = file_at(layout, i);
        }
    }
    layout->page.known = known;
    layout->page.known_count = known == NULL ? 0 : shown;
    layout->page.known_more = rows.rows.len - shown;
    known_rows_done(&rows);
}

static void lay_out_flags(Layout *layout) {
    ReportFlag *flags = take(layout, SCAN_FLAG_COUNT, sizeof *flags);
    for (int flag = 0; flag < SCAN_FLAG_COUNT && flags != NULL; flag++) {
        if (layout->page.totals->flags[flag] == 0)
            continue;
        flags[layout->page.flag_count++] = (ReportFlag){
            .label = scan_flag_label(layout->output->lang, flag),
            .count = layout->page.totals->flags[flag],
            .shown = list_files(layout, REPORT_FILES_MAX, is_flagged, flag),
        };
    }
    layout->page.flags = flags;
}

static ReportGroup group_of_stack(Layout *layout, const ScanStack *stack) {
    ReportGroup group = {.number = stack->number,
                         .first = file_at(layout, stack->representative),
                         .count = stack->member_count};
    size_t shown =
        stack->member_count < REPORT_MEMBERS_MAX ? stack->member_count : REPORT_MEMBERS_MAX;
    ReportFile *files = take(layout, shown, sizeof *files);
    for (size_t i = 0; i < shown && files != NULL; i++)
        files[i] = file_at(layout, stack->members[i]);
    group.files = (ReportFiles){files, files == NULL ? 0 : shown, stack->member_count - shown};
    return group;
}

static ReportGroup group_of_one(Layout *layout, uint32_t which) {
    ReportFile *file = take(layout, 1, sizeof *file);
    if (file == NULL)
        return (ReportGroup){0};
    *file = file_at(layout, which);
    return (ReportGroup){.first = *file, .count = 1, .files = {file, 1, 0}};
}

// Stacks of the class; then, when they are to be confirmed, the files that are in none.
static ReportGroups lay_out_stacks(Layout *layout, bool is_probably_known) {
    const Assessment *assessment = layout->assessment;
    uint64_t all = is_probably_known ? layout->page.confirmations : layout->page.totals->stacks;
    size_t shown = all < REPORT_GROUPS_MAX ? all : REPORT_GROUPS_MAX, at = 0;
    ReportGroup *groups = take(layout, shown, sizeof *groups);
    if (groups == NULL)
        return (ReportGroups){0};
    for (size_t i = 0; i < assessment->stacks.len && at < shown; i++)
        if (assessment->stacks.items[i].is_probably_known == is_probably_known)
            groups[at++] = group_of_stack(layout, &assessment->stacks.items[i]);
    for (uint32_t i = 0; i < assessment->count && at < shown && is_probably_known; i++)
        if (is_single(layout, i, SCAN_PROBABLY_KNOWN))
            groups[at++] = group_of_one(layout, i);
    return (ReportGroups){groups, at, all - at};
}

// Originals with their copies, in path order of the originals.
static ReportGroups lay_out_copies(Layout *layout) {
    const Assessment *assessment = layout->assessment;
    uint32_t *copies = take(layout, assessment->count, sizeof *copies);
    uint64_t all = 0;
    for (uint32_t i = 0; copies != NULL && i < assessment->count; i++) {
        uint32_t first = assessment->verdicts[i].duplicate_of;
        if (first != SCAN_NOT_DUPLICATE)
            all += copies[first]++ == 0;
    }
    size_t shown = all < REPORT_GROUPS_MAX ? all : REPORT_GROUPS_MAX, at = 0;
    ReportGroup *groups = take(layout, shown, sizeof *groups);
    uint32_t *group_of = take(layout, assessment->count, sizeof *group_of);
    if (copies == NULL || groups == NULL || group_of == NULL)
        return (ReportGroups){0};
    for (uint32_t i = 0; i < assessment->count && at < shown; i++) {
        if (copies[i] == 0)
            continue;
        size_t files = copies[i] < REPORT_MEMBERS_MAX ? copies[i] : REPORT_MEMBERS_MAX;
        groups[at] = (ReportGroup){.first = file_at(layout, i), .count = copies[i]};
        groups[at].files.items = take(layout, files, sizeof(ReportFile));
        groups[at].files.more = copies[i] - files;
        group_of[i] = (uint32_t)++at;
    }
    for (uint32_t i = 0; i < assessment->count && layout->failed == ERR_OK; i++) {
        uint32_t first = assessment->verdicts[i].duplicate_of;
        if (first == SCAN_NOT_DUPLICATE || group_of[first] == 0)
            continue;
        ReportFiles *to = &groups[group_of[first] - 1].files;
        ReportFile *items = (ReportFile *)(uintptr_t)to->items; // taken above, for this
        if (to->len < REPORT_MEMBERS_MAX)
            items[to->len++] = (ReportFile){.path = scan_item_path(layout->files->items.items[i])};
    }
    return (ReportGroups){groups, at, all - at};
}

static ReportFiles lay_out_skipped(Layout *layout) {
    const CollectedFiles *files = layout->files;
    size_t shown =
        files->skipped.len < REPORT_SINGLES_MAX ? files->skipped.len : REPORT_SINGLES_MAX;
    ReportFile *skipped = take(layout, shown, sizeof *skipped);
    for (size_t i = 0; i < shown && skipped != NULL; i++) {
        const SkippedFile *file = &files->skipped.items[i];
        skipped[i].path = str_from(file->path);
        skipped[i].message =
            file->is_link ? tr(layout->output->lang, NULL, "a link, not followed")
                          : tr(layout->output->lang, NULL, "a device, pipe or socket, not opened");
    }
    return (ReportFiles){skipped, skipped == NULL ? 0 : shown, files->skipped.len - shown};
}

static Err lay_out(Layout *layout) {
    ReportPage *page = &layout->page;
    page->case_number = layout->output->case_number;
    page->radius = layout->output->radius;
    lay_out_totals(layout);
    lay_out_lists(layout);
    lay_out_known(layout);
    lay_out_flags(layout);
    page->confirm = lay_out_stacks(layout, true);
    page->stacks = lay_out_stacks(layout, false);
    page->singles = list_files(layout, REPORT_SINGLES_MAX, is_single, SCAN_UNKNOWN);
    page->copies = lay_out_copies(layout);
    page->problems = list_files(layout, REPORT_SINGLES_MAX, has_problem, 0);
    page->skipped = lay_out_skipped(layout);
    return layout->failed;
}

Err scan_report_write(const ScanOutput *output, FILE *to, Diag *diag) {
    Layout layout = {.output = output,
                     .files = output->files,
                     .assessment = output->assessment,
                     .memory = arena_new(PAGE_MEMORY),
                     .scratch = arena_new(SCAN_ENTRY_MEMORY),
                     .diag = diag};
    StrBuf html = STRBUF(PAGE_MAX);
    Err err = layout.memory == NULL || layout.scratch == NULL
                  ? diag_set(diag, ERR_NOMEM, N_("There is not enough memory."))
                  : lay_out(&layout);
    if (err == ERR_OK) {
        template_scan_report(&html, output->lang, &layout.page);
        err = strbuf_err(&html);
        if (err != ERR_OK)
            diag_set(diag, err, N_("There is not enough memory."));
        else
            fwrite(html.ptr, 1, html.len, to);
    }
    strbuf_done(&html);
    arena_free(layout.memory);
    arena_free(layout.scratch);
    return err;
}
