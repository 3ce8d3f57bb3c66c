def check(lon, lat):
    return None
