"""Make the gist of what is findable already."""

from django.db import migrations

FILL = """
INSERT INTO search_gist (kind, key, city, audience, vector)
SELECT kind, key, min(city), CASE WHEN NOT bool_and('public' = ANY(audience)) THEN min(audience) END,
    search_gist_words(kind, key)
FROM search_entry GROUP BY kind, key ORDER BY kind, key
ON CONFLICT (key, kind) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0002_gist")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
