// The program `seventh`: wires the concrete parts together and hands over to the command table.
#include "workspace/commands.h"

int main(int argc, char **argv) {
    static const Command *const COMMANDS[] = {
#define WORKSPACE_COMMAND(variable) &variable,
#include "workspace/commands.def"
#undef WORKSPACE_COMMAND
    };
    return command_main(COMMANDS, sizeof COMMANDS / sizeof COMMANDS[0], argc, argv);
}
