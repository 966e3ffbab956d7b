#!/usr/bin/env python3
"""For developers: compares what our decoders give with what Pillow gives, pixel by pixel.

usage: compare_pixels.py BUILD FILE...   (needs python3-pil and python3-numpy; no test depends on it)

Known differences: 16-bit grey (Pillow clips it, we drop the low byte), CIELAB and YCbCr TIFF (converted by
libtiff here), HEIF and AVIF (Pillow has no decoder of its own).
"""
import io
import subprocess
import sys

import numpy
from PIL import Image

Image.MAX_IMAGE_PIXELS = None


def ours(build, path):
    run = subprocess.run([build + "/tests/media/media_probe", "pixels", path], capture_output=True)
    if run.returncode != 0:
        return None, run.stderr.decode().strip()
    stream = io.BytesIO(run.stdout)
    stream.readline()
    width, height = map(int, stream.readline().split())
    stream.readline()
    return numpy.frombuffer(stream.read(), numpy.uint8).reshape(height, width, 3), ""


def verdict(build, path):
    mine, reason = ours(build, path)
    try:
        theirs = numpy.asarray(Image.open(path).convert("RGB"))
    except Exception as error:
        return "Pillow: %s; ours: %s" % (error, reason or "decodes")
    if mine is None:
        return "ours: " + reason
    if mine.shape != theirs.shape:
        return "sizes differ: %s, %s" % (mine.shape, theirs.shape)
    difference = numpy.abs(mine.astype(int) - theirs.astype(int))
    if difference.max() == 0:
        return "equal"
    return "differs: at most %d, mean %.3f" % (difference.max(), difference.mean())


if len(sys.argv) < 3:
    sys.exit(__doc__)
for name in sys.argv[2:]:
    print(verdict(sys.argv[1], name), name, sep="\t")
