"""A class's attributes -> the lesson that it asks for, recorded once."""

from collections.abc import Mapping
from os import PathLike
from typing import Any, ClassVar

from graphgen.course.registry import lesson_of, request_of
from graphgen.course.scene import Lesson
from graphgen.model.theme import Theme

__all__ = ["Asking"]


class Asking:
    """What a scene of the course shows, said by the class.

    Attributes:
        scene: its name in the course.
        program: statements parted by ";", or FILE.py:NAME where the scene takes that; "" for the
            scene's own.
        values: a number, or nested lists of numbers, for each of the program's inputs.
        data: the inputs that take no gradient.
        options: the scene's own, by name.
        title: what stands above the picture; "" for the program.
        theme: "dark", "light", a theme, or the path of a theme file.
    """

    scene: ClassVar[str] = ""
    program: ClassVar[str] = ""
    values: ClassVar[Mapping[str, Any]] = {}
    data: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, Any]] = {}
    title: ClassVar[str] = ""
    theme: ClassVar[Theme | str | PathLike[str]] = "dark"

    @classmethod
    def recorded(cls) -> Lesson:
        """What torch gives for what the class asks for.

        Raises:
            InputError: the program, a value or an option doesn't fit the scene.
        """
        request = request_of(
            cls.scene, cls.program, cls.values, cls.data, cls.options, cls.title, cls.theme
        )
        return lesson_of(cls.scene, request)
