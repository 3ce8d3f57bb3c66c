RANDOM_BYTES = 8


def make(random: bytes) -> str:
    a = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    s = "".join(a[b % 32] for b in random)
    return f"KU-{s[:4]}-{s[4:]}"


def parse(text: str) -> str:
    t = text.upper().replace(" ", "").replace("-", "").removeprefix("KU")
    if len(t) != 8 or not t.isalnum():
        raise ValueError(text)
    return f"KU-{t[:4]}-{t[4:]}"
