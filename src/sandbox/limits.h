// The named limits of sandbox/.
#pragma once

enum {
    SANDBOX_STACK_MAX = 8 << 20, // bytes of stack of a confined child
    SANDBOX_FILTER_MAX = 4096,   // instructions of one seccomp filter (the kernel's own limit)
};
