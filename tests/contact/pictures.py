"""Pictures made for tests, with what real ones hide."""

from io import BytesIO

from PIL import Image

GPS, LAT_REF, LAT, LON_REF, LON = 0x8825, 1, 2, 3, 4


def jpeg(size: tuple[int, int] = (64, 48), *, at: tuple[float, float] | None = None, turned: int = 1) -> bytes:
    """A JPEG; `at` puts a position (longitude, latitude) into its EXIF, `turned` an orientation."""
    out = BytesIO()
    picture = Image.new("RGB", size, (90, 120, 60))
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "Aino's camera"
    if at is not None:
        lon, lat = at
        exif[GPS] = {LAT_REF: "N", LAT: _parts(lat), LON_REF: "E", LON: _parts(lon)}
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    return float(whole), float(minutes), (degrees - whole - minutes / 60) * 3600
