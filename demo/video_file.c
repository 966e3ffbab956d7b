// Writing AVI: a list of headers, the pictures, and an index of them.
#include "base/bytes.h"
#include "video.h"

enum { VIDEO_MAX = 64 << 20, INDEX_MAX = 1 << 20, KEY_PICTURE = 16, HAS_INDEX = 16 };

static void put_u16(StrBuf *out, uint16_t value) {
    char bytes[2];
    store_le16(bytes, value);
    strbuf_put(out, str_of(bytes, sizeof bytes));
}

static void put_u32(StrBuf *out, uint32_t value) {
    char bytes[4];
    store_le32(bytes, value);
    strbuf_put(out, str_of(bytes, sizeof bytes));
}

static void put_name(StrBuf *out, const char *name) {
    strbuf_put(out, str_of(name, 4));
}

void video_file_begin(VideoFile *video, int width, int height, int rate) {
    *video = (VideoFile){.width = width,
                         .height = height,
                         .rate = rate,
                         .pictures = STRBUF(VIDEO_MAX),
                         .index = STRBUF(INDEX_MAX)};
}

void video_file_done(VideoFile *video) {
    strbuf_done(&video->pictures);
    strbuf_done(&video->index);
}

void video_file_put(VideoFile *video, Str jpeg) {
    put_name(&video->index, "00dc");
    put_u32(&video->index, KEY_PICTURE);
    put_u32(&video->index, (uint32_t)(4 + video->pictures.len)); // from the list's name on
    put_u32(&video->index, (uint32_t)jpeg.len);
    put_name(&video->pictures, "00dc");
    put_u32(&video->pictures, (uint32_t)jpeg.len);
    strbuf_put(&video->pictures, jpeg);
    if (jpeg.len % 2 != 0)
        strbuf_put_byte(&video->pictures, '\0');
    video->count++;
}

// "avih" and the one track's "strh" and "strf".
static void put_headers(const VideoFile *video, StrBuf *out) {
    uint32_t width = (uint32_t)video->width, height = (uint32_t)video->height;
    put_name(out, "avih");
    put_u32(out, 56);
    const uint32_t main[14] = {1000000u / (uint32_t)video->rate,
                               0,
                               0,
                               HAS_INDEX,
                               (uint32_t)video->count,
                               0,
                               1,
                               0,
                               width,
                               height,
                               0,
                               0,
                               0,
                               0};
    for (int i = 0; i < 14; i++)
        put_u32(out, main[i]);
    put_name(out, "LIST");
    put_u32(out, 4 + 8 + 56 + 8 + 40);
    put_name(out, "strl");
    put_name(out, "strh");
    put_u32(out, 56);
    put_name(out, "vids");
    put_name(out, "MJPG");
    const uint32_t track[9] = {0, 0,         0, 1, (uint32_t)video->rate, 0, (uint32_t)video->count,
                               0, UINT32_MAX};
    for (int i = 0; i < 9; i++)
        put_u32(out, track[i]);
    put_u32(out, 0);
    for (int i = 0; i < 2; i++)
        put_u16(out, 0);
    put_u16(out, (uint16_t)width);
    put_u16(out, (uint16_t)height);
    put_name(out, "strf");
    put_u32(out, 40);
    put_u32(out, 40);
    put_u32(out, width);
    put_u32(out, height);
    put_u16(out, 1);
    put_u16(out, 24);
    put_name(out, "MJPG");
    put_u32(out, width * height * 3);
    for (int i = 0; i < 4; i++)
        put_u32(out, 0);
}

Err video_file_end(const VideoFile *video, StrBuf *out) {
    _cleanup_strbuf_ StrBuf headers = STRBUF(4096);
    put_headers(video, &headers);
    uint32_t header_size = (uint32_t)headers.len, picture_size = (uint32_t)video->pictures.len,
             index_size = (uint32_t)video->index.len;
    put_name(out, "RIFF");
    put_u32(out, 4 + 12 + header_size + 12 + picture_size + 8 + index_size);
    put_name(out, "AVI ");
    put_name(out, "LIST");
    put_u32(out, 4 + header_size);
    put_name(out, "hdrl");
    strbuf_put(out, strbuf_str(&headers));
    put_name(out, "LIST");
    put_u32(out, 4 + picture_size);
    put_name(out, "movi");
    strbuf_put(out, strbuf_str(&video->pictures));
    put_name(out, "idx1");
    put_u32(out, index_size);
    strbuf_put(out, strbuf_str(&video->index));
    TRY(strbuf_err(&headers));
    TRY(strbuf_err(&video->pictures));
    TRY(strbuf_err(&video->index));
    return strbuf_err(out);
}
