"""A photo's comment is hidden data too."""

import io

import pytest
from PIL import Image

from kuutio.core.pictures import clean


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG", "GIF"])
def test_nothing_that_is_hidden_in_a_picture_stays(form):
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, form, exif=exif, comment=b"SECRET", xmp=b"SECRET")
    picture = clean(out.getvalue())
    assert b"SECRET" not in picture.data
    assert (picture.width, picture.height) == (40, 30)
