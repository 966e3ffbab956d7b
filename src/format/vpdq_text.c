// Driver of the public text form of vPDQ: a file with a line for each hashed picture of one video.
// It is one record, whose id is the file's name without its extensions.
#include "format/driver.h"
#include "format/scheme.h"
#include "format/text.h"

enum {
    SAMPLE_LINES = 64,
    VPDQ_TEXT_LIKELY = DRIVER_LIKELY + 20, // a table of four columns could look like this, rarely
    VPDQ_COMPACT_LIKELY = DRIVER_LIKELY + 5
};

static bool is_remark(Str line) {
    return line.len == 0 || line.ptr[0] == '#';
}

// hash,quality,seconds is also what a table of hashes with two numbers looks like; times have a
// decimal point and come in their order.
static bool is_compact(Str line, bool *ret_has_point) {
    Str head, tail, quality, seconds;
    if (!str_cut(line, ',', &head, &tail) || str_trim(head).len != PDQ_HEX)
        return false;
    *ret_has_point = str_cut(tail, ',', &quality, &seconds) && str_find_byte(seconds, '.') > 0;
    return true;
}

static int vpdq_text_detect(const FormatWindow *window, FormatKind *ret_kind) {
    Str text = window->text, line;
    bool is_whole, has_compact = false;
    size_t lines = 0;
    int64_t last_ms = 0;
    *ret_kind = FORMAT_VPDQ_TEXT;
    while (lines < SAMPLE_LINES && text_take_line(&text, &line, &is_whole)) {
        VpdqFrame frame;
        bool has_point = false;
        line = str_trim(line);
        if (is_remark(line))
            continue;
        if (!is_whole && !window->is_whole && lines > 0)
            break;
        if (vpdq_line_read(line, lines, &frame) != ERR_OK) {
            // A line that is damaged does not hide what the first ones are.
            if (lines < 2)
                return DRIVER_NO;
            break;
        }
        if (is_compact(line, &has_point)) {
            has_compact = true;
            if (!has_point || frame.time_ms < last_ms)
                return DRIVER_NO;
        }
        last_ms = frame.time_ms;
        lines++;
    }
    return lines == 0 ? DRIVER_NO : has_compact ? VPDQ_COMPACT_LIKELY : VPDQ_TEXT_LIKELY;
}

static Err vpdq_text_open(FormatReader *reader, void **ret_state, Diag *diag) {
    TextReader *text;
    (void)diag;
    TRY(text_reader_new(reader->source, &text));
    *ret_state = text;
    return ERR_OK;
}

static void vpdq_text_close(void *state) {
    text_reader_free(state);
}

// Without its last extension, and without that of a compression behind it.
static Str stem_of(Str name) {
    static const char *const PACKED[] = {".gz", ".xz", ".bz2", ".zst"};
    for (size_t i = 0; i < sizeof PACKED / sizeof *PACKED; i++)
        if (str_has_suffix_nocase(name, str_from(PACKED[i])))
            name.len -= strlen(PACKED[i]);
    for (size_t i = name.len; i > 1; i--)
        if (name.ptr[i - 1] == '.')
            return (Str){name.ptr, i - 1};
    return name;
}

static Str last_step(Str path) {
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return str_from_index(path, at);
}

static Err vpdq_text_next(FormatReader *reader, void *state, bool *ret_has, Diag *diag) {
    Row *row = &reader->row;
    TextLine line;
    bool has;
    TRY(text_next_line(state, &line, &has, diag));
    *ret_has = has;
    if (!has)
        return ERR_OK;
    row_begin(row, 0);
    while (has) {
        VpdqFrame frame;
        Str text = str_trim(line.text);
        if (!is_remark(text)) {
            if (vpdq_line_read(text, row->frames.len, &frame) == ERR_OK)
                row_frame(row, &frame);
            else
                row_reject(row, REJECT_BAD_FRAME, (int64_t)line.offset);
        }
        TRY(text_next_line(state, &line, &has, diag));
    }
    Str name = last_step(reader->input.source->name);
    row->entry.id = row_text(row, stem_of(name), -1);
    row->entry.media_type = STR("video");
    row_file(row, name, -1);
    row_category(row, &reader->input, (Str){0}, (Str){0}, (Str){0}, row->offset);
    return ERR_OK;
}

const FormatDriver vpdq_text_driver = {.detect = vpdq_text_detect,
                                       .open = vpdq_text_open,
                                       .next = vpdq_text_next,
                                       .close = vpdq_text_close};
