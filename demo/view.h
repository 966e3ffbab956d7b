// View: a pinhole camera over a picture, and sheets — surfaces painted face-on and then set into
// the scene in perspective, with their clues. Metres; x right, y up, z away from the photographer.
// One thread per view.
#pragma once
#include "pen.h"

typedef struct Vec3 {
    double x, y, z;
} Vec3;

static inline Vec3 vec3_add(Vec3 a, Vec3 b) {
    return (Vec3){a.x + b.x, a.y + b.y, a.z + b.z};
}
static inline Vec3 vec3_sub(Vec3 a, Vec3 b) {
    return (Vec3){a.x - b.x, a.y - b.y, a.z - b.z};
}
static inline Vec3 vec3_scale(Vec3 a, double f) {
    return (Vec3){a.x * f, a.y * f, a.z * f};
}
static inline double vec3_dot(Vec3 a, Vec3 b) {
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

typedef struct View {
    cairo_surface_t *surface; // RGB24, owned
    int width, height;
    Vec3 eye;
    Vec3 right, down, ahead; // the camera's axes
    double focal;            // pixels
    Prng *dice;
    const Country *country;
    ClueList clues;
    Vec3 sun;       // towards the light, unit length: shades boxes
    bool is_failed; // a surface could not be made (out of memory)
} View;

// yaw to the right, pitch upwards, roll clockwise, in degrees. The surface starts grey.
void view_init(View *view, int width, int height, Prng *dice, const Country *country);
void view_aim(View *view, Vec3 eye, double yaw, double pitch, double roll, double focal_over_width);
// The same with the camera `distance` metres from the target, which stands in the middle of the
// picture.
void view_look(View *view, Vec3 target, double distance, double yaw, double pitch, double roll,
               double focal_over_width);
void view_done(View *view);
// False when the point is behind the camera. Pixels.
bool view_project(const View *view, Vec3 point, double *ret_x, double *ret_y);

// A rectangle in space: origin is the sheet's top left corner, u runs right and v down (unit
// vectors), w × h metres.
typedef struct Plane {
    Vec3 origin, u, v;
    double w, h;
} Plane;

typedef struct Sheet {
    View *view;
    Plane plane;
    cairo_surface_t *surface;
    double scale;     // pixels a metre
    double left, top; // the surface begins here on the plane, metres: only what shows is painted
    ClueList clues;
    Pen pen; // user units: metres from the top left corner
} Sheet;

// Opens a sheet to paint on. The pen's country may be changed by the painter. Transparent where not
// painted.
void sheet_open(Sheet *sheet, View *view, Plane plane);
// Sets it into the picture and frees it. Its opaque parts cover clues that were there before.
void sheet_place(Sheet *sheet);

// A box standing in the room: centre of its base, turned about the vertical (degrees), width ×
// height × depth.
typedef struct Box {
    Vec3 base;
    double turn, w, h, d;
} Box;
typedef enum Face { FACE_FRONT, FACE_RIGHT, FACE_BACK, FACE_LEFT, FACE_TOP, BOX_FACES } Face;
typedef void FacePainter(const Pen *pen, Face face, double w, double h, const void *what);
// Paints the faces that the camera sees; light falls by view->sun.
void box_place(View *view, Box box, FacePainter *paint, const void *what);
