// Splitting at & and =, decoding, and the limits of fields.
#include "web/form.h"

#include "web/limits.h"
#include "web/target.h"

enum { FIRST_FIELDS = 16 };

Err field_add(FieldList *list, Arena *arena, Str name, Str value) {
    if (list->len >= WEB_FIELDS_MAX || name.len > WEB_FIELD_NAME_MAX || value.len > WEB_FIELD_MAX)
        return ERR_LIMIT;
    if (list->len == list->capacity) {
        size_t capacity = list->capacity == 0 ? FIRST_FIELDS : list->capacity * 2;
        Field *items = ARENA_ARRAY(arena, Field, capacity);
        if (items == NULL)
            return arena_err(arena);
        if (list->len > 0)
            memcpy(items, list->items, list->len * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->len++] = (Field){name, value};
    return ERR_OK;
}

Err form_parse(Str text, Arena *arena, FieldList *io_list) {
    FieldList list = *io_list;
    Str rest = text, piece;
    for (bool has_more = text.len > 0; has_more;) {
        has_more = str_cut(rest, '&', &piece, &rest);
        if (!has_more)
            piece = rest;
        if (piece.len == 0)
            continue;
        Str raw_name = piece, raw_value = {0}, name, value;
        (void)str_cut(piece, '=', &raw_name, &raw_value);
        TRY(percent_decode(raw_name, true, arena, &name));
        TRY(percent_decode(raw_value, true, arena, &value));
        TRY(field_add(&list, arena, name, value));
    }
    *io_list = list;
    return ERR_OK;
}

bool field_find(const FieldList *list, Str name, size_t n, Str *ret) {
    for (size_t i = 0; i < list->len; i++)
        if (str_equal(list->items[i].name, name) && n-- == 0) {
            *ret = list->items[i].value;
            return true;
        }
    return false;
}
