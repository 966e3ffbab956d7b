// One call of zlib at a low level: pages are small and the line is slower than the processor.
#include "web/gzip.h"

#include <zlib.h>

enum { LEVEL = 4, GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };

Err gzip_put(StrBuf *out, Str bytes) {
    z_stream stream = {0};
    if (bytes.len < 64 || bytes.len > UINT32_MAX / 2)
        return ERR_LIMIT;
    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        return ERR_NOMEM;
    Err err = ERR_NOMEM;
    strbuf_clear(out);
    char *room = strbuf_reserve(out, bytes.len - 1);
    if (room != NULL) {
        // zlib's own declaration lacks the const.
        stream.next_in = (Bytef *)(uintptr_t)bytes.ptr;
        stream.avail_in = (uInt)bytes.len;
        stream.next_out = (Bytef *)room;
        stream.avail_out = (uInt)(bytes.len - 1);
        err = deflate(&stream, Z_FINISH) == Z_STREAM_END ? ERR_OK : ERR_LIMIT;
        strbuf_commit(out, err == ERR_OK ? stream.total_out : 0);
    }
    deflateEnd(&stream);
    return err;
}
