"""Pictures made safe: re-encoded, so that nothing but the picture is left, and upright; where it was taken is told apart."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

LONGEST_SIDE = 2560
"""Pixels: a street sign can still be read, and a page of photos loads on a phone."""
MOST_PIXELS = 80_000_000
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/png", "MPO": "image/jpeg"}
"""What is read, and as what it is written; a GIF keeps its first picture. An MPO is what Pillow calls some cameras' JPEG."""
READ = ("JPEG", "PNG", "WEBP", "GIF")

_GPS = 0x8825
_LAT_REF, _LAT, _LON_REF, _LON = 1, 2, 3, 4


class NoPicture(ValueError):
    """The bytes are no picture that can be read, or one too large to open."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without anything hidden in it.

    Attributes:
        taken: where it says it was taken, longitude and latitude in degrees; None where it doesn't say.
    """

    data: bytes
    type: str
    width: int
    height: int
    taken: tuple[float, float] | None


def clean(data: bytes) -> Picture:
    """Read a picture and write it anew, upright, at most LONGEST_SIDE pixels long, without its hidden data.

    Raises:
        NoPicture: it can't be read, or would be larger than MOST_PIXELS.
    """
    try:
        with Image.open(BytesIO(data), formats=READ) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NoPicture("too many pixels")
            form = opened.format or ""
            taken = _taken(opened.getexif())
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _written(upright, FORMATS[form], taken)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NoPicture(str(error)) from error


def _written(picture: Image.Image, kind: str, taken: tuple[float, float] | None) -> Picture:
    out = BytesIO()
    picture.info = {}  # Pillow writes a JPEG's comment again
    if kind == "image/jpeg":
        picture.convert("RGB").save(out, "JPEG", quality=85, optimize=True)
    elif kind == "image/webp":
        picture.save(out, "WEBP", quality=85)
    else:
        plain = picture if picture.mode in {"RGB", "RGBA", "L", "LA", "P", "1"} else picture.convert("RGB")
        fresh = Image.new(plain.mode, plain.size)
        if plain.mode == "P":
            fresh.putpalette(plain.getpalette() or [])
        fresh.paste(plain)
        fresh.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), kind, picture.width, picture.height, taken)


def _taken(exif: Image.Exif) -> tuple[float, float] | None:
    """The position in a photo's EXIF; None where there is none, or one that makes no sense.

    Source: Exif 2.32 (CIPA DC-008), section 4.6.6, tags GPSLatitude and GPSLongitude.
    """
    try:
        gps: dict[int, Any] = exif.get_ifd(_GPS)
        lat, lon = _degrees(gps[_LAT]), _degrees(gps[_LON])
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    lat = -lat if str(gps.get(_LAT_REF, "N")).upper().startswith("S") else lat
    lon = -lon if str(gps.get(_LON_REF, "E")).upper().startswith("W") else lon
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat, lon) == (0, 0):
        return None
    return round(lon, 6), round(lat, 6)


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
