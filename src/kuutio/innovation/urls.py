"""The pages of innovation, below a language."""

from django.urls import path

from kuutio.innovation import urls_more
from kuutio.innovation.pages import (
    answers,
    challenges,
    proposals,
    testbeds,
    trials,
    work,
    work_challenges,
    work_testbeds,
    work_trials,
)

app_name = "innovation"
_WORK = "work/innovation/"
_ANSWER = "innovation/answers/<uuid:number>/"
_BOOKING = "innovation/bookings/<uuid:number>/"
urlpatterns = [
    path("innovation/testbeds/", testbeds.testbeds, name="testbeds"),
    path("innovation/testbeds/places.geojson", testbeds.places, name="testbed-places"),
    path("innovation/testbeds/<slug:slug>/", testbeds.testbed, name="testbed"),
    path("innovation/testbeds/<slug:slug>/place.geojson", testbeds.place, name="testbed-place"),
    path("innovation/testbeds/<slug:slug>/calendar.ics", testbeds.calendar, name="testbed-calendar"),
    path("innovation/testbeds/<slug:slug>/book/", testbeds.book, name="book"),
    path(_BOOKING, testbeds.booking, name="booking"),
    path(f"{_BOOKING}booking.ics", testbeds.booking_file, name="booking-file"),
    path(f"{_BOOKING}<slug:act>/", testbeds.booking_act, name="booking-act"),
    path("innovation/challenges/", challenges.challenges, name="challenges"),
    path("innovation/challenges/<slug:slug>/", challenges.challenge, name="challenge"),
    path("innovation/challenges/<slug:slug>/questions/", challenges.ask, name="ask"),
    path("innovation/challenges/<slug:slug>/answer/", answers.begin, name="begin-answer"),
    path(_ANSWER, answers.answer, name="answer"),
    path(f"{_ANSWER}keep/", answers.keep, name="keep-answer"),
    path(f"{_ANSWER}files/<uuid:file>/", answers.file, name="answer-file"),
    path(f"{_ANSWER}<slug:act>/", answers.act, name="answer-act"),
    path("innovation/proposals/new/", proposals.new, name="new-proposal"),
    path("innovation/proposals/<uuid:number>/", proposals.proposal, name="proposal"),
    path("innovation/proposals/<uuid:number>/withdraw/", proposals.withdraw, name="withdraw-proposal"),
    path("innovation/trials/", trials.trials, name="trials"),
    path("innovation/trials/<slug:slug>/", trials.trial, name="trial"),
    path("innovation/trials/<slug:slug>/feedback/", trials.feedback, name="feedback"),
    path("innovation/trials/<slug:slug>/measures.json", trials.measures, name="measures"),
    path("innovation/trials/<slug:slug>/photos/<uuid:entry>/", trials.photo, name="photo"),
    path(_WORK, work.overview, name="work"),
    path(f"{_WORK}answers/<uuid:number>/", work.answer, name="work-answer"),
    path(f"{_WORK}proposals/<uuid:number>/", work.proposal, name="work-proposal"),
    path(f"{_WORK}proposals/<uuid:number>/begin/", work.begin_from_proposal, name="work-proposal-begin"),
    path(f"{_WORK}testbeds/new/", work_testbeds.new, name="work-testbed-new"),
    path(f"{_WORK}testbeds/<slug:slug>/", work_testbeds.testbed, name="work-testbed"),
    path(f"{_WORK}testbeds/<slug:slug>/texts/", work_testbeds.texts, name="work-testbed-texts"),
    path(f"{_WORK}testbeds/<slug:slug>/days/", work_testbeds.days, name="work-testbed-days"),
    path(f"{_WORK}testbeds/<slug:slug>/resources/", work_testbeds.resource, name="work-testbed-resource"),
    path(f"{_WORK}testbeds/<slug:slug>/acts/<slug:act>/", work_testbeds.act, name="work-testbed-act"),
    path(f"{_WORK}challenges/new/", work_challenges.new, name="work-challenge-new"),
    path(f"{_WORK}challenges/<slug:slug>/", work_challenges.challenge, name="work-challenge"),
    path(f"{_WORK}challenges/<slug:slug>/texts/", work_challenges.texts, name="work-challenge-texts"),
    path(f"{_WORK}challenges/<slug:slug>/criteria/", work_challenges.criteria, name="work-challenge-criteria"),
    path(f"{_WORK}challenges/<slug:slug>/end/", work_challenges.end, name="work-challenge-end"),
    path(f"{_WORK}challenges/<slug:slug>/unpublish/", work_challenges.unpublish, name="work-challenge-unpublish"),
    path(f"{_WORK}challenges/<slug:slug>/acts/<slug:act>/", work_challenges.act, name="work-challenge-act"),
    path(f"{_WORK}challenges/<slug:slug>/questions/<int:number>/", work_challenges.question, name="work-question"),
    path(f"{_WORK}trials/<slug:slug>/", work_trials.trial, name="work-trial"),
    path(f"{_WORK}trials/<slug:slug>/acts/<slug:act>/", work_trials.act, name="work-trial-act"),
    path(f"{_WORK}trials/<slug:slug>/measures/<int:measure>/", work_trials.value, name="work-measure"),
    path(f"{_WORK}trials/<slug:slug>/<slug:part>/", work_trials.edit, name="work-trial-edit"),
]
urlpatterns += urls_more.urlpatterns
