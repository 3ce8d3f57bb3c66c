RANDOM_BYTES = 16


def make(random):
    return ""
