// WebP by libwebp: still pictures, lossy and lossless, and the first frame of an animation on its
// canvas. Alpha is dropped, never blended. What a cut file still holds is decoded.
#include <stdlib.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "media/limits.h"
#include "media/worker/decoder.h"

// Where a frame's pixels go: a canvas of 3 bytes a pixel.
typedef struct Canvas {
    uint8_t *rgb;
    size_t stride, size; // bytes
    uint32_t height;
} Canvas;

static Err decode_frame(Decoding *d, const uint8_t *bytes, size_t size, const Canvas *canvas,
                        uint32_t left, uint32_t top) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config))
        return decoding_fail(d, ERR_INTERNAL, WIRE_SAYS_NOTHING);
    size_t at = (size_t)top * canvas->stride + (size_t)left * 3;
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = canvas->rgb + at;
    config.output.u.RGBA.stride = (int)canvas->stride;
    config.output.u.RGBA.size = canvas->size - at;
    WebPIDecoder *decoder = WebPIDecode(NULL, 0, &config);
    if (decoder == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    VP8StatusCode code = WebPIUpdate(decoder, bytes, size);
    int last_row = 0;
    bool has_some = WebPIDecGetRGB(decoder, &last_row, NULL, NULL, NULL) != NULL && last_row > 0;
    WebPIDelete(decoder);
    if (code == VP8_STATUS_OK)
        return ERR_OK;
    d->result->flags |= WIRE_IS_TRUNCATED;
    if (has_some)
        return ERR_OK;
    switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
        return decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    default:
        return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    }
}

static Err decode_animation(Decoding *d, WebPDemuxer *demuxer, const Canvas *canvas) {
    WebPIterator frame;
    if (demuxer == NULL || !WebPDemuxGetFrame(demuxer, 1, &frame))
        return decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    uint32_t count = WebPDemuxGetI(demuxer, WEBP_FF_FRAME_COUNT);
    d->result->frames = count == 0 ? 1 : count < MEDIA_FRAMES_MAX ? count : MEDIA_FRAMES_MAX;
    bool fits = frame.x_offset >= 0 && frame.y_offset >= 0 && frame.width > 0 && frame.height > 0 &&
                (uint32_t)frame.x_offset + (uint32_t)frame.width <= d->rows.width &&
                (uint32_t)frame.y_offset + (uint32_t)frame.height <= d->rows.height;
    Err err = fits ? decode_frame(d, frame.fragment.bytes, frame.fragment.size, canvas,
                                  (uint32_t)frame.x_offset, (uint32_t)frame.y_offset)
                   : decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    WebPDemuxReleaseIterator(&frame);
    return err;
}

static void read_facts(Decoding *d, const WebPDemuxer *demuxer) {
    WebPChunkIterator chunk;
    if (demuxer == NULL || !WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk))
        return;
    exif_read(d, str_of(chunk.chunk.bytes, chunk.chunk.size));
    WebPDemuxReleaseChunkIterator(&chunk);
}

Err webp_decode(Decoding *d) {
    const uint8_t *bytes = (const uint8_t *)d->input.ptr;
    WebPBitstreamFeatures features;
    d->result->type = WIRE_TYPE_WEBP;
    d->result->frames = 1;
    VP8StatusCode code = WebPGetFeatures(bytes, d->input.len, &features);
    if (code != VP8_STATUS_OK)
        return code == VP8_STATUS_NOT_ENOUGH_DATA ? decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT)
                                                  : decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    TRY(rows_begin(d, (uint32_t)features.width, (uint32_t)features.height));
    Canvas canvas = {.stride = (size_t)features.width * 3, .height = (uint32_t)features.height};
    canvas.size = canvas.stride * canvas.height;
    canvas.rgb = calloc(canvas.height, canvas.stride);
    if (canvas.rgb == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    WebPData data = {.bytes = bytes, .size = d->input.len};
    WebPDemuxState state;
    WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
    Err err = features.has_animation ? decode_animation(d, demuxer, &canvas)
                                     : decode_frame(d, bytes, d->input.len, &canvas, 0, 0);
    if (err == ERR_OK) {
        rows_put_rgb(d, canvas.rgb, canvas.height);
        read_facts(d, demuxer);
    }
    WebPDemuxDelete(demuxer);
    free(canvas.rgb);
    return err;
}
