"""A picture that somebody sends is nothing but a picture afterwards."""

import io

import pytest
from PIL import Image

from kuutio.contact.pictures import NoPicture, clean


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG", "GIF"])
def test_nothing_that_is_hidden_in_a_picture_stays(form):
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, form, exif=exif, comment=b"SECRET", xmp=b"SECRET")
    picture = clean(out.getvalue())
    assert b"SECRET" not in picture.data
    assert (picture.width, picture.height) == (40, 30)


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"\x89PNG\r\n\x1a\nnothing", b"\xff\xd8\xff\xe0nothing", b"<svg/>"]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(NoPicture):
        clean(data)
