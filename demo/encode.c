// Choosing the encoder; BMP by hand.
#include "encode.h"

#include "base/bytes.h"

static const struct {
    const char *extension, *mime;
} FORMATS[IMAGE_FORMATS] = {{"jpg", "image/jpeg"}, {"png", "image/png"}, {"webp", "image/webp"},
                            {"gif", "image/gif"},  {"bmp", "image/bmp"}, {"tif", "image/tiff"}};

const char *image_extension(ImageFormat format) {
    return FORMATS[format].extension;
}
const char *image_mime(ImageFormat format) {
    return FORMATS[format].mime;
}

void bmp_encode(const Picture *picture, StrBuf *out) {
    size_t row = ((size_t)picture->width * 3 + 3) / 4 * 4, body = row * (size_t)picture->height;
    uint8_t head[54] = {'B', 'M'};
    store_le32(head + 2, (uint32_t)(54 + body));
    store_le32(head + 10, 54);
    store_le32(head + 14, 40);
    store_le32(head + 18, (uint32_t)picture->width);
    store_le32(head + 22, (uint32_t)picture->height);
    store_le16(head + 26, 1);
    store_le16(head + 28, 24);
    store_le32(head + 34, (uint32_t)body);
    store_le32(head + 38, 2835);
    store_le32(head + 42, 2835);
    strbuf_put(out, str_of(head, sizeof head));
    char *to = strbuf_reserve(out, body);
    if (to == NULL)
        return;
    memset(to, 0, body);
    for (int y = 0; y < picture->height; y++) {
        const uint8_t *from =
            picture->rgb + (size_t)(picture->height - 1 - y) * (size_t)picture->width * 3;
        uint8_t *line = (uint8_t *)to + (size_t)y * row;
        for (int x = 0; x < picture->width; x++) {
            line[3 * x] = from[3 * x + 2];
            line[3 * x + 1] = from[3 * x + 1];
            line[3 * x + 2] = from[3 * x];
        }
    }
    strbuf_commit(out, body);
}

Err image_encode(Picture *picture, ImageFormat format, int quality, const CameraFacts *camera,
                 StrBuf *out) {
    switch (format) {
    case IMAGE_JPEG:
        TRY(jpeg_encode(picture, quality, camera, out));
        break;
    case IMAGE_WEBP:
        TRY(webp_encode(picture, quality, out));
        break;
    case IMAGE_PNG:
        TRY(png_encode(picture, out));
        break;
    case IMAGE_GIF:
        TRY(gif_encode(picture, out));
        break;
    case IMAGE_TIFF:
        TRY(tiff_encode(picture, out));
        break;
    case IMAGE_BMP:
    default:
        bmp_encode(picture, out);
    }
    return strbuf_err(out);
}
