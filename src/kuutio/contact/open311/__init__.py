"""Open311 GeoReport v2: the public facts of cases for programs, and a door by which programs bring cases in.

One endpoint for all the cities; the jurisdiction is a city's code and may be left out. The standard's own ways (its errors, its
two formats) stay in here: a request is read, a verb or a query of the domain is called, and the answer is written.

Source: GeoReport v2, https://wiki.open311.org/GeoReport_v2/ ; the extensions are CitySDK's and 6Aika's.
"""
