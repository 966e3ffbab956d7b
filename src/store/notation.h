// The notation of schema steps (schema.h), read into a tree. Only this room includes it.
#pragma once
#include "base/arena.h"
#include "base/strbuf.h"
#include "store/schema.h"

typedef struct SchemaChoice {
    bool is_text;
    Str text; // of a text: its content, '' resolved; of a number: its digits
} SchemaChoice;

typedef struct SchemaColumn {
    Str name;
    StoreType type;
    bool is_key, is_generated, is_required, is_unique, is_cascading;
    Str references; // empty: none
    const SchemaChoice *choices;
    int choice_count;            // 0: any value
    const SchemaChoice *initial; // default, or NULL
} SchemaColumn;

typedef enum SchemaRuleKind { SCHEMA_KEY, SCHEMA_UNIQUE, SCHEMA_INDEX } SchemaRuleKind;
typedef struct SchemaRule {
    SchemaRuleKind kind;
    Str columns[8];
    int count;
} SchemaRule;

typedef enum SchemaItemKind {
    SCHEMA_TABLE,
    SCHEMA_ADD,
    SCHEMA_RULE, // index, unique
    SCHEMA_ALLOW,
    SCHEMA_RUN,
    SCHEMA_DROP
} SchemaItemKind;

typedef struct SchemaItem {
    SchemaItemKind kind;
    Str table;
    SchemaColumn *columns; // of ALLOW: one, with its name and choices
    int column_count;
    SchemaRule *rules;
    int rule_count;
    Str sql; // of RUN
} SchemaItem;

typedef struct SchemaTree {
    SchemaItem *items;
    int count;
} SchemaTree;

// Reads a step. Views point into the notation or the arena. `words` (may be NULL) gets what is
// digested. ERR_INTERNAL with the offset when it does not follow the notation.
Err schema_parse(Str notation, Arena *arena, SchemaTree *ret, StrBuf *words, Diag *diag) MUST_CHECK;
// The item in the database's own words, one or more statements. RUN gives nothing.
void schema_emit(const SchemaItem *item, bool is_postgres, StrBuf *sql);
