// Items: flags, withdrawal, and finding one in a case.
#include "records/item.h"

#include "records/case_access.h"

typedef struct ClassRow {
    const char *identifier, *label;
} ClassRow;
static const ClassRow CLASSES[] = {
#define ITEM_CLASS_ROW(name, id, label) {id, label},
    ITEM_CLASSES(ITEM_CLASS_ROW)
#undef ITEM_CLASS_ROW
};

const char *item_class_id(ItemClass class) {
    return CLASSES[class].identifier;
}

const char *item_class_label(ItemClass class) {
    return CLASSES[class].label;
}

bool item_class_find(Str identifier, ItemClass *ret) {
    for (int i = 0; i < ITEM_CLASS_COUNT; i++)
        if (str_is(identifier, CLASSES[i].identifier)) {
            *ret = (ItemClass)i;
            return true;
        }
    return false;
}

Err item_in_case(Tx *tx, const Actor *actor, const Identifier *case_, const Identifier *item,
                 int64_t *ret_item, int64_t *ret_case, Diag *diag) {
    CaseRow row;
    bool has;
    TRY(case_seen(tx, actor, case_, &row, diag));
    TRY(tx_int64(tx,
                 STR("SELECT t.id FROM items t JOIN case_items i ON i.item = t.id WHERE t.uid = "
                     ":uid AND i.case_id = :case"),
                 BINDS(bind_id("uid", item), bind_int64("case", row.id)), &has, ret_item, diag));
    if (!has)
        return record_missing(diag);
    *ret_case = row.id;
    return ERR_OK;
}

typedef struct ItemWork {
    Identifier case_, item;
    Str flag;
    bool value;
} ItemWork;

// The item of a case on which work is done.
static Err item_worked(Change *change, const ItemWork *work, int64_t *ret_item, Diag *diag) {
    CaseRow row;
    int64_t case_id;
    TRY(case_worked(change, &work->case_, &row, diag));
    TRY(item_in_case(change->tx, change->actor, &work->case_, &work->item, ret_item, &case_id,
                     diag));
    change_fact_id(change, "item_id", &work->item);
    return ERR_OK;
}

static Err set_flag(Change *change, void *context, Diag *diag) {
    const ItemWork *work = context;
    _cleanup_strbuf_ StrBuf source = STRBUF(64);
    int64_t item = 0;
    TRY(item_worked(change, work, &item, diag));
    strbuf_put_text(&source, "person:");
    identifier_put(&source, &change->actor->person_id);
    change_fact_text(change, "flag", work->flag);
    change_fact_text(change, "value", work->value ? STR("yes") : STR("no"));
    return tx_run(change->tx,
                  STR("INSERT INTO item_flags (item, flag, source, value, made_ms) VALUES (:item, "
                      ":flag, :source, :value, :now) ON CONFLICT (item, flag, source) DO UPDATE "
                      "SET value = excluded.value, made_ms = excluded.made_ms"),
                  BINDS(bind_int64("item", item), bind_text("flag", work->flag),
                        bind_text("source", strbuf_str(&source)),
                        bind_text("value", work->value ? STR("yes") : STR("no")),
                        bind_int64("now", change->now_ms)),
                  NULL, diag);
}

Err item_flag_set(Records *records, const Actor *actor, const Identifier *case_,
                  const Identifier *item, Str flag, bool value, Diag *diag) {
    TRY(word_check(flag, "flag", false, diag));
    ItemWork work = {.case_ = *case_, .item = *item, .flag = flag, .value = value};
    return records_change(records, actor, PERMISSION_ITEM_EDIT, LEDGER_ITEM_CHANGED, set_flag,
                          &work, diag);
}

static Err withdraw(Change *change, void *context, Diag *diag) {
    const ItemWork *work = context;
    int64_t item = 0;
    TRY(item_worked(change, work, &item, diag));
    return state_move(change, item, STATE_ITEM_WITHDRAWN, NULL, diag);
}

Err item_withdraw(Records *records, const Actor *actor, const Identifier *case_,
                  const Identifier *item, Diag *diag) {
    ItemWork work = {.case_ = *case_, .item = *item};
    return records_change(records, actor, PERMISSION_ITEM_ADJUDICATE, LEDGER_ITEM_CHANGED, withdraw,
                          &work, diag);
}
