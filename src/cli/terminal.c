// Asks the system about the terminal.
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/limits.h"

bool terminal_is_at(FILE *stream) {
    int fd = fileno(stream);
    return fd >= 0 && isatty(fd);
}

int terminal_columns(FILE *stream) {
    struct winsize size;
    uint64_t columns = 0;
    const char *variable = getenv("COLUMNS");
    if (terminal_is_at(stream) && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (columns == 0 && (variable == NULL || !str_to_u64(str_from(variable), &columns)))
        columns = 0;
    if (columns == 0 || columns > 10000)
        return COLUMNS_DEFAULT;
    return columns < COLUMNS_MIN ? COLUMNS_MIN : (int)columns;
}

bool terminal_has_colour(FILE *stream) {
    const char *refusal = getenv("NO_COLOR"), *kind = getenv("TERM");
    if (refusal != NULL && refusal[0] != '\0')
        return false;
    return terminal_is_at(stream) && kind != NULL && strcmp(kind, "dumb") != 0;
}
