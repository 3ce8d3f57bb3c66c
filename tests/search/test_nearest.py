"""The quick way to the nearest word gives what looking at every word gives."""

import random

import pytest

from kuutio.core.language import similarity, trigrams
from kuutio.search.models import WordForm
from kuutio.search.queries import _ALIKE, nearest

pytestmark = pytest.mark.django_db
_ENDS = (
    "katu",
    "valaistus",
    "puisto",
    "pyörä",
    "tie",
    "laskuri",
    "kartta",
    "asema",
    "puu",
    "koulu",
    "ranta",
    "silta",
    "alue",
)


def test_no_word_that_is_alike_enough_is_passed_over() -> None:
    dice = random.Random(3)
    known = sorted({a + b for a in _ENDS for b in ("", *_ENDS)})
    WordForm.objects.bulk_create(
        WordForm(language="fi", form=form, bases=[form], trigrams=trigrams(form)) for form in known
    )
    for _n in range(150):
        word = dice.choice(known)
        at = dice.randrange(len(word) - 1)
        slip = (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :] if dice.random() < 0.6 else word[:at] + word[at + 1 :]
        )
        if len(slip) < 4 or slip in known:
            continue
        near = [form for form in known if len(slip) - 2 <= len(form) <= len(slip) + 3]
        best = max((similarity(slip, form) for form in near), default=0.0)
        found = nearest(slip)
        assert (found is None) == (best < _ALIKE), slip
        if found is not None:
            assert similarity(slip, found) == best, (slip, found)
