// Confinement of the server process: it keeps its sockets, its own folders and what it needs to
// compute, and loses everything else.
//
// Call it when sockets, stores and helper programs are open and no thread was started: Landlock
// binds only the calling thread and those it starts later (the filter binds all). What a stolen
// server can then do: read and write the folders named, talk on connections it has or that are made
// to it, and connect to the ports named.
#pragma once
#include "base/err.h"

typedef struct ServerConfinement {
    const char *const *write_folders; // everything below them, files and folders
    size_t write_count;
    const char *const *read_paths; // beside /etc, /usr, /lib and a few devices
    size_t read_count;
    const uint16_t *connect_ports; // TCP; Landlock from version 4 on
    size_t connect_count;
} ServerConfinement;

// *ret_landlock is the version of Landlock that the kernel has, 0 for none: then only system calls
// are confined. ERR_SANDBOX: it cannot be set up; nothing is undone, so the caller should end.
// Paths that do not exist are passed over.
Err sandbox_enter_server(const ServerConfinement *confinement, int *ret_landlock,
                         Diag *diag) MUST_CHECK;
