// The camera, and the warp that sets a face-on sheet into the picture by its plane's homography.
#include "view.h"

#include <stdlib.h>
#include <string.h>

enum { LEVELS_MAX = 6, SHEET_SIDE_MAX = 6000, FOOT_RUN = 4 };
static const double NEAR = 0.05; // metres: nothing closer is drawn

void view_init(View *view, int width, int height, Prng *dice, const Country *country) {
    *view = (View){.width = width, .height = height, .dice = dice, .country = country};
    view->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    view->is_failed = cairo_surface_status(view->surface) != CAIRO_STATUS_SUCCESS;
    view->sun = (Vec3){-0.4, 0.8, -0.45};
}

void view_done(View *view) {
    cairo_surface_destroy(view->surface);
    view->surface = NULL;
}

void view_aim(View *view, Vec3 eye, double yaw, double pitch, double roll,
              double focal_over_width) {
    double a = yaw * M_PI / 180, b = pitch * M_PI / 180, c = roll * M_PI / 180;
    Vec3 ahead = {sin(a) * cos(b), sin(b), cos(a) * cos(b)};
    Vec3 right = {cos(a), 0, -sin(a)};
    Vec3 down = {sin(a) * sin(b), -cos(b), cos(a) * sin(b)};
    view->eye = eye;
    view->ahead = ahead;
    view->right = vec3_add(vec3_scale(right, cos(c)), vec3_scale(down, sin(c)));
    view->down = vec3_sub(vec3_scale(down, cos(c)), vec3_scale(right, sin(c)));
    view->focal = focal_over_width * fmax(view->width, view->height);
}

void view_look(View *view, Vec3 target, double distance, double yaw, double pitch, double roll,
               double focal_over_width) {
    view_aim(view, target, yaw, pitch, roll, focal_over_width);
    view->eye = vec3_sub(target, vec3_scale(view->ahead, distance));
}

bool view_project(const View *view, Vec3 point, double *ret_x, double *ret_y) {
    Vec3 d = vec3_sub(point, view->eye);
    double depth = vec3_dot(d, view->ahead);
    if (depth < NEAR)
        return false;
    *ret_x = view->width / 2.0 + view->focal * vec3_dot(d, view->right) / depth;
    *ret_y = view->height / 2.0 + view->focal * vec3_dot(d, view->down) / depth;
    return true;
}

static Vec3 plane_point(const Plane *plane, double s, double t) {
    return vec3_add(plane->origin, vec3_add(vec3_scale(plane->u, s * plane->w),
                                            vec3_scale(plane->v, t * plane->h)));
}

// The part of a plane that the picture shows, and the resolution that its nearest point asks for.
typedef struct Visible {
    double left, top, right, bottom; // metres on the plane
    double density;                  // pixels a metre
} Visible;

static Visible plane_visible(const View *view, const Plane *plane) {
    enum { CELLS = 40 };
    double nearest = INFINITY, margin_x = view->width * 0.04, margin_y = view->height * 0.04;
    int first_s = CELLS, last_s = 0, first_t = CELLS, last_t = 0;
    for (int s = 0; s <= CELLS; s++)
        for (int t = 0; t <= CELLS; t++) {
            Vec3 at = plane_point(plane, (double)s / CELLS, (double)t / CELLS);
            double x, y;
            if (!view_project(view, at, &x, &y) || x < -margin_x || y < -margin_y ||
                x > view->width + margin_x || y > view->height + margin_y)
                continue;
            nearest = fmin(nearest, vec3_dot(vec3_sub(at, view->eye), view->ahead));
            first_s = s < first_s ? s : first_s;
            last_s = s > last_s ? s : last_s;
            first_t = t < first_t ? t : first_t;
            last_t = t > last_t ? t : last_t;
        }
    if (isinf(nearest)) // between the points, or not at all
        return (Visible){0, 0, plane->w, plane->h, view->focal / 2};
    // One cell more on each side: the border of what shows runs between points.
    first_s = first_s > 0 ? first_s - 1 : 0;
    first_t = first_t > 0 ? first_t - 1 : 0;
    last_s = last_s < CELLS ? last_s + 1 : CELLS;
    last_t = last_t < CELLS ? last_t + 1 : CELLS;
    return (Visible){plane->w * first_s / CELLS, plane->h * first_t / CELLS,
                     plane->w * last_s / CELLS, plane->h * last_t / CELLS,
                     view->focal / fmax(nearest, 0.12)};
}

void sheet_open(Sheet *sheet, View *view, Plane plane) {
    *sheet = (Sheet){.view = view, .plane = plane};
    Visible visible = plane_visible(view, &plane);
    double w = visible.right - visible.left, h = visible.bottom - visible.top;
    double area_max = 2.2 * view->width * view->height, scale = visible.density * 1.15;
    scale = fmin(scale, sqrt(area_max / (w * h)));
    scale = fmin(scale, SHEET_SIDE_MAX / fmax(w, h));
    sheet->scale = scale;
    sheet->left = visible.left;
    sheet->top = visible.top;
    int width = (int)ceil(w * scale), height = (int)ceil(h * scale);
    sheet->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width < 2 ? 2 : width,
                                                height < 2 ? 2 : height);
    view->is_failed |= cairo_surface_status(sheet->surface) != CAIRO_STATUS_SUCCESS;
    cairo_t *cr = cairo_create(sheet->surface);
    cairo_scale(cr, scale, scale);
    cairo_translate(cr, -visible.left, -visible.top);
    sheet->pen =
        (Pen){.cr = cr, .dice = view->dice, .country = view->country, .clues = &sheet->clues};
}

typedef struct Mips {
    uint32_t *levels[LEVELS_MAX];
    int width[LEVELS_MAX], height[LEVELS_MAX], count;
    bool is_owned[LEVELS_MAX];
} Mips;

static uint32_t average4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    uint32_t low =
        ((a & 0xFF00FF) + (b & 0xFF00FF) + (c & 0xFF00FF) + (d & 0xFF00FF) + 0x20002) >> 2 &
        0xFF00FF;
    uint32_t high = ((a >> 8 & 0xFF00FF) + (b >> 8 & 0xFF00FF) + (c >> 8 & 0xFF00FF) +
                     (d >> 8 & 0xFF00FF) + 0x20002) >>
                        2 &
                    0xFF00FF;
    return low | high << 8;
}

static void mips_make(Mips *mips, cairo_surface_t *surface) {
    *mips = (Mips){.count = 1};
    cairo_surface_flush(surface);
    mips->levels[0] = (uint32_t *)(void *)cairo_image_surface_get_data(surface);
    mips->width[0] = cairo_image_surface_get_stride(surface) / 4; // ARGB32 rows have no padding
    mips->height[0] = cairo_image_surface_get_height(surface);
    while (mips->count < LEVELS_MAX) {
        int n = mips->count, w = mips->width[n - 1] / 2, h = mips->height[n - 1] / 2;
        if (w < 2 || h < 2)
            return;
        uint32_t *level = malloc((size_t)w * (size_t)h * sizeof *level);
        if (level == NULL)
            return;
        const uint32_t *from = mips->levels[n - 1];
        size_t stride = (size_t)mips->width[n - 1];
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                const uint32_t *at = from + (size_t)(2 * y) * stride + 2 * x;
                level[(size_t)y * (size_t)w + (size_t)x] =
                    average4(at[0], at[1], at[stride], at[stride + 1]);
            }
        mips->levels[n] = level;
        mips->width[n] = w;
        mips->height[n] = h;
        mips->is_owned[n] = true;
        mips->count++;
    }
}

static void mips_done(Mips *mips) {
    for (int i = 0; i < mips->count; i++)
        if (mips->is_owned[i])
            free(mips->levels[i]);
}

static uint32_t blend2(uint32_t a, uint32_t b, uint32_t t) { // t 0–256 towards b
    uint32_t low = (((a & 0xFF00FF) * (256 - t) + (b & 0xFF00FF) * t) >> 8) & 0xFF00FF;
    uint32_t high = (((a >> 8 & 0xFF00FF) * (256 - t) + (b >> 8 & 0xFF00FF) * t) >> 8) & 0xFF00FF;
    return low | high << 8;
}

// Bilinear sample at level-0 texel (u, v).
static uint32_t mips_sample(const Mips *mips, int level, double u, double v) {
    double f = 1.0 / (1 << level);
    double x = u * f - 0.5, y = v * f - 0.5;
    int w = mips->width[level], h = mips->height[level];
    x = x < 0 ? 0 : x > w - 1.001 ? w - 1.001 : x;
    y = y < 0 ? 0 : y > h - 1.001 ? h - 1.001 : y;
    int xi = (int)x, yi = (int)y;
    uint32_t tx = (uint32_t)((x - xi) * 256), ty = (uint32_t)((y - yi) * 256);
    const uint32_t *at = mips->levels[level] + (size_t)yi * (size_t)w + xi;
    return blend2(blend2(at[0], at[1], tx), blend2(at[w], at[w + 1], tx), ty);
}

// Inverse homography: picture pixel (x, y, 1) → (u, v, q) with texels u/q, v/q; q > 0 in front of
// the camera.
typedef struct Homography {
    double m[3][3];
} Homography;

static Homography sheet_homography(const Sheet *sheet) {
    const View *view = sheet->view;
    const Plane *plane = &sheet->plane;
    // A ray eye + t·d meets the plane where d·n·t = (origin − eye)·n; u = (eye + t·d − origin)·u.
    // All linear in d once multiplied by d·n.
    Vec3 n = {plane->u.y * plane->v.z - plane->u.z * plane->v.y,
              plane->u.z * plane->v.x - plane->u.x * plane->v.z,
              plane->u.x * plane->v.y - plane->u.y * plane->v.x};
    Vec3 corner = vec3_add(plane->origin, vec3_add(vec3_scale(plane->u, sheet->left),
                                                   vec3_scale(plane->v, sheet->top)));
    Vec3 o = vec3_sub(corner, view->eye);
    double k = vec3_dot(o, n), ou = vec3_dot(o, plane->u), ov = vec3_dot(o, plane->v);
    double sign = k < 0 ? -1 : 1;
    Vec3 base = vec3_sub(vec3_scale(view->ahead, view->focal),
                         vec3_add(vec3_scale(view->right, view->width / 2.0),
                                  vec3_scale(view->down, view->height / 2.0)));
    Vec3 columns[3] = {view->right, view->down, base};
    Homography h;
    for (int i = 0; i < 3; i++) {
        double dn = vec3_dot(columns[i], n);
        h.m[0][i] = sign * sheet->scale * (k * vec3_dot(columns[i], plane->u) - ou * dn);
        h.m[1][i] = sign * sheet->scale * (k * vec3_dot(columns[i], plane->v) - ov * dn);
        h.m[2][i] = sign * dn;
    }
    return h;
}

static void sheet_bounds(const Sheet *sheet, int bounds[4]) {
    const View *view = sheet->view;
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (int i = 0; i < 4; i++) {
        double x, y;
        if (!view_project(view, plane_point(&sheet->plane, i & 1, i >> 1), &x, &y)) {
            left = top = 0;
            right = view->width;
            bottom = view->height;
            break;
        }
        left = fmin(left, x);
        right = fmax(right, x);
        top = fmin(top, y);
        bottom = fmax(bottom, y);
    }
    bounds[0] = (int)fmax(0, left - 2);
    bounds[1] = (int)fmax(0, top - 2);
    bounds[2] = (int)fmin(view->width, right + 3);
    bounds[3] = (int)fmin(view->height, bottom + 3);
}

static uint32_t over(uint32_t below, uint32_t above, uint32_t cover) { // cover 0–256
    uint32_t low = ((above & 0xFF00FF) * cover >> 8) & 0xFF00FF,
             high = ((above >> 8 & 0xFF00FF) * cover >> 8) & 0xFF00FF;
    uint32_t rest = 256 - ((high >> 16) + ((high >> 16) >> 7));
    uint32_t below_low = ((below & 0xFF00FF) * rest >> 8) & 0xFF00FF;
    uint32_t below_high = ((below >> 8 & 0xFF00FF) * rest >> 8) & 0xFF00FF;
    return (low + below_low) | (high + below_high) << 8;
}

static int foot_level(const Mips *mips, double foot_u, double foot_v) {
    double low = foot_u < foot_v ? foot_u : foot_v, high = foot_u < foot_v ? foot_v : foot_u;
    int level = 0;
    for (double foot = low * 0.6 + high * 0.25; foot > 1.5 && level < mips->count - 1; foot *= 0.5)
        level++;
    return level;
}

static void sheet_row(const Sheet *sheet, const Mips *mips, const Homography *h, int y,
                      const int bounds[4], uint32_t *row) {
    double w = cairo_image_surface_get_width(sheet->surface),
           height = cairo_image_surface_get_height(sheet->surface);
    double py = y + 0.5, foot_u = 1, foot_v = 1;
    int level = -1;
    for (int x = bounds[0]; x < bounds[2]; x++) {
        double px = x + 0.5;
        double q = h->m[2][0] * px + h->m[2][1] * py + h->m[2][2];
        if (q <= 1e-9)
            continue;
        double inverse = 1 / q;
        double u = (h->m[0][0] * px + h->m[0][1] * py + h->m[0][2]) * inverse;
        double v = (h->m[1][0] * px + h->m[1][1] * py + h->m[1][2]) * inverse;
        if (x % FOOT_RUN == 0 || level < 0) { // the footprint changes slowly
            double ux = (h->m[0][0] - u * h->m[2][0]) * inverse,
                   uy = (h->m[0][1] - u * h->m[2][1]) * inverse;
            double vx = (h->m[1][0] - v * h->m[2][0]) * inverse,
                   vy = (h->m[1][1] - v * h->m[2][1]) * inverse;
            foot_u = fabs(ux) + fabs(uy);
            foot_v = fabs(vx) + fabs(vy);
            level = foot_level(mips, foot_u, foot_v);
        }
        if (foot_u > w ||
            foot_v > height) // edge-on: at the plane's own horizon a pixel holds all of it
            continue;
        // How far inside the edge, in picture pixels: the anti-aliasing of the outline.
        double inside_u = (u < w - u ? u : w - u) / foot_u,
               inside_v = (v < height - v ? v : height - v) / foot_v;
        double inside = (inside_u < inside_v ? inside_u : inside_v) + 0.5;
        if (inside <= 0)
            continue;
        uint32_t texel = mips_sample(mips, level, u, v);
        row[x] = over(row[x], texel, inside >= 1 ? 256 : (uint32_t)(inside * 256));
    }
}

// Clue points that this sheet hides.
static void sheet_cover(const Sheet *sheet, const Mips *mips, const Homography *h) {
    ClueList *list = &sheet->view->clues;
    for (int i = 0; i < list->count; i++)
        for (int point = 0; point < 64; point++) {
            double x, y;
            clue_point(&list->items[i], point, &x, &y);
            double q = h->m[2][0] * x + h->m[2][1] * y + h->m[2][2];
            double u = (h->m[0][0] * x + h->m[0][1] * y + h->m[0][2]) / q;
            double v = (h->m[1][0] * x + h->m[1][1] * y + h->m[1][2]) / q;
            if (q > 1e-9 && u >= 0 && v >= 0 && u < mips->width[0] && v < mips->height[0] &&
                mips_sample(mips, 0, u, v) >> 24 > 127)
                list->items[i].covered |= (uint64_t)1 << point;
        }
}

static void sheet_take_clues(const Sheet *sheet) {
    View *view = sheet->view;
    for (int i = 0; i < sheet->clues.count; i++) {
        const Clue *clue = &sheet->clues.items[i];
        double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
        bool is_ahead = true;
        for (int corner = 0; corner < 4; corner++) {
            double s = ((clue->x + (corner & 1) * clue->w) / sheet->scale + sheet->left) /
                       sheet->plane.w,
                   x, y;
            double t = ((clue->y + (double)(corner >> 1) * clue->h) / sheet->scale + sheet->top) /
                       sheet->plane.h;
            if (!view_project(view, plane_point(&sheet->plane, s, t), &x, &y)) {
                is_ahead = false;
                break;
            }
            left = fmin(left, x);
            right = fmax(right, x);
            top = fmin(top, y);
            bottom = fmax(bottom, y);
        }
        if (is_ahead)
            clue_put(&view->clues, clue->id, clue->value, left, top, right - left, bottom - top);
    }
}

void sheet_place(Sheet *sheet) {
    View *view = sheet->view;
    cairo_destroy(sheet->pen.cr);
    if (!view->is_failed) {
        Mips mips;
        mips_make(&mips, sheet->surface);
        Homography h = sheet_homography(sheet);
        int bounds[4];
        sheet_bounds(sheet, bounds);
        cairo_surface_flush(view->surface);
        unsigned char *pixels = cairo_image_surface_get_data(view->surface);
        int stride = cairo_image_surface_get_stride(view->surface);
        for (int y = bounds[1]; y < bounds[3]; y++)
            sheet_row(sheet, &mips, &h, y, bounds,
                      (uint32_t *)(void *)(pixels + (ptrdiff_t)y * stride));
        cairo_surface_mark_dirty(view->surface);
        sheet_cover(sheet, &mips, &h);
        sheet_take_clues(sheet);
        mips_done(&mips);
    }
    cairo_surface_destroy(sheet->surface);
    sheet->surface = NULL;
}
