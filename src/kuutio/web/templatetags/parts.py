"""Shows a domain's part in its own template."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def part(context: Context, shown: dict[str, Any]) -> SafeString:
    """One of `gathered.shown`, rendered by the template that its domain named."""
    return render_to_string(shown["part"].template, shown["context"], request=context.get("request"))
