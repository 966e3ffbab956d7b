// Encoding pictures to the bytes of a file, and the pixels that a reader of that file will get
// back.
#pragma once
#include "base/strbuf.h"
#include "picture.h"

typedef enum ImageFormat {
    IMAGE_JPEG,
    IMAGE_PNG,
    IMAGE_WEBP,
    IMAGE_GIF,
    IMAGE_BMP,
    IMAGE_TIFF,
    IMAGE_FORMATS
} ImageFormat;
const char *image_extension(ImageFormat format); // "jpg", …
const char *image_mime(ImageFormat format);

// What a camera writes into a JPEG. Invented makes.
typedef struct CameraFacts {
    const char *make, *model, *software;
    char taken[20]; // 2026:01:15 09:30:00
    bool has_place;
    double latitude, longitude; // degrees, north and east positive
} CameraFacts;

// Appends the file to out and replaces picture's pixels by what decoding the file gives. camera:
// may be NULL.
Err image_encode(Picture *picture, ImageFormat format, int quality, const CameraFacts *camera,
                 StrBuf *out) MUST_CHECK;
// Appends an EXIF APP1 payload (without marker and length).
void exif_put(StrBuf *out, const CameraFacts *camera);
// The parts, each in its own file.
Err jpeg_encode(Picture *picture, int quality, const CameraFacts *camera, StrBuf *out) MUST_CHECK;
Err webp_encode(Picture *picture, int quality, StrBuf *out) MUST_CHECK;
Err png_encode(const Picture *picture, StrBuf *out) MUST_CHECK;
Err gif_encode(Picture *picture, StrBuf *out) MUST_CHECK;
Err tiff_encode(const Picture *picture, StrBuf *out) MUST_CHECK;
void bmp_encode(const Picture *picture, StrBuf *out);
