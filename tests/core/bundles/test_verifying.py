import io
import json
import secrets
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuutio.core.bundles import (
    Broken,
    Bundle,
    ballot_entry,
    canonical,
    closing_entry,
    next_of,
    pack,
    revote_entry,
    unpack,
    verify_bundle,
)
from kuutio.core.bundles.logs import read_heads
from kuutio.core.ledger import SigningKey, Tree, countersign, leaf_hash, sign_head
from tests.core.bundles.making import (
    BALLOTS,
    ESPOO,
    LOG_KEY,
    ORIGIN,
    WINNERS,
    Vote,
    honest_entries,
    insider,
    issue,
    opening,
    signed_heads,
)

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ENTRIES = BALLOTS + 5
places = st.integers(0, ENTRIES - 1)


@pytest.fixture(scope="module")
def vote() -> Vote:
    return Vote()


def broken(packed: bytes, **known) -> Broken:
    with pytest.raises(Broken) as caught:
        verify_bundle(packed, **known)
    return caught.value


def test_an_honest_vote_passes(vote):
    verdict = verify_bundle(vote.packed())
    assert (verdict.kind, verdict.origin, verdict.entries) == ("vote", ORIGIN, ENTRIES)
    assert (verdict.heads, verdict.witnesses, verdict.compared) == (3, (ESPOO.name,), 0)
    assert verdict.said[0] == "ballots that count: 12; replaced by a later one: 3"
    assert verdict.said[2].endswith(", ".join(WINNERS))
    assert vote.packed() == vote.packed() and unpack(vote.packed()) == replace(vote.bundle, facts={})


@MANY
@given(places, st.integers(0, 10_000), st.integers(1, 255))
def test_one_flipped_byte_names_its_entry(vote, number, place, change):
    lines = vote.lines()
    line = bytearray(lines[number])
    line[place % len(line)] ^= change
    lines[number] = bytes(line)
    assert broken(vote.having(log_jsonl=b"".join(lines)).packed()).entry == number


@MANY
@given(places)
def test_a_dropped_entry_is_named(vote, number):
    lines = vote.lines()
    del lines[number]
    wrong = broken(vote.having(log_jsonl=b"".join(lines)).packed())
    assert wrong.entry == number and "dropped" in wrong.why


@MANY
@given(places, places)
def test_a_doubled_entry_is_named(vote, number, place):
    lines = vote.lines()
    lines.insert(place, lines[number])
    wrong = broken(vote.having(log_jsonl=b"".join(lines)).packed())
    assert wrong.entry == (number + 1 if place in (number, number + 1) else place)


@MANY
@given(places, places)
def test_a_changed_order_names_the_first(vote, one, other):
    lines = vote.lines()
    lines[one], lines[other] = lines[other], lines[one]
    if one == other:
        return
    wrong = broken(vote.having(log_jsonl=b"".join(lines)).packed())
    assert wrong.entry == min(one, other) and "order" in wrong.why


@MANY
@given(places)
def test_hashes_that_are_made_to_fit_still_meet_the_signatures(vote, number):
    """Whoever has no key can change the entry and its hash, and is met at the first head that holds it."""
    lines = vote.lines()
    lines[number] = canonical(json.loads(lines[number]) | {"ballot": ["park"], "x": 1}) + b"\n"
    leaves = b"".join(leaf_hash(line.rstrip(b"\n")).hex().encode() + b"\n" for line in lines)
    wrong = broken(vote.having(log_jsonl=b"".join(lines), leaves_txt=leaves).packed())
    heads = [0, 1, ENTRIES // 2, ENTRIES]
    assert wrong.entry == max(head for head in heads if head <= number)


@MANY
@given(
    st.sampled_from(["log.jsonl", "leaves.txt", "heads.txt", "result.json"]), st.integers(0, 10**6), st.integers(1, 255)
)
def test_no_byte_of_any_file_may_change(vote, name, place, change):
    body = bytearray(vote.bundle.files[name])
    body[place % len(body)] ^= change
    files = {**vote.bundle.files, name: bytes(body)}
    with zipfile.ZipFile(io.BytesIO(vote.packed())) as archive:
        manifest = archive.read("manifest.json")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for file, content in {"manifest.json": manifest, **files}.items():
            archive.writestr(file, content)
    broken(made.getvalue())


def test_a_cut_log_misses_what_was_signed(vote):
    entries = honest_entries()
    lines, leaves = vote.lines()[:-1], vote.lines("leaves.txt")[:-1]
    cut = vote.having(log_jsonl=b"".join(lines), leaves_txt=b"".join(leaves))
    assert broken(cut.packed()).entry == len(entries) - 1
    # With its last head gone, too, the heads that others kept tell.
    shorter = cut.having(heads_txt=b"\n".join(head.to_bytes() for head in signed_heads(entries)[:-1]))
    assert broken(shorter.packed()).entry == ENTRIES // 2
    assert "no signed head" in broken(shorter.packed()).why


def test_known_heads_must_belong_to_the_log(vote):
    heads = signed_heads(honest_entries())
    assert verify_bundle(vote.packed(), heads).compared == 3
    assert verify_bundle(vote.packed(), read_heads(b"\n".join(head.to_bytes() for head in heads))).compared == 3
    assert verify_bundle(vote.packed(), read_heads(b"".join(head.to_bytes() for head in heads))).compared == 3
    # The keeper publishes a log in which one ballot is another than the one that was witnessed.
    entries = list(honest_entries())
    token = secrets.token_bytes(32)
    entries[3] = ballot_entry(["pier"], token=token, signature=issue(token), next_token_hash=None)
    other = insider(entries)
    assert verify_bundle(other).entries == ENTRIES
    wrong = broken(other, known_heads=heads)
    assert "changed afterwards" in wrong.why and wrong.entry is None
    assert verify_bundle(other, heads[:1]).compared == 1
    # Or one that lacks the last ballots.
    short = [*entries[:9], closing_entry({"web": 14, "paper": 1})]
    assert broken(insider(short), known_heads=heads[-1:]).entry == len(short)
    stranger = SigningKey(ORIGIN, LOG_KEY.kind, b"x" * 32)
    for known in ([], [sign_head(heads[0].head, stranger)]):
        assert broken(vote.packed(), known_heads=known).entry is None
    fake = countersign(heads[0], replace(ESPOO, seed=b"f" * 32), at=1)
    assert verify_bundle(vote.packed(), [fake]).compared == 1  # a stranger's name is nobody's word, the log's own holds
    with pytest.raises(Broken, match="can't be read"):
        read_heads(b"nonsense")


def rebuilt(number: int, entry: bytes) -> list[bytes]:
    entries = list(honest_entries())
    entries[number] = entry
    return entries


def spoiled(number: int, **changed) -> list[bytes]:
    """The entries with one changed, whose keeper signs it all the same."""
    said = json.loads(honest_entries()[number]) | changed
    return rebuilt(number, canonical({name: value for name, value in said.items() if value is not ...}))


@pytest.mark.parametrize(
    ("number", "changed", "why"),
    [
        (3, {"ballot": ["park", "park"]}, "twice"),
        (3, {"ballot": ["moon"]}, "no project"),
        (3, {"ballot": []}, "too few"),
        (3, {"ballot": ["park", "bench", "pier", "trees"]}, "too many"),
        (3, {"ballot": {"park": 1}}, "another form"),
        (3, {"ballot": ...}, "another form"),
        (7, {"channel": "post"}, "no ballot"),
        (7, {"voter": "Aino"}, "no ballot"),
        (7, {"type": "note"}, "no ballot"),
        (7, {"pass": "AAAA"}, "bytes"),
        (7, {"pass": "A" * 43}, "isn't signed"),
        (7, {"signature": "AAAA"}, "bytes"),
        (7, {"next": "AAAA"}, "bytes"),
        (16, {"passes": {"web": 14}}, "only 0 passes"),
        (16, {"passes": {"web": 10, "paper": 1}}, "11 ballots"),
        (16, {"passes": {"web": -1}}, "how many"),
        (16, {"type": "ballot"}, "closing"),
        (0, {"type": "call"}, "opening"),
        (0, {"rule": {"kind": "lottery"}}, "opening"),
        (0, {"election": {}}, "opening"),
        (0, {"origin": "cities.example/votes/other"}, "keys"),
        (0, {"keys": {}}, "keys"),
    ],
)
def test_what_its_keeper_signed_must_still_make_sense(number, changed, why):
    wrong = broken(insider(spoiled(number, **changed)))
    assert wrong.entry == number and why in wrong.why


def test_a_pass_works_once_and_for_one_vote():
    token, following = secrets.token_bytes(32), secrets.token_bytes(32)
    entries = list(honest_entries())
    twice = canonical(json.loads(entries[3]) | {"ballot": ["pier"]})
    wrong = broken(insider([*entries[:-1], twice, entries[-1]]))
    assert wrong.entry == ENTRIES - 1 and "used by entry 3" in wrong.why
    other = ballot_entry(
        ["park"], token=token, signature=issue(token, "cities.example/votes/other"), next_token_hash=None
    )
    assert broken(insider(rebuilt(3, other))).entry == 3
    # Replacing what isn't there, what was replaced already, and with the token of another's commitment.
    stray = revote_entry(["park"], token=following, next_token_hash=None)
    assert broken(insider([*entries[:-1], stray, entries[-1]])).entry == ENTRIES - 1
    done = canonical(json.loads(entries[4]) | {"ballot": ["pier"]})
    assert broken(insider([*entries[:-1], done, entries[-1]])).entry == ENTRIES - 1
    both = [
        ballot_entry(["park"], token=one, signature=issue(one), next_token_hash=next_of(following))
        for one in (token, following)
    ]
    wrong = broken(insider([*entries[:5], *both, *entries[5:-1], closing_entry({"web": 99, "paper": 1})]))
    assert wrong.entry == 6 and "same token" in wrong.why


def test_the_winners_are_counted_again():
    assert "recount" in broken(insider(honest_entries(), winners=["park"])).why
    assert "recount" in broken(insider(honest_entries(), winners=WINNERS[::-1])).why
    assert verify_bundle(insider([opening(), closing_entry({})], winners=["bench", "park"])).entries == 2


def test_heads_must_grow_and_hold_everything(vote):
    entries = honest_entries()
    heads = signed_heads(entries)

    def having(*some):
        return vote.having(heads_txt=b"\n".join(head.to_bytes() for head in some)).packed()

    assert broken(having(*heads[::-1])).entry is None
    assert broken(having(heads[0], heads[0])).entry is None
    assert broken(having(*heads[1:])).entry == 0
    assert broken(having(*heads[:-1])).entry == ENTRIES // 2
    bare = sign_head(heads[-1].head, LOG_KEY)
    assert "witnesses" in broken(having(*heads[:-1], bare)).why
    other = sign_head(replace(heads[-1].head, root=Tree([leaf_hash(b"")]).root()), LOG_KEY)
    assert broken(having(*heads[:-1], other)).entry == ENTRIES // 2
    unsigned = replace(heads[1], signatures=heads[1].signatures[1:])
    assert "own signature" in broken(having(heads[0], unsigned, heads[2])).why


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name.replace("__", "/").replace("_", ".", 1), body)
    return made.getvalue()


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (b"", "no zip"),
        (b"PK\x03\x04 nonsense", "no zip"),
        (zipped(log_jsonl=b"{}"), "manifest"),
        (zipped(manifest_json=b"["), "manifest"),
        (zipped(manifest_json=b"[" * 100_000), "manifest"),
        (zipped(manifest_json=b"{}"), "kind"),
        (zipped(manifest_json=b'{"bundle":1,"kind":"vote","origin":"x","files":{}}', log_jsonl=b"{}"), "list"),
        (zipped(**{"..__..__etc__passwd_txt": b""}), "name"),
        (zipped(**{"A_txt": b""}), "name"),
        (zipped(bomb_txt=bytes(40 * 2**20)), "tightly"),
        (zipped(**{f"f{number}_txt": b"" for number in range(65)}), "65 files"),
        (pack(Bundle("call", ORIGIN, {"log.jsonl": b"x"})), "kind"),
        (pack(Bundle("vote", ORIGIN, {"log.jsonl": b"x"})), "leaves.txt"),
    ],
)
def test_hostile_files_are_refused(packed, why):
    wrong = broken(packed)
    assert why in wrong.why and wrong.entry is None


def test_a_name_twice_or_a_size_that_lies_is_refused(vote):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("log.jsonl", b"one")
        archive.writestr("log.jsonl", b"two")
    assert "name" in broken(made.getvalue()).why
    packed = bytearray(vote.packed())
    with zipfile.ZipFile(io.BytesIO(bytes(packed))) as archive:
        entry = archive.getinfo("result.json")
    central = packed.rindex(b"result.json") - 46
    packed[central + 24 : central + 28] = (entry.file_size - 3).to_bytes(4, "little")
    assert "zip" in broken(bytes(packed)).why


@pytest.mark.parametrize(
    "line", [b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1.0}', b'{"a":NaN}', b'{"a":1,"a":1}', b"[" * 9000, b"1"]
)
def test_an_entry_has_one_form(line):
    entries = [*honest_entries()[:-1], line, honest_entries()[-1]]
    assert broken(insider(entries)).entry == ENTRIES - 1
