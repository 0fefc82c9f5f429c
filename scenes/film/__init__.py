"""What a film needs besides its pictures: sizes, encoders, segments, joining, safe places."""
