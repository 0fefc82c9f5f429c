"""The scenes of the course: what each records, and how it is drawn."""
