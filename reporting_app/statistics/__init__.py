"""Tallies in, noised releases out. Empty until the statistics are built."""
