// The nearest known word to a mistyped one.
#include "cli/limits.h"
#include "cli/options.h"

static int least(int a, int b, int c) {
    int least_ab = a < b ? a : b;
    return least_ab < c ? least_ab : c;
}

// Optimal string alignment distance (insert, delete, replace, swap of neighbours), over bytes.
static int edit_distance(Str a, Str b) {
    int rows[3][SUGGESTION_TEXT_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= a.len; i++) {
        int *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= b.len; j++) {
            now[j] =
                least(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]));
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1] &&
                before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
    }
    return rows[a.len % 3][b.len];
}

const char *suggestion_for(const char *word, SuggestionSource next, const void *source) {
    Str wanted = str_from(word);
    const char *best = NULL;
    // A third of the letters may be wrong.
    int best_distance = (int)wanted.len / 3 + 1;
    if (wanted.len < 2 || wanted.len > SUGGESTION_TEXT_MAX)
        return NULL;
    const char *candidate;
    for (size_t i = 0; (candidate = next(source, i)) != NULL; i++) {
        Str name = str_from(candidate);
        if (name.len > SUGGESTION_TEXT_MAX)
            continue;
        int distance = edit_distance(wanted, name);
        if (distance <= best_distance && (best == NULL || distance < best_distance)) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}
