// Opening a video with FFmpeg's libraries: containers and decoders are named one by one, nothing is
// ever opened but the descriptor at hand, and everything runs in this one thread.
#include <errno.h>
#include <unistd.h>

#include <libavutil/mem.h>

#include "media/limits.h"
#include "media/worker/video.h"

// Containers that hold their data themselves; none that points to other files.
static const char CONTAINERS[] = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,"
                                 "m4v,flv,live_flv,asf,ogg,rm,dv,mxf,ivf,h264,hevc";
static const char DECODERS[] =
    "h264,hevc,mpeg4,msmpeg4v1,msmpeg4,msmpeg4v2,mpeg1video,mpeg2video,mpegvideo,mjpeg,mjpegb,vp3,"
    "vp5,vp6,vp6f,vp6a,vp8,vp9,libdav1d,wmv1,wmv2,wmv3,vc1,flv,h261,h263,h263i,h263p,theora,prores,"
    "dvvideo,rawvideo,cinepak,svq1,svq3,rv10,rv20,rv30,rv40,ffv1,huffyuv,ffvhuff,utvideo,qtrle,"
    "rpza,smc,indeo2,indeo3,indeo4,indeo5,dnxhd,cfhd,msvideo1,msrle,cyuv,tscc,jpeg2000,png";

static int on_read(void *opaque, uint8_t *ret_bytes, int capacity) {
    VideoSource *s = opaque;
    ssize_t n;
    do
        n = pread(s->input, ret_bytes, (size_t)capacity, s->at);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return AVERROR(EIO);
    if (n == 0)
        return AVERROR_EOF;
    s->at += n;
    return (int)n;
}

static int64_t on_seek(void *opaque, int64_t offset, int whence) {
    VideoSource *s = opaque;
    whence &= ~AVSEEK_FORCE;
    if (whence == AVSEEK_SIZE)
        return s->size;
    int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? s->at : s->size, at;
    if ((whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) ||
        __builtin_add_overflow(base, offset, &at) || at < 0)
        return AVERROR(EINVAL);
    s->at = at;
    return at;
}

// What a container refers to elsewhere stays unopened.
static int refuse_open(AVFormatContext *format, AVIOContext **ret, const char *url, int flags,
                       AVDictionary **options) {
    (void)format, (void)ret, (void)url, (void)flags, (void)options;
    return AVERROR(EPERM);
}

static bool prepare_context(VideoSource *s) {
    uint8_t *buffer = av_malloc(MEDIA_VIDEO_BUFFER);
    AVIOContext *io = buffer == NULL ? NULL
                                     : avio_alloc_context(buffer, MEDIA_VIDEO_BUFFER, 0, s, on_read,
                                                          NULL, on_seek);
    s->format = avformat_alloc_context();
    if (io == NULL || s->format == NULL)
        return false;
    s->format->pb = io;
    s->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    s->format->io_open = refuse_open;
    s->format->max_streams = MEDIA_VIDEO_STREAMS_MAX;
    s->format->format_whitelist = av_strdup(CONTAINERS);
    s->format->codec_whitelist = av_strdup(DECODERS);
    s->format->protocol_whitelist = av_strdup("none");
    return s->format->format_whitelist != NULL && s->format->codec_whitelist != NULL &&
           s->format->protocol_whitelist != NULL;
}

// The first track of pictures, as the public tool chooses it, but not the cover of a song.
static AVStream *find_track(const AVFormatContext *format) {
    for (unsigned i = 0; i < format->nb_streams; i++) {
        AVStream *track = format->streams[i];
        if (track->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
            (track->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0)
            return track;
    }
    return NULL;
}

// A name in a list with commas between.
static bool is_listed(const char *name, const char *list) {
    Str rest = str_from(list), one;
    while (str_cut(rest, ',', &one, &rest))
        if (str_is(one, name))
            return true;
    return str_is(rest, name);
}

static Err open_decoder(VideoSource *s, WireMessage *ret_message) {
    const AVCodec *decoder = avcodec_find_decoder(s->track->codecpar->codec_id);
    *ret_message = WIRE_SAYS_VIDEO_CODEC;
    if (decoder == NULL || !is_listed(decoder->name, DECODERS))
        return ERR_UNSUPPORTED;
    s->codec = avcodec_alloc_context3(decoder);
    *ret_message = WIRE_SAYS_MEMORY;
    if (s->codec == NULL)
        return ERR_LIMIT;
    *ret_message = WIRE_SAYS_VIDEO_DAMAGED;
    if (avcodec_parameters_to_context(s->codec, s->track->codecpar) < 0)
        return ERR_SYNTAX;
    s->codec->thread_count = 1;
    s->codec->max_pixels = MEDIA_VIDEO_PIXELS_MAX;
    s->codec->pkt_timebase = s->track->time_base;
    int code = avcodec_open2(s->codec, decoder, NULL);
    if (code == AVERROR(ENOMEM)) {
        *ret_message = WIRE_SAYS_MEMORY;
        return ERR_LIMIT;
    }
    return code < 0 ? ERR_SYNTAX : ERR_OK;
}

static void find_rate(VideoSource *s) {
    AVRational rate = s->track->avg_frame_rate;
    if (rate.num <= 0 || rate.den <= 0)
        rate = s->track->r_frame_rate;
    s->rate = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
    if (!(s->rate >= 0.01 && s->rate <= 1000))
        s->rate = 0;
}

Err video_source_open(VideoSource *s, int input, WireMessage *ret_message) {
    *s = (VideoSource){.input = input, .size = lseek(input, 0, SEEK_END)};
    *ret_message = WIRE_SAYS_READ;
    if (s->size < 0)
        return ERR_IO;
    *ret_message = WIRE_SAYS_MEMORY;
    if (!prepare_context(s))
        return ERR_LIMIT;
    const AVInputFormat *container = NULL;
    int code = av_probe_input_buffer2(s->format->pb, &container, "", NULL, 0, 0);
    *ret_message = WIRE_SAYS_NO_VIDEO;
    if (code < 0 || container == NULL)
        return ERR_UNSUPPORTED;
    code = avformat_open_input(&s->format, "", container, NULL);
    // EINVAL is what a container that is not on the list gets.
    if (code == AVERROR(EINVAL))
        return ERR_UNSUPPORTED;
    *ret_message = WIRE_SAYS_VIDEO_DAMAGED;
    if (code < 0)
        return code == AVERROR_EOF ? ERR_TRUNCATED : ERR_SYNTAX;
    // What it does not find out may still decode.
    (void)avformat_find_stream_info(s->format, NULL);
    s->track = find_track(s->format);
    *ret_message = WIRE_SAYS_NO_VIDEO;
    if (s->track == NULL)
        return ERR_UNSUPPORTED;
    TRY(open_decoder(s, ret_message));
    find_rate(s);
    *ret_message = WIRE_SAYS_NOTHING;
    return ERR_OK;
}

int64_t video_source_duration(const VideoSource *s) {
    int64_t duration = s->format->duration;
    if (duration == AV_NOPTS_VALUE || duration < 0)
        return 0;
    duration = av_rescale(duration, 1000, AV_TIME_BASE);
    return duration >= 0 && duration <= MEDIA_VIDEO_DURATION_MS ? duration : 0;
}
