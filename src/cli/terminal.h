// What is known of the terminal at a stream: whether it is one, how wide, whether colour is
// welcome.
#pragma once
#include <stdbool.h>
#include <stdio.h>

bool terminal_is_at(FILE *stream);
// Columns of the terminal at the stream, else of $COLUMNS, else COLUMNS_DEFAULT.
int terminal_columns(FILE *stream);
// A terminal that is not "dumb", and NO_COLOR is unset or empty.
bool terminal_has_colour(FILE *stream);
