// Items for tests.
#include "items_fixture.h"

static Err rewind_items(void *context, Diag *diag) {
    MadeItems *items = context;
    items->at = 0;
    items->rewinds++;
    return ERR_OK;
}

static Err next_item(void *context, ItemDraft *ret, bool *ret_has, Diag *diag) {
    MadeItems *items = context;
    if (items->fails_at >= 0 && items->at == (size_t)items->fails_at)
        return diag_set(diag, ERR_TRUNCATED, N_("The stream of the test ended."));
    *ret_has = items->at < items->count;
    if (*ret_has)
        *ret = items->drafts[items->at++];
    return ERR_OK;
}

ItemStream made_stream(MadeItems *items) {
    return (ItemStream){
        .rewind = rewind_items, .next = next_item, .context = items, .kind = STR("scan")};
}

ItemDraft made_draft(int number, unsigned has, ItemClass class) {
    static const Str path = {"disk/a.jpg", 10};
    ItemDraft draft = {.digests = {.has = has},
                       .pdq_quality = -1,
                       .size = 1000 + number,
                       .width = 640,
                       .height = 480,
                       .frames = -1,
                       .media_type = STR("image/jpeg"),
                       .class = class,
                       .paths = &path,
                       .path_count = 1};
    memset(draft.digests.md5, 1, sizeof draft.digests.md5);
    memset(draft.digests.sha1, 2, sizeof draft.digests.sha1);
    memset(draft.digests.sha256, 3, sizeof draft.digests.sha256);
    memcpy(draft.digests.md5, &number, sizeof number);
    memcpy(draft.digests.sha1, &number, sizeof number);
    memcpy(draft.digests.sha256, &number, sizeof number);
    return draft;
}

ImportResult fixture_import(RecordsFixture *fixture, const Actor *actor, const Identifier *case_,
                            int first, int count) {
    ItemDraft *drafts = calloc((size_t)count, sizeof *drafts);
    MadeItems items = {drafts, (size_t)count, 0, -1, 0};
    ItemStream stream = made_stream(&items);
    ImportResult result = {0};
    Diag diag = {0};
    for (int i = 0; i < count; i++)
        drafts[i] = made_draft(first + i, 7, ITEM_UNKNOWN);
    Err err = items_import(fixture->records, actor, case_, &stream, &result, &diag);
    CHECK_OK(err);
    if (err != ERR_OK)
        fixture_print(&diag);
    free(drafts);
    return result;
}

size_t fixture_items(RecordsFixture *fixture, const Actor *actor, const Identifier *case_,
                     Item **ret) {
    ItemFilter filter = {.class = -1, .state = STATE_COUNT};
    size_t count = 0;
    CHECK_OK(case_view_record(fixture->records, actor, case_, NULL));
    CHECK_OK(
        item_list(fixture->records, actor, case_, &filter, fixture->memory, ret, &count, NULL));
    return count;
}

Item fixture_item(RecordsFixture *fixture, const Actor *actor, const Identifier *case_,
                  const Identifier *item) {
    Item found = {0};
    CHECK_OK(case_view_record(fixture->records, actor, case_, NULL));
    CHECK_OK(item_get(fixture->records, actor, case_, item, fixture->memory, &found, NULL));
    return found;
}
