"""The camera of a scene that only Manim's cairo renderer can draw."""

from manim import Camera, Scene

from graphgen.model.errors import InputError

__all__ = ["cairo_camera"]


def cairo_camera(scene: Scene) -> Camera:
    """The scene's camera.

    Raises:
        InputError: another renderer's camera.
    """
    if not isinstance(scene.camera, Camera):
        raise InputError(
            f"{type(scene).__name__} needs Manim's cairo renderer: "
            f"it has the camera {type(scene.camera).__name__}; render it with --renderer=cairo"
        )
    return scene.camera
