// A tool for developers and tests, not installed. `probe pixels FILE` decodes in this process,
// unconfined, and writes the rows as PPM or PGM (our own or trusted files only: it serves to
// compare pixels with other programs). `probe hash FILE…` and `probe list ARCHIVE` go through the
// client as every command does.
#include <fcntl.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "media/decode.h"
#include "media/worker/decoder.h"

typedef struct Dump {
    Decoding *d;
    bool has_header;
} Dump;

static void write_rows(void *context, const uint8_t *rows, uint32_t row_count, int channels) {
    Dump *dump = context;
    uint32_t width = dump->d->rows.width, height = dump->d->rows.height;
    if (!dump->has_header)
        printf("P6\n%u %u\n255\n", width, height);
    dump->has_header = true;
    for (size_t i = 0; i < (size_t)width * row_count; i++)
        for (int c = 0; c < 3; c++)
            putchar(rows[i * (size_t)channels + (channels == 3 ? (size_t)c : 0)]);
}

static int pixels(const char *path) {
    StrBuf content = STRBUF((size_t)1 << 32);
    if (file_read_all(path, &content, NULL) != ERR_OK)
        return 66;
    WireResult result = wire_result_failed(ERR_OK, WIRE_SAYS_NOTHING);
    Decoding d = {.input = strbuf_str(&content), .result = &result};
    Dump dump = {.d = &d};
    d.rows.tap = write_rows;
    d.rows.tap_context = &dump;
    picture_decode(&d);
    if (result.err != ERR_OK)
        fprintf(stderr, "%s: %s\n", path, wire_message_text((WireMessage)result.message));
    strbuf_done(&content);
    return result.err == ERR_OK ? 0 : 1;
}

static int hash(int count, char **paths) {
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    Diag diag = {0};
    if (media_client_new(NULL, &client, &diag) != ERR_OK) {
        fprintf(stderr, "%s\n", diag.msgid);
        return 1;
    }
    for (int i = 0; i < count; i++) {
        _cleanup_close_ int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
        MediaFacts facts;
        int64_t start_ns = clock_monotonic_ns();
        Err err = media_decode(client, fd, MEDIA_PDQ | MEDIA_PDQ512 | MEDIA_TURNS | MEDIA_FACTS,
                               &facts, &diag);
        int64_t took_ns = clock_monotonic_ns() - start_ns;
        if (err != ERR_OK) {
            printf("%s,error,%s,%s\n", paths[i], err_name(err), diag.msgid);
            continue;
        }
        char full[PDQ_HEX + 1], small[PDQ_HEX + 1];
        pdq_to_hex(&facts.pdq[PDQ_FULL].hash[0], full);
        pdq_to_hex(&facts.pdq[PDQ_512].hash[0], small);
        printf("%s,%d,%s,%s,%s,%ux%u,%u%s,%.2f ms", paths[i], facts.pdq[PDQ_FULL].quality, full,
               small, facts.type, facts.width, facts.height, facts.frames,
               facts.is_truncated ? ",truncated" : "", (double)took_ns / 1e6);
        for (int f = 0; f < facts.fact_count; f++)
            printf(",%s=%s", facts.facts[f].name, facts.facts[f].value);
        putchar('\n');
    }
    return 0;
}

static int list(const char *path) {
    _cleanup_(media_client_freep) MediaClient *client = NULL;
    _cleanup_(media_unpack_freep) MediaUnpack *unpack = NULL;
    Diag diag = {0};
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    Err err = media_client_new(NULL, &client, &diag);
    if (err == ERR_OK)
        err = media_unpack_open(client, fd, &unpack, &diag);
    bool has_member = true;
    while (err == ERR_OK && has_member) {
        MediaMember member;
        err = media_unpack_next(unpack, &member, &has_member, &diag);
        if (err != ERR_OK || !has_member)
            break;
        printf("%.*s size %lld%s", STR_ARG(member.path), (long long)member.size,
               member.is_encrypted ? " encrypted" : "");
        static uint8_t bytes[1 << 16];
        uint64_t total = 0, sum = 0;
        size_t n = 1;
        while (n > 0 && err == ERR_OK) {
            n = 0;
            err = media_unpack_read(unpack, bytes, sizeof bytes, &n, &diag);
            total += n;
            for (size_t i = 0; i < n; i++)
                sum = sum * 31 + bytes[i];
        }
        printf(" read %llu sum %016llx%s%s\n", (unsigned long long)total, (unsigned long long)sum,
               err == ERR_OK ? "" : " ", err == ERR_OK ? "" : diag.msgid);
        err = ERR_OK;
    }
    if (err != ERR_OK)
        printf("%s: %s at %lld\n", err_name(err), diag.msgid, (long long)diag.offset);
    return err == ERR_OK ? 0 : 1;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "pixels") == 0)
        return pixels(argv[2]);
    if (argc >= 3 && strcmp(argv[1], "hash") == 0)
        return hash(argc - 2, argv + 2);
    if (argc == 3 && strcmp(argv[1], "list") == 0)
        return list(argv[2]);
    return 2;
}
