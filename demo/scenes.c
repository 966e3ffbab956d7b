// The scenes that there are.
#include "scenes.h"

#include "plan.h"

const Scene SCENES[] = {
    {"room", 10, scene_room},
    {"street", 4, scene_street},
};
const int SCENE_COUNT = sizeof SCENES / sizeof SCENES[0];
