"""What the rows of `data_pages.toml` speak of."""

from django.utils import timezone

from kuutio.opendata.actions.following import follow_dataset, token_of
from kuutio.opendata.models import Snapshot
from tests.factories import PersonFactory
from tests.opendata.bringing import bring


def things() -> dict[str, str]:
    """A data set of Helsinki with places and two versions, a version that is held, and somebody who follows it."""
    bring("nimi;lat;lon\nA;60,1;24,9\nB;60,2;24,8\n", what="pages")
    bring("nimi;lat;lon\nA;60,1;24,9\nC;60,2;24,8\n", what="pages")
    bring("nimi;lat;lon\n131052-308T;60,1;24,9\n", what="pages")
    held = Snapshot.objects.get(state="held", distribution__table="helsinki-pages")
    follower = PersonFactory(email="follower@matrix.example.org")
    follow = follow_dataset(held.distribution.dataset, by=follower, at=timezone.now())
    return {
        "page_set": "helsinki-pages",
        "page_held": str(held.pk),
        "page_part": str(held.distribution_id),
        "page_follow": token_of(follow),
    }
