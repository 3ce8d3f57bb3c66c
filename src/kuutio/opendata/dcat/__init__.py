"""The catalogue as the rest of Europe reads it: DCAT-AP 3 in three forms of RDF, schema.org, data packages, feeds, sitemap.

Statements are plain tuples and the writers are ours, so that the same data give the same bytes in every process and with
every version of every library, at some 20 microseconds a statement, and a web process needs no RDF library to answer.
"""
