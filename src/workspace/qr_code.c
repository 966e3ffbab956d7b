// QR codes by libqrencode; runs of dark modules become one stroke each.
#include "workspace/qr_code.h"

#include <qrencode.h>

DEFINE_CLEANUP(QRcode *, QRcode_free);

Err qr_path_put(Str text, StrBuf *out, int *ret_size, Diag *diag) {
    if (text.len > QR_TEXT_MAX)
        return diag_set(diag, ERR_LIMIT, N_("The text is too long for a QR code."));
    QRcode _cleanup_(QRcode_freep) *code =
        QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0, QR_ECLEVEL_M);
    if (code == NULL)
        return diag_set(diag, ERR_NOMEM, N_("There is not enough memory."));
    int width = code->width;
    for (int y = 0; y < width; y++)
        for (int x = 0; x < width; x++) {
            int run = 0;
            while (x + run < width && (code->data[y * width + x + run] & 1) != 0)
                run++;
            if (run == 0)
                continue;
            strbuf_printf(out, "M%d %dh%dv1h-%dz", x + QR_MARGIN, y + QR_MARGIN, run, run);
            x += run;
        }
    TRY(strbuf_err(out));
    *ret_size = width + 2 * QR_MARGIN;
    return ERR_OK;
}
