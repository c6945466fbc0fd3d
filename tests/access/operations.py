"""Rows of the table of access for operations of the API; the columns are those of tests/access/table.py."""

API = """
    api:schema                              GET  all 200
    api:docs                                GET  all 200
    api:categories                          GET  all 200
    api:regions                             GET  all 200
    api:insurers                            GET  all 200
    api:hotlines                            GET  all 400
    api:policy_check                        POST all 200
    api:complaints                          POST all 201
    api:complaint                           GET  401 200 404 401 401 401 401 401 401 401 401 401 401 401
    api:messages                            POST 401 201 404 401 401 401 401 401 401 401 401 401 401 401
    api:files                               POST 401 201 404 401 401 401 401 401 401 401 401 401 401 401
    api:queue                               GET  401 401 401 200 200 200 200 200 200 200 200 200 200 200
    api:take                                POST 401 401 401 200 204 204 204 204 204 204 204 204 204 204
    api:search                              POST 401 401 401 200 200 200 200 200 200 200 200 200 200 200
    api:case                                GET  401 401 401 200 200 200 200 200 404 404 404 404 200 404
    api:claim                               POST 401 401 401 409 200 409 409 409 404 404 404 404 409 404
    api:release                             POST 401 401 401 403 200 403 403 403 404 404 404 404 403 404
    api:message                             POST 401 401 401 403 201 403 403 403 404 404 404 404 403 404
    api:escalate                            POST 401 401 401 403 200 403 200 403 404 404 404 404 403 404
    api:return                              POST 401 401 401 403 200 403 200 403 404 404 404 404 403 404
    api:wait                                POST 401 401 401 403 200 403 403 403 404 404 404 404 403 404
    api:resume                              POST 401 401 401 409 409 409 409 409 404 404 404 404 409 404
    api:resolve                             POST 401 401 401 403 200 403 403 403 404 404 404 404 403 404
    api:reopen                              POST 401 401 401 409 409 409 409 409 404 404 404 404 409 404
    api:forward                             POST 401 401 401 403 200 403 200 403 404 404 404 404 403 404
    api:reclassify                          POST 401 401 401 403 200 403 200 403 404 404 404 404 403 404
    api:decide_reclassification             POST 401 401 401 403 200 403 403 403 404 404 404 404 403 404
    api:review_answer                       POST 401 401 401 409 409 409 409 409 404 404 404 404 409 404
    api:without_answer                      POST 401 401 401 403 422 403 403 403 404 404 404 404 403 404
    api:decide_without_answer               POST 401 401 401 409 409 409 409 409 404 404 404 404 409 404
    api:proposals                           GET  401 401 401 400 400 400 400 400 400 400 400 400 400 400
    api:calls                               POST 401 401 401 401 401 401 401 401 401 401 401 401 201 201
    api:recordings                          POST 401 401 401 401 401 401 401 401 401 401 401 401 201 201
    api:unknown                             GET  all 404
"""
