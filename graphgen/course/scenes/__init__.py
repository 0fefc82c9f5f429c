"""Every module here is a scene of the course: its SCENE says what it is. `registry` finds them."""
