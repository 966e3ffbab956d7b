// The scenes that there are.
#include "scenes.h"

#include "plan.h"

const Scene SCENES[] = {
    {"room", 32, scene_room},   {"wall", 28, scene_wall}, {"street", 14, scene_street},
    {"table", 14, scene_table}, {"shelf", 8, scene_shop}, {"shop-front", 9, scene_front},
};
const int SCENE_COUNT = sizeof SCENES / sizeof SCENES[0];
