"""What the command line needs around the stages: arguments, places, progress, a look at the system.

Nothing here computes or draws; importing it loads click and nothing heavier.
"""
