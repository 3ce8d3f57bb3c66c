"""Any Django form comes out as ours."""

from django import forms
from django.utils import translation
from i18nfield.forms import I18nFormField
from i18nfield.strings import LazyI18nString

from kuutio.ui.forms import DateInput, LanguagesTextInput
from kuutio.ui.gallery import SampleForm


class TitleForm(forms.Form):
    title = I18nFormField(label="Title", widget=LanguagesTextInput)
    on = forms.DateField(label="On", widget=DateInput)


def test_each_control_has_its_label() -> None:
    html = str(SampleForm())
    for name in ("name", "email", "password", "rows", "on", "city", "file", "text", "agreed"):
        assert f'for="id_{name}"' in html
        assert f'id="id_{name}"' in html
    for name in ("state", "cities", "title"):
        assert f'for="id_{name}_0"' in html
        assert f'id="id_{name}_0"' in html


def test_the_summary_leads_to_each_field_that_needs_another_look() -> None:
    form = SampleForm({"name": "", "email": "liisa@", "rows": "kaksi"})
    html = str(form)
    assert html.index("data-error-summary") < html.index("<label")
    for name in form.errors:
        target = f"id_{name}_0" if name == "state" else f"id_{name}"
        assert f'href="#{target}"' in html
        assert f'id="id_{name}_error"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "data-error-summary" not in str(SampleForm())


def test_an_error_of_the_whole_form_is_said_without_a_link() -> None:
    form = SampleForm({})
    form.is_valid()
    form.add_error(None, "Somebody was faster.")
    assert "<li>Somebody was faster.</li>" in str(form)


def test_what_a_person_wrote_is_escaped_and_kept() -> None:
    html = str(SampleForm({"name": '"><script>alert(1)</script>'}))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_text_in_three_languages_is_three_fields_and_comes_back_as_one() -> None:
    form = TitleForm({"title_0": "Puistot", "title_1": "Parker", "title_2": "", "on": "2026-11-30"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["title"].data == {"fi": "Puistot", "sv": "Parker", "en": ""}
    html = str(TitleForm(initial={"title": LazyI18nString({"fi": "Puistot", "sv": "Parker"})}))
    assert 'name="title_1" value="Parker"' in html
    assert 'lang="sv"' in html


def test_a_date_is_given_to_the_browser_in_its_own_form_in_every_language() -> None:
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            form = TitleForm({"title_0": "x", "on": "2026-11-30"})
            assert form.is_valid()
            assert 'type="date" name="on" value="2026-11-30"' in str(form)


def test_what_is_voluntary_says_so() -> None:
    with translation.override("fi"):
        html = str(SampleForm())
    assert html.count("(vapaaehtoinen)") == sum(not field.required for field in SampleForm.base_fields.values())
