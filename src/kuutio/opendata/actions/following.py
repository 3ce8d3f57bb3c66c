"""Tell me when it changes: follow a data set, leave it, and the letters that say that it changed."""

from datetime import datetime, timedelta

from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed
from kuutio.opendata import addresses, permissions
from kuutio.opendata.models import Dataset, Follow, Snapshot
from kuutio.ui.wording import localized, number

#: Nobody gets two letters of one data set within so long; what changes meanwhile is told in the next.
BETWEEN = timedelta(days=1)
_SALT = "opendata.unfollow"


@transaction.atomic
def follow_dataset(dataset: Dataset, *, by: Person, at: datetime) -> Follow:
    """Have a person told when the data change; following twice is following once.

    Raises:
        NotAllowed: the person may not see the data set.
    """
    if not permissions.may_see(by, dataset):
        raise NotAllowed(_("This data set isn’t open to you."))
    follow, created = Follow.objects.get_or_create(dataset=dataset, person=by, defaults={"created_at": at})
    if created:
        record("follow_dataset", f"dataset:{dataset.name}", by=by, at=at)
    return follow


@transaction.atomic
def unfollow_dataset(dataset: Dataset, *, by: Person, at: datetime) -> bool:
    """Stop telling a person; returns whether they followed."""
    gone, _each = Follow.objects.filter(dataset=dataset, person=by).delete()
    if gone:
        record("unfollow_dataset", f"dataset:{dataset.name}", by=by, at=at)
    return bool(gone)


def token_of(follow: Follow) -> str:
    """What stands in a letter: it lets whoever has it end this one subscription and do nothing else."""
    return signing.dumps([follow.pk, follow.person_id], salt=_SALT)


def followed_by(token: str) -> Follow | None:
    """The subscription of a letter; None when it has ended or the token isn't ours."""
    try:
        pk, person = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Follow.objects.select_related("dataset", "person").filter(pk=pk, person_id=person).first()


def tell_followers(snapshot_id: int, *, at: datetime) -> datetime | None:
    """Write to those who follow the data set of a new version; may run twice, nobody is told twice.

    Returns:
        when to run again for those who had a letter less than a day ago; None when all are told.
    """
    snapshot = Snapshot.objects.select_related("distribution__dataset__publisher").filter(pk=snapshot_id).first()
    if snapshot is None or snapshot.served_at is None:
        return None
    dataset = snapshot.distribution.dataset
    if dataset.state != Dataset.State.PUBLISHED:
        return None
    again: list[datetime] = []
    for pk in Follow.objects.filter(dataset=dataset, created_at__lte=snapshot.served_at).values_list("pk", flat=True):
        with transaction.atomic():
            follow = Follow.objects.select_for_update(of=("self",)).select_related("person").filter(pk=pk).first()
            if follow is None or not follow.person.is_active or not permissions.may_see(follow.person, dataset):
                continue
            if follow.told_at and follow.told_at >= snapshot.served_at:
                continue  # the letter that was sent since then told of this version too
            if follow.told_at and at - follow.told_at < BETWEEN:
                again.append(follow.told_at + BETWEEN)
                continue
            follow.told_at = at
            follow.save(update_fields=["told_at"])
            _queue(follow, snapshot)
    return min(again, default=None)


def _queue(follow: Follow, snapshot: Snapshot) -> None:
    """In the same transaction as the note that they were told: both happen, or neither."""
    from kuutio.opendata import tasks  # tasks import the actions

    tasks.write_to_follower.defer(follow_id=follow.pk, snapshot_id=snapshot.pk)


def write_to_follower(follow_id: int, snapshot_id: int) -> bool:
    """Send one letter; returns False when its reader has left meanwhile."""
    follow = Follow.objects.select_related("person", "dataset").filter(pk=follow_id).first()
    snapshot = Snapshot.objects.filter(pk=snapshot_id).first()
    if follow is None or snapshot is None or not follow.person.is_active:
        return False
    letter(follow, snapshot).send()
    return True


def letter(follow: Follow, snapshot: Snapshot) -> EmailMessage:
    """In the follower's language, with a way to stop that takes one press.

    Source: RFC 8058.
    """
    person, dataset = follow.person, follow.dataset
    with translation.override(person.language):
        title = localized(dataset.title)[0] or dataset.name
        leave = addresses.site(f"/{person.language}/data/unfollow/{token_of(follow)}/")
        text = _(
            "“%(title)s” has new data: %(rows)s rows.\n\nSee what changed: %(versions)s\n\n"
            "You get this letter because you follow the data set; at most one a day. Stop following: %(leave)s"
        ) % {
            "title": title,
            "rows": number(snapshot.rows),
            "versions": addresses.dataset_page(dataset, person.language) + "versions/",
            "leave": leave,
        }
        subject = _("New data: %(title)s") % {"title": " ".join(title.split())}
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(subject, text, to=[person.email], headers=headers)
