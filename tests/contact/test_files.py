"""What residents send as a picture: kept without what is hidden in it, or refused with a way out."""

import io

import pytest
from PIL import Image

from kuutio.contact.files import bytes_of, keep_picture
from kuutio.core.problems import Invalid


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"\xff\xd8\xff" + b"x" * 100, b"%PDF-1.7", b"<svg/>", b"\x00" * 64]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Invalid) as refused:
        keep_picture(data, "photo.jpg")
    assert refused.value.errors[0]["pointer"] == "/photo"


def test_a_telephones_picture_with_another_behind_it_is_a_jpeg():
    data = io.BytesIO()
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (20, 15), "blue")
    first.save(data, "MPO", save_all=True, append_images=[second])
    kept = keep_picture(data.getvalue(), "IMG_1.JPG")
    assert kept.file.type == "image/jpeg"
    with Image.open(io.BytesIO(bytes_of(kept.file.path))) as opened:
        assert (opened.format, opened.size) == ("JPEG", (40, 30))
