// The painters of whole scenes. Each aims the camera and fills the view; clues come with it.
#pragma once
#include "view.h"

void scene_room(View *view);
void scene_street(View *view);
void scene_wall(View *view);
void scene_table(View *view);
void scene_shop(View *view);
void scene_front(View *view);
