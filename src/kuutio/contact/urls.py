"""The pages of customer service, below a language."""

from django.urls import path

from kuutio.contact.pages import following, publishing, reporting, statistics, whole_mail, work, work_acts

app_name = "contact"
urlpatterns = [
    path("report/", reporting.what, name="report"),
    path("report/<uuid:draft>/where/", reporting.where, name="report-where"),
    path("report/<uuid:draft>/details/", reporting.details, name="report-details"),
    path("report/<uuid:draft>/photos/<uuid:photo>", reporting.photo, name="report-photo"),
    path("report/<uuid:draft>/send/", reporting.send, name="report-send"),
    path("cases/", following.find, name="find"),
    path("cases/<str:number>/<str:secret>/", following.followed, name="followed"),
    path("cases/<str:number>/<str:secret>/reply/", following.reply, name="reply"),
    path("cases/<str:number>/<str:secret>/rate/", following.rate, name="rate"),
    path("cases/<str:number>/<str:secret>/files/<uuid:file>", following.file, name="file"),
    path("work/cases/", work.queue, name="queue"),
    path("work/cases/new/", work_acts.new, name="new"),
    path("work/cases/<str:number>/", work.case_page, name="case"),
    path("work/cases/<str:number>/files/<uuid:file>", work.file, name="case-file"),
    path("work/cases/<str:number>/messages/<uuid:message>/whole", whole_mail.whole_mail, name="whole-mail"),
    path("work/cases/<str:number>/take/", work_acts.take, name="take"),
    path("work/cases/<str:number>/answer/", work_acts.answer, name="answer"),
    path("work/cases/<str:number>/note/", work_acts.note, name="note"),
    path("work/cases/<str:number>/move/", work_acts.move, name="move"),
    path("work/cases/<str:number>/direct/", work_acts.direct, name="direct"),
    path("work/cases/<str:number>/join/", work_acts.join, name="join"),
    path("work/cases/<str:number>/part/", work_acts.part, name="part"),
    path("work/cases/<str:number>/offer/", work_acts.offer, name="offer"),
    path("work/cases/<str:number>/decide/", work_acts.decide, name="decide"),
    path("work/cases/<str:number>/settle/", work_acts.settle, name="settle"),
    path("work/cases/<str:number>/told/", work_acts.told, name="told"),
    path("work/cases/<str:number>/public/", publishing.summary, name="summary"),
    path("service/statistics/", statistics.compare, name="statistics"),
    path("service/statistics/<slug:code>/", statistics.city, name="statistics-city"),
]
