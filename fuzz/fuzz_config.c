// Any text as a configuration: taken or refused with a sentence, never anything else.
#include <assert.h>

#include "workspace/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Config _cleanup_(config_freep) *config = NULL;
    Diag diag = {0};
    Err err = config_parse(STR("fuzz"), str_of(data, size), NULL, &config, &diag);
    if (err != ERR_OK) {
        assert(config == NULL && diag.msgid != NULL);
        return 0;
    }
    for (int i = 0; i < SETTING_COUNT; i++) {
        const Setting *setting = setting_at(i);
        int64_t number = config_number(config, i);
        if (setting->kind == SETTING_NUMBER || setting->kind == SETTING_SIZE)
            assert(number >= setting->min && number <= setting->max);
    }
    return 0;
}
