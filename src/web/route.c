// The route table: rows sorted into a tree by the parts of their paths, so that finding one costs a
// few comparisons whatever the number of rows.
#include "web/route.h"

#include "base/vec.h"
#include "crypto/identifier.h"

typedef enum PartKind { PART_LITERAL, PART_ID, PART_NUMBER, PART_WORD } PartKind;
enum { NONE = -1, WORD_MAX = 64, NUMBER_DIGITS_MAX = 18 };

// A node is reached by its parent's part; children are a list, literals before parameters.
typedef struct Node {
    PartKind kind;
    Str text; // of a literal
    int first_child, next;
    int rows[WEB_METHOD_COUNT]; // NONE or index into all
} Node;

typedef struct Row {
    const WebRoute *route;
    Str names[WEB_PARAMS_MAX];
    size_t name_count;
} Row;

struct RouteTable {
    VEC(Node) nodes;
    VEC(Row) rows;
};

const char *web_method_name(WebMethod method) {
    static const char *const NAMES[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    return NAMES[method];
}

static bool is_word(Str part) {
    if (part.len == 0 || part.len > WORD_MAX || part.ptr[0] == '.')
        return false;
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

static bool part_fits(const Node *node, Str part) {
    Identifier id;
    uint64_t number;
    switch (node->kind) {
    case PART_LITERAL:
        return str_equal(node->text, part);
    case PART_ID:
        return identifier_parse_exact(part, &id);
    case PART_NUMBER:
        return part.len <= NUMBER_DIGITS_MAX && str_to_u64(part, &number);
    case PART_WORD:
        return is_word(part);
    }
    return false;
}

// "{name}" or "{name:kind}" or a literal of word characters.
static bool part_parse(Str part, PartKind *ret_kind, Str *ret_name) {
    if (part.len == 0 || part.ptr[0] != '{') {
        *ret_kind = PART_LITERAL;
        return part.len == 0 || is_word(part);
    }
    if (part.ptr[part.len - 1] != '}')
        return false;
    Str inside = {part.ptr + 1, part.len - 2}, name = inside, kind = STR("id");
    (void)str_cut(inside, ':', &name, &kind);
    if (str_is(kind, "id"))
        *ret_kind = PART_ID;
    else if (str_is(kind, "number"))
        *ret_kind = PART_NUMBER;
    else if (str_is(kind, "word"))
        *ret_kind = PART_WORD;
    else
        return false;
    *ret_name = name;
    return is_word(name);
}

// The child for this part, made when it is not there; NONE when out of memory.
static int child_get(RouteTable *table, int parent, PartKind kind, Str text) {
    int last_literal = NONE, last = NONE;
    for (int at = table->nodes.items[parent].first_child; at != NONE;
         at = table->nodes.items[at].next) {
        const Node *node = &table->nodes.items[at];
        if (node->kind == kind && (kind != PART_LITERAL || str_equal(node->text, text)))
            return at;
        last = at;
        if (node->kind == PART_LITERAL)
            last_literal = at;
    }
    Node fresh = {.kind = kind, .text = text, .first_child = NONE, .next = NONE};
    for (int i = 0; i < WEB_METHOD_COUNT; i++)
        fresh.rows[i] = NONE;
    if (!vec_push(&table->nodes, fresh))
        return NONE;
    int made = (int)table->nodes.len - 1;
    int before = kind == PART_LITERAL ? last_literal : last;
    Node *nodes = table->nodes.items;
    int *link = before == NONE ? &nodes[parent].first_child : &nodes[before].next;
    nodes[made].next = *link;
    *link = made;
    return made;
}

static Err row_refuse(const WebRoute *route, Diag *diag, const char *msgid) {
    (void)diag_set(diag, ERR_INVALID, msgid);
    diag_arg(diag, "route", str_from(route->path == NULL ? "" : route->path));
    return ERR_INVALID;
}

static Err row_check(const WebRoute *route, Diag *diag) {
    if (route->path == NULL || route->path[0] != '/' || route->handler == NULL ||
        route->permission_row < 1 || route->permission_row > PERMISSION_COUNT ||
        (unsigned)route->method >= WEB_METHOD_COUNT)
        return row_refuse(route, diag, N_("The route {route} is not complete"));
    bool is_change = route->method != WEB_GET;
    if (is_change && route->csrf == CSRF_NONE)
        return row_refuse(route, diag,
                          N_("The route {route} changes something but asks for no CSRF token"));
    if (!is_change && (route->csrf == CSRF_FORM || route->body_max > 0))
        return row_refuse(route, diag, N_("The route {route} is GET and cannot take a form"));
    if ((route->flags & WEB_UPLOAD) != 0 && route->body_max == 0)
        return row_refuse(route, diag, N_("The route {route} takes files but has no limit"));
    return ERR_OK;
}

static Err row_add(RouteTable *table, const WebRoute *route, Diag *diag) {
    TRY(row_check(route, diag));
    Row row = {.route = route};
    Str rest = str_from(route->path + 1), part;
    int node = 0;
    bool has_more = true;
    for (size_t depth = 0; has_more; depth++) {
        PartKind kind;
        Str name = {0};
        if (!str_cut(rest, '/', &part, &rest)) {
            part = rest;
            has_more = false;
        }
        if (depth >= WEB_SEGMENTS_MAX || !part_parse(part, &kind, &name) ||
            (kind != PART_LITERAL && row.name_count >= WEB_PARAMS_MAX))
            return row_refuse(route, diag, N_("The route {route} has a path that cannot be"));
        if (kind != PART_LITERAL)
            row.names[row.name_count++] = name;
        node = child_get(table, node, kind, part);
        if (node == NONE)
            return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    }
    if (table->nodes.items[node].rows[route->method] != NONE)
        return row_refuse(route, diag, N_("The route {route} stands in the table twice"));
    if (table->rows.len >= WEB_ROUTES_MAX || !vec_push(&table->rows, row))
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    table->nodes.items[node].rows[route->method] = (int)table->rows.len - 1;
    return ERR_OK;
}

Err route_table_new(const RouteRows *parts, size_t part_count, RouteTable **ret, Diag *diag) {
    _cleanup_(route_table_freep) RouteTable *table = calloc(1, sizeof *table);
    Node root = {.first_child = NONE, .next = NONE, .rows = {NONE, NONE, NONE, NONE, NONE}};
    if (table == NULL || !vec_push(&table->nodes, root))
        return diag_set(diag, ERR_NOMEM, N_("Not enough memory"));
    for (size_t i = 0; i < part_count; i++)
        for (size_t j = 0; j < parts[i].count; j++)
            TRY(row_add(table, &parts[i].rows[j], diag));
    *ret = TAKE(table);
    return ERR_OK;
}

void route_table_free(RouteTable *table) {
    if (table == NULL)
        return;
    vec_done(&table->nodes);
    vec_done(&table->rows);
    free(table);
}

size_t route_table_count(const RouteTable *table) {
    return table->rows.len;
}

const WebRoute *route_table_at(const RouteTable *table, size_t index) {
    return table->rows.items[index].route;
}

// Depth first, literals before parameters: the first leaf that has rows wins. Depth is at most
// WEB_SEGMENTS_MAX, and parts of one node's children that fit one text are at most four.
static int node_find(const RouteTable *table, int node, const Str *parts, size_t count, Str *values,
                     size_t value_count, size_t *ret_value_count) {
    const Node *nodes = table->nodes.items;
    if (count == 0) {
        for (int i = 0; i < WEB_METHOD_COUNT; i++)
            if (nodes[node].rows[i] != NONE) {
                *ret_value_count = value_count;
                return node;
            }
        return NONE;
    }
    for (int at = nodes[node].first_child; at != NONE; at = nodes[at].next) {
        if (!part_fits(&nodes[at], parts[0]))
            continue;
        size_t more = value_count;
        if (nodes[at].kind != PART_LITERAL)
            values[more++] = parts[0];
        int found = node_find(table, at, parts + 1, count - 1, values, more, ret_value_count);
        if (found != NONE)
            return found;
    }
    return NONE;
}

void route_table_find(const RouteTable *table, WebMethod method, Str path, RouteMatch *ret) {
    Str parts[WEB_SEGMENTS_MAX], values[WEB_PARAMS_MAX];
    size_t count = 0, value_count = 0;
    *ret = (RouteMatch){0};
    if (path.len == 0 || path.ptr[0] != '/')
        return;
    Str rest = str_from_index(path, 1);
    for (bool has_more = true; has_more; count++) {
        if (count >= WEB_SEGMENTS_MAX)
            return;
        has_more = str_cut(rest, '/', &parts[count], &rest);
        if (!has_more)
            parts[count] = rest;
    }
    int node = node_find(table, 0, parts, count, values, 0, &value_count);
    if (node == NONE)
        return;
    const int *rows = table->nodes.items[node].rows;
    for (int i = 0; i < WEB_METHOD_COUNT; i++)
        if (rows[i] != NONE)
            ret->methods |= 1u << i;
    if (rows[method] == NONE)
        return;
    const Row *row = &table->rows.items[rows[method]];
    ret->route = row->route;
    ret->index = (size_t)rows[method];
    ret->param_count = value_count;
    for (size_t i = 0; i < value_count; i++) {
        ret->params[i].name = row->names[i];
        ret->params[i].value = values[i];
    }
}
