// Fields of a query or an urlencoded form (the URL standard's application/x-www-form-urlencoded).
// Pure; the arena's thread.
#pragma once
#include "base/arena.h"

typedef struct Field {
    Str name, value;
} Field;

// In the arena; in the order in which they came.
typedef struct FieldList {
    Field *items;
    size_t len, capacity;
} FieldList;

Err field_add(FieldList *list, Arena *arena, Str name, Str value) MUST_CHECK;
// Appends to io_list; "a", "a=" and "a=b" are fields, empty pieces are passed over. ERR_SYNTAX,
// ERR_ENCODING; ERR_LIMIT past WEB_FIELDS_MAX, WEB_FIELD_NAME_MAX or WEB_FIELD_MAX; ERR_NOMEM.
Err form_parse(Str text, Arena *arena, FieldList *io_list) MUST_CHECK;
// The n-th field of this name, from 0.
bool field_find(const FieldList *list, Str name, size_t n, Str *ret);
