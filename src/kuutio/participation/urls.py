"""The addresses of participation, below a language."""

from django.urls import path

from kuutio.participation.pages import acts, opinions, polls, processes, work, work_hearing, work_opinions, work_parts

app_name = "participation"
_WORK = "work/participation/"
urlpatterns = [
    path("participation/", processes.listing, name="processes"),
    path("participation/unfollow/<str:token>/", acts.leave, name="leave"),
    path("participation/documents/<uuid:document>/", polls.document, name="document"),
    path("participation/<slug:slug>/", processes.process, name="process"),
    path("participation/<slug:slug>/place.geojson", processes.shapes_of, name="shapes"),
    path("participation/<slug:slug>/follow/", acts.follow, name="follow"),
    path("participation/<slug:slug>/unfollow/", acts.unfollow, name="unfollow"),
    path("participation/<slug:slug>/<slug:stage>/", processes.stage, name="stage"),
    path("participation/<slug:slug>/<slug:stage>/places.geojson", processes.places, name="places"),
    path("participation/<slug:slug>/<slug:stage>/comments/", acts.comment, name="comment"),
    path("participation/<slug:slug>/<slug:stage>/polls/<int:poll>/", polls.answer, name="answer"),
    path("participation/<slug:slug>/<slug:stage>/answers/", opinions.answers, name="opinion-answers"),
    path("participation/<slug:slug>/<slug:stage>/statements/", opinions.write, name="opinion-statement"),
    path("participation/<slug:slug>/<slug:stage>/city/", opinions.city, name="opinion-city"),
    path("participation/<slug:slug>/<slug:stage>/keys/", opinions.keys, name="opinion-keys"),
    path("participation/<slug:slug>/<slug:stage>/map/", opinions.opinion_map, name="opinion-map"),
    path("participation/<slug:slug>/<slug:stage>/opinions.zip", opinions.download, name="opinion-files"),
    path("contributions/<uuid:contribution>/", acts.contribution, name="contribution"),
    path("contributions/<uuid:contribution>/react/", acts.react, name="react"),
    path("contributions/<uuid:contribution>/reply/", acts.reply, name="reply"),
    path("contributions/<uuid:contribution>/withdraw/", acts.withdraw, name="withdraw"),
    path(_WORK, work.overview, name="work"),
    path(f"{_WORK}new/", work.new, name="work-new"),
    path(f"{_WORK}languages/", work.languages, name="work-languages"),
    path(f"{_WORK}<slug:slug>/", work.process, name="work-process"),
    path(f"{_WORK}<slug:slug>/texts/", work.texts, name="work-texts"),
    path(f"{_WORK}<slug:slug>/publish/", work.publish, name="work-publish"),
    path(f"{_WORK}<slug:slug>/close/", work.close, name="work-close"),
    path(f"{_WORK}<slug:slug>/remove/", work.remove, name="work-remove"),
    path(f"{_WORK}<slug:slug>/stages/new/", work_parts.new_stage, name="work-stage-new"),
    path(f"{_WORK}<slug:slug>/stages/<slug:stage>/", work_parts.stage, name="work-stage"),
    path(f"{_WORK}<slug:slug>/stages/<slug:stage>/remove/", work_parts.remove_stage, name="work-stage-remove"),
    path(f"{_WORK}<slug:slug>/sections/new/", work_parts.new_section, name="work-section-new"),
    path(f"{_WORK}<slug:slug>/sections/<int:section>/", work_parts.section, name="work-section"),
    path(f"{_WORK}<slug:slug>/sections/<int:section>/remove/", work_parts.remove_section, name="work-section-remove"),
    path(f"{_WORK}<slug:slug>/sections/<int:section>/beside/", work_hearing.beside, name="work-beside"),
    path(
        f"{_WORK}<slug:slug>/sections/<int:section>/beside/remove/",
        work_hearing.remove_beside,
        name="work-beside-remove",
    ),
    path(f"{_WORK}<slug:slug>/stages/<slug:stage>/report.<slug:form>", work_hearing.report, name="work-report"),
    path(f"{_WORK}<slug:slug>/stages/<slug:stage>/statements/", work_opinions.statements, name="work-statements"),
    path(f"{_WORK}<slug:slug>/milestones/new/", work_parts.new_milestone, name="work-milestone-new"),
    path(f"{_WORK}<slug:slug>/milestones/<int:milestone>/", work_parts.milestone, name="work-milestone"),
    path(
        f"{_WORK}<slug:slug>/milestones/<int:milestone>/remove/",
        work_parts.remove_milestone,
        name="work-milestone-remove",
    ),
]
