"""The gist of each findable thing: its words in all languages in one small row, kept by the database itself."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

# The words stand out of line, so that a search which meets most things reads some 60 of them from a page and not 5. PostgreSQL puts
# nothing out of line in rows below 2 kB; the blanks make every row longer, and take 40 bytes once they are compressed.
NARROW = """
ALTER TABLE search_gist ADD COLUMN padding text NOT NULL DEFAULT repeat(' ', 2000);
ALTER TABLE search_gist SET (toast_tuple_target = 128),
    ALTER COLUMN kind SET STORAGE MAIN, ALTER COLUMN key SET STORAGE MAIN, ALTER COLUMN city SET STORAGE MAIN,
    ALTER COLUMN audience SET STORAGE MAIN, ALTER COLUMN padding SET STORAGE MAIN;
"""

# A word of a Swedish text is `svgata`, and also `SVgata` when it stands in the title itself. Only whether it is there is kept.
WORDS = """
CREATE FUNCTION search_gist_words(of_kind varchar, of_key varchar) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT array_to_tsvector(ARRAY(
        SELECT unnest(CASE WHEN 'A' = ANY(word.weights)
            THEN ARRAY[entry.language || word.lexeme, upper(entry.language) || word.lexeme]
            ELSE ARRAY[entry.language || word.lexeme] END)
        FROM search_entry entry, unnest(entry.vector) word
        WHERE entry.kind = of_kind AND entry.key = of_key))
$$;
"""

# Two at once that change different languages of one thing: the second waits for the row, then reads what the first one wrote.
KEEP = """
CREATE FUNCTION search_gist_keep() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO search_gist (kind, key, city, vector)
        SELECT DISTINCT kind, key, '', ''::tsvector FROM changed
        WHERE NOT EXISTS (SELECT FROM search_gist gist WHERE gist.kind = changed.kind AND gist.key = changed.key)
        ORDER BY kind, key
        ON CONFLICT (key, kind) DO NOTHING;
    PERFORM FROM search_gist gist WHERE (gist.kind, gist.key) IN (SELECT kind, key FROM changed) ORDER BY kind, key FOR UPDATE;
    UPDATE search_gist gist SET city = made.city, audience = made.audience, vector = made.vector
    FROM (
        SELECT entry.kind, entry.key, min(entry.city) AS city, search_gist_words(entry.kind, entry.key) AS vector,
            CASE WHEN NOT bool_and('public' = ANY(entry.audience)) THEN min(entry.audience) END AS audience
        FROM search_entry entry WHERE (entry.kind, entry.key) IN (SELECT kind, key FROM changed)
        GROUP BY entry.kind, entry.key
    ) made
    WHERE gist.kind = made.kind AND gist.key = made.key
        AND (gist.city, gist.audience, gist.vector) IS DISTINCT FROM (made.city, made.audience, made.vector);
    DELETE FROM search_gist gist USING changed
    WHERE gist.kind = changed.kind AND gist.key = changed.key
        AND NOT EXISTS (SELECT FROM search_entry entry WHERE entry.kind = gist.kind AND entry.key = gist.key);
    RETURN NULL;
END $$;
"""
EVENTS = (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))
TRIGGERS = "".join(
    f"CREATE TRIGGER gist_by_{event} AFTER {event} ON search_entry REFERENCING {side} TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION search_gist_keep();\n"
    for event, side in EVENTS
)
NO_TRIGGERS = "".join(f"DROP TRIGGER gist_by_{event} ON search_entry;\n" for event, _side in EVENTS)

# PostgreSQL believes that reading the words of every row costs nothing. It is a hundred times slower than its index.
BY_INDEX = "STABLE PARALLEL SAFE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off"
FIND = f"""
CREATE FUNCTION search_public(of_kind varchar, query tsquery) RETURNS bytea LANGUAGE sql {BY_INDEX} AS $$
    SELECT string_agg(int4send(id), '') FROM search_gist WHERE vector @@ query AND kind = of_kind AND audience IS NULL
$$;
CREATE FUNCTION search_keys(of_kind varchar, query tsquery) RETURNS SETOF varchar LANGUAGE sql ROWS 20000 {BY_INDEX} AS $$
    SELECT key FROM search_gist WHERE vector @@ query AND kind = of_kind
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_index")]
    operations = [
        migrations.CreateModel(
            name="Gist",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("key", models.CharField(max_length=100)),
                ("city", models.CharField(blank=True, max_length=30)),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), help_text="null for all", null=True, size=None
                    ),
                ),
                (
                    "vector",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="words marked by their language, without places"
                    ),
                ),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_gist_vector")],
                "constraints": [models.UniqueConstraint(fields=("key", "kind"), name="search_gist_once")],
            },
        ),
        migrations.RunSQL(NARROW, migrations.RunSQL.noop),
        migrations.RunSQL(WORDS, "DROP FUNCTION search_gist_words(varchar, varchar)"),
        migrations.RunSQL(KEEP + TRIGGERS, NO_TRIGGERS + "DROP FUNCTION search_gist_keep();"),
        migrations.RunSQL(
            FIND, "DROP FUNCTION search_public(varchar, tsquery); DROP FUNCTION search_keys(varchar, tsquery);"
        ),
    ]
