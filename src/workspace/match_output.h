// Writing the answers of a Matcher: as JSON, one object a query, or as lines for a person.
#pragma once
#include "base/arena.h"
#include "cli/command.h"
#include "index/video_match.h"
#include "workspace/list_open.h"

typedef struct MatchAnswer {
    Str query; // the hash or the path, as it is shown
    Str id;    // that came with the query; may be empty
    const Match *matches;
    const PdqTurn *turns; // of each match, or NULL
    size_t count;
    const VideoMatches *video; // of a video: what follows the matches above, or NULL
    const char *problem;       // id of why the query could not be asked in full, or NULL
} MatchAnswer;

typedef struct MatchOutput {
    const CommandContext *context; // borrowed, as are the lists
    const OpenLists *lists;
    bool wants_json;
    StrBuf line;
    Arena *scratch;
    uint64_t queries, matched;
} MatchOutput;

Err match_output_begin(MatchOutput *output, Diag *diag) MUST_CHECK;
Err match_output_put(MatchOutput *output, const MatchAnswer *answer, Diag *diag) MUST_CHECK;
// The closing line, for a person only.
void match_output_end(MatchOutput *output);
void match_output_done(MatchOutput *output);
