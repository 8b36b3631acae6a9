"""Colours of pictures: enough contrast for everybody, and apart for colour-blind eyes."""

from itertools import combinations

import pytest

from bot.charts import look

AA_TEXT = 4.5
AA_GRAPHICS = 3.0
APART = 18.0
"""Distance in CIELAB from which on two colours are told apart at a glance."""
VISIONS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""


def linear(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(colour, vision):
    seen = [sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in VISIONS[vision]]
    red, green, blue = (min(max(value, 0), 1) for value in seen)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one, other, vision):
    return sum((a - b) ** 2 for a, b in zip(lab(one, vision), lab(other, vision), strict=True)) ** 0.5


@pytest.mark.parametrize("ink", [look.INK, look.FAINT_INK])
@pytest.mark.parametrize("paper", [look.PAPER, look.NO_DATA])
def test_text_is_readable(ink, paper):
    assert contrast(ink, paper) >= AA_TEXT


@pytest.mark.parametrize("paint", {look.SECURE, look.FAILED, *look.TYPES, look.OTHER_TYPES, look.NOT_ITEMISED})
def test_bars_stand_out_from_the_paper(paint):
    assert contrast(paint.colour, look.PAPER) >= AA_GRAPHICS


@pytest.mark.parametrize("vision", VISIONS)
def test_colours_are_told_apart_by_every_eye(vision):
    every = (*look.TYPES, look.OTHER_TYPES, look.NOT_ITEMISED)
    pairs = [(look.SECURE, look.FAILED), *combinations(every, 2)]
    near = [(a.colour, b.colour) for a, b in pairs if distance(a.colour, b.colour, vision) < APART]
    assert near == []


def test_bars_differ_by_more_than_colour():
    every = (*look.TYPES, look.OTHER_TYPES)
    assert len({paint.hatch for paint in every}) == len(every)
    assert look.SECURE.hatch != look.FAILED.hatch
