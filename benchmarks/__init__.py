"""Speed of reading, reception, answers and start, as ratios within one run: `python -m benchmarks`."""
