// Brute force for the tests: near_pairs RADIUS A B prints "i j distance" for each line i of A and j
// of B (64 hexadecimal digits a line, from 1) whose distance is at most the radius.
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "hash/pdq.h"

typedef VEC(PdqHash) Hashes;

static int read_hashes(const char *path, Hashes *ret) {
    FILE *file = fopen(path, "r");
    char line[256];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        PdqHash hash;
        if (!pdq_from_hex(str_of(line, strcspn(line, "\n")), &hash) || !vec_push(ret, hash))
            return 1;
    }
    if (file == NULL)
        return 1;
    return fclose(file);
}

int main(int argc, char **argv) {
    Hashes a = {0}, b = {0};
    if (argc != 4 || read_hashes(argv[2], &a) != 0 || read_hashes(argv[3], &b) != 0)
        return 2;
    for (size_t i = 0; i < a.len; i++) {
        for (size_t j = 0; j < b.len; j++) {
            // Bit by bit: nothing shared with what is tested.
            int distance = 0;
            for (int bit = 0; bit < 256; bit++)
                distance +=
                    ((a.items[i].bytes[bit / 8] ^ b.items[j].bytes[bit / 8]) >> bit % 8) & 1;
            if (distance <= atoi(argv[1]))
                printf("%zu %zu %d\n", i + 1, j + 1, distance);
        }
    }
    vec_done(&a);
    vec_done(&b);
    return 0;
}
