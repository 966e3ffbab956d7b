// vPDQ in a confined child: every picture is decoded, one in each interval is turned into RGB and
// hashed.
//
// Which pictures: those whose number is a multiple of floor(interval × rate), as the public tool
// counts. Where the container's rate is a lie or changes, the pictures' own times take over, so
// that no stretch of a video stays unseen.
#include "media/worker/video.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <libavutil/mem.h>
#include <libswscale/swscale.h>

#include "base/file.h"
#include "media/limits.h"

enum { RGB_ALIGN = 64, USUAL_RATE = 25, GREATEST_RATE = 240, SEND_TRIES_MAX = 1000 };

typedef struct VideoRun {
    VideoSource source;
    const WireRequest *request;
    int output;
    bool is_unread; // nobody reads any more

    struct SwsContext *scaler;
    uint8_t *rgb;
    size_t rgb_size;

    uint64_t step;      // of the pictures' numbers, at least 1
    uint64_t number;    // of the next picture
    uint64_t sent;      // hashed
    int64_t first_pts;  // AV_NOPTS_VALUE: not seen
    int64_t sent_ms;    // time of the last one hashed
    int64_t last_ms;    // time of the last picture
    int64_t packets_ms; // where the last packet of any track ends
    bool is_damaged;    // a packet was missing or did not decode
} VideoRun;

static void put(VideoRun *run, WireFrameKind kind, const void *payload, uint32_t length) {
    struct {
        WireFrame frame;
        uint8_t payload[sizeof(WirePicture) > 64 ? sizeof(WirePicture) : 64];
    } message = {.frame = {.kind = kind, .length = length}};
    memcpy(message.payload, payload, length);
    if (!run->is_unread &&
        fd_write_all(run->output, &message, sizeof message.frame + length, NULL) != ERR_OK)
        run->is_unread = true;
}

static void put_end(VideoRun *run, Err err, WireMessage message) {
    WireVideoEnd end = {.failure = {.err = err, .message = message, .offset = -1},
                        .flags = run->is_damaged ? WIRE_IS_TRUNCATED : 0};
    put(run, WIRE_FRAME_VIDEO_END, &end, sizeof end);
}

// The picture as packed RGB, in the way of the public tool (its colours follow BT.601 whatever the
// file says, its scaler is set to SWS_AREA). NULL when that cannot be done.
static uint8_t *convert(VideoRun *run, const AVFrame *frame, size_t *ret_stride) {
    size_t stride = ((size_t)frame->width * 3 + RGB_ALIGN - 1) / RGB_ALIGN * RGB_ALIGN;
    size_t size = stride * (size_t)frame->height + RGB_ALIGN;
    if (size > run->rgb_size) {
        av_freep(&run->rgb);
        run->rgb_size = 0;
        run->rgb = av_malloc(size);
        if (run->rgb == NULL)
            return NULL;
        run->rgb_size = size;
    }
    run->scaler = sws_getCachedContext(run->scaler, frame->width, frame->height,
                                       (enum AVPixelFormat)frame->format, frame->width,
                                       frame->height, AV_PIX_FMT_RGB24, SWS_AREA, NULL, NULL, NULL);
    if (run->scaler == NULL)
        return NULL;
    uint8_t *planes[4] = {run->rgb};
    int strides[4] = {(int)stride};
    if (sws_scale(run->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0,
                  frame->height, planes, strides) != frame->height)
        return NULL;
    *ret_stride = stride;
    return run->rgb;
}

static Err hash_picture(VideoRun *run, const AVFrame *frame, int64_t time_ms) {
    size_t stride;
    const uint8_t *rgb = convert(run, frame, &stride);
    if (rgb == NULL)
        return ERR_UNSUPPORTED;
    PdqRequest request = {.width = (uint32_t)frame->width,
                          .height = (uint32_t)frame->height,
                          .want = {[PDQ_FULL] = true}};
    _cleanup_(pdq_stream_freep) PdqStream *stream = NULL;
    TRY(pdq_stream_new(&request, &stream));
    for (int y = 0; y < frame->height; y++)
        pdq_stream_put_rgb(stream, rgb + (size_t)y * stride, 1);
    PdqFacts facts[PDQ_VARIANTS];
    TRY(pdq_stream_finish(stream, facts));
    WirePicture picture = {
        .frame = run->number, .time_ms = time_ms, .quality = (uint32_t)facts[PDQ_FULL].quality};
    memcpy(picture.pdq, facts[PDQ_FULL].hash[PDQ_ORIGINAL].bytes, PDQ_BYTES);
    put(run, WIRE_FRAME_PICTURE, &picture, sizeof picture);
    run->sent++;
    run->sent_ms = time_ms;
    return ERR_OK;
}

// By the picture's own time stamp where it makes sense, else by its number. Never falls.
static int64_t time_of(VideoRun *run, const AVFrame *frame) {
    int64_t time_ms = -1, pts = frame->best_effort_timestamp;
    if (pts != AV_NOPTS_VALUE) {
        if (run->first_pts == AV_NOPTS_VALUE)
            run->first_pts = pts;
        int64_t since;
        if (!__builtin_sub_overflow(pts, run->first_pts, &since) && since >= 0)
            time_ms = av_rescale_q(since, run->source.track->time_base, (AVRational){1, 1000});
    }
    if (time_ms < 0 || time_ms > MEDIA_VIDEO_DURATION_MS) {
        double by_number =
            (double)run->number * 1000 / (run->source.rate > 0 ? run->source.rate : USUAL_RATE);
        time_ms = by_number < (double)MEDIA_VIDEO_DURATION_MS ? llround(by_number) : run->last_ms;
    }
    return time_ms > run->last_ms ? time_ms : run->last_ms;
}

// A rate that no camera has would leave all but the first picture unseen.
static uint64_t step_of(double rate, uint32_t interval_ms) {
    rate = rate <= 0 ? USUAL_RATE : rate > GREATEST_RATE ? GREATEST_RATE : rate;
    uint64_t step = (uint64_t)(rate * interval_ms / 1000);
    return step == 0 ? 1 : step;
}

static bool is_chosen(const VideoRun *run, int64_t time_ms) {
    if (run->sent == 0 || run->number % run->step == 0)
        return true;
    int64_t interval_ms = run->request->interval_ms, since_ms = time_ms - run->sent_ms;
    return since_ms > interval_ms + interval_ms / 2;
}

// All pictures that the decoder has ready.
static Err take_pictures(VideoRun *run, AVFrame *frame, WireMessage *ret_message) {
    while (!run->is_unread) {
        int code = avcodec_receive_frame(run->source.codec, frame);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF)
            return ERR_OK;
        if (code == AVERROR(ENOMEM)) {
            *ret_message = WIRE_SAYS_MEMORY;
            return ERR_LIMIT;
        }
        if (code < 0) {
            run->is_damaged = true;
            return ERR_OK;
        }
        int64_t time_ms = time_of(run, frame);
        run->last_ms = time_ms;
        if (is_chosen(run, time_ms)) {
            if (run->sent == run->request->frames_max) {
                *ret_message = WIRE_SAYS_VIDEO_FRAMES;
                return ERR_LIMIT;
            }
            Err err = (uint64_t)frame->width * (uint64_t)frame->height > MEDIA_VIDEO_PIXELS_MAX
                          ? ERR_LIMIT
                          : hash_picture(run, frame, time_ms);
            if (err == ERR_NOMEM || err == ERR_LIMIT) {
                *ret_message = err == ERR_NOMEM ? WIRE_SAYS_MEMORY : WIRE_SAYS_DIMENSIONS;
                return ERR_LIMIT;
            }
            run->is_damaged |= err != ERR_OK;
        }
        run->number++;
    }
    return ERR_OK;
}

// Sends a packet, or NULL at the end, to the decoder and takes what comes out of it.
static Err decode_packet(VideoRun *run, const AVPacket *packet, AVFrame *frame,
                         WireMessage *ret_message) {
    int code, tries = 0;
    do {
        code = avcodec_send_packet(run->source.codec, packet);
        TRY(take_pictures(run, frame, ret_message));
    } while (code == AVERROR(EAGAIN) && !run->is_unread && ++tries < SEND_TRIES_MAX);
    if (code < 0 && code != AVERROR_EOF)
        run->is_damaged = true;
    return ERR_OK;
}

static void note_packet(VideoRun *run, const AVPacket *packet) {
    const AVFormatContext *format = run->source.format;
    if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0)
        run->is_damaged = true;
    if (packet->pts == AV_NOPTS_VALUE || packet->stream_index < 0 ||
        (unsigned)packet->stream_index >= format->nb_streams || packet->duration < 0)
        return;
    AVRational base = format->streams[packet->stream_index]->time_base;
    int64_t start = format->start_time == AV_NOPTS_VALUE ? 0 : format->start_time / 1000;
    int64_t end, since;
    if (__builtin_add_overflow(packet->pts, packet->duration, &end))
        return;
    end = av_rescale_q(end, base, (AVRational){1, 1000});
    if (!__builtin_sub_overflow(end, start, &since) && since > run->packets_ms)
        run->packets_ms = since;
}

// The file gave fewer packets than its head promises.
static bool ends_too_soon(const VideoRun *run, int64_t duration_ms) {
    int64_t slack_ms = duration_ms / 50 > 1000 ? duration_ms / 50 : 1000;
    return duration_ms > 0 && run->packets_ms + slack_ms < duration_ms;
}

static Err run_packets(VideoRun *run, WireMessage *ret_message) {
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    *ret_message = WIRE_SAYS_MEMORY;
    if (packet == NULL || frame == NULL)
        return ERR_LIMIT;
    int code;
    uint64_t packets = 0;
    while ((code = av_read_frame(run->source.format, packet)) >= 0 && !run->is_unread) {
        note_packet(run, packet);
        if (packet->stream_index == run->source.track->index) {
            packets++;
            TRY(decode_packet(run, packet, frame, ret_message));
        }
        av_packet_unref(packet);
    }
    TRY(decode_packet(run, NULL, frame, ret_message));
    const VideoSource *s = &run->source;
    if (code != AVERROR_EOF || s->format->pb->error < 0 ||
        (s->track->nb_frames > 0 && packets < (uint64_t)s->track->nb_frames) ||
        ends_too_soon(run, video_source_duration(s)))
        run->is_damaged = true;
    *ret_message = run->sent == 0 ? WIRE_SAYS_VIDEO_DAMAGED : WIRE_SAYS_NOTHING;
    return run->sent == 0 ? ERR_SYNTAX : ERR_OK;
}

void video_decode(int input, int output, const WireRequest *request) {
    VideoRun run = {.request = request, .output = output, .first_pts = AV_NOPTS_VALUE};
    WireMessage message;
    Err err = video_source_open(&run.source, input, &message);
    if (err != ERR_OK) {
        put_end(&run, err, message);
        return;
    }
    const AVCodecContext *codec = run.source.codec;
    WireVideo video = {.width = codec->width > 0 ? (uint32_t)codec->width : 0,
                       .height = codec->height > 0 ? (uint32_t)codec->height : 0,
                       .duration_ms = video_source_duration(&run.source)};
    if (video.width == 0 || video.height == 0) {
        put_end(&run, ERR_SYNTAX, WIRE_SAYS_VIDEO_DAMAGED);
        return;
    }
    if ((uint64_t)video.width * video.height > MEDIA_VIDEO_PIXELS_MAX ||
        !wire_video_is_sound(&video)) {
        put_end(&run, ERR_LIMIT, WIRE_SAYS_DIMENSIONS);
        return;
    }
    put(&run, WIRE_FRAME_VIDEO, &video, sizeof video);
    run.step = step_of(run.source.rate, request->interval_ms);
    if ((request->want & WIRE_PDQ) != 0)
        err = run_packets(&run, &message);
    put_end(&run, err, message);
}
