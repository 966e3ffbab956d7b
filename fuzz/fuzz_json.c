// JsonReader against jansson: a strict reader accepts exactly what jansson accepts, with the same
// values in the same order. A tolerant reader reads what is valid as the strict one does, comes to
// an end on everything else, and neither depends on where the pieces of the input are cut.
#include <stdlib.h>

#include "base/strbuf.h"
#include "format/json.h"
#include "json_peer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TRACE_MAX = 64 << 20 };

typedef struct PieceSource {
    ByteSource source;
    Str bytes;
    size_t piece;
} PieceSource;

static Err piece_read(ByteSource *source, void *ret_bytes, size_t capacity, size_t *ret_n,
                      Diag *diag) {
    (void)diag;
    PieceSource *self = (PieceSource *)source;
    size_t n = self->bytes.len - (size_t)source->offset;
    n = n > self->piece ? self->piece : n;
    n = n > capacity ? capacity : n;
    if (n > 0)
        memcpy(ret_bytes, self->bytes.ptr + source->offset, n);
    source->offset += n;
    *ret_n = n;
    return ERR_OK;
}

static void token_put(StrBuf *out, JsonToken token, Str text) {
    static const char SIGNS[] = "${}[]ksntfz";
    if (token == JSON_END)
        return;
    strbuf_put_byte(out, SIGNS[token]);
    if (token == JSON_KEY || token == JSON_STRING) {
        strbuf_printf(out, "%zu:", text.len);
        strbuf_put(out, text);
    } else if (token == JSON_NUMBER) {
        _cleanup_free_ char *number = strndup(text.ptr, text.len);
        strbuf_printf(out, "%a", strtod(number, NULL));
    }
}

// array_depth 0: ends at the first error.
static Err reader_trace(Str text, size_t piece, const JsonOptions *options, int array_depth,
                        StrBuf *out) {
    PieceSource source = {.source = {.read = piece_read}, .bytes = text, .piece = piece};
    _cleanup_(json_reader_freep) JsonReader *reader = NULL;
    if (json_reader_new(&source.source, options, &reader) != ERR_OK)
        abort();
    JsonToken token = JSON_NULL;
    Err err = ERR_OK;
    while (token != JSON_END) {
        Str value;
        Diag diag = {0};
        err = json_next(reader, &token, &value, &diag);
        if (err == ERR_OK) {
            token_put(out, token, value);
            continue;
        }
        if (diag.offset < 0 || (size_t)diag.offset > text.len)
            abort();
        strbuf_printf(out, "!%s@%d;", err_name(err), (int)diag.offset);
        bool has_more = false;
        if (array_depth == 0 || json_resume(reader, array_depth, &has_more, NULL) != ERR_OK ||
            !has_more)
            break;
    }
    return err;
}

static JsonGuess guess(void *context, Str first_key, Str second_key) {
    (void)context;
    if (second_key.len > 0 && first_key.len == 1)
        return JSON_IS_INNER;
    return first_key.len > 2 ? JSON_IS_ELEMENT : JSON_IS_UNKNOWN;
}

static void check_same(const StrBuf *a, const StrBuf *b) {
    if (!str_equal(strbuf_str(a), strbuf_str(b)))
        abort();
}

static bool has_mark(Str text) {
    return text.len >= 2 &&
           (memcmp(text.ptr, "\xFF\xFE", 2) == 0 || memcmp(text.ptr, "\xFE\xFF", 2) == 0 ||
            memcmp(text.ptr, "\xEF\xBB", 2) == 0);
}

// The same whatever the pieces; returns the strict verdict with its trace in out.
static Err check_pieces(Str text, const JsonOptions *options, int array_depth, StrBuf *out) {
    Err err = reader_trace(text, SIZE_MAX, options, array_depth, out);
    if (text.len <= 4096) {
        _cleanup_strbuf_ StrBuf cut = STRBUF(TRACE_MAX);
        if (reader_trace(text, 1, options, array_depth, &cut) != err)
            abort();
        check_same(out, &cut);
    }
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_of(data, size);
    _cleanup_strbuf_ StrBuf ours = STRBUF(TRACE_MAX), theirs = STRBUF(TRACE_MAX),
                            tolerant = STRBUF(TRACE_MAX), resumed = STRBUF(TRACE_MAX);
    Err err = check_pieces(text, &(JsonOptions){0}, 0, &ours);
    // A raw NUL outside a string ends the document for jansson.
    if (err != ERR_LIMIT && !has_mark(text) && str_find_byte(text, '\0') < 0) {
        PeerVerdict verdict = json_peer_trace(text, &theirs);
        if (verdict != PEER_ABSTAINS && (verdict != PEER_REFUSES) != (err == ERR_OK))
            abort();
        if (verdict == PEER_ACCEPTS)
            check_same(&ours, &theirs);
    }
    (void)check_pieces(text, &(JsonOptions){.is_tolerant = true}, 1, &tolerant);
    if (err == ERR_OK)
        check_same(&ours, &tolerant);
    (void)check_pieces(text, &(JsonOptions){.is_tolerant = true, .guess = guess}, 2, &resumed);
    return 0;
}
