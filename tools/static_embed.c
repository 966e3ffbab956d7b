// Embeds files of web/static/ into a C source: content, gzip of it, and a name with a digest.
//
//     static_embed OUT.c FILE…
//
// Writes the tables that src/web/static_files.h declares.
#include <sodium.h>
#include <stdio.h>
#include <zlib.h>

#include "base/file.h"
#include "base/strbuf.h"

enum { FILE_MAX = 4 << 20, DIGEST_SHOWN = 8 };

typedef struct Type {
    const char *extension, *content_type;
} Type;
static const Type TYPES[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
};

static const char *type_of(Str extension) {
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (str_is(extension, TYPES[i].extension))
            return TYPES[i].content_type;
    return NULL;
}

static void put_bytes(StrBuf *out, const char *kind, int number, Str bytes) {
    strbuf_printf(out, "static const unsigned char %s_%d[] = {", kind, number);
    for (size_t i = 0; i < bytes.len; i++)
        strbuf_printf(out, "%s%u,", i % 20 == 0 ? "\n    " : " ", (unsigned char)bytes.ptr[i]);
    strbuf_put_text(out, "\n};\n");
}

static bool pack(StrBuf *out, Str bytes) {
    z_stream stream = {0};
    char *room = strbuf_reserve(out, bytes.len + 64);
    if (room == NULL ||
        deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    stream.next_in = (Bytef *)(uintptr_t)bytes.ptr;
    stream.avail_in = (uInt)bytes.len;
    stream.next_out = (Bytef *)room;
    stream.avail_out = (uInt)bytes.len + 64;
    bool is_done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    strbuf_commit(out, is_done ? stream.total_out : 0);
    deflateEnd(&stream);
    return is_done && out->len + 64 < bytes.len;
}

// One file: its bytes, and its row of the table.
static bool embed(const char *path, int number, StrBuf *data, StrBuf *rows) {
    StrBuf content = STRBUF(FILE_MAX), packed = STRBUF(FILE_MAX + 64);
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    unsigned char digest[crypto_hash_sha256_BYTES];
    if (dot == NULL || type_of(str_from(dot)) == NULL ||
        file_read_all(path, &content, NULL) != ERR_OK) {
        fprintf(stderr, "static_embed: %s cannot be read or is of no known type\n", path);
        return false;
    }
    crypto_hash_sha256(digest, (const unsigned char *)strbuf_text(&content), content.len);
    bool is_packed = pack(&packed, strbuf_str(&content));
    put_bytes(data, "bytes", number, strbuf_str(&content));
    if (is_packed)
        put_bytes(data, "packed", number, strbuf_str(&packed));
    strbuf_printf(rows, "    {\"%s\", \"/static/%.*s-", name, (int)(dot - name), name);
    for (int i = 0; i < DIGEST_SHOWN; i++)
        strbuf_printf(rows, "%02x", digest[i]);
    strbuf_printf(rows, "%s\", \"%s\", bytes_%d, %zu, ", dot, type_of(str_from(dot)), number,
                  content.len);
    if (is_packed)
        strbuf_printf(rows, "packed_%d, %zu},\n", number, packed.len);
    else
        strbuf_put_text(rows, "NULL, 0},\n");
    strbuf_done(&content);
    strbuf_done(&packed);
    return true;
}

int main(int argc, char **argv) {
    StrBuf data = STRBUF(256 << 20), rows = STRBUF(1 << 20);
    bool is_done = argc > 2 && sodium_init() >= 0;
    strbuf_put_text(&data,
                    "// Written by tools/static_embed.c: the files of web/static/ that pages "
                    "use.\n#include \"web/static_files.h\"\n\n");
    for (int i = 2; i < argc && is_done; i++)
        is_done = embed(argv[i], i, &data, &rows);
    strbuf_put_text(&data, "const StaticFile STATIC_FILES[] = {\n");
    strbuf_put(&data, strbuf_str(&rows));
    strbuf_put_text(&data, "};\nconst size_t STATIC_FILE_COUNT = sizeof STATIC_FILES / sizeof "
                           "*STATIC_FILES;\n");
    is_done = is_done && strbuf_err(&data) == ERR_OK && strbuf_err(&rows) == ERR_OK &&
              file_replace(argv[1], strbuf_str(&data), false, NULL) == ERR_OK;
    strbuf_done(&data);
    strbuf_done(&rows);
    return is_done ? 0 : 1;
}
