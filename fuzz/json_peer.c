// jansson's reading of a document as a trace.
//
// Its own ways: it refuses numbers that overflow a double, a NUL in a key, and great depth; asked,
// it takes \u0000 in values and any value at the top.
#include "json_peer.h"

#include <jansson.h>

static void text_put(StrBuf *out, char sign, const char *text, size_t n) {
    strbuf_printf(out, "%c%zu:", sign, n);
    strbuf_put(out, str_of(text, n));
}

static void tree_put(json_t *value, StrBuf *out) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        strbuf_put_byte(out, '{');
        for (void *at = json_object_iter(value); at != NULL;
             at = json_object_iter_next(value, at)) {
            text_put(out, 'k', json_object_iter_key(at), json_object_iter_key_len(at));
            tree_put(json_object_iter_value(at), out);
        }
        strbuf_put_byte(out, '}');
        break;
    case JSON_ARRAY:
        strbuf_put_byte(out, '[');
        for (size_t i = 0; i < json_array_size(value); i++)
            tree_put(json_array_get(value, i), out);
        strbuf_put_byte(out, ']');
        break;
    case JSON_STRING:
        text_put(out, 's', json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        strbuf_printf(out, "n%a", json_number_value(value));
        break;
    case JSON_TRUE:
        strbuf_put_byte(out, 't');
        break;
    case JSON_FALSE:
        strbuf_put_byte(out, 'f');
        break;
    case JSON_NULL:
        strbuf_put_byte(out, 'z');
        break;
    }
}

PeerVerdict json_peer_trace(Str text, StrBuf *out) {
    const size_t FLAGS = JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL;
    json_error_t error;
    json_t *tree = json_loadb(text.ptr, text.len, FLAGS | JSON_REJECT_DUPLICATES, &error);
    if (tree != NULL) {
        tree_put(tree, out);
        json_decref(tree);
        return PEER_ACCEPTS;
    }
    enum json_error_code code = json_error_code(&error);
    if (code == json_error_duplicate_key) {
        tree = json_loadb(text.ptr, text.len, FLAGS, &error);
        if (tree != NULL) {
            json_decref(tree);
            return PEER_ACCEPTS_DUPLICATES;
        }
        code = json_error_code(&error);
    }
    bool is_limit = code == json_error_numeric_overflow || code == json_error_stack_overflow ||
                    code == json_error_null_byte_in_key || code == json_error_out_of_memory;
    return is_limit ? PEER_ABSTAINS : PEER_REFUSES;
}
