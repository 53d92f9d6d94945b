"""Pictures as linear luminance."""

import numpy as np
import pytest
from PIL import Image

from bouton.data import open_data, read_image, read_images
from bouton.errors import InputError

LEVELS = np.array([[0, 10, 64], [128, 200, 255]], np.uint8)


def srgb(values):
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("suffix", [".png", ".pgm", ".bmp", ".tif", ".PNG"])
def test_grey(tmp_path, suffix):
    Image.fromarray(LEVELS).save(tmp_path / f"a{suffix}")
    image = read_image(tmp_path / f"a{suffix}")
    assert image.dtype == np.float32
    np.testing.assert_allclose(image, srgb(LEVELS / 255), rtol=1e-6)
    np.testing.assert_allclose(read_image(tmp_path / f"a{suffix}", linearise=False), LEVELS / 255, rtol=1e-6)


@pytest.mark.parametrize("suffix", [".png", ".ppm", ".bmp", ".tif"])
def test_colour_is_weighted_in_linear_light(tmp_path, suffix):
    colour = np.random.default_rng(0).integers(256, size=(4, 5, 3)).astype(np.uint8)
    Image.fromarray(colour).save(tmp_path / f"a{suffix}")
    expected = srgb(colour / 255) @ [0.2126, 0.7152, 0.0722]
    np.testing.assert_allclose(read_image(tmp_path / f"a{suffix}"), expected, rtol=1e-6)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".pgm"])
def test_sixteen_bits_keep_their_precision(tmp_path, suffix):
    values = np.array([[0, 1, 257], [1000, 40000, 65535]], np.uint16)
    Image.fromarray(values).save(tmp_path / f"a{suffix}")
    np.testing.assert_allclose(read_image(tmp_path / f"a{suffix}", linearise=False), values / 65535, rtol=1e-6)
    np.testing.assert_allclose(read_image(tmp_path / f"a{suffix}"), srgb(values / 65535), rtol=1e-6)


def test_palette_and_one_bit(tmp_path):
    indexed = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8), mode=None).convert("P")
    indexed.putpalette([255, 0, 0, 0, 255, 0] + [0] * 762)
    indexed.save(tmp_path / "palette.png")
    np.testing.assert_allclose(read_image(tmp_path / "palette.png"), [[0.2126, 0.7152], [0.7152, 0.2126]], rtol=1e-6)
    Image.fromarray(np.array([[True, False]])).save(tmp_path / "bits.png")
    np.testing.assert_array_equal(read_image(tmp_path / "bits.png"), [[1, 0]])


def test_cmyk_jpeg(tmp_path):
    Image.new("CMYK", (16, 16), (0, 0, 0, 0)).save(tmp_path / "white.jpg", quality=95)
    np.testing.assert_allclose(read_image(tmp_path / "white.jpg"), 1, atol=0.03)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_composited_over_black(tmp_path, mode):
    image = Image.new(mode, (2, 1), (255,) * (len(mode) - 1) + (255,))
    image.putpixel((1, 0), (255,) * (len(mode) - 1) + (51,))
    image.save(tmp_path / "a.png")
    np.testing.assert_allclose(read_image(tmp_path / "a.png"), [[1, 0.2]], rtol=1e-6)


def test_a_transparent_palette_colour_is_black(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([255, 255, 255, 255, 255, 255] + [0] * 762)
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "a.png", transparency=1)
    np.testing.assert_allclose(read_image(tmp_path / "a.png"), [[1, 0]], atol=1e-7)


def test_floating_point_tiff_is_taken_as_it_is(tmp_path):
    values = np.array([[0.25, -3.5]], np.float32)
    Image.fromarray(values).save(tmp_path / "a.tif")
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif"), values)


def test_exif_orientation_is_ignored(tmp_path):
    image = Image.fromarray(LEVELS)
    exif = image.getexif()
    exif[274] = 6
    image.save(tmp_path / "turned.png", exif=exif)
    assert read_image(tmp_path / "turned.png").shape == (2, 3)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_bad_images(tmp_path):
    noise = np.random.default_rng(0).integers(256, size=(64, 64)).astype(np.uint8)
    for suffix in (".png", ".jpg", ".pgm", ".bmp", ".tif"):
        whole = tmp_path / f"whole{suffix}"
        Image.fromarray(noise).save(whole)
        content = whole.read_bytes()
        for length in (0, 3, 20, len(content) // 2):
            path = tmp_path / f"cut{suffix}"
            path.write_bytes(content[:length])
            with pytest.raises(InputError, match=rf"cut\{suffix} is damaged, truncated or no image"):
                read_image(path)
    with pytest.raises(InputError, match=r"none\.png does not exist"):
        read_image(tmp_path / "none.png")
    Image.fromarray(np.array([[70_000, 1]], np.int32)).save(tmp_path / "wide.tif")
    with pytest.raises(InputError, match=r"wide\.tif has 32-bit pixels"):
        read_image(tmp_path / "wide.tif")


def test_an_enormous_image_is_refused(tmp_path, monkeypatch):
    Image.fromarray(LEVELS).save(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2)
    with pytest.raises(InputError, match="is too large to be opened safely"):
        read_image(tmp_path / "a.png")


def test_folder_of_equal_images(tmp_path):
    for name, image in {"b": LEVELS, "a": LEVELS // 2}.items():
        Image.fromarray(image).save(tmp_path / f"{name}.png")
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / ".hidden.png").write_bytes(b"")
    folder = open_data(tmp_path)
    assert folder.shape == (2, 6)
    assert folder.image_shape == (2, 3)
    np.testing.assert_allclose(folder.read(0, 2), srgb(np.stack([LEVELS // 2, LEVELS]).reshape(2, 6) / 255), rtol=1e-6)
    np.testing.assert_allclose(open_data(tmp_path, linearise=False)[1], LEVELS.ravel() / 255, rtol=1e-6)


def test_folder_of_different_sizes(tmp_path):
    Image.fromarray(LEVELS).save(tmp_path / "a.png")
    Image.fromarray(LEVELS.T.copy()).save(tmp_path / "b.png")
    with pytest.raises(InputError, match=r"a\.png is 3 x 2, b\.png is 2 x 3\); resize them, or draw patches"):
        open_data(tmp_path)


def test_folder_with_a_damaged_image(tmp_path):
    Image.fromarray(LEVELS).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"b\.png is damaged"):
        open_data(tmp_path)


def test_read_images_normalises(tmp_path):
    Image.fromarray(LEVELS).save(tmp_path / "a.png")
    images = read_images(tmp_path, normalise=True)
    np.testing.assert_allclose(images["a.png"].std(), 1, rtol=1e-5)
    Image.fromarray(np.full((2, 2), 9, np.uint8)).save(tmp_path / "flat.png")
    with pytest.raises(InputError, match=r"flat\.png is of one grey throughout"):
        read_images(tmp_path, normalise=True)
    with pytest.raises(InputError, match="is not a folder"):
        read_images(tmp_path / "a.png")
