"""The addresses of participation, below a language."""

from django.urls import path

from kuutio.participation.pages import acts, ballot, processes, receipts, results, work, work_parts
from kuutio.participation.pages.work_budgets import URLS as WORK_BUDGETS

app_name = "participation"
_WORK = "work/participation/"
_VOTE = "participation/<slug:slug>/<slug:stage>/votes/<slug:budget>/"
urlpatterns = [
    path("participation/", processes.listing, name="processes"),
    path("participation/unfollow/<str:token>/", acts.leave, name="leave"),
    path("participation/identify/", ballot.identify, name="identify"),
    path("participation/<slug:slug>/", processes.process, name="process"),
    path("participation/<slug:slug>/place.geojson", processes.shapes_of, name="shapes"),
    path("participation/<slug:slug>/follow/", acts.follow, name="follow"),
    path("participation/<slug:slug>/unfollow/", acts.unfollow, name="unfollow"),
    path("participation/<slug:slug>/<slug:stage>/", processes.stage, name="stage"),
    path("participation/<slug:slug>/<slug:stage>/comments/", acts.comment, name="comment"),
    path(_VOTE, ballot.ballot, name="ballot"),
    path(f"{_VOTE}pass/", ballot.issue, name="pass"),
    path(f"{_VOTE}cast/", ballot.cast, name="cast"),
    path(f"{_VOTE}result/", results.result, name="result"),
    path(f"{_VOTE}receipts/<slug:leaf>/", receipts.receipt, name="receipt"),
    path(f"{_VOTE}receipts/<slug:leaf>/proof.json", receipts.proof, name="proof"),
    path(f"{_VOTE}opening.json", receipts.opening, name="opening"),
    path(f"{_VOTE}heads.txt", receipts.heads, name="heads"),
    path(f"{_VOTE}leaves.txt", receipts.leaves, name="leaves"),
    path(f"{_VOTE}bundle.zip", results.bundle, name="bundle"),
    path(f"{_VOTE}log.jsonl", results.log, name="log"),
    path(f"{_VOTE}votes.pb", results.pb, name="votes-pb"),
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
    path(f"{_WORK}<slug:slug>/milestones/new/", work_parts.new_milestone, name="work-milestone-new"),
    path(f"{_WORK}<slug:slug>/milestones/<int:milestone>/", work_parts.milestone, name="work-milestone"),
    path(
        f"{_WORK}<slug:slug>/milestones/<int:milestone>/remove/",
        work_parts.remove_milestone,
        name="work-milestone-remove",
    ),
    *WORK_BUDGETS,
]
