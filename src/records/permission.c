// The tables made of roles.def and permissions.def.
#include "records/permission.h"

#include "base/err.h"

typedef struct RoleRow {
    const char *identifier, *label;
} RoleRow;

static const RoleRow ROLES[ROLE_COUNT] = {
#define ROLE(constant, identifier, label) {identifier, label},
#include "records/roles.def"
#undef ROLE
};

#define HOLD(role) ROLE_BIT(ROLE_##role)
#define EVERYBODY ROLES_ALL
#define NOBODY_NEEDED ROLES_ALL
typedef struct PermissionRow {
    const char *identifier, *label;
    RoleSet roles;
} PermissionRow;

static const PermissionRow PERMISSIONS[PERMISSION_COUNT] = {
#define PERMISSION(constant, identifier, label, roles) {identifier, label, roles},
#include "records/permissions.def"
#undef PERMISSION
};

bool permission_is_public(Permission permission) {
    return permission == PERMISSION_PUBLIC;
}

bool permission_holds(RoleSet roles, Permission permission) {
    RoleSet held = PERMISSIONS[permission].roles;
    return held == ROLES_ALL || (held & roles) != 0;
}

PermissionSet permissions_of(RoleSet roles) {
    PermissionSet set = 0;
    for (int i = 0; i < PERMISSION_COUNT; i++)
        if (permission_holds(roles, (Permission)i))
            set |= PERMISSION_BIT(i);
    return set;
}

RoleSet permission_roles(Permission permission) {
    return PERMISSIONS[permission].roles;
}

const char *permission_id(Permission permission) {
    return PERMISSIONS[permission].identifier;
}

const char *permission_label(Permission permission) {
    return PERMISSIONS[permission].label;
}

bool permission_find(Str identifier, Permission *ret) {
    for (int i = 0; i < PERMISSION_COUNT; i++)
        if (str_is(identifier, PERMISSIONS[i].identifier)) {
            *ret = (Permission)i;
            return true;
        }
    return false;
}

const char *role_id(Role role) {
    return ROLES[role].identifier;
}

const char *role_label(Role role) {
    return ROLES[role].label;
}

bool role_find(Str identifier, Role *ret) {
    for (int i = 0; i < ROLE_COUNT; i++)
        if (str_is(identifier, ROLES[i].identifier)) {
            *ret = (Role)i;
            return true;
        }
    return false;
}
