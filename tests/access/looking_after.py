"""Rows of the table of access for those who look after organisations, registries and other systems."""

#: Phones and offices, registries, keys and webhooks; the columns are those of tests/access/table.py.
LOOKING_AFTER = """
    staff:integrations                      GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:key_new                           GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:key_new                           POST 401 401 401 403 403 403 422 422 422 403 403 403 401 401
    staff:key_rotate                        POST 401 401 401 403 403 403 200 200 404 403 403 403 401 401
    staff:key_revoke                        POST 401 401 401 403 403 403 302 302 404 403 403 403 401 401
    staff:webhook_new                       GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:webhook_new                       POST 401 401 401 403 403 403 422 422 422 403 403 403 401 401
    staff:webhook                           GET  302 302 302 403 403 403 200 200 404 403 403 403 302 302
    staff:webhook_change                    POST 401 401 401 403 403 403 422 422 404 403 403 403 401 401
    staff:webhook_rotate                    POST 401 401 401 403 403 403 200 200 404 403 403 403 401 401
    staff:webhook_off                       POST 401 401 401 403 403 403 302 302 404 403 403 403 401 401
    staff:webhook_on                        POST 401 401 401 403 403 403 302 302 404 403 403 403 401 401
    staff:webhook_test                      POST 401 401 401 403 403 403 302 302 404 403 403 403 401 401
    staff:webhook_replay                    POST 401 401 401 403 403 403 422 422 404 403 403 403 401 401
    staff:webhook_replay_one                POST 401 401 401 403 403 403 302 302 404 403 403 403 401 401
    staff:imports                           GET  302 302 302 403 403 403 403 200 200 403 200 403 302 302
    staff:imports                           POST 401 401 401 403 403 403 403 422 422 403 422 403 401 401
    staff:import                            GET  302 302 302 403 403 403 403 200 200 403 200 403 302 302
    staff:import_load                       POST 401 401 401 403 403 403 403 302 302 403 302 403 401 401
    staff:import_withdraw                   POST 401 401 401 403 403 403 403 302 302 403 302 403 401 401
    staff:import_report                     GET  302 302 302 403 403 403 403 200 200 403 200 403 302 302
    staff:organisations                     GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:organisations_unconfirmed         GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:organisation_confirm              POST 401 401 401 403 403 403 302 302 302 403 403 403 401 401
    staff:branch_shelf                      GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:organisation_new                  GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:organisation_new                  POST 401 401 401 403 403 403 422 422 422 403 403 403 401 401
    staff:insurer_shelf                     GET  302 302 302 403 403 403 404 200 404 403 403 403 302 302
    staff:insurer_new                       GET  302 302 302 403 403 403 404 200 404 403 403 403 302 302
    staff:insurer_new                       POST 401 401 401 403 403 403 404 422 404 403 403 403 401 401
    staff:organisation_draft                GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:organisation_change               GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:organisation_change               POST 401 401 401 403 403 403 422 422 422 403 403 403 401 401
    staff:organisation_publish              POST 401 401 401 403 403 403 409 409 409 403 403 403 401 401
    staff:organisation_discard              POST 401 401 401 403 403 403 302 302 302 403 403 403 401 401
    staff:organisation_row                  GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:organisation_row                  POST 401 401 401 403 403 403 422 422 422 403 403 403 401 401
    staff:organisation_history              GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:organisation_restore              POST 401 401 401 403 403 403 302 302 302 403 403 403 401 401
    staff:organisation_withdraw             POST 401 401 401 403 403 403 302 302 302 403 403 403 401 401
"""
