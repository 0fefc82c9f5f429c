"""Drills: what is done to autoviz over and over, long enough to trust it; python -m tests.drills.

A module here is a drill when it has a `DRILL`; adding one is adding a file.
"""
