"""The cube and the few icons, drawn here as SVG: strokes on a 24 grid, in the colour of the text."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_TOP, _LEFT, _RIGHT = "M16 2 29 9 16 16 3 9Z", "M3 9v14l13 7V16Z", "M29 9v14l-13 7V16Z"

LIT = {
    "all": ("face-3", "face-2", "face-1"),
    "data": ("face-1", "unlit", "unlit"),
    "participation": ("unlit", "face-1", "unlit"),
    "innovation": ("unlit", "unlit", "face-1"),
    "service": ("unlit", "face-2", "face-1"),
    "programme": ("face-1", "face-2", "face-3"),
    "none": ("unlit", "unlit", "unlit"),
}
"""Top, left and right face of the cube for each room of the house (`core.parts.Face`)."""

PATHS = {
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "close": "M6 6l12 12M18 6 6 18",
    "down": "M6 9.5l6 6 6-6",
    "up": "M6 14.5l6-6 6 6",
    "left": "M14.5 6l-6 6 6 6",
    "right": "M9.5 6l6 6-6 6",
    "arrow": "M4.5 12h15M13.5 6l6 6-6 6",
    "back": "M19.5 12h-15M10.5 6l-6 6 6 6",
    "external": "M10 5H5v14h14v-5M14 5h5v5M19 5l-8 8",
    "copy": "M9 9h10v10H9zM15 9V5H5v10h4",
    "link": "M10 14a4 4 0 0 0 5.6 0l3-3A4 4 0 0 0 13 5.4l-1 1M14 10a4 4 0 0 0-5.6 0l-3 3A4 4 0 0 0 11 18.6l1-1",
    "download": "M12 4v11M7 10.5l5 5 5-5M5 20h14",
    "upload": "M12 16V5M7 9.5l5-5 5 5M5 20h14",
    "sort": "M8 10l4-4 4 4M8 14l4 4 4-4",
    "info": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5.5M12 7.6v.1",
    "success": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8 12.3l2.8 2.8L16 9.6",
    "alert": "M12 4 2.8 20h18.4L12 4ZM12 10v5M12 17.4v.1",
    "error": "M8.2 3.5h7.6l4.7 4.7v7.6l-4.7 4.7H8.2l-4.7-4.7V8.2l4.7-4.7ZM12 7.8v5M12 16.1v.1",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
    "pin": "M12 3a6.5 6.5 0 0 0-6.5 6.5C5.5 14 12 21 12 21s6.5-7 6.5-11.5A6.5 6.5 0 0 0 12 3ZM12 7.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
    "map": "M9 5 3.5 7.5v12L9 17l6 2.5 5.5-2.5V5L15 7.5 9 5ZM9 5v12M15 7.5v12",
    "table": "M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9",
    "chart": "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
    "code": "M8.5 7 3.5 12l5 5M15.5 7l5 5-5 5",
    "key": "M8 11.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM11 13l8.5-8.5M15.5 8.5l3 3",
    "feed": "M5 12a7 7 0 0 1 7 7M5 5a14 14 0 0 1 14 14M6 18v.1",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2",
    "mail": "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7",
}


def cube(lit: str = "all") -> SafeString:
    """The mark, with the faces of one room lit. It is decoration: its meaning is always beside it in words."""
    faces = zip(LIT[lit], (_TOP, _LEFT, _RIGHT), strict=True)
    paths = "".join(f'<path class="{name}" d="{path}"/>' for name, path in faces)
    return mark_safe(f'<svg class="cube" viewBox="0 0 32 32" aria-hidden="true">{paths}</svg>')  # noqa: S308  # our own drawing


def icon(name: str, extra: str = "") -> SafeString:
    """An icon of `PATHS`. It is decoration: a button without words needs an `aria-label` of its own."""
    return format_html(
        '<svg class="icon icon-{}{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        name,
        f" {extra}" if extra else "",
        PATHS[name],
    )
