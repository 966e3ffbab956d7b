// ScanItem: making, filling, comparing.
#include "scan/item.h"

static const ScanProblem NO_MEMORY = {
    "no-memory",
    {.err = ERR_NOMEM, .msgid = N_("There is not enough memory."), .offset = -1, .record = -1}};

ScanItem *scan_item_new(Str path, size_t file_len, uint32_t ordinal) {
    ScanItem *item = calloc(1, sizeof *item);
    char *copy = malloc(path.len + 1);
    if (item == NULL || copy == NULL) {
        free(item);
        free(copy);
        return NULL;
    }
    memcpy(copy, path.ptr, path.len);
    copy[path.len] = '\0';
    item->path = copy;
    item->path_len = path.len;
    item->file_len = file_len;
    item->ordinal = ordinal;
    item->type = (MediaType){"application/octet-stream", MEDIA_CLASS_OTHER};
    return item;
}

void scan_item_free(ScanItem *item) {
    if (item == NULL)
        return;
    free(item->path);
    free(item->hashes);
    free(item->facts);
    if (item->video != NULL)
        media_video_done(item->video);
    free(item->video);
    if (item->problem != &NO_MEMORY)
        free((void *)(uintptr_t)item->problem);
    free(item);
}

const PdqHash *scan_item_pdq(const ScanItem *item, PdqVariant variant, PdqTurn turn) {
    unsigned bit = variant == PDQ_FULL ? MEDIA_PDQ : MEDIA_PDQ512;
    if ((item->has & bit) == 0 || (int)turn >= item->hash_turns)
        return NULL;
    bool is_second = variant == PDQ_512 && (item->has & MEDIA_PDQ) != 0;
    return &item->hashes[(is_second ? item->hash_turns : 0) + (int)turn];
}

static size_t text_len(const char *text, size_t capacity) {
    return strnlen(text, capacity - 1);
}

static Err copy_facts(const MediaFacts *facts, char **ret, size_t *ret_len) {
    size_t len = 0;
    for (int i = 0; i < facts->fact_count; i++)
        len += text_len(facts->facts[i].name, sizeof facts->facts[i].name) + 1 +
               text_len(facts->facts[i].value, sizeof facts->facts[i].value) + 1;
    char *block = calloc(1, len + 1);
    if (block == NULL)
        return ERR_NOMEM;
    char *at = block;
    for (int i = 0; i < facts->fact_count; i++) {
        size_t n = text_len(facts->facts[i].name, sizeof facts->facts[i].name);
        memcpy(at, facts->facts[i].name, n);
        at += n + 1;
        n = text_len(facts->facts[i].value, sizeof facts->facts[i].value);
        memcpy(at, facts->facts[i].value, n);
        at += n + 1;
    }
    *ret = block;
    *ret_len = len;
    return ERR_OK;
}

Err scan_item_set_media(ScanItem *item, const MediaFacts *facts) {
    unsigned has = facts->has & (MEDIA_PDQ | MEDIA_PDQ512);
    int variants = __builtin_popcount(has), turns = (facts->has & MEDIA_TURNS) != 0 ? PDQ_TURNS : 1;
    _cleanup_free_ PdqHash *hashes = NULL;
    if (variants > 0) {
        hashes = calloc((size_t)(variants * turns), sizeof *hashes);
        if (hashes == NULL)
            return ERR_NOMEM;
        PdqHash *to = hashes;
        for (int variant = 0; variant < PDQ_VARIANTS; variant++) {
            if ((has & (variant == PDQ_FULL ? MEDIA_PDQ : MEDIA_PDQ512)) == 0)
                continue;
            memcpy(to, facts->pdq[variant].hash, (size_t)turns * sizeof *to);
            to += turns;
        }
    }
    _cleanup_free_ char *block = NULL;
    size_t block_len = 0;
    if (facts->fact_count > 0)
        TRY(copy_facts(facts, &block, &block_len));
    item->hashes = TAKE(hashes);
    item->facts = TAKE(block);
    item->facts_len = block_len;
    item->fact_count = facts->fact_count;
    item->has = has;
    item->hash_turns = turns;
    item->quality[PDQ_FULL] = facts->pdq[PDQ_FULL].quality;
    item->quality[PDQ_512] = facts->pdq[PDQ_512].quality;
    item->width = facts->width;
    item->height = facts->height;
    item->frames = facts->frames;
    item->is_truncated = facts->is_truncated;
    item->is_approximate = facts->is_approximate;
    if (facts->type != NULL)
        item->type.mime = facts->type;
    return ERR_OK;
}

Err scan_item_set_video(ScanItem *item, MediaVideo *io_video) {
    item->video = malloc(sizeof *item->video);
    if (item->video == NULL)
        return ERR_NOMEM;
    *item->video = *io_video;
    *io_video = (MediaVideo){0};
    item->width = item->video->width;
    item->height = item->video->height;
    item->is_truncated = item->video->is_truncated;
    return ERR_OK;
}

void scan_item_each_fact(const ScanItem *item, bool (*visit)(void *to, Str name, Str value),
                         void *to) {
    const char *at = item->facts;
    for (int i = 0; i < item->fact_count; i++) {
        Str name = str_from(at), value = str_from(at + name.len + 1);
        if (!visit(to, name, value))
            return;
        at += name.len + 1 + value.len + 1;
    }
}

void scan_item_set_problem(ScanItem *item, const char *id, const Diag *diag) {
    if (item->problem != NULL)
        return;
    ScanProblem *problem = malloc(sizeof *problem);
    if (problem == NULL) {
        item->problem = &NO_MEMORY;
        return;
    }
    problem->id = id != NULL ? id : err_name(diag->err);
    problem->diag = *diag;
    // The path is the item's own; a copy here would only be cut short.
    problem->diag.file[0] = '\0';
    item->problem = problem;
}

int scan_item_compare(const ScanItem *a, const ScanItem *b) {
    int order = str_compare(scan_item_path(a), scan_item_path(b));
    if (order == 0)
        order = (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
    return order;
}
