"""What to do about each point that a description lacks, said to its publisher; and the names of what is measured."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: By the key that `Missing.mend` holds.
MENDS: dict[str, str | Promise] = {
    "keywords": _("Add keywords: the words that a resident or a developer would search for, in each language."),
    "themes": _("Choose at least one theme, so that the data set is found on data.europa.eu too."),
    "spatial": _("Say which municipalities the data cover."),
    "temporal": _("Say which time the data cover: the first and the last day."),
    "no-distribution": _("Add data: upload a file, or give the address of a file or an interface."),
    "access-absent": _("Give the address where this can be reached."),
    "access-unchecked": _("The address hasn't been tried yet. That happens within a day; nothing needs to be done."),
    "access-broken": _("The address didn't answer when it was last tried. Mend it, or give a new one."),
    "download-absent": _("There is only an interface or a page here. Bring a file as well, such as CSV or GeoJSON."),
    "format-absent": _("Say which format this is, such as CSV."),
    "format-unknown": _("Choose the format from the list: other catalogues don't know this one."),
    "media-type": _("Give the media type, such as text/csv."),
    "proprietary": _("Offer the data in an open format too, such as CSV, GeoJSON or GeoPackage."),
    "not-readable": _(
        "Offer the data in a form that programs can read, such as CSV or JSON, not as a document or a picture."
    ),
    "compliance": _(
        "The description breaks a rule of DCAT-AP. Tell the keepers of this service: it should never happen."
    ),
    "licence-absent": _("Choose a licence. Without one nobody knows what they may do with the data."),
    "licence-unknown": _("Choose a licence from the list: other catalogues don't know this one."),
    "access-rights": _("Say whether the data are public."),
    "contact": _("Give an e-mail address or a page where questions are answered."),
    "publisher": _("Say which organisation publishes the data."),
    "rights": _("Say what else a user should know of rights, such as how to name the source."),
    "size": _("The size of the file isn't known yet. For a table it appears when its download is ready."),
    "issued": _("Publish the data set: then it has a date of publication."),
    "modified": _("Save the data set: then it has a date of change."),
}

DIMENSIONS: dict[str, str | Promise] = {
    "findability": _("Findability"),
    "accessibility": _("Accessibility of data"),
    "interoperability": _("Interoperability"),
    "reusability": _("Reusability"),
    "contextuality": _("Contextuality"),
}

RATINGS: dict[str, str | Promise] = {
    "excellent": _("Excellent"),
    "good": _("Good"),
    "sufficient": _("Sufficient"),
    "bad": _("Poor"),
}
