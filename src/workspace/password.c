// The terminal with its echo off for one line.
#include "workspace/password.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

// Byte by byte: what stands behind the line belongs to whoever reads next.
static Err read_line(int fd, StrBuf *io_password, Diag *diag) {
    for (;;) {
        char byte;
        ssize_t n = read(fd, &byte, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return diag_errno(diag, errno, "");
        if (n == 0 || byte == '\n')
            break;
        strbuf_put_byte(io_password, byte);
    }
    if (strbuf_err(io_password) != ERR_OK)
        return diag_set(diag, ERR_LIMIT, N_("The password is too long."));
    return ERR_OK;
}

Err password_ask(const CommandContext *context, Str prompt, StrBuf *io_password, Diag *diag) {
    struct termios usual, silent;
    bool is_terminal = tcgetattr(STDIN_FILENO, &usual) == 0;
    if (!is_terminal)
        return read_line(STDIN_FILENO, io_password, diag);
    fwrite(prompt.ptr, 1, prompt.len, context->err);
    fputc(' ', context->err);
    fflush(context->err);
    silent = usual;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    Err err = read_line(STDIN_FILENO, io_password, diag);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual);
    fputc('\n', context->err);
    return err;
}
