// Items: those of a case as a table, and the page of one with its votes.
#include "workspace/item_pages.h"

#include "base/encoding.h"
#include "format/scheme.h"
#include "generated/item_page.h"
#include "records/vote.h"
#include "workspace/limits.h"
#include "workspace/pages.h"

static const char DEFAULT_SCHEME[] = "interpol-baseline";

static const char *item_look(State state) {
    switch (state) {
    case STATE_ITEM_DISPUTED:
        return "hold";
    case STATE_ITEM_IN_REVIEW:
        return "on";
    case STATE_ITEM_CATEGORISED:
    case STATE_ITEM_ADJUDICATED:
    case STATE_ITEM_KNOWN_BAD:
    case STATE_ITEM_KNOWN_GOOD:
        return "good";
    default:
        return "";
    }
}

static Str category_label(WebRequest *request, const Category *category) {
    if (category->code.len == 0)
        return (Str){0};
    const SchemeCode *code = scheme_code_find(category->scheme, category->version, category->code);
    return code == NULL ? category->code : page_tr(request, code->label);
}

static Str hex_text(WebRequest *request, const uint8_t *bytes, size_t n) {
    char text[2 * DIGEST_BYTES_MAX + 1];
    hex_encode(bytes, n, text);
    return page_copy(request, str_of(text, 2 * n));
}

// The digest that names an item in tables: the first it has.
static Str item_digest(WebRequest *request, const Item *item) {
    const Digests *digests = &item->digests;
    if ((digests->has & 1u << DIGEST_MD5) != 0)
        return hex_text(request, digests->md5, MD5_BYTES);
    if ((digests->has & 1u << DIGEST_SHA1) != 0)
        return hex_text(request, digests->sha1, SHA1_BYTES);
    if ((digests->has & 1u << DIGEST_SHA256) != 0)
        return hex_text(request, digests->sha256, SHA256_BYTES);
    return item->has_pdq ? hex_text(request, item->pdq.bytes, PDQ_BYTES) : (Str){0};
}

static ItemLine item_line(WebRequest *request, const Item *item) {
    Str digest = item_digest(request, item);
    const Category *category = item->category.code.len > 0 ? &item->category : &item->claimed;
    return (ItemLine){
        .id = page_id(request, &item->uid),
        .name = digest,
        .digest = digest,
        .size = item->size > 0 ? (uint64_t)item->size : 0,
        .places = (uint64_t)item->locations,
        .kind = page_tr(request, item_class_label(item->class)),
        .category = category_label(request, category),
        .state = {item_look(item->state), page_tr(request, state_label(item->state))},
        .has_voted = item->has_voted,
    };
}

// --- The table in the page of a case ----------------------------------------------------------

static const State SHOWN_STATES[] = {
    STATE_ITEM_UNREVIEWED,  STATE_ITEM_IN_REVIEW, STATE_ITEM_DISPUTED,   STATE_ITEM_CATEGORISED,
    STATE_ITEM_ADJUDICATED, STATE_ITEM_KNOWN_BAD, STATE_ITEM_KNOWN_GOOD, STATE_ITEM_WITHDRAWN};
enum { SHOWN_COUNT = sizeof SHOWN_STATES / sizeof SHOWN_STATES[0] };

static Str show_href(WebRequest *request, const Identifier *id, const char *show) {
    _cleanup_strbuf_ StrBuf href = STRBUF(4096);
    strbuf_put_text(&href, "/cases/");
    identifier_put(&href, id);
    strbuf_put_text(&href, show[0] == '\0' ? "" : "?show=");
    strbuf_put_text(&href, show);
    return strbuf_err(&href) == ERR_OK ? page_copy(request, strbuf_str(&href)) : (Str){0};
}

// Tabs by state, those with items only; *ret_all: the items of the chosen one.
static Err tabs_lay_out(WebRequest *request, const Identifier *id, const ItemCounts *counts,
                        CaseView *io_page, State *ret_state, int64_t *ret_all, Diag *diag) {
    PageTab *tabs = ARENA_ARRAY(request_arena(request), PageTab, SHOWN_COUNT + 1);
    Str show = page_query(request, "show");
    int64_t all = 0;
    if (tabs == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    size_t len = 1;
    *ret_state = STATE_COUNT;
    for (int i = 0; i < SHOWN_COUNT; i++) {
        State state = SHOWN_STATES[i];
        int64_t count = counts->states[state];
        bool is_current = str_is(show, state_id(state));
        all += count;
        if (is_current) {
            *ret_state = state;
            *ret_all = count;
        }
        if (count > 0 || is_current)
            tabs[len++] =
                (PageTab){show_href(request, id, state_id(state)),
                          page_tr(request, state_label(state)), (uint64_t)count, is_current};
    }
    if (*ret_state == STATE_COUNT)
        *ret_all = all;
    tabs[0] = (PageTab){show_href(request, id, ""), page_tr(request, N_("All")), (uint64_t)all,
                        *ret_state == STATE_COUNT};
    io_page->tabs = tabs;
    io_page->tab_count = len;
    return ERR_OK;
}

Err items_lay_out(WebRequest *request, const Actor *actor, const CaseFile *file, CaseView *io_page,
                  Diag *diag) {
    Records *records = page_records(request);
    ItemCounts *counts = ARENA_NEW(request_arena(request), ItemCounts);
    ItemFilter filter = {.class = -1, .offset = page_query_number(request, "from", INT32_MAX, 0)};
    Item *items;
    size_t count;
    int64_t all = 0;
    if (counts == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    TRY(item_counts(records, actor, &file->uid, counts, diag));
    TRY(tabs_lay_out(request, &file->uid, counts, io_page, &filter.state, &all, diag));
    TRY(item_list(records, actor, &file->uid, &filter, request_arena(request), &items, &count,
                  diag));
    size_t shown = count < PAGE_ROWS ? count : PAGE_ROWS;
    ItemLine *lines = ARENA_ARRAY(request_arena(request), ItemLine, shown + 1);
    if (lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < shown; i++)
        lines[i] = item_line(request, &items[i]);
    _cleanup_strbuf_ StrBuf base = STRBUF(4096);
    strbuf_put_text(&base, "/cases/");
    identifier_put(&base, &file->uid);
    strbuf_put_byte(&base, '?');
    if (filter.state != STATE_COUNT)
        strbuf_printf(&base, "show=%s&", state_id(filter.state));
    TRY(strbuf_err(&base));
    io_page->items = lines;
    io_page->count = shown;
    io_page->turn = page_turn(request, strbuf_text(&base), filter.offset, shown, (size_t)all);
    return ERR_OK;
}

// --- The page of one --------------------------------------------------------------------------

// What the votes have come to, in a sentence.
static Str outcome_text(WebRequest *request, const Item *item) {
    Str category = category_label(request, &item->category);
    MsgArgs args = MSG_ARGS(msg_text("category", category));
    if (item->state == STATE_ITEM_WITHDRAWN)
        return page_tr(request, N_("The item was withdrawn. It counts no longer."));
    switch (item->consensus) {
    case STATE_CONSENSUS_PROVISIONAL:
        return page_message(request,
                            N_("So far: {category}. Other units have not confirmed it yet."), args);
    case STATE_CONSENSUS_AGREED:
        return page_message(request, N_("Agreed by several units: {category}."), args);
    case STATE_CONSENSUS_DISPUTED:
        return page_tr(request, N_("Votes oppose one another. A senior analyst who has not voted "
                                   "on it decides."));
    case STATE_CONSENSUS_ADJUDICATED:
        return page_message(request, N_("The dispute was decided: {category}."), args);
    default:
        return page_tr(request, N_("Nobody has voted yet."));
    }
}

// The scheme that votes are offered in: the one asked for, else the one the item has already.
static const Scheme *scheme_choose(const WebRequest *request, const Item *item) {
    const Str wanted[] = {page_query(request, "scheme"), page_sent(request, "scheme"),
                          item->category.scheme, item->claimed.scheme, str_from(DEFAULT_SCHEME)};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const Scheme *scheme = wanted[i].len == 0 ? NULL : scheme_find(wanted[i], (Str){0});
        if (scheme != NULL && !scheme->is_open && !str_is(str_from(scheme->id), "nsrl"))
            return scheme;
    }
    return NULL;
}

static Err categories_offer(WebRequest *request, const Item *item, ItemView *io_page, Diag *diag) {
    const Scheme *scheme = scheme_choose(request, item);
    size_t code_count, scheme_count;
    const SchemeCode *codes = scheme_code_all(&code_count);
    const Scheme *schemes = scheme_all(&scheme_count);
    PageChoice *choices = ARENA_ARRAY(request_arena(request), PageChoice, code_count + 1);
    PageChoice *others = ARENA_ARRAY(request_arena(request), PageChoice, scheme_count + 1);
    if (choices == NULL || others == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    Str sent = page_sent(request, "category");
    for (size_t i = 0; scheme != NULL && i < code_count; i++)
        if (strcmp(codes[i].id, scheme->id) == 0 && strcmp(codes[i].version, scheme->version) == 0)
            choices[io_page->categories.len++] =
                (PageChoice){str_from(codes[i].code), page_tr(request, codes[i].label),
                             str_is(sent, codes[i].code)};
    for (size_t i = 0; i < scheme_count; i++)
        if (!schemes[i].is_open && strcmp(schemes[i].id, "nsrl") != 0)
            others[io_page->schemes.len++] =
                (PageChoice){str_from(schemes[i].id), str_from(schemes[i].id),
                             scheme != NULL && &schemes[i] == scheme};
    io_page->categories.items = choices;
    io_page->schemes.items = others;
    io_page->scheme = scheme == NULL ? (Str){0} : str_from(scheme->id);
    io_page->scheme_version = scheme == NULL ? (Str){0} : str_from(scheme->version);
    return ERR_OK;
}

static Str scheme_text(WebRequest *request, const Category *category) {
    _cleanup_strbuf_ StrBuf text = STRBUF(4096);
    strbuf_put(&text, category->scheme);
    strbuf_put_byte(&text, ' ');
    strbuf_put(&text, category->version);
    return strbuf_err(&text) == ERR_OK ? page_copy(request, strbuf_str(&text)) : (Str){0};
}

static Err votes_lay_out(WebRequest *request, const Actor *actor, const Identifier *case_,
                         const Identifier *item, ItemView *io_page, Diag *diag) {
    Vote *votes;
    size_t count;
    TRY(item_votes(page_records(request), actor, case_, item, request_arena(request), &votes,
                   &count, diag));
    VoteLine *lines = ARENA_ARRAY(request_arena(request), VoteLine, count + 1);
    if (lines == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    for (size_t i = 0; i < count; i++) {
        bool is_own = identifier_equal(&votes[i].person, &actor->person_id);
        bool stands = votes[i].state == STATE_VOTE_CAST;
        lines[i] = (VoteLine){
            .unit = votes[i].unit_name,
            .person = votes[i].person_name,
            .category = category_label(request, &votes[i].category),
            .scheme = scheme_text(request, &votes[i].category),
            .cast = page_time(votes[i].made_ms),
            .state = {stands ? "good" : "", votes[i].is_decision
                                                ? page_tr(request, N_("Decision"))
                                                : page_tr(request, state_label(votes[i].state))},
            .is_own = is_own,
        };
        io_page->has_voted |= is_own && stands && !votes[i].is_decision;
    }
    io_page->votes = lines;
    io_page->vote_count = count;
    return ERR_OK;
}

static Err places_lay_out(WebRequest *request, const Actor *actor, const Identifier *case_,
                          const Identifier *item, ItemView *io_page, Diag *diag) {
    Str *places;
    size_t count;
    TRY(item_locations(page_records(request), actor, case_, item, request_arena(request), &places,
                       &count, diag));
    io_page->places = places;
    io_page->place_count = count < PAGE_PLACES_MAX ? count : PAGE_PLACES_MAX;
    io_page->more_places = count - io_page->place_count;
    if (count > 0)
        io_page->item.name = places[0];
    return ERR_OK;
}

// The next item that waits for this person's vote.
static Err next_find(WebRequest *request, const Actor *actor, const Identifier *case_,
                     const Identifier *present, Str *ret, Diag *diag) {
    ItemFilter filter = {.class = -1, .state = STATE_COUNT};
    Item *items;
    size_t count;
    TRY(item_list(page_records(request), actor, case_, &filter, request_arena(request), &items,
                  &count, diag));
    for (size_t i = 0; i < count; i++) {
        if (items[i].has_voted || identifier_equal(&items[i].uid, present) ||
            (items[i].state != STATE_ITEM_UNREVIEWED && items[i].state != STATE_ITEM_IN_REVIEW))
            continue;
        _cleanup_strbuf_ StrBuf href = STRBUF(4096);
        strbuf_put_text(&href, "/cases/");
        identifier_put(&href, case_);
        strbuf_put_text(&href, "/items/");
        identifier_put(&href, &items[i].uid);
        TRY(strbuf_err(&href));
        *ret = page_copy(request, strbuf_str(&href));
        return ERR_OK;
    }
    return ERR_OK;
}

static void hashes_lay_out(WebRequest *request, const Item *item, ItemView *io_page) {
    const Digests *digests = &item->digests;
    io_page->md5 = (digests->has & 1u << DIGEST_MD5) != 0
                       ? hex_text(request, digests->md5, MD5_BYTES)
                       : (Str){0};
    io_page->sha1 = (digests->has & 1u << DIGEST_SHA1) != 0
                        ? hex_text(request, digests->sha1, SHA1_BYTES)
                        : (Str){0};
    io_page->sha256 = (digests->has & 1u << DIGEST_SHA256) != 0
                          ? hex_text(request, digests->sha256, SHA256_BYTES)
                          : (Str){0};
    io_page->pdq = item->has_pdq ? hex_text(request, item->pdq.bytes, PDQ_BYTES) : (Str){0};
    io_page->quality = item->pdq_quality;
}

static Err item_page(WebRequest *request, WebReply *reply, const Diag *why, Diag *diag) {
    Actor actor = page_actor(request);
    Records *records = page_records(request);
    Identifier case_ = request_param_id(request, "id"), id = request_param_id(request, "item");
    CaseFile file;
    Item item;
    TRY(case_view_record(records, &actor, &case_, diag));
    TRY(case_get(records, &actor, &case_, request_arena(request), &file, diag));
    TRY(item_get(records, &actor, &case_, &id, request_arena(request), &item, diag));
    ItemView page = {.form = page_form(request, why),
                     .case_id = page_id(request, &case_),
                     .case_number = file.facts.number,
                     .item = item_line(request, &item),
                     .outcome = outcome_text(request, &item),
                     .category = page_field(request, "category", why)};
    hashes_lay_out(request, &item, &page);
    TRY(places_lay_out(request, &actor, &case_, &id, &page, diag));
    TRY(votes_lay_out(request, &actor, &case_, &id, &page, diag));
    TRY(categories_offer(request, &item, &page, diag));
    bool is_open = file.state < STATE_CASE_CLOSED && item.state != STATE_ITEM_WITHDRAWN;
    page.may_vote = is_open && request_may(request, PERMISSION_ITEM_VOTE);
    page.may_adjudicate = is_open && !page.has_voted &&
                          item.consensus == STATE_CONSENSUS_DISPUTED &&
                          request_may(request, PERMISSION_ITEM_ADJUDICATE);
    if (page.may_vote)
        TRY(next_find(request, &actor, &case_, &id, &page.next, diag));
    if (why != NULL)
        reply_status(reply, err_http_status(why->err));
    template_item_page(reply_out(reply), request_lang(request), &page);
    return page_end(reply, page_tr(request, N_("Item")), diag);
}

Err item_show(WebRequest *request, WebReply *reply, Diag *diag) {
    return item_page(request, reply, NULL, diag);
}

static Err vote_do(WebRequest *request, const Actor *actor, const char **ret_done, Diag *diag) {
    Records *records = page_records(request);
    Identifier case_ = request_param_id(request, "id"), item = request_param_id(request, "item");
    Str what = page_sent(request, "do");
    Category category = {page_sent(request, "scheme"), page_sent(request, "version"),
                         page_sent(request, "category")};
    if (str_is(what, "withdraw")) {
        *ret_done = N_("Your vote was withdrawn.");
        return vote_withdraw(records, actor, &case_, &item, NULL, diag);
    }
    if (category.code.len == 0) {
        diag_set(diag, ERR_INVALID, N_("Choose a category."));
        diag_arg(diag, "field", STR("category"));
        return ERR_INVALID;
    }
    if (str_is(what, "adjudicate")) {
        *ret_done = N_("The dispute was decided.");
        return item_adjudicate(records, actor, &case_, &item, &category, diag);
    }
    *ret_done = N_("Your vote was cast.");
    return vote_cast(records, actor, &case_, &item, &category, NULL, diag);
}

Err item_vote_do(WebRequest *request, WebReply *reply, Diag *diag) {
    Actor actor = page_actor(request);
    const char *done_msgid = NULL;
    Diag why = {0};
    Err err = vote_do(request, &actor, &done_msgid, &why);
    if (page_is_answerable(err))
        return item_page(request, reply, &why, diag);
    if (err != ERR_OK) {
        *diag = why;
        return err;
    }
    Str path = request_path(request);
    reply_flash(reply, FLASH_DONE, done_msgid);
    // Back to the item: the path without its last part, "/votes".
    reply_redirect(reply, page_copy(request, str_of(path.ptr, path.len - strlen("/votes"))));
    return ERR_OK;
}
