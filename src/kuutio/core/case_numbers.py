RANDOM_BYTES = 8


def make(random):
    a = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    s = "".join(a[b % 32] for b in random)
    return f"KU-{s[:4]}-{s[4:]}"
