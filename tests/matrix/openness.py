"""What the rows of `openness.toml` speak of."""

from kuutio.contact.catalogue import load_catalogue
from kuutio.programme import demo, demo_projects
from tests.programme.openness.conftest import bring_in_the_list


def things() -> dict[str, str]:
    """The strategy with its projects and contact roles, and what a message to a role is filed under."""
    load_catalogue()
    demo.load()
    bring_in_the_list()
    demo_projects.load()
    return {}
