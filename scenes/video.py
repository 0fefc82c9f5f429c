"""Picture or lesson -> a film: quality, encoder, segments over processes, whole in its place.

from scenes.video import render_video
render_video(content, Path("film.mp4"), quality="l", jobs=2)
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphgen.errors import MissingPartError, RenderError
from scenes.film.crew import spread, workers_for
from scenes.film.joining import Part, join
from scenes.film.keeping import Shelf
from scenes.film.metering import metered
from scenes.film.places import check, put, workshop
from scenes.film.reels import Content, Reel, reel_of
from scenes.film.segments import cut
from scenes.film.settings import Encoding, Frame, Preset, Quality, encoding_of, frame_of
from scenes.film.shooting import CONTENT, Order
from scenes.film.takes import read_take
from scenes.film.verifying import verify

__all__ = ["Progress", "Video", "render_video"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a render is, in frames."""

    done_frames: int
    total_frames: int


@dataclass(frozen=True, slots=True)
class Video:
    """A film that was verified and put in its place; width and height in pixels."""

    path: Path
    frames: int
    seconds: float
    width: int
    height: int


def render_video(
    content: Content,
    path: Path,
    *,
    quality: Quality = "h",
    transparent: bool = False,
    jobs: int = 1,
    preset: Preset = "final",
    aspect: str = "16:9",
    on_progress: Callable[[Progress], None] | None = None,
    cache: Path | None = None,
) -> Video:
    """Render the film of a picture, or of a lesson.

    Args:
        content: what it is made of.
        path: where the film goes; .mp4, .webm, .mov or .gif decides how it is encoded.
        quality: l 854x480 at 15 frames a second, m 1280x720 at 30, h 1920x1080 at 60,
            p 2560x1440 at 60, k 3840x2160 at 60, as Manim has it; a GIF has 30 at most.
        transparent: without the page behind it (.mov, .webm and .gif).
        jobs: how many processes draw; 0 takes as many as there are cores. The file is the same.
        preset: "draft" is quicker and looks worse.
        aspect: width to height.
        on_progress: is told from time to time how far it is, from a thread of its own.
        cache: a folder that keeps finished segments; an unchanged film is only joined.

    Returns:
        Where it is, and how long.

    Raises:
        OutputError: a suffix, quality, aspect or place that can't be.
        MissingPartError: no font, or no encoder.
        RenderError: a step that can't be drawn.
    """
    suffix = path.suffix.lower()
    frame = frame_of(quality, aspect, suffix)
    encoding = encoding_of(suffix, transparent, preset, frame)
    check(path)
    _check_encoder(encoding)
    film = _Film(reel_of(content, frame), frame, encoding, transparent)
    frames = frame.frames(round(sum(film.reel.seconds), 1))
    with _full_disk_told(), workshop() as folder:
        orders = film.orders(folder)

        def tell(done: int) -> None:
            if on_progress is not None:
                on_progress(Progress(min(done, frames), frames))

        with metered([order.meter for order in orders], tell):
            parts = film.shoot(orders, folder, jobs, cache)
        made = folder / f"film.{encoding.container}"
        join(parts, made, encoding, frame)
        verify(made, frames, encoding, frame)
        put(made, path)
    tell(frames)
    return Video(path, frames, frames / frame.rate, frame.width, frame.height)


@dataclass(frozen=True, slots=True)
class _Film:
    """What is drawn, of which size, and how it is encoded."""

    reel: Reel
    frame: Frame
    encoding: Encoding
    transparent: bool

    def orders(self, folder: Path) -> list[Order]:
        """One for each segment of the film."""
        reel = self.reel
        return [
            Order(
                reel.scene,
                segment,
                self.frame,
                self.encoding,
                self.transparent,
                str(folder),
                reel.page,
                reel.captions[segment.first],
            )
            for segment in cut(reel.seconds)
        ]

    def shoot(
        self, orders: Sequence[Order], folder: Path, jobs: int, cache: Path | None
    ) -> list[Part]:
        """The parts of all segments, in order: kept ones, and the others drawn."""
        (folder / CONTENT).write_text(self.reel.content, encoding="utf-8")
        shelf = Shelf(cache, self.reel.content)
        found = {order.segment.index: shelf.find(order) for order in orders}
        missing = [order for order in orders if found[order.segment.index] is None]
        if missing:
            spread(missing, workers_for(jobs, missing))
            for order in missing:
                found[order.segment.index] = parts = read_take(order.folder)
                shelf.keep(order, parts or ())
            shelf.tidy()
        return [part for order in orders for part in found[order.segment.index] or ()]


@contextmanager
def _full_disk_told() -> Iterator[None]:
    """An OSError on the way (a full disk, a folder that is gone) becomes ours."""
    try:
        yield
    except OSError as error:
        raise RenderError(
            f"room for a film: {error.strerror or error} ({error.filename or 'no file'}); "
            "make room, or set TMPDIR to a folder that has some"
        ) from error


def _check_encoder(encoding: Encoding) -> None:
    import av

    for codec in (encoding.codec, "gif") if encoding.container == "gif" else (encoding.codec,):
        try:
            av.codec.Codec(codec, "w")
        except ValueError as error:
            raise MissingPartError(
                f"a .{encoding.container} needs the encoder {codec}: this PyAV has none; "
                "get one with: pip install --only-binary av av"
            ) from error
