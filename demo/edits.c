// The edits by which copies of a picture differ from it.
#include "plan.h"

static const char *const NAMES[EDIT_KINDS] = {
    "original", "recompressed", "resized",     "blurred",    "brightened",
    "contrast", "mirrored",     "rotated90",   "rotated180", "cropped",
    "gray",     "reformatted",  "watermarked", "copy",       "truncated"};

const char *edit_name(EditKind kind) {
    return NAMES[kind];
}

static Err crop_by(const Picture *from, double share, Picture *ret) {
    int x = (int)(from->width * share / 2), y = (int)(from->height * share / 2);
    return picture_crop(from, x, y, from->width - 2 * x, from->height - 2 * y, ret);
}

Err edit_apply(const Picture *from, const DemoFile *file, Picture *ret) {
    double amount = file->amount;
    switch (file->edit) {
    case EDIT_RESIZED:
        return picture_resize(from, (int)(from->width * amount + 0.5),
                              (int)(from->height * amount + 0.5), ret);
    case EDIT_BLURRED:
        return picture_blur(from, (int)amount, ret);
    case EDIT_BRIGHTENED:
        return picture_tone(from, 1, amount, 1, ret);
    case EDIT_CONTRAST:
        return picture_tone(from, amount, 128 * (1 - amount), 1, ret);
    case EDIT_GRAY:
        return picture_tone(from, 1, 0, 0, ret);
    case EDIT_MIRRORED:
        return picture_mirror(from, ret);
    case EDIT_ROTATED90:
        return picture_turn(from, 1, ret);
    case EDIT_ROTATED180:
        return picture_turn(from, 2, ret);
    case EDIT_CROPPED:
        return crop_by(from, amount, ret);
    case EDIT_WATERMARKED:
        return picture_watermark(from, "lanterna.example", ret);
    default:
        return picture_copy(from, ret);
    }
}
