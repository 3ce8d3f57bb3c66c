"""A survey's export over many answers: `python bench/survey_export.py [--answers 250000] [--data DIR]`.

Makes a database of its own below DIR (kept, and used again) with one survey of four questions and so many made-up answers, by plain
SQL; then writes them all as CSV and as a workbook. JSON on stdout for each: rows, bytes, seconds of processor of this process, and by
how much its largest memory grew. Whole means as many rows as there are answers.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuutio.config.settings")

ROWS = """
INSERT INTO participation_answers (uuid, stage_id, language, sent_on, values)
SELECT gen_random_uuid(), %(stage)s, 'fi', current_date, CASE WHEN n %% 3 > 0
    THEN jsonb_build_object(%(cycle)s::text, jsonb_build_array(%(yes)s::int), %(when)s::text, jsonb_build_array(%(daily)s::int),
        %(good)s::text, n %% 5 + 1)
    ELSE jsonb_build_object(%(cycle)s::text, jsonb_build_array(%(no)s::int), %(why)s::text, 'Reitti on kapea, numero ' || n) END
FROM generate_series(1, %(count)s) n
"""


def survey(count: int) -> Any:
    """The survey with so many answers, made once."""
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from kuutio.cities import demo
    from kuutio.cities.models import City
    from kuutio.participation.actions import asking, processes, stages
    from kuutio.participation.models import Answers, Process, Stage

    demo.load_cities()
    now, text = timezone.now(), {"fi": "Kysely"}
    if not Process.objects.filter(slug="bench-survey").exists():
        city = City.objects.get(pk="helsinki")
        process = processes.begin_process(city, title=text, theme="planning", slug="bench-survey", by=None, at=now)
        stage = stages.add_stage(
            process, "survey", title=text, opens_at=now, closes_at=now + timedelta(days=1), by=None, at=now
        )
        yes_no = [{"fi": "Kyllä"}, {"fi": "En"}]
        for kind, choices in (("single", yes_no), ("multiple", yes_no), ("text", ()), ("scale", ())):
            asking.add_question(stage, asking.Asked(kind, text, {}, choices), by=None, at=now)
    stage = Stage.objects.get(process__slug="bench-survey")
    if stage.answers.count() != count:
        Answers.objects.filter(stage=stage).delete()
        cycle, when, why, good = stage.questions.all()
        yes, no = cycle.choices.all()
        keys = {"cycle": cycle.pk, "when": when.pk, "why": why.pk, "good": good.pk, "yes": yes.pk, "no": no.pk}
        keys |= {"daily": when.choices.first().pk, "stage": stage.pk, "count": count}
        with connection.cursor() as cursor:
            cursor.execute(ROWS, keys)
    return stage


def measured(act: Any) -> dict[str, Any]:
    """What an act gives, with its seconds of processor and by how many MB the largest memory grew."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    told = act()
    spent = round(time.process_time() - begun, 2)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {**told, "processor_s": spent, "memory_mb": round(grown, 1)}


def main() -> None:
    """Make, export, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=250_000)
    parser.add_argument("--data", default=str(ROOT / "build" / "bench-survey"))
    options = parser.parse_args()
    os.environ["KUUTIO_DATA"] = options.data
    from kuutio.config.database import database

    with database():
        import django

        django.setup()
        from kuutio.config import installation
        from kuutio.participation import survey_results

        installation.migrate()
        stage = survey(options.answers)

        def as_csv() -> dict[str, Any]:
            lines = size = 0
            for piece in survey_results.csv_lines(stage):
                lines += piece.count("\r\n")
                size += len(piece.encode())
            return {"rows": lines - 1, "bytes": size}

        def as_workbook() -> dict[str, Any]:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "answers.xlsx"
                return {"rows": survey_results.write_workbook(stage, path), "bytes": path.stat().st_size}

        told = {"answers": options.answers, "csv": measured(as_csv), "xlsx": measured(as_workbook)}
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
