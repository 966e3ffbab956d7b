// Extracts the messages of the sources into a POT, merges them into PO files, and says what these
// lack.
//
//     extract ROOT OUT.pot [--depfile FILE] [--merge LOCALE.po …] [--covered LOCALE.po …]
//
// --merge keeps translations, adds new messages untranslated and marks those gone as obsolete.
// --covered prints what a locale lacks and fails when it lacks anything.
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "extract_scan.h"
#include "po_plural.h"

static const char *const FOLDERS[] = {"src", "web/templates", "demo"};

typedef struct Extraction {
    Po pot;
    const char *root;
    StrBuf depfile;
    int errors;
} Extraction;

static void note_dependency(Extraction *extraction, const char *path) {
    strbuf_put_byte(&extraction->depfile, ' ');
    for (const char *at = path; *at != '\0'; at++) {
        if (*at == ' ')
            strbuf_put_byte(&extraction->depfile, '\\');
        strbuf_put_byte(&extraction->depfile, *at);
    }
}

static void extract_file(Extraction *extraction, const char *path, const char *relative) {
    Str name = str_from(relative);
    bool is_c = str_has_suffix(name, STR(".c")) || str_has_suffix(name, STR(".h")) ||
                str_has_suffix(name, STR(".def"));
    bool is_template = str_has_suffix(name, STR(".html"));
    if (!is_c && !is_template)
        return;
    StrBuf content = STRBUF(16 << 20);
    note_dependency(extraction, path);
    if (!read_file(path, &content))
        extraction->errors++;
    else if (is_c)
        scan_c(&extraction->pot, relative, strbuf_str(&content), &extraction->errors);
    else
        scan_template(&extraction->pot, relative, strbuf_str(&content), &extraction->errors);
    strbuf_done(&content);
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void extract_folder(Extraction *extraction, const char *relative) {
    char path[4096], below[2048];
    struct dirent **entries;
    snprintf(path, sizeof path, "%s/%s", extraction->root, relative);
    int count = scandir(path, &entries, is_visible, alphasort);
    if (count < 0)
        return;
    note_dependency(extraction, path);
    for (int i = 0; i < count; i++) {
        struct stat status;
        snprintf(below, sizeof below, "%s/%s", relative, entries[i]->d_name);
        snprintf(path, sizeof path, "%s/%s", extraction->root, below);
        free(entries[i]);
        if (stat(path, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode))
            extract_folder(extraction, below);
        else
            extract_file(extraction, path, below);
    }
    free(entries);
}

static bool write_po(const Po *po, const char *path) {
    StrBuf out = STRBUF(64 << 20);
    po_write(&out, po);
    bool is_written = strbuf_err(&out) == ERR_OK && write_if_changed(path, strbuf_str(&out));
    strbuf_done(&out);
    return is_written;
}

static bool merge_into(const Extraction *extraction, const char *path) {
    char tag[32];
    int categories[6];
    bool is_single[6];
    Po old, merged = {.path = path, .arena = extraction->pot.arena};
    tag_from_path(path, tag);
    int category_count = plural_categories(tag, categories, is_single);
    if (!po_read(&old, extraction->pot.arena, path))
        return false;
    merged.header = old.header;
    merged.header_comments = old.header_comments;
    for (size_t i = 0; i < extraction->pot.messages.len; i++) {
        PoMessage now = extraction->pot.messages.items[i];
        const PoMessage *known = po_find(&old, now.context, now.msgid, true);
        now.form_count = now.is_plural ? category_count : 1;
        if (known != NULL && known->is_plural == now.is_plural) {
            memcpy(now.forms, known->forms, sizeof now.forms);
            now.form_count = known->form_count;
            now.comments = known->comments;
            now.is_fuzzy = known->is_fuzzy;
        }
        if (!vec_push(&merged.messages, now))
            return false;
    }
    for (size_t i = 0; i < old.messages.len; i++) {
        PoMessage gone = old.messages.items[i];
        if (po_find(&extraction->pot, gone.context, gone.msgid, false) != NULL ||
            gone.forms[0].len == 0)
            continue;
        gone.is_obsolete = true;
        if (!vec_push(&merged.messages, gone))
            return false;
    }
    bool is_written = write_po(&merged, path);
    po_done(&merged);
    po_done(&old);
    return is_written;
}

static bool is_covered(const Extraction *extraction, const char *path) {
    Po po;
    int missing = 0;
    if (!po_read(&po, extraction->pot.arena, path))
        return false;
    for (size_t i = 0; i < extraction->pot.messages.len; i++) {
        const PoMessage *wanted = &extraction->pot.messages.items[i];
        const PoMessage *ours = po_find(&po, wanted->context, wanted->msgid, false);
        if (ours != NULL && ours->forms[0].len > 0 && !ours->is_fuzzy)
            continue;
        fprintf(stderr, "%s lacks \"%.*s\"\n", path, STR_ARG(wanted->msgid));
        missing++;
    }
    po_done(&po);
    return missing == 0;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr,
                "usage: extract ROOT OUT.pot [--depfile FILE] [--merge PO…] [--covered PO…]\n");
        return 2;
    }
    Arena *arena = arena_new(256 << 20);
    Extraction extraction = {.root = argv[1], .depfile = STRBUF(16 << 20)};
    if (arena == NULL)
        return 1;
    extraction.pot = (Po){.path = argv[2], .arena = arena};
    extraction.pot.header_comments =
        STR("# The messages of Seventh, in English. Made by tools/extract.c from the sources.\n");
    extraction.pot.header = STR("Project-Id-Version: seventh\n"
                                "MIME-Version: 1.0\n"
                                "Content-Type: text/plain; charset=UTF-8\n"
                                "Content-Transfer-Encoding: 8bit\n");
    strbuf_printf(&extraction.depfile, "%s:", argv[2]);
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++)
        extract_folder(&extraction, FOLDERS[i]);
    if (extraction.errors > 0 || !write_po(&extraction.pot, argv[2]))
        return 1;
    enum { DEPFILE, MERGE, COVERED } mode = DEPFILE;
    bool is_good = true;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--depfile") == 0) {
            mode = DEPFILE;
        } else if (strcmp(argv[i], "--merge") == 0) {
            mode = MERGE;
        } else if (strcmp(argv[i], "--covered") == 0) {
            mode = COVERED;
        } else if (mode == DEPFILE) {
            strbuf_put_byte(&extraction.depfile, '\n');
            is_good &= write_if_changed(argv[i], strbuf_str(&extraction.depfile));
        } else {
            is_good &=
                mode == MERGE ? merge_into(&extraction, argv[i]) : is_covered(&extraction, argv[i]);
        }
    }
    arena_free(arena);
    return is_good ? 0 : 1;
}
