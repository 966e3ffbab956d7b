// Encoding of the moving pattern; see video_samples.h.
#include "video_samples.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#include "samples.h"

const VideoSample VIDEO_SAMPLES[] = {
    {"mp4 h264", "mp4", "libx264", NULL, false},
    {"mp4 mpeg4", "mp4", "mpeg4", NULL, false},
    {"mp4 fragmented", "mp4", "mpeg4", "movflags=frag_keyframe+empty_moov", false},
    {"mov mjpeg", "mov", "mjpeg", NULL, false},
    {"mkv hevc", "matroska", "libx265", NULL, false},
    {"mkv mpeg4", "matroska", "mpeg4", NULL, false},
    {"webm vp8", "webm", "libvpx", NULL, false},
    {"webm vp9", "webm", "libvpx-vp9", NULL, false},
    {"avi mpeg4", "avi", "mpeg4", NULL, false},
    {"avi raw", "avi", "rawvideo", NULL, true},
    {"mkv huffman", "matroska", "ffvhuff", NULL, true},
    {"flv", "flv", "flv", NULL, false},
    {"wmv", "asf", "wmv2", NULL, false},
    {"transport stream", "mpegts", "mpeg2video", NULL, false},
    {"mp4 av1", "mp4", "libaom-av1", NULL, false},
    {"ogg theora", "ogg", "libtheora", NULL, false},
    {"mov prores", "mov", "prores", NULL, false},
    {"mkv ffv1", "matroska", "ffv1", NULL, false},
    {"program stream", "mpeg", "mpeg1video", NULL, false},
    {"avi mjpeg", "avi", "mjpeg", NULL, false},
    {"avi wmv", "avi", "wmv1", NULL, false},
    {"mov png", "mov", "png", NULL, true},
    {"avi utvideo", "avi", "utvideo", NULL, false},
    {"avi msmpeg4", "avi", "msmpeg4", NULL, false},
    {"ts h264", "mpegts", "libx264", NULL, false},
};
const size_t VIDEO_SAMPLE_COUNT = sizeof VIDEO_SAMPLES / sizeof VIDEO_SAMPLES[0];

const VideoSample *video_sample_of(const char *name) {
    for (size_t i = 0; i < VIDEO_SAMPLE_COUNT; i++)
        if (strcmp(VIDEO_SAMPLES[i].name, name) == 0)
            return &VIDEO_SAMPLES[i];
    abort();
}

void video_pixel(uint32_t frame, uint32_t x, uint32_t y, uint8_t ret_rgb[3]) {
    sample_pixel(x + 3 * frame, y + frame, ret_rgb);
}

static void fill_rgb(uint32_t frame, bool is_mirrored, uint8_t *rgb, size_t stride) {
    for (uint32_t y = 0; y < VIDEO_HEIGHT; y++)
        for (uint32_t x = 0; x < VIDEO_WIDTH; x++)
            video_pixel(frame, is_mirrored ? VIDEO_WIDTH - 1 - x : x, y,
                        rgb + y * stride + (size_t)x * 3);
}

void video_hash(uint32_t frame, PdqFacts *ret) {
    static uint8_t rgb[VIDEO_WIDTH * VIDEO_HEIGHT * 3];
    fill_rgb(frame, false, rgb, VIDEO_WIDTH * 3);
    PdqRequest request = {
        .width = VIDEO_WIDTH, .height = VIDEO_HEIGHT, .want = {[PDQ_FULL] = true}};
    PdqFacts facts[PDQ_VARIANTS];
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    if (pdq_stream_new(&request, &stream) != ERR_OK)
        abort();
    pdq_stream_put_rgb(stream, rgb, VIDEO_HEIGHT);
    if (pdq_stream_finish(stream, facts) != ERR_OK)
        abort();
    *ret = facts[PDQ_FULL];
}

typedef struct Making {
    AVFormatContext *format;
    AVStream *track;
    AVCodecContext *codec;
    AVFrame *frame;
    AVPacket *packet;
    int64_t next; // number of the next picture
} Making;

static bool open_encoder(Making *m, const AVCodec *encoder, bool is_exact, AVRational rate) {
    m->codec = avcodec_alloc_context3(encoder);
    m->codec->width = VIDEO_WIDTH;
    m->codec->height = VIDEO_HEIGHT;
    m->codec->time_base = av_inv_q(rate);
    m->codec->framerate = rate;
    m->codec->gop_size = 10;
    m->codec->thread_count = 1;
    m->codec->bit_rate = 2000000;
    m->codec->qmin = 4; // the older coders cannot write the great numbers of a finer scale
    m->codec->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
    m->codec->pix_fmt = encoder->pix_fmts == NULL ? AV_PIX_FMT_BGR24 : encoder->pix_fmts[0];
    for (int i = 0; encoder->pix_fmts != NULL && encoder->pix_fmts[i] != AV_PIX_FMT_NONE; i++)
        if (encoder->pix_fmts[i] == (is_exact ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_YUV420P))
            m->codec->pix_fmt = encoder->pix_fmts[i];
    if ((m->format->oformat->flags & AVFMT_GLOBALHEADER) != 0)
        m->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    (void)av_opt_set(m->codec->priv_data, "preset", "ultrafast", 0);
    (void)av_opt_set(m->codec->priv_data, "deadline", "realtime", 0);
    (void)av_opt_set(m->codec->priv_data, "cpu-used", "8", 0);
    (void)av_opt_set(m->codec->priv_data, "x265-params", "log-level=none:pools=none", 0);
    return avcodec_open2(m->codec, encoder, NULL) >= 0 &&
           avcodec_parameters_from_context(m->track->codecpar, m->codec) >= 0;
}

static bool drain(Making *m) {
    while (avcodec_receive_packet(m->codec, m->packet) >= 0) {
        if (m->packet->duration == 0)
            m->packet->duration = 1;
        av_packet_rescale_ts(m->packet, m->codec->time_base, m->track->time_base);
        m->packet->stream_index = 0;
        if (av_write_frame(m->format, m->packet) < 0)
            return false;
        av_packet_unref(m->packet);
    }
    return true;
}

static bool encode_cut(Making *m, struct SwsContext *scaler, AVFrame *rgb, const VideoCut *cut) {
    for (int i = 0; i < cut->frames; i++) {
        if (av_frame_make_writable(m->frame) < 0)
            return false;
        fill_rgb((uint32_t)(cut->first + i * cut->step), cut->is_mirrored, rgb->data[0],
                 (size_t)rgb->linesize[0]);
        sws_scale(scaler, (const uint8_t *const *)rgb->data, rgb->linesize, 0, VIDEO_HEIGHT,
                  m->frame->data, m->frame->linesize);
        m->frame->pts = m->next++;
        if (avcodec_send_frame(m->codec, m->frame) < 0 || !drain(m))
            return false;
    }
    return true;
}

static bool encode(Making *m, const VideoCut *cuts, size_t count) {
    AVFrame *rgb = av_frame_alloc();
    rgb->width = m->frame->width = VIDEO_WIDTH;
    rgb->height = m->frame->height = VIDEO_HEIGHT;
    rgb->format = AV_PIX_FMT_RGB24;
    m->frame->format = m->codec->pix_fmt;
    struct SwsContext *scaler =
        sws_getContext(VIDEO_WIDTH, VIDEO_HEIGHT, AV_PIX_FMT_RGB24, VIDEO_WIDTH, VIDEO_HEIGHT,
                       m->codec->pix_fmt, SWS_BICUBIC, NULL, NULL, NULL);
    bool is_good =
        scaler != NULL && av_frame_get_buffer(rgb, 0) >= 0 && av_frame_get_buffer(m->frame, 0) >= 0;
    for (size_t i = 0; i < count && is_good; i++)
        is_good = encode_cut(m, scaler, rgb, &cuts[i]);
    is_good = is_good && avcodec_send_frame(m->codec, NULL) >= 0 && drain(m);
    sws_freeContext(scaler);
    av_frame_free(&rgb);
    return is_good;
}

// Muxers go back to fill in their heads, so they write to a file in memory.
static int on_write(void *opaque, uint8_t *bytes, int n) {
    return (int)write(*(int *)opaque, bytes, (size_t)n);
}

static int64_t on_seek(void *opaque, int64_t offset, int whence) {
    return (whence & AVSEEK_SIZE) != 0 ? AVERROR(ENOSYS) : lseek(*(int *)opaque, offset, whence);
}

static void copy_file(int fd, StrBuf *to) {
    char block[65536];
    ssize_t n;
    for (off_t at = 0; (n = pread(fd, block, sizeof block, at)) > 0; at += n)
        strbuf_put(to, str_of(block, (size_t)n));
}

bool video_make(StrBuf *to, const VideoSample *sample, int frames, int rate_num, int rate_den) {
    return video_make_cuts(to, sample, &(VideoCut){.frames = frames, .step = 1}, 1, rate_num,
                           rate_den);
}

bool video_make_cuts(StrBuf *to, const VideoSample *sample, const VideoCut *cuts, size_t count,
                     int rate_num, int rate_den) {
    av_log_set_level(AV_LOG_QUIET);
    const AVCodec *encoder = avcodec_find_encoder_by_name(sample->encoder);
    Making m = {.frame = av_frame_alloc(), .packet = av_packet_alloc()};
    if (encoder == NULL ||
        avformat_alloc_output_context2(&m.format, NULL, sample->container, NULL) < 0)
        return false;
    m.track = avformat_new_stream(m.format, encoder);
    AVRational rate = {rate_num, rate_den};
    m.track->time_base = av_inv_q(rate);
    m.track->avg_frame_rate = rate;
    int file = memfd_create("video", MFD_CLOEXEC);
    m.format->pb = avio_alloc_context(av_malloc(65536), 65536, 1, &file, NULL, on_write, on_seek);
    AVDictionary *options = NULL;
    if (sample->options != NULL)
        av_dict_parse_string(&options, sample->options, "=", ",", 0);
    bool is_good = open_encoder(&m, encoder, sample->is_exact, rate) && m.format->pb != NULL &&
                   avformat_write_header(m.format, &options) >= 0 && encode(&m, cuts, count) &&
                   av_write_trailer(m.format) >= 0;
    if (m.format->pb != NULL) {
        avio_flush(m.format->pb);
        copy_file(file, to);
        av_freep(&m.format->pb->buffer);
        avio_context_free(&m.format->pb);
    }
    close(file);
    av_dict_free(&options);
    avcodec_free_context(&m.codec);
    av_frame_free(&m.frame);
    av_packet_free(&m.packet);
    avformat_free_context(m.format);
    return is_good;
}
