"""Texts that people write in Markdown, as HTML that nobody can smuggle anything into."""

from django.utils.safestring import SafeString, mark_safe

_TAGS = {"p", "ul", "ol", "li", "em", "strong", "a", "br", "code", "blockquote", "h2", "h3", "h4"}


def rendered(text: str, *, top: int = 3) -> SafeString:
    """Markdown as HTML.

    Args:
        top: the level of its highest headings, 2 or 3, so that they follow the page's own.
    """
    import nh3  # only where a text is shown
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark", {"html": False, "linkify": False}).render(text) if text.strip() else ""
    for level in range(1, top):
        html = html.replace(f"<h{level}>", f"<h{top}>").replace(f"</h{level}>", f"</h{top}>")
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="nofollow noopener",
    )
    return mark_safe(clean)  # noqa: S308  # cleaned just above
