// seventh-media: started by a MediaClient with one socket at HELPER_CHANNEL_FD, never by a person.
// It decodes pictures and unpacks archives in children that it confines.
#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#include "kernels/kernels.h"
#include "media/worker/decoder.h"
#include "media/worker/keeper.h"
#include "media/worker/unpack.h"

// Whatever libraries read once from the disk must be read before the doors close.
static void prepare_libraries(void) {
    // Names in archives are converted to the locale's encoding; this one is built into the C
    // library and needs no file.
    setlocale(LC_CTYPE, "C.UTF-8");
    // Times in archives are local ones of an unknown place; the zone is read once, here.
    setenv("TZ", "UTC0", 1);
    tzset();
    // One arena: a second one would ask the system for its number of processors.
    mallopt(M_ARENA_MAX, 1);
    (void)kernels();
}

int main(void) {
    static const Work WORK = {
        .decode = picture_decode,
        .stream_verb = WIRE_UNPACK,
        .stream = archive_unpack,
    };
    prepare_libraries();
    return worker_run(&WORK);
}
