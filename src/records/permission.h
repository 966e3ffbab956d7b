// Roles and permissions as data (roles.def, permissions.def). Constant tables; pure; any thread.
#pragma once
#include "base/str.h"

typedef enum Role {
#define ROLE(constant, identifier, label) ROLE_##constant,
#include "records/roles.def"
#undef ROLE
    ROLE_COUNT
} Role;

// Bit 1 << Role.
typedef uint32_t RoleSet;
#define ROLE_BIT(role) ((RoleSet)1 << (role))
#define ROLES_ALL (ROLE_BIT(ROLE_COUNT) - 1)

typedef enum Permission {
#define PERMISSION(constant, identifier, label, roles) PERMISSION_##constant,
#include "records/permissions.def"
#undef PERMISSION
    PERMISSION_COUNT
} Permission;

// Bit 1 << Permission.
typedef uint64_t PermissionSet;
#define PERMISSION_BIT(permission) ((PermissionSet)1 << (permission))
_Static_assert(PERMISSION_COUNT <= 64, "a permission set is 64 bits");

// For a person who is signed in and holds these roles (which may be none).
bool permission_holds(RoleSet roles, Permission permission);
PermissionSet permissions_of(RoleSet roles);
// Without being signed in: only PERMISSION_PUBLIC.
bool permission_is_public(Permission permission);
// The roles that hold it; ROLES_ALL where being signed in is enough.
RoleSet permission_roles(Permission permission);

const char *permission_id(Permission permission);
const char *permission_label(Permission permission); // a msgid
bool permission_find(Str identifier, Permission *ret);

const char *role_id(Role role);
const char *role_label(Role role); // a msgid
bool role_find(Str identifier, Role *ret);
