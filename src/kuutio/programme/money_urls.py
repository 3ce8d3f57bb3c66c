"""The pages of grants, claims, payments, indicators and results."""

from django.urls import path

from kuutio.programme.pages import indicator_work, indicators, money_work, my_claims, my_grants, open_money

_CLAIM = "me/claims/<uuid:number>/"
_WORK_CLAIM = "work/claims/<uuid:number>/"

MONEY_URLS = [
    path("strategy/grants/", open_money.overview, name="grants"),
    path("strategy/grants/<slug:code>/", open_money.project, name="project-grants"),
    path("strategy/indicators/", indicators.overview, name="indicators"),
    path("strategy/indicators/<slug:key>/", indicators.indicator, name="indicator"),
    path("strategy/indicators/<slug:key>/evidence/<uuid:value>/", indicators.evidence, name="indicator-evidence"),
    path("strategy/results/", indicators.results, name="results"),
    path("strategy/results/<uuid:result>/", indicators.result, name="result"),
    path("strategy/results/<uuid:result>/files/<uuid:file>/", indicators.result_file, name="result-file"),
    path("me/grants/", my_grants.overview, name="my-grants"),
    path("me/grants/<uuid:number>/", my_grants.grant, name="my-grant"),
    path("me/grants/<uuid:number>/claims/new/", my_grants.new_claim, name="my-claim-new"),
    path("me/grants/<uuid:number>/reached/", my_grants.actual, name="my-actual"),
    path("me/grants/<uuid:number>/results/new/", my_grants.result, name="my-result"),
    path("me/grants/<uuid:number>/do/<slug:act>/", my_grants.act, name="my-grant-act"),
    path(_CLAIM, my_claims.claim, name="my-claim"),
    path(f"{_CLAIM}check/", my_claims.check, name="claim-check"),
    path(f"{_CLAIM}change/", my_claims.change, name="claim-change"),
    path(f"{_CLAIM}lines/new/", my_claims.line, name="claim-line-new"),
    path(f"{_CLAIM}lines/<int:position>/", my_claims.line, name="claim-line"),
    path(f"{_CLAIM}lines/<int:position>/remove/", my_claims.remove_line, name="claim-line-remove"),
    path(f"{_CLAIM}sheet/", my_claims.sheet, name="claim-sheet"),
    path(f"{_CLAIM}costs.xlsx", my_claims.sheet_out, name="claim-sheet-out"),
    path(f"{_CLAIM}report/", my_claims.report, name="claim-report"),
    path(f"{_CLAIM}files/", my_claims.add_file, name="claim-files"),
    path(f"{_CLAIM}files/<uuid:file>/", my_claims.file, name="claim-file"),
    path(f"{_CLAIM}files/<uuid:file>/remove/", my_claims.remove_file, name="claim-file-remove"),
    path(f"{_CLAIM}submit/", my_claims.submit, name="claim-submit"),
    path(f"{_CLAIM}drop/", my_claims.drop, name="claim-drop"),
    path(f"{_CLAIM}receipts/<int:submission>/", my_claims.receipt, name="claim-receipt"),
    path("work/money/", money_work.board, name="work-money"),
    path("work/indicators/", indicator_work.listing, name="work-indicators"),
    path("work/indicators/new/", indicator_work.new, name="work-indicator-new"),
    path("work/indicators/<slug:key>/", indicator_work.write, name="work-indicator"),
    path("work/money/payments/", money_work.payments, name="work-payments"),
    path("work/money/payments/payments.xlsx", money_work.payments_template, name="work-payments-template"),
    path("work/money/<uuid:number>/", money_work.grant, name="work-money-grant"),
    path("work/money/<uuid:number>/pay/", money_work.part_payment, name="work-part-payment"),
    path("work/money/<uuid:number>/people/", money_work.people, name="work-grant-people"),
    path("work/money/<uuid:number>/people/<int:holder>/release/", money_work.release, name="work-grant-release"),
    path("work/money/<uuid:number>/target/", money_work.target, name="work-grant-target"),
    path("work/money/<uuid:number>/do/<slug:act>/", money_work.grant_act, name="work-grant-act"),
    path(_WORK_CLAIM, money_work.claim, name="work-claim"),
    path(f"{_WORK_CLAIM}judge/", money_work.judge, name="work-claim-judge"),
    path(f"{_WORK_CLAIM}do/<slug:act>/", money_work.claim_act, name="work-claim-act"),
]
