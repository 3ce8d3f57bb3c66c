"""The forms of bringing a file: to which data set, and how it is read where we understood it wrong."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation
from kuutio.opendata.engine.loaded import TablePreview
from kuutio.opendata.engine.types import ColumnType
from kuutio.opendata.models import Dataset

#: The types that a person may choose for a column, in their words.
TYPES = {
    ColumnType.TEXT: _("Text"),
    ColumnType.INTEGER: _("Whole number"),
    ColumnType.NUMBER: _("Number"),
    ColumnType.BOOLEAN: _("Yes or no"),
    ColumnType.DATE: _("Date"),
    ColumnType.TIME: _("Time of day"),
    ColumnType.DATETIME: _("Date and time"),
}
_TYPE_NAMES = {**TYPES, ColumnType.GEOMETRY: _("Place on the map")}
_AUTOMATIC = ("", _("As we found it"))
_SAMPLES = 3
_SHEETS = (".xlsx", ".xls", ".ods")


class FileForm(forms.Form):
    """Whose, which data set, and the file."""

    dataset = forms.ModelChoiceField(
        label=_("Data set"), queryset=Dataset.objects.none(), required=False, empty_label=_("A new data set")
    )
    publisher = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Publishes the new data set."),
    )
    title = forms.CharField(
        label=_("Title of the new data set"),
        max_length=200,
        required=False,
        help_text=_("What the data are of, such as Street trees. It can be changed later."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel, GeoJSON, GeoPackage, a zipped Shapefile, and others. The original is always kept."),
    )

    def __init__(
        self, *arguments: Any, publishers: QuerySet[Organisation], datasets: QuerySet[Dataset], **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.fields["publisher"].queryset = publishers  # type: ignore[attr-defined]  # of the fields above
        self.fields["dataset"].queryset = datasets  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new data set needs a title and a publisher."""
        said = super().clean() or {}
        if not said.get("dataset") and "dataset" not in self.errors:
            if not said.get("title"):
                self.add_error("title", _("Give the new data set a title, or choose one that is there."))
            if not said.get("publisher") and "publisher" not in self.errors:
                self.add_error("publisher", _("Choose the organisation that publishes the data."))
        return said


class ReadingForm(forms.Form):
    """How the file is read; empty fields let it speak for itself."""

    encoding = forms.ChoiceField(
        label=_("Character encoding"),
        required=False,
        choices=[
            _AUTOMATIC,
            ("utf-8", "UTF-8"),
            ("windows-1252", "Windows-1252"),
            ("iso-8859-1", "ISO-8859-1"),
            ("utf-16", "UTF-16"),
        ],
    )
    separator = forms.ChoiceField(
        label=_("Between cells"),
        required=False,
        choices=[_AUTOMATIC, (";", _("Semicolon ;")), (",", _("Comma ,")), ("tab", _("Tabulator")), ("|", "|")],
    )
    decimal = forms.ChoiceField(
        label=_("Decimal mark"),
        required=False,
        choices=[_AUTOMATIC, (",", _("Comma: 1,5")), (".", _("Point: 1.5"))],
    )
    quote = forms.ChoiceField(
        label=_("Around cells"),
        required=False,
        choices=[
            _AUTOMATIC,
            ('"', _('Quotation mark "')),
            ("'", _("Apostrophe '")),
            ("none", _("Nothing: the marks belong to the text")),
        ],
    )
    header = forms.ChoiceField(
        label=_("Names of the columns"),
        required=False,
        choices=[_AUTOMATIC, ("yes", _("On the first row")), ("no", _("Not in the file"))],
    )
    skip_rows = forms.IntegerField(
        label=_("Lines above the table"),
        required=False,
        min_value=0,
        max_value=10_000,
        help_text=_("Titles and notes that are passed over; empty lets us find them."),
    )
    crs = forms.CharField(
        label=_("Coordinate system"),
        required=False,
        max_length=60,
        help_text=_("Only when the places are wrong: such as EPSG:3067 or EPSG:3879."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    layer = forms.CharField(label=_("Only this table"), required=False, max_length=200)

    def options(self, file_name: str) -> dict[str, Any]:
        """What was said, as the engine's options."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if said.get("separator") == "tab":
            said["separator"] = "\t"
        if said.get("quote") == "none":
            said["quote"] = ""
        if "header" in said:
            said["header"] = said["header"] == "yes"
        if "layer" in said and file_name.lower().endswith(_SHEETS):
            said["sheet"] = said.pop("layer")
        return said


def reading_mark(options: dict[str, Any]) -> str:
    """What decides which columns a file has; columns' corrections are dropped when it changes."""
    return repr(
        [options.get(name) for name in ("encoding", "separator", "quote", "header", "skip_rows", "layer", "sheet")]
    )


def corrections(data: Any) -> dict[str, Any]:
    """Types, names and key of the columns, from the lines of the preview; only what differs from what was found."""
    types: dict[str, str] = {}
    names: dict[str, str] = {}
    for n, column in enumerate(data.getlist("column")):
        if (kind := data.get(f"type_{n}")) in set(TYPES):
            types[column] = kind
        name = (data.get(f"name_{n}") or "").strip()
        if name and name != data.get(f"was_{n}"):
            names[column] = name[:200]
    key = [names.get(column, column) for column in data.getlist("key")]
    found: dict[str, Any] = {"types": types, "names": names, "key": key}
    return {name: value for name, value in found.items() if value}


def lines(table: TablePreview, options: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of a previewed table as lines of the form."""
    titles = [column.title for column in table.columns]
    made = []
    for n, column in enumerate(table.columns):
        source = column.title if column.title and titles.count(column.title) == 1 else column.name
        chosen = options.get("types", {}).get(source, "")
        samples = [row[n] for row in table.first if n < len(row) and row[n] not in (None, "")]
        made.append(
            {
                "n": n,
                "source": source,
                "name": column.name,
                "was": column.name if source not in options.get("names", {}) else "",
                "kind": _TYPE_NAMES[column.type],
                "chosen": chosen,
                "fixed": column.type == ColumnType.GEOMETRY,
                "is_key": column.name in options.get("key", []) or source in options.get("key", []),
                "samples": [str(one)[:40] for one in dict.fromkeys(samples)][:_SAMPLES],
                "types": [{"value": str(k), "label": v, "checked": str(k) == chosen} for k, v in TYPES.items()],
            }
        )
    return made
