"""What the performance figures come from: `make bench` prints one JSON line each."""
