// Opening or converting what is named as a list.
#include "workspace/list_open.h"

#include "workspace/limits.h"
#include "workspace/list_gather.h"

static Err no_memory(Diag *diag) {
    return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
}

// s without its last ending; a leading dot begins no ending.
static Str without_ending(Str s) {
    for (size_t i = s.len; i-- > 1;) {
        if (s.ptr[i] == '.')
            return str_of(s.ptr, i);
    }
    return s;
}

Str list_name_from_path(const char *path) {
    static const char *const PACKED[] = {".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".lz4"};
    const char *slash = strrchr(path, '/');
    Str name = str_from(slash == NULL || slash[1] == '\0' ? path : slash + 1);
    for (size_t i = 0; i < sizeof PACKED / sizeof PACKED[0]; i++) {
        if (str_has_suffix_nocase(name, str_from(PACKED[i])) && name.len > strlen(PACKED[i])) {
            name.len -= strlen(PACKED[i]);
            break;
        }
    }
    return without_ending(name);
}

static Err convert(const char *path, Progress *progress, List **ret, Diag *diag) {
    _cleanup_(list_gather_done) ListGather gather = {.progress = progress};
    _cleanup_strbuf_ StrBuf sources = STRBUF(GATHER_SOURCES_JSON_MAX);
    TRY(list_gather_begin(&gather, diag));
    TRY(list_gather_file(&gather, path, diag));
    list_sources_put_json(&gather.sources, &sources);
    if (strbuf_err(&sources) != ERR_OK)
        return no_memory(diag);
    ListMeta meta = {.version = 1, .sources_json = strbuf_str(&sources)};
    return list_builder_finish(gather.builder, &meta, ret, diag);
}

static bool grow(OpenLists *lists) {
    size_t count = lists->count + 1;
    List **items = realloc(lists->lists, count * sizeof *items);
    if (items != NULL)
        lists->lists = items;
    char **names = realloc(lists->names, count * sizeof *names);
    if (names != NULL)
        lists->names = names;
    const char **paths = realloc(lists->paths, count * sizeof *paths);
    if (paths != NULL)
        lists->paths = paths;
    return items != NULL && names != NULL && paths != NULL;
}

Err lists_add(OpenLists *io_lists, const char *path, Progress *progress, Diag *diag) {
    _cleanup_(list_freep) List *list = NULL;
    if (list_is_at(path))
        TRY(list_open(path, &list, diag));
    else
        TRY(convert(path, progress, &list, diag));
    ListMeta meta;
    list_meta(list, &meta);
    Str name = meta.name.len > 0 ? meta.name : list_name_from_path(path);
    char *copy = strndup(name.ptr, name.len);
    if (copy == NULL || !grow(io_lists)) {
        free(copy);
        return no_memory(diag);
    }
    io_lists->lists[io_lists->count] = TAKE(list);
    io_lists->names[io_lists->count] = copy;
    io_lists->paths[io_lists->count++] = path;
    return ERR_OK;
}

Err lists_open(const char *const *paths, size_t count, OpenLists *ret, Diag *diag) {
    _cleanup_lists_ OpenLists lists = {0};
    for (size_t i = 0; i < count; i++)
        TRY(lists_add(&lists, paths[i], NULL, diag));
    *ret = lists;
    lists = (OpenLists){0};
    return ERR_OK;
}

void lists_close(OpenLists *lists) {
    for (size_t i = 0; i < lists->count; i++) {
        list_free(lists->lists[i]);
        free(lists->names[i]);
    }
    free(lists->lists);
    free(lists->names);
    free(lists->paths);
    *lists = (OpenLists){0};
}
