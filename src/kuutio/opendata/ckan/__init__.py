"""The CKAN Action API: what CKAN's clients ask, said in this house's verbs and queries.

`urls` and `views` are the door, `registry` names the actions, `errors` says no as CKAN does, `inputs` reads what came,
`shapes` and `readings` turn our things into CKAN's and back; the other modules hold the actions by subject.

Source: the CKAN API guide, version 3; CKAN 2.12's answers to its clients.
"""
