"""What is measured: each module is one command that prints a table (`python -m benchmarks.NAME`).

The texts are real and not the project's; they lie in `../shared`, which a user's clone has not.
With `--gate` a benchmark ends with 1 where a figure is below its floor.
"""
