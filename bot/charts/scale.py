"""The figures at the side of a panel: few, round, short. Pure."""

from bot.charts.words import figure

TOP_MOST = 10**60
"""Larger values are drawn as this one; what they are exactly is no matter of a picture."""
_UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))
_ROUND = (1, 2, 5, 10)
STEPS = 4


def on_scale(value: int) -> float:
    """Return a value as it is drawn."""
    return float(min(value, TOP_MOST))


def steps(largest: float) -> list[int]:
    """Return the values at which a line is drawn: from 0 up to `largest` or a little beyond, whole and round."""
    least = max(1, int(largest)) / STEPS
    power = 10 ** max(0, len(str(int(least))) - 1)
    step = next(power * factor for factor in _ROUND if power * factor >= least)
    return [step * number for number in range(-(-max(1, int(largest)) // step) + 1)]


def short(value: int) -> str:
    """`850`, `1.5k`, `20M`, `1e+15`."""
    if value >= 1_000 * _UNITS[0][0]:
        return f"{float(value):.0e}"
    for size, unit in _UNITS:
        if value >= size:
            return f"{value / size:.4g}{unit}"
    return figure(value)
