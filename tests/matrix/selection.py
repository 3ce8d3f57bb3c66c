"""What the rows of `selection.toml` speak of: a round of the strategy office whose results are published."""

from kuutio.cities.models import Organisation
from kuutio.selection.actions import publishing
from kuutio.selection.models import Letter, Meeting, Review
from tests.selection import made as given


def things() -> dict[str, str]:
    """The round, and one each of what it has."""
    office = Organisation.objects.get(slug="strategy-office")
    made = given.decided(given.make_round(key="call:matrix", owner=office, count=2))
    publishing.publish_round(made.round, by=made.office, at=given.NOON + 7 * given.DAY)
    review = Review.objects.filter(candidate=made.candidates[0]).first()
    letter = Letter.objects.filter(decision__candidate=made.candidates[0]).first()
    meeting = Meeting.objects.get(round=made.round)
    return {
        "round": made.round.key,
        "round_candidate": str(made.candidates[0].uuid),
        "round_review": str(review.uuid) if review else "",
        "round_letter": str(letter.uuid) if letter else "",
        "round_meeting": str(meeting.uuid),
        "round_reviewer": str(made.reviewers[0].alias),
    }
