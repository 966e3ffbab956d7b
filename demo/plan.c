// Deciding the set: pictures, their sizes, roles and lists, and the files that come of them.
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "lists.h"

static const struct {
    short width, height;
} SIZES[] = {{640, 480},   {800, 600},   {1024, 768}, {1280, 960},  {1600, 1200},
             {600, 800},   {768, 1024},  {960, 1280}, {960, 540},   {1280, 720},
             {1600, 900},  {1920, 1080}, {720, 720},  {1000, 1000}, {720, 1280},
             {1080, 1350}, {2000, 1333}, {1200, 800}, {900, 600},   {640, 640}};
// Cameras that do not exist.
static const struct {
    const char *make, *model, *software;
} CAMERAS[] = {{"Lumenar", "Lumenar X1", "X1 2.04"},      {"Lumenar", "Lumenar X3 Pro", "X3 1.11"},
               {"Ostavik", "OV-720", "Firmware 7.2"},     {"Ostavik", "OV-9 mini", "Firmware 9.0"},
               {"Pellucid", "Pellucid P60", "P-OS 14"},   {"Hanatori", "HT-4500", "4500 v1.3"},
               {"Quillon", "Quillon Note 8", "QOS 12.1"}, {"Brevia", "Brevia Go", "BG 3.3.1"}};
// How edits are spread; in hundredths.
static const struct {
    EditKind kind;
    int weight;
    double low, high;
} EDITS[] = {{EDIT_RECOMPRESSED, 18, 40, 90}, {EDIT_RESIZED, 18, 0.25, 2.0},
             {EDIT_BLURRED, 6, 1, 4},         {EDIT_BRIGHTENED, 7, -40, 40},
             {EDIT_CONTRAST, 6, 0.7, 1.35},   {EDIT_MIRRORED, 6, 0, 0},
             {EDIT_ROTATED90, 4, 0, 0},       {EDIT_ROTATED180, 3, 0, 0},
             {EDIT_CROPPED, 8, 0.02, 0.10},   {EDIT_GRAY, 5, 0, 0},
             {EDIT_REFORMATTED, 10, 80, 92},  {EDIT_WATERMARKED, 5, 0, 0},
             {EDIT_COPY, 10, 0, 0},           {EDIT_TRUNCATED, 2, 0.35, 0.85}};

static ImageFormat format_roll(Prng *dice, bool is_camera) {
    int roll = dice_int(dice, 1, 100);
    if (is_camera || roll <= 78)
        return IMAGE_JPEG;
    return roll <= 86   ? IMAGE_PNG
           : roll <= 94 ? IMAGE_WEBP
           : roll <= 96 ? IMAGE_BMP
           : roll <= 98 ? IMAGE_TIFF
                        : IMAGE_GIF;
}

static void camera_roll(Prng *dice, CameraFacts *ret) {
    size_t chosen = prng_below(dice, sizeof CAMERAS / sizeof CAMERAS[0]);
    *ret = (CameraFacts){
        CAMERAS[chosen].make, CAMERAS[chosen].model, CAMERAS[chosen].software, "", false, 0, 0};
    snprintf(ret->taken, sizeof ret->taken, "%04d:%02d:%02d %02d:%02d:%02d",
             dice_int(dice, 2019, 2025), dice_int(dice, 1, 12), dice_int(dice, 1, 28),
             dice_int(dice, 7, 21), dice_int(dice, 0, 59), dice_int(dice, 0, 59));
    ret->has_place = dice_chance(dice, 0.4);
    ret->latitude = dice_range(dice, -50, 65);
    ret->longitude = dice_range(dice, -180, 180);
}

static int scene_roll(Prng *dice) {
    int total = 0;
    for (int i = 0; i < SCENE_COUNT; i++)
        total += SCENES[i].weight;
    int roll = dice_int(dice, 0, total - 1);
    for (int i = 0; i < SCENE_COUNT; i++) {
        roll -= SCENES[i].weight;
        if (roll < 0)
            return i;
    }
    return 0;
}

// One list of the kind; digests-only pictures stay out of lists that hold PDQ only.
static unsigned list_roll(Prng *dice, Role role) {
    int total = 0;
    for (int pass = 0, roll = 0; pass < 2; pass++) {
        if (pass == 1)
            roll = dice_int(dice, 0, total - 1);
        for (int i = 0; i < LISTS; i++) {
            const ListFacts *facts = &LIST_FACTS[i];
            bool may = facts->is_good == (role == ROLE_GOOD) &&
                       (role != ROLE_KNOWN_DIGEST || !facts->has_pdq) &&
                       (role != ROLE_KNOWN || facts->has_pdq);
            if (!may)
                continue;
            if (pass == 0)
                total += facts->weight;
            else if ((roll -= facts->weight) < 0)
                return 1u << i;
        }
    }
    return 0;
}

static void original_roll(Original *original, Prng *dice, bool is_large, const int *countries,
                          int country_count) {
    original->seed = prng_next(dice);
    original->country = &COUNTRIES[countries[original->number % country_count]];
    original->scene = scene_roll(dice);
    size_t size = prng_below(dice, sizeof SIZES / sizeof SIZES[0]);
    original->width = is_large ? 4000 : SIZES[size].width;
    original->height = is_large ? 3000 : SIZES[size].height;
    int roll = dice_int(dice, 1, 100);
    original->role = roll <= 38   ? ROLE_KNOWN
                     : roll <= 50 ? ROLE_KNOWN_DIGEST
                     : roll <= 62 ? ROLE_GOOD
                                  : ROLE_UNKNOWN;
    if (original->role != ROLE_UNKNOWN)
        original->lists = list_roll(dice, original->role);
    if (original->role == ROLE_KNOWN && dice_chance(dice, 0.3))
        original->lists |= list_roll(dice, original->role);
    original->category = dice_int(dice, 1, 3);
    original->is_victim_identified = dice_chance(dice, 0.6);
    camera_roll(dice, &original->camera);
}

// A plausible name. The number makes it unique.
static void path_roll(Prng *dice, DemoFile *file, int number, const CameraFacts *camera) {
    static const char *const FOLDERS[] = {
        "Download",       "Documents",          "Backup/old phone/pictures",
        "Pictures/Saved", "Téléchargements",    "صور",
        "รูปภาพ",          "Backup/2023/August", "Documents/office/attachments"};
    const char *extension = image_extension(file->format);
    char *to = file->path;
    if (file->has_camera && dice_chance(dice, 0.6))
        snprintf(to, PATH_LENGTH, "DCIM/100MEDIA/IMG_%05d.JPG", number);
    else if (file->has_camera)
        snprintf(to, PATH_LENGTH, "DCIM/Camera/%.4s%.2s%.2s_%06d.jpg", camera->taken,
                 camera->taken + 5, camera->taken + 8, number);
    else if (file->format == IMAGE_PNG && dice_chance(dice, 0.6))
        snprintf(to, PATH_LENGTH, "Pictures/Screenshots/Screenshot_2024-%02d-%02d_%05d.png",
                 dice_int(dice, 1, 12), dice_int(dice, 1, 28), number);
    else if (dice_chance(dice, 0.45))
        snprintf(to, PATH_LENGTH, "Chat/Images/IMG-2024%02d%02d-CH%05d.%s", dice_int(dice, 1, 12),
                 dice_int(dice, 1, 28), number, extension);
    else
        snprintf(to, PATH_LENGTH, "%s/%s%05d.%s", DICE_PICK(dice, FOLDERS),
                 DICE_PICK(dice, ((const char *const[]){"image ", "room-", "photo_", "picture (",
                                                        "x", "tmp-"})),
                 number, extension);
}

static void edit_roll(Prng *dice, DemoFile *file, bool is_large) {
    int total = 0, chosen = 0;
    for (size_t i = 0; i < sizeof EDITS / sizeof EDITS[0]; i++)
        total += EDITS[i].weight;
    for (int roll = dice_int(dice, 0, total - 1); roll >= EDITS[chosen].weight; chosen++)
        roll -= EDITS[chosen].weight;
    file->edit = EDITS[chosen].kind;
    file->amount = dice_range(dice, EDITS[chosen].low, EDITS[chosen].high);
    file->quality = dice_int(dice, 76, 94);
    file->format = dice_chance(dice, 0.85) ? IMAGE_JPEG : format_roll(dice, false);
    if (file->edit == EDIT_RESIZED && is_large)
        file->amount = dice_range(dice, 0.2, 0.5);
    else if (file->edit == EDIT_RESIZED && file->amount > 1 && dice_chance(dice, 0.7))
        file->amount *= 0.5;
    if (file->edit == EDIT_RECOMPRESSED)
        file->quality = (int)file->amount;
    if (file->edit == EDIT_BLURRED)
        file->amount = dice_int(dice, 1, 3);
    if (file->edit == EDIT_BRIGHTENED && fabs(file->amount) < 12)
        file->amount = file->amount < 0 ? -14 : 14;
    if (is_large && file->format != IMAGE_WEBP)
        file->format = IMAGE_JPEG;
}

static void edit_settle(Prng *dice, DemoFile *file, const DemoFile *first) {
    if (file->edit == EDIT_COPY || file->edit == EDIT_TRUNCATED) {
        file->format = first->format;
        file->has_camera =
            first->has_camera && first->format == IMAGE_JPEG && dice_chance(dice, 0.5);
    }
    if (file->edit == EDIT_RECOMPRESSED)
        file->format = IMAGE_JPEG;
    if (file->edit == EDIT_REFORMATTED) {
        static const ImageFormat OTHERS[] = {IMAGE_PNG, IMAGE_WEBP, IMAGE_WEBP,
                                             IMAGE_BMP, IMAGE_TIFF, IMAGE_GIF};
        do
            file->format = DICE_PICK(dice, OTHERS);
        while (file->format == first->format);
    }
}

static void original_files_roll(Original *original, Prng *dice, int *io_number, bool is_large) {
    for (int i = 0; i < original->file_count; i++) {
        DemoFile *file = &original->files[i];
        file->archive = -1;
        if (i == 0) {
            bool is_camera = is_large || dice_chance(dice, 0.45);
            *file = (DemoFile){
                .archive = -1, .quality = dice_int(dice, 84, 95), .has_camera = is_camera};
            file->format = format_roll(dice, is_camera);
            file->is_written = original->file_count == 1 || original->role == ROLE_UNKNOWN ||
                               dice_chance(dice, 0.62);
        } else {
            edit_roll(dice, file, is_large);
            edit_settle(dice, file, &original->files[0]);
            file->is_written = true;
        }
        path_roll(dice, file, (*io_number)++, &original->camera);
        if (!is_large && i > 0 && dice_chance(dice, 0.07)) {
            file->archive = dice_int(dice, 0, ARCHIVES - 1);
            snprintf(file->path, PATH_LENGTH, "%s/%05d.%s",
                     DICE_PICK(dice, ((const char *const[]){"a", "b/c", "pics"})), *io_number,
                     image_extension(file->format));
        }
    }
}

// Kits whose words this machine's fonts can draw.
static int countries_drawable(int *ret) {
    int count = 0;
    for (int i = 0; i < COUNTRY_COUNT; i++) {
        const Language *language = language_find(COUNTRIES[i].language);
        bool is_drawable = text_is_drawable(COUNTRIES[i].money, language) &&
                           text_is_drawable(COUNTRIES[i].plate, language);
        for (int word = 0; is_drawable && word < WORDS; word++)
            is_drawable = text_is_drawable(language->words[word], language);
        if (is_drawable)
            ret[count++] = i;
    }
    return count;
}

static void shuffle(Prng *dice, int *items, int count) {
    for (int i = count - 1; i > 0; i--) {
        int other = dice_int(dice, 0, i), kept = items[i];
        items[i] = items[other];
        items[other] = kept;
    }
}

// How many files each picture has: one, and the rest dealt out, more to those that a list knows.
static void files_deal(Plan *plan, Prng *dice, const PlanRequest *request) {
    for (int i = 0; i < plan->count; i++)
        plan->originals[i].file_count = 1;
    for (int left = (int)request->files - plan->count; left > 0;) {
        int chosen = dice_int(dice, 0, plan->count - 1);
        bool is_large = plan->originals[chosen].width == 4000;
        if ((plan->originals[chosen].role == ROLE_UNKNOWN || is_large) && dice_chance(dice, 0.6))
            continue;
        plan->originals[chosen].file_count++;
        left--;
    }
}

Err plan_make(const PlanRequest *request, Plan *ret) {
    int *countries _cleanup_free_ = calloc((size_t)COUNTRY_COUNT, sizeof(int));
    Plan plan _cleanup_plan_ = {.seed = (uint64_t)request->seed, .count = (int)request->count};
    plan.originals = calloc((size_t)plan.count, sizeof *plan.originals);
    if (countries == NULL || plan.originals == NULL)
        return ERR_NOMEM;
    // Mixed first: streams of neighbouring states would be one stream, shifted.
    Prng mixer = {(uint64_t)request->seed};
    Prng dice = {prng_next(&mixer)};
    int country_count = countries_drawable(countries);
    if (country_count == 0)
        return ERR_NOT_FOUND;
    shuffle(&dice, countries, country_count);
    for (int i = 0; i < plan.count; i++) {
        plan.originals[i].number = i;
        // Large ones stand evenly spread.
        bool is_large = request->large > 0 && (int64_t)i * request->large / plan.count !=
                                                  (int64_t)(i + 1) * request->large / plan.count;
        original_roll(&plan.originals[i], &dice, is_large, countries, country_count);
    }
    files_deal(&plan, &dice, request);
    for (int i = 0; i < plan.count; i++)
        plan.file_count += plan.originals[i].file_count;
    plan.files = calloc((size_t)plan.file_count, sizeof *plan.files);
    if (plan.files == NULL)
        return ERR_NOMEM;
    int number = 1;
    DemoFile *next = plan.files;
    for (int i = 0; i < plan.count; i++) {
        plan.originals[i].files = next;
        next += plan.originals[i].file_count;
        original_files_roll(&plan.originals[i], &dice, &number, plan.originals[i].width == 4000);
    }
    *ret = plan;
    plan.originals = NULL;
    plan.files = NULL;
    return ERR_OK;
}

void plan_done(Plan *plan) {
    for (int i = 0; plan->files != NULL && i < plan->file_count; i++)
        free(plan->files[i].bytes);
    free(plan->files);
    free(plan->originals);
    plan->files = NULL;
    plan->originals = NULL;
}
