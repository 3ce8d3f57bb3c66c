"""Where the tests' data of the programme lies."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data" / "programme"
REAL_BUDGETS = DATA / "real-budgets.json"
