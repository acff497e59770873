"""Speeds as ratios against other ways of doing the same, alternating in one run. `make bench` prints them."""
