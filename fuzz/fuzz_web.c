// What the web room parses of a request: target, form, multipart body, header values. The first
// line says which; the rest is the input. Fed in pieces, a multipart body must give the same parts.
#include "base/utf8.h"
#include "web/address.h"
#include "web/form.h"
#include "web/guard.h"
#include "web/header_value.h"
#include "web/multipart.h"
#include "web/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds) {
    if (!holds)
        __builtin_trap();
}

static Err part_begin(void *context, const MultipartPart *part) {
    must(utf8_is_valid(part->name) && utf8_is_valid(part->file_name) && part->name.len > 0);
    strbuf_printf(context, "[%zu:", part->name.len);
    return ERR_OK;
}

static Err part_data(void *context, Str bytes) {
    strbuf_put(context, bytes);
    return ERR_OK;
}

static Err part_end(void *context) {
    strbuf_put_byte(context, ']');
    return ERR_OK;
}

static Err parts_of(Str body, size_t step, StrBuf *out) {
    const MultipartSink sink = {out, part_begin, part_data, part_end};
    Multipart multipart;
    Err err = multipart_init(&multipart, STR("xx"), &sink);
    for (; body.len > 0 && err == ERR_OK; body = str_from_index(body, step))
        err = multipart_feed(&multipart, (Str){body.ptr, body.len < step ? body.len : step});
    if (err == ERR_OK)
        err = multipart_finish(&multipart);
    multipart_done(&multipart);
    return err;
}

static void try_multipart(Str text) {
    StrBuf whole = STRBUF(4 << 20), pieces = STRBUF(4 << 20);
    Err err = parts_of(text, text.len + 1, &whole);
    must(parts_of(text, 7, &pieces) == err);
    must(err != ERR_OK || str_equal(strbuf_str(&whole), strbuf_str(&pieces)));
    strbuf_done(&whole);
    strbuf_done(&pieces);
}

static void try_fields(Str text, Arena *arena) {
    FieldList list = {0};
    if (form_parse(text, arena, &list) == ERR_OK)
        for (size_t i = 0; i < list.len; i++)
            must(utf8_is_valid(list.items[i].name) && utf8_is_valid(list.items[i].value));
}

static void try_target(Str text, Arena *arena) {
    Target target;
    if (target_parse(text, arena, &target) == ERR_OK) {
        must(target.path.len > 0 && target.path.ptr[0] == '/' && utf8_is_valid(target.path));
        must(str_find(target.path, STR("/../")) < 0 && str_find(target.path, STR("//")) < 0);
    }
    if (target_is_local(text))
        must(text.ptr[0] == '/' && memchr(text.ptr, '\\', text.len) == NULL);
}

static bool any(Str tag) {
    return tag.len > 0;
}

static void try_values(Str text) {
    char host_buffer[HOST_MAX + 1], type_buffer[CONTENT_TYPE_MAX + 1];
    Str first, second;
    WebAddress address;
    if (cookie_find(text, STR("session"), &first))
        must(first.len < text.len);
    if (accept_language_choose(text, any, &first))
        must(first.len > 0 && first.len <= 35);
    if (host_split(text, host_buffer, &first, &second))
        must(first.len > 0 && first.len <= HOST_MAX && host_buffer[first.len] == '\0');
    (void)content_type_of(text, type_buffer);
    (void)content_type_parameter(text, STR("boundary"), &first);
    (void)header_accepts(text, STR("gzip"));
    const WebAddress proxies[] = {{{[15] = 1}}};
    const AddressList list = {proxies, 1};
    address = address_forwarded(&list, &proxies[0], text);
    (void)address_group(&address);
}

// Lines "name: value" through the guard.
static void try_guard(Str text) {
    GuardHeader headers[80];
    size_t count = 0;
    static const Str HOSTS[] = {{"localhost", 9}};
    GuardFacts facts;
    Str line;
    while (count < 80 && str_cut(text, '\n', &line, &text)) {
        headers[count] = (GuardHeader){line, {0}};
        (void)str_cut(line, ':', &headers[count].name, &headers[count].value);
        headers[count].value = str_trim(headers[count].value);
        count++;
    }
    GuardVerdict verdict = guard_check(STR("HTTP/1.1"), headers, count, HOSTS, 1, &facts);
    must((verdict.status == 0) == (verdict.reason == NULL));
    if (verdict.status == 0)
        must(str_is(facts.host, "localhost") && !(facts.is_chunked && facts.length > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_of(data, size), kind = {0};
    Arena *arena = arena_new(16 << 20);
    if (arena == NULL)
        return 0;
    (void)str_cut(text, '\n', &kind, &text);
    if (str_is(kind, "multipart"))
        try_multipart(text);
    else if (str_is(kind, "guard"))
        try_guard(text);
    else {
        try_fields(text, arena);
        try_target(text, arena);
        try_values(text);
    }
    arena_free(arena);
    return 0;
}
