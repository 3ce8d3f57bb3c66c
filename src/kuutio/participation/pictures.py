"""The picture of a proposal: read, turned upright and written anew, so that nothing but what it shows is left."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

LONGEST_SIDE = 1600
MOST_PIXELS = 60_000_000
MOST_BYTES = 15_000_000


class NoPicture(ValueError):
    """The bytes are no picture that can be read, or one too large to open."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG with its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def cleaned(data: bytes) -> Picture:
    """A picture without what the camera wrote into it.

    Raises:
        NoPicture: it can't be read, or is too large.
    """
    if len(data) > MOST_BYTES:
        raise NoPicture("too many bytes")
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NoPicture("too many pixels")
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = upright.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NoPicture(str(error)) from error
    plain.info = {}
    out = BytesIO()
    plain.save(out, "JPEG", quality=82, optimize=True)
    return Picture(out.getvalue(), plain.width, plain.height)
