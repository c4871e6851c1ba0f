"""Side-by-side timings; run with ``python -m tests.benchmarks NAME``."""
