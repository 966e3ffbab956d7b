// The tables of the records room. A step that has left the house is never changed (docs/store.md).
#include "records/records.h"

// People, units and how they sign in.
#define PEOPLE_TABLES \
    "table policies (name text primary key, number int64 not null) " \
    "table units (id int64 primary key generated, uid bytes not null unique, name text not null," \
    "  kind text not null in ('police', 'hotline', 'industry', 'body', 'training')," \
    "  country text not null, time_zone text not null, days int64 not null," \
    "  opens_min int64 not null, closes_min int64 not null, is_own int64 not null in (0, 1)," \
    "  state text not null in ('active', 'closed'), made_ms int64 not null) " \
    "table unit_languages (unit int64 not null references units, place int64 not null," \
    "  tag text not null, primary key (unit, place)) " \
    "table people (id int64 primary key generated, uid bytes not null unique," \
    "  unit int64 not null references units, pseudonym text not null, name_key text not null " \
    "unique," \
    "  language text not null," \
    "  state text not null in ('invited', 'active', 'suspended', 'left'), made_ms int64 not null," \
    "  index (unit)) " \
    "table person_roles (person int64 not null references people, role text not null," \
    "  primary key (person, role)) " \
    "table certificates (id int64 primary key generated, uid bytes not null unique," \
    "  person int64 not null references people, kind text not null in ('voting', 'releasing')," \
    "  state text not null in ('pending', 'active', 'expired', 'suspended', 'revoked')," \
    "  from_ms int64 not null, until_ms int64 not null, index (person)) " \
    "table accounts (person int64 primary key references people, password text," \
    "  password_ms int64, factor bytes, factor_asked bytes, factor_step int64 not null default " \
    "-1) " \
    "table recovery_codes (hash bytes primary key, person int64 not null references people," \
    "  used_ms int64, index (person)) " \
    "table sign_in_links (hash bytes primary key, person int64 not null references people," \
    "  until_ms int64 not null, index (person)) " \
    "table sign_in_failures (name_hash bytes primary key, failures int64 not null," \
    "  until_ms int64 not null, last_ms int64 not null, index (last_ms)) " \
    "table sessions (id int64 primary key generated, uid bytes not null unique," \
    "  token bytes not null unique, person int64 not null references people," \
    "  made_ms int64 not null, seen_ms int64 not null, idle_ms int64 not null," \
    "  end_ms int64 not null, agent text not null, is_proven int64 not null in (0, 1)," \
    "  index (person), index (end_ms)) " \
    "table api_tokens (id int64 primary key generated, uid bytes not null unique," \
    "  token bytes not null unique, unit int64 not null references units," \
    "  person int64 references people, label text not null, until_ms int64 not null," \
    "  seen_ms int64, index (unit), index (person)) " \
    "table api_token_permissions (token int64 not null references api_tokens on delete cascade," \
    "  permission text not null, primary key (token, permission)) "

// Cases, items and votes. What is sealed is bytes under the case's slot of the key ring.
#define CASE_TABLES \
    "table cases (id int64 primary key generated, uid bytes not null unique," \
    "  unit int64 not null references units, node bytes not null, number text not null," \
    "  slot int64 not null, title bytes, summary bytes," \
    "  state text not null in ('open', 'active', 'pending', 'suspended', 'closed', 'archived'," \
    "    'transferred', 'merged', 'erased')," \
    "  tlp text not null in ('red', 'amber-strict', 'amber', 'green', 'clear')," \
    "  legal_basis text not null, is_exercise int64 not null in (0, 1)," \
    "  assignee int64 references people, other bytes," \
    "  made_ms int64 not null, changed_ms int64 not null, review_ms int64 not null," \
    "  retain_ms int64 not null, unique (unit, number), index (state, changed_ms)," \
    "  index (review_ms), index (retain_ms), index (assignee)) " \
    "table case_units (case_id int64 not null references cases, unit int64 not null" \
    "  references units, primary key (case_id, unit), index (unit)) " \
    "table case_views (person int64 not null references people, case_id int64 not null" \
    "  references cases, purpose text not null, until_ms int64 not null," \
    "  primary key (person, case_id, purpose), index (case_id)) " \
    "table items (id int64 primary key generated, uid bytes not null unique, md5 bytes, sha1 " \
    "bytes," \
    "  sha256 bytes, pdq bytes, pdq_quality int64, size int64, media_type text, width int64," \
    "  height int64, frames int64," \
    "  state text not null in ('new', 'known-good', 'known-bad', 'unreviewed', 'in-review'," \
    "    'categorised', 'disputed', 'adjudicated', 'withdrawn')," \
    "  consensus text not null in ('none', 'provisional', 'agreed', 'disputed', 'adjudicated')," \
    "  scheme text, version text, code text, made_ms int64 not null, index (md5), index (sha1)," \
    "  index (sha256), index (pdq), index (state)) " \
    "table case_items (id int64 primary key generated, case_id int64 not null references cases," \
    "  item int64 not null references items," \
    "  class text not null in ('known', 'near', 'known-good', 'unknown', 'other', 'problem')," \
    "  stack int64, import int64 not null, scheme text, version text, code text, source bytes," \
    "  unique (case_id, item), index (item), index (case_id, class)) " \
    "table locations (id int64 primary key generated, case_item int64 not null references" \
    "  case_items, path bytes not null, path_key bytes not null, import int64 not null," \
    "  unique (case_item, path_key)) " \
    "table imports (id int64 primary key generated, uid bytes not null unique," \
    "  case_id int64 not null references cases, person int64 not null references people," \
    "  made_ms int64 not null, kind text not null, digest bytes not null, source bytes," \
    "  items int64 not null, added int64 not null, merged int64 not null, index (case_id)) " \
    "table item_flags (item int64 not null references items, flag text not null," \
    "  source text not null, value text not null in ('yes', 'no'), made_ms int64 not null," \
    "  primary key (item, flag, source)) " \
    "table votes (id int64 primary key generated, uid bytes not null unique," \
    "  item int64 not null references items, case_id int64 references cases," \
    "  unit int64 not null references units, person int64 not null references people," \
    "  scheme text not null, version text not null, code text not null," \
    "  state text not null in ('cast', 'superseded', 'withdrawn')," \
    "  is_decision int64 not null in (0, 1), made_ms int64 not null, index (item, state)," \
    "  index (person), index (case_id)) "

// Schemes, lists, the two-person rule, disclosure, retention, exposure.
#define RULE_TABLES \
    "table schemes (id text not null, version text not null, name text not null," \
    "  jurisdiction text not null, made_ms int64 not null, primary key (id, version)) " \
    "table scheme_codes (scheme text not null, version text not null, code text not null," \
    "  severity int64 not null, label text not null, primary key (scheme, version, code)) " \
    "table scheme_mappings (scheme text not null, version text not null, code text not null," \
    "  to_scheme text not null, to_version text not null, to_code text not null," \
    "  relation text not null in ('exact', 'narrower', 'broader', 'close', 'none')," \
    "  is_lossy int64 not null in (0, 1), authority text not null, date text not null," \
    "  primary key (scheme, version, code, to_scheme, to_version, to_code)) " \
    "table approvals (id int64 primary key generated, uid bytes not null unique," \
    "  kind text not null in ('bulk-export', 'list-import', 'list-release', 'erasure')," \
    "  subject bytes not null, digest bytes not null, case_id int64 references cases," \
    "  state text not null in ('asked', 'given', 'refused', 'used')," \
    "  asker int64 not null references people, decider int64 references people," \
    "  made_ms int64 not null, until_ms int64 not null, decided_ms int64, remark text not null," \
    "  index (state, until_ms), index (subject), index (case_id)) " \
    "table lists (id int64 primary key generated, uid bytes not null unique," \
    "  direction text not null in ('held', 'issued'), name text not null, issuer text not null," \
    "  version int64 not null, digest bytes not null, entries int64 not null," \
    "  is_known_good int64 not null in (0, 1), audience text not null in ('units', 'industry')," \
    "  state text not null in ('proposed', 'held', 'retired', 'built', 'signed', 'released'," \
    "    'recalled')," \
    "  maker int64 not null references people, made_ms int64 not null, changed_ms int64 not null," \
    "  unique (direction, issuer, name, version), index (direction, state)) " \
    "table list_items (list int64 not null references lists, item int64 not null references" \
    "  items, primary key (list, item), index (item)) " \
    "table list_recipients (id int64 primary key generated, list int64 not null references" \
    "  lists, unit int64 not null references units," \
    "  state text not null in ('sent', 'recalled', 'acknowledged'), changed_ms int64 not null," \
    "  unique (list, unit), index (unit)) " \
    "table disclosures (id int64 primary key generated, uid bytes not null unique," \
    "  kind text not null, subject bytes not null, case_id int64 references cases," \
    "  to_unit int64 references units, to_country text not null, legal_basis text not null," \
    "  delete_by_ms int64, things int64 not null, digest bytes not null," \
    "  person int64 not null references people, made_ms int64 not null, index (case_id)," \
    "  index (to_unit)) " \
    "table disclosure_conditions (disclosure int64 not null references disclosures," \
    "  condition text not null, primary key (disclosure, condition)) " \
    "table country_assessments (country text primary key, is_allowed int64 not null in (0, 1)," \
    "  authority text not null, made_ms int64 not null, until_ms int64 not null) " \
    "table retention_rules (record text primary key, keep_days int64 not null," \
    "  review_days int64 not null) " \
    "table exposures (person int64 not null references people, day int64 not null," \
    "  items int64 not null, milliseconds int64 not null, primary key (person, day)) " \
    "table exposure_limits (person int64 primary key references people," \
    "  items int64 not null, minutes int64 not null) "

static const StoreStep STEPS[] = {{1, PEOPLE_TABLES CASE_TABLES RULE_TABLES}};
const StoreSchema RECORDS_SCHEMA = {"records", STEPS, sizeof STEPS / sizeof STEPS[0]};
