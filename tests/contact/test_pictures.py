"""Nothing that a photo hides goes further; where it was taken is told apart."""

from io import BytesIO

import pytest
from PIL import Image

from kuutio.contact.files import bytes_of, keep_picture, safe_name
from kuutio.core.pictures import LONGEST_SIDE, NoPicture, clean
from kuutio.core.problems import Invalid
from tests.contact.pictures import jpeg


def test_a_photo_loses_its_hidden_data_and_tells_its_place():
    data = jpeg(at=(24.9414, 60.1708))
    assert b"Aino's camera" in data
    picture = clean(data)
    assert picture.taken == (24.9414, 60.1708)
    assert b"Aino's camera" not in picture.data
    with Image.open(BytesIO(picture.data)) as opened:
        assert not opened.getexif()
        assert "exif" not in opened.info


def test_a_photo_is_turned_upright_and_made_smaller():
    assert (clean(jpeg((64, 48), turned=6)).width, clean(jpeg((64, 48), turned=6)).height) == (48, 64)
    large = clean(jpeg((LONGEST_SIDE * 2, 100)))
    assert (large.width, large.height) == (LONGEST_SIDE, 50)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_other_forms_are_read_too(form):
    out = BytesIO()
    Image.new("RGBA" if form != "GIF" else "P", (10, 10)).save(out, form, comment=b"Aino was here")
    picture = clean(out.getvalue())
    assert picture.type in {"image/png", "image/webp"}
    assert b"Aino was here" not in picture.data


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff", b"<svg xmlns='http://www.w3.org/2000/svg'/>", jpeg()[:200], b"%PDF-1.7", b"x" * 1000],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(NoPicture):
        clean(data)


def test_a_picture_that_unpacks_to_too_much_is_refused():
    out = BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG", optimize=True)
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(NoPicture):
        clean(out.getvalue())


@pytest.mark.parametrize("gps", [{2: (1, 0), 4: (1, 0, 0)}, {2: (91.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)}, {}])
def test_a_position_that_makes_no_sense_is_none(gps):
    out, exif = BytesIO(), Image.Exif()
    exif[0x8825] = gps
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    assert clean(out.getvalue()).taken is None


def test_a_kept_file_is_read_back_and_no_path_leads_out(settings, tmp_path):
    kept = keep_picture(jpeg(), "../../etc/kuoppa.jpg")
    assert kept.file.name == "kuoppa.jpg"
    assert len(bytes_of(kept.file.path)) == kept.file.size
    (tmp_path / "secret").write_text("x")
    with pytest.raises(ValueError, match="secret"):
        bytes_of("../secret")
    with pytest.raises(Invalid):
        keep_picture(b"x", "x.jpg")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\kuvat\\a.jpg", "a.jpg"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\0\n", "file"),
        (".htaccess", "htaccess"),
        ("ä" * 300 + ".jpg", "ä" * 108 + ".jpg"),
    ],
)
def test_a_name_keeps_what_is_harmless(given, kept):
    assert safe_name(given) == kept
