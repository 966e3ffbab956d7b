// Finding embedded files; there are few.
#include "web/static_files.h"

Str static_url(const char *name) {
    for (size_t i = 0; i < STATIC_FILE_COUNT; i++)
        if (strcmp(STATIC_FILES[i].name, name) == 0)
            return str_from(STATIC_FILES[i].hashed);
    return (Str){0};
}

const StaticFile *static_find(Str hashed) {
    for (size_t i = 0; i < STATIC_FILE_COUNT; i++)
        if (str_equal(str_from_index(str_from(STATIC_FILES[i].hashed), sizeof "/static/" - 1),
                      hashed))
            return &STATIC_FILES[i];
    return NULL;
}
