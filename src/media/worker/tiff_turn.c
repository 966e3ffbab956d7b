// The orientation tag of a TIFF: part of how its rows are stored, and applied by the picture
// library of the public pipeline, so by us too (unlike the EXIF orientation of other formats). The
// whole page is kept until it can be given out turned.
#include <stdlib.h>

#include "media/worker/tiff_source.h"

Err tiff_turn_begin(Decoding *d, TiffTurn *turn, uint32_t width, uint32_t height) {
    *turn = (TiffTurn){.orientation = turn->orientation, .width = width, .height = height};
    bool is_on_its_side = turn->orientation >= ORIENTATION_LEFTTOP;
    TRY(rows_begin(d, is_on_its_side ? height : width, is_on_its_side ? width : height));
    if (turn->orientation == ORIENTATION_TOPLEFT)
        return ERR_OK;
    turn->rgb = calloc(height, (size_t)width * 3);
    return turn->rgb != NULL ? ERR_OK : decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
}

void tiff_turn_put(Decoding *d, TiffTurn *turn, const uint8_t *row) {
    if (turn->orientation == ORIENTATION_TOPLEFT)
        rows_put_rgb(d, row, 1);
    else if (turn->done < turn->height)
        memcpy(turn->rgb + (size_t)turn->done * turn->width * 3, row, (size_t)turn->width * 3);
    turn->done++;
}

// Where the pixel (x, y) of the upright picture is stored.
static size_t stored_at(const TiffTurn *turn, uint32_t x, uint32_t y) {
    bool is_on_its_side = turn->orientation >= ORIENTATION_LEFTTOP;
    uint32_t column = is_on_its_side ? y : x, row = is_on_its_side ? x : y;
    switch (turn->orientation) {
    case ORIENTATION_TOPRIGHT:
    case ORIENTATION_BOTRIGHT:
    case ORIENTATION_RIGHTBOT:
    case ORIENTATION_LEFTBOT:
        column = turn->width - 1 - column;
        break;
    default:
        break;
    }
    switch (turn->orientation) {
    case ORIENTATION_BOTRIGHT:
    case ORIENTATION_BOTLEFT:
    case ORIENTATION_RIGHTTOP:
    case ORIENTATION_RIGHTBOT:
        row = turn->height - 1 - row;
        break;
    default:
        break;
    }
    return ((size_t)row * turn->width + column) * 3;
}

Err tiff_turn_end(Decoding *d, TiffTurn *turn) {
    if (turn->orientation == ORIENTATION_TOPLEFT || turn->done == 0)
        return ERR_OK;
    _cleanup_free_ uint8_t *line = malloc((size_t)d->rows.width * 3);
    if (line == NULL)
        return decoding_fail(d, ERR_LIMIT, WIRE_SAYS_MEMORY);
    if (turn->done < turn->height)
        d->result->flags |= WIRE_IS_TRUNCATED;
    for (uint32_t y = 0; y < d->rows.height; y++) {
        for (uint32_t x = 0; x < d->rows.width; x++)
            memcpy(line + 3 * (size_t)x, turn->rgb + stored_at(turn, x, y), 3);
        rows_put_rgb(d, line, 1);
    }
    return ERR_OK;
}
