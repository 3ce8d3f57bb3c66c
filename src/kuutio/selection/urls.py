"""The pages of selection, below a language."""

from django.urls import path, register_converter

from kuutio.selection.pages import decisions, office, public, reviewer

app_name = "selection"


class RoundKey:
    """A round's key in an address; whatever isn't one is no address."""

    regex = "[a-z]+:[a-z0-9][a-z0-9-]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RoundKey, "round")
_ROUND = "work/selection/<round:key>/"
urlpatterns = [
    path("selection/<round:key>/", public.results, name="results"),
    path("selection/<round:key>/bundle.zip", public.bundle, name="bundle"),
    path("selection/<round:key>/opening.json", public.opening, name="opening"),
    path("selection/<round:key>/leaves.txt", public.leaves, name="leaves"),
    path("selection/<round:key>/heads.txt", public.heads, name="heads"),
    path("decisions/<uuid:uuid>.pdf", public.letter, name="letter"),
    path("reviews/", reviewer.mine, name="mine"),
    path("reviews/expertise/", reviewer.expertise, name="expertise"),
    path("reviews/rounds/<round:key>/", reviewer.declare, name="declare"),
    path("reviews/<uuid:uuid>/", reviewer.review, name="review"),
    path("reviews/<uuid:uuid>/save/", reviewer.save, name="review-save"),
    path("reviews/<uuid:uuid>/answer/", reviewer.answer, name="review-answer"),
    path("reviews/<uuid:uuid>/together/", reviewer.consensus, name="consensus"),
    path("work/selection/", office.work, name="work"),
    path("work/selection/candidates/<uuid:uuid>/", decisions.candidate, name="candidate"),
    path("work/selection/candidates/<uuid:uuid>/legality/", decisions.legality, name="legality"),
    path("work/selection/reviews/<uuid:uuid>/<slug:act>/", office.review_act, name="review-act"),
    path("work/selection/meetings/<uuid:uuid>/", decisions.meeting, name="meeting"),
    path("work/selection/meetings/<uuid:uuid>/items/<int:position>/", decisions.item, name="item"),
    path("work/selection/meetings/<uuid:uuid>/<slug:act>/", decisions.meeting_act, name="meeting-act"),
    path(_ROUND, office.board, name="board"),
    path(f"{_ROUND}settings/", office.settings, name="settings"),
    path(f"{_ROUND}members/", office.members, name="members"),
    path(f"{_ROUND}affiliations/", office.affiliations, name="affiliations"),
    path(f"{_ROUND}reviewers/", office.reviewers_page, name="reviewers"),
    path(f"{_ROUND}reviewers/<int:alias>/leave/", office.leave, name="reviewer-leave"),
    path(f"{_ROUND}reviewers/<int:alias>/remind/", office.remind, name="reviewer-remind"),
    path(f"{_ROUND}conflicts/", office.conflicts_page, name="conflicts"),
    path(f"{_ROUND}assignment/", office.assignment, name="assignment"),
    path(f"{_ROUND}ranking/", office.ranking_page, name="ranking"),
    path(f"{_ROUND}lots/", office.lots, name="lots"),
    path(f"{_ROUND}meetings/", decisions.meetings_page, name="meetings"),
    path(f"{_ROUND}log/", office.audit, name="audit"),
    path(f"{_ROUND}move/<slug:act>/", office.move, name="move"),
]
