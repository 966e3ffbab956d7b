// HEIC, HEIF and AVIF by libheif: the primary picture, with the container's own rotation, mirroring
// and cropping applied, because they are part of what the picture is (every viewer shows it so). An
// EXIF orientation beside them is ignored here as everywhere.
#include <stdlib.h>

#include <libheif/heif.h>

#include "base/bytes.h"
#include "media/limits.h"
#include "media/worker/decoder.h"

static Err fail(Decoding *d, struct heif_error error) {
    switch (error.code) {
    case heif_error_Memory_allocation_error:
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    case heif_error_Unsupported_filetype:
    case heif_error_Unsupported_feature:
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    default:
        break;
    }
    if (error.subcode == heif_suberror_End_of_data)
        return decoding_fail(d, ERR_TRUNCATED, WIRE_SAYS_SHORT);
    if (error.subcode == heif_suberror_Security_limit_exceeded)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_DIMENSIONS);
    if (error.subcode == heif_suberror_Unsupported_codec)
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_VARIANT);
    return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
}

static WireType type_of(Str input) {
    size_t end = load_be32(input.ptr);
    WireType type = WIRE_TYPE_HEIF;
    for (size_t at = 8; at + 4 <= end && at + 4 <= input.len; at += 4) {
        if (memcmp(input.ptr + at, "avif", 4) == 0 || memcmp(input.ptr + at, "avis", 4) == 0)
            return WIRE_TYPE_AVIF;
        if (memcmp(input.ptr + at, "hei", 3) == 0 || memcmp(input.ptr + at, "hev", 3) == 0)
            type = WIRE_TYPE_HEIC;
    }
    return type;
}

static Err put_rows(Decoding *d, const struct heif_image *image) {
    int stride = 0;
    const uint8_t *plane = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
    int width = heif_image_get_width(image, heif_channel_interleaved);
    int height = heif_image_get_height(image, heif_channel_interleaved);
    if (plane == NULL || width <= 0 || height <= 0 || stride < width * 3)
        return decoding_fail(d, ERR_SYNTAX, WIRE_SAYS_DAMAGED);
    // The decoded size counts; what the header announced was only looked at for its limits.
    TRY(rows_begin(d, (uint32_t)width, (uint32_t)height));
    for (int y = 0; y < height; y++)
        rows_put_rgb(d, plane + (size_t)y * (size_t)stride, 1);
    return ERR_OK;
}

static void read_facts(Decoding *d, const struct heif_image_handle *handle) {
    heif_item_id id;
    if ((d->rows.want & WIRE_FACTS) == 0 ||
        heif_image_handle_get_list_of_metadata_block_IDs(handle, "Exif", &id, 1) != 1)
        return;
    size_t size = heif_image_handle_get_metadata_size(handle, id);
    if (size <= 4 || size > MEDIA_EXIF_MAX)
        return;
    _cleanup_free_ uint8_t *bytes = malloc(size);
    if (bytes == NULL || heif_image_handle_get_metadata(handle, id, bytes).code != heif_error_Ok)
        return;
    size_t skip = load_be32(bytes);
    if (skip < size - 4)
        exif_read(d, str_of(bytes + 4 + skip, size - 4 - skip));
}

static Err decode_handle(Decoding *d, const struct heif_image_handle *handle) {
    int64_t width = heif_image_handle_get_width(handle),
            height = heif_image_handle_get_height(handle);
    if (width > MEDIA_DIMENSION_MAX || height > MEDIA_DIMENSION_MAX ||
        width * height > MEDIA_PIXELS_MAX)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_DIMENSIONS);
    struct heif_image *image = NULL;
    struct heif_error error =
        heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGB, NULL);
    if (error.code != heif_error_Ok)
        return fail(d, error);
    Err err = put_rows(d, image);
    heif_image_release(image);
    if (err == ERR_OK)
        read_facts(d, handle);
    return err;
}

Err heif_decode(Decoding *d) {
    const uint8_t *bytes = (const uint8_t *)d->input.ptr;
    int looked_at = d->input.len < 64 ? (int)d->input.len : 64;
    if (heif_check_filetype(bytes, looked_at) == heif_filetype_no)
        return decoding_fail(d, ERR_UNSUPPORTED, WIRE_SAYS_UNKNOWN);
    d->result->type = type_of(d->input);
    d->result->frames = 1;
    struct heif_context *context = heif_context_alloc();
    if (context == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    heif_context_set_max_decoding_threads(context, 0);
    struct heif_image_handle *handle = NULL;
    struct heif_error error =
        heif_context_read_from_memory_without_copy(context, bytes, d->input.len, NULL);
    if (error.code == heif_error_Ok)
        error = heif_context_get_primary_image_handle(context, &handle);
    Err err = error.code == heif_error_Ok ? decode_handle(d, handle) : fail(d, error);
    heif_image_handle_release(handle);
    heif_context_free(context);
    return err;
}
