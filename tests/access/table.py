"""The table of access: what everybody gets at every address of the portal.

One row for each address and method, one column for each role; `all`: everybody gets the same. What has no row
is not answered: 405. The case in the addresses lies in tier 2 of СОГАЗ-Мед, held by the specialist: operator,
expert and the insurer's administrator see its card, the fund and the rival nothing. The roles:

anonymous patient other_patient | operator specialist expert head insurer_admin
| fund fund_operator admin rival | key rival_key

A new address needs its rows here; tests/access/test_addresses.py says which.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.access.looking_after import LOOKING_AFTER
from tests.access.operations import API
from tests.access.settings import SETTINGS
from tests.access.world import ROLES

#: Pages of patients.
PATIENTS = """
    public:help                             GET  all 200
    public:clinic_now                       GET  all 200
    public:guides                           GET  all 200
    public:guide                            GET  all 200
    public:topic                            GET  all 200
    public:filing                           GET  all 200
    public:filing                           POST all 422
    public:filing_check                     GET  all 302
    public:filing_send                      POST all 302
    public:filing_sent                      GET  all 200
    public:filing_receipt                   GET  all 410
    public:filing_discard                   POST all 302
    public:filing_file_remove               POST all 302
    public:filing_step                      GET  all 302
    public:filing_step                      POST all 422
    public:filing_keep                      POST all 204
    public:status                           GET  200 302 302 200 200 200 200 200 200 200 200 200 200 200
    public:status                           POST all 422
    public:case                             GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_dates                       GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_readings                    GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_thread                      GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_message                     GET  all 302
    public:case_message                     POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:case_confirm                     POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:case_reopen                      GET  302 302 302 302 302 302 302 302 302 302 302 302 302 302
    public:case_reopen                      POST 403 422 422 403 403 403 403 403 403 403 403 403 403 403
    public:case_follow                      POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:case_withdraw                    GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_withdraw                    POST 403 422 422 403 403 403 403 403 403 403 403 403 403 403
    public:case_identity                    GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_identity                    POST 403 422 422 403 403 403 403 403 403 403 403 403 403 403
    public:case_identity_send               POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:recovery                         GET  all 200
    public:recovery                         POST all 422
    public:recovery_code                    GET  all 302
    public:recovery_code                    POST all 302
    public:wrong_contact                    GET  all 200
    public:wrong_contact                    POST all 200
    public:case_answer                      GET  302 404 404 302 302 302 302 302 302 302 302 302 302 302
    public:case_rating                      GET  302 302 302 302 302 302 302 302 302 302 302 302 302 302
    public:case_rating                      POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:case_contacts                    GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_contact_codes               GET  all 302
    public:case_contact_codes               POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:case_answer_channel              POST 403 422 422 403 403 403 403 403 403 403 403 403 403 403
    public:case_notices                     POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:case_contact                     GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_contact                     POST 403 422 422 403 403 403 403 403 403 403 403 403 403 403
    public:unsubscribe                      GET  all 200
    public:unsubscribe                      POST all 200
    public:case_leave                       POST all 302
    public:case_file                        GET  302 200 404 302 302 302 302 302 302 302 302 302 302 302
    public:chat                             GET  all 200
    public:chat                             POST all 422
    public:chat_talk                        GET  all 302
    public:chat_message                     GET  all 302
    public:chat_message                     POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:chat_appeal                      POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:call                             GET  all 200
    public:call_back                        GET  all 200
    public:call_back                        POST all 422
    public:call_back_sent                   GET  all 200
    public:insurers                         GET  all 200
    public:policy_check                     GET  all 200
    public:policy_check                     POST all 422
    public:terms                            GET  all 200
    public:terms_appeal                     POST all 302
    public:other_terms                      GET  all 200
    public:privacy                          GET  all 200
    public:case_data                        GET  302 200 200 302 302 302 302 302 302 302 302 302 302 302
    public:case_revoke                      POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
    public:case_erase                       POST 403 302 302 403 403 403 403 403 403 403 403 403 403 403
"""

#: Sign-in, and what serves machines; closed pages of allauth answer 404.
SIGN_IN = """
    account_login                           GET  200 200 200 302 302 302 302 302 302 302 302 302 200 200
    account_login                           POST 200 200 200 302 302 302 302 302 302 302 302 302 200 200
    account_logout                          GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    account_logout                          POST all 302
    account_inactive                        GET  all 404
    account_signup                          GET  all 404
    account_reauthenticate                  GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    account_reauthenticate                  POST 302 302 302 200 200 200 200 200 200 200 200 200 302 302
    account_email                           GET  all 404
    account_email_verification_sent         GET  all 404
    account_change_password                 GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    account_change_password                 POST 302 302 302 200 200 200 200 200 200 200 200 200 302 302
    account_set_password                    GET  all 404
    account_reset_password                  GET  all 200
    account_reset_password                  POST all 200
    account_confirm_login_code              GET  all 404
    account_confirm_email                   GET  all 404
    account_confirm_password_reset_code     GET  all 302
    account_confirm_password_reset_code     POST all 302
    account_complete_password_reset         GET  all 302
    account_complete_password_reset         POST all 302
    account_password_reset_completed        GET  all 200
    mfa_index                               GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    mfa_authenticate                        GET  all 302
    mfa_authenticate                        POST all 302
    mfa_reauthenticate                      GET  all 302
    mfa_reauthenticate                      POST all 302
    mfa_activate_totp                       GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    mfa_activate_totp                       POST 302 302 302 200 200 200 200 200 200 200 200 200 302 302
    mfa_deactivate_totp                     GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    mfa_deactivate_totp                     POST 302 302 302 404 404 404 404 404 404 404 404 404 302 302
    mfa_view_recovery_codes                 GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    mfa_generate_recovery_codes             GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    mfa_generate_recovery_codes             POST 302 302 302 200 200 200 200 200 200 200 200 200 302 302
    mfa_download_recovery_codes             GET  all 404
    mfa_list_webauthn                       GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    mfa_add_webauthn                        GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    mfa_add_webauthn                        POST 302 302 302 200 200 200 200 200 200 200 200 200 302 302
    mfa_reauthenticate_webauthn             GET  all 302
    mfa_reauthenticate_webauthn             POST all 302
    mfa_remove_webauthn                     GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    mfa_remove_webauthn                     POST 302 302 302 404 404 404 404 404 404 404 404 404 302 302
    mfa_edit_webauthn                       GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    mfa_edit_webauthn                       POST 302 302 302 404 404 404 404 404 404 404 404 404 302 302
    usersessions_list                       GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    usersessions_list                       POST all 302
    invited                                 GET  all 410
    invited                                 POST all 410
    kept_form                               GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    kept_form                               POST 302 302 302 404 404 404 404 404 404 404 404 404 302 302
    healthz                                 GET  all 200
    readyz                                  GET  all 503
    metrics                                 GET  all 200
"""

#: The workplace.
STAFF = """
    staff:queue                             GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:mine                              GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:waiting                           GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:dispatch                          GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:answered                          GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:all                               GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:alarms                            GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:acknowledge                       POST 401 401 401 403 403 403 302 403 404 404 404 404 401 401
    staff:take                              POST 401 401 401 302 302 302 302 302 302 302 302 302 401 401
    staff:intake                            GET  302 302 302 200 200 200 403 403 200 200 403 200 302 302
    staff:intake                            POST 401 401 401 422 422 422 403 403 422 422 403 422 401 401
    staff:intake_keep                       POST 401 401 401 204 204 204 403 403 204 204 403 204 401 401
    staff:intake_callers                    POST 401 401 401 200 200 200 403 403 200 200 403 200 401 401
    staff:intake_script                     GET  302 302 302 200 200 200 403 403 200 200 403 200 302 302
    staff:intake_registered                 GET  302 302 302 410 410 410 410 410 410 410 410 410 302 302
    staff:intake_receipt                    GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    staff:intake_letter                     GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    staff:intake_call                       GET  302 302 302 410 410 410 403 403 410 410 403 410 302 302
    staff:find                              GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:find                              POST 401 401 401 302 302 302 302 302 302 302 302 302 401 401
    staff:found                             GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    staff:narrow                            POST 401 401 401 422 422 422 422 422 422 422 422 422 401 401
    staff:save_view                         POST 401 401 401 422 422 422 422 422 422 422 422 422 401 401
    staff:remove_view                       POST 401 401 401 404 404 404 404 404 404 404 404 404 401 401
    staff:bulk                              POST 401 401 401 302 302 302 302 302 302 302 302 302 401 401
    staff:works                             GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:bulk_act                          GET  302 302 302 404 200 404 404 404 404 404 404 404 302 302
    staff:bulk_stop                         POST 401 401 401 404 302 404 404 404 404 404 404 404 401 401
    staff:export                            GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:export                            POST 401 401 401 404 404 404 404 404 404 404 404 404 401 401
    staff:export_made                       GET  302 302 302 404 200 404 404 404 404 404 404 404 302 302
    staff:export_file                       GET  302 302 302 404 200 404 404 404 404 404 404 404 302 302
    staff:exports                           GET  302 302 302 403 403 403 200 200 200 200 403 403 302 302
    staff:keys                              GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:call_backs                        GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:call                              GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:call                              POST 401 401 401 403 200 403 200 403 404 404 404 404 401 401
    staff:call_failed                       POST 401 401 401 422 422 422 422 422 404 404 404 404 401 401
    staff:call_reached                      POST 401 401 401 403 302 403 403 403 404 404 404 404 401 401
    staff:write_down                        GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:write_down                        POST 401 401 401 422 422 422 422 422 404 404 404 404 401 401
    staff:recording                         GET  302 302 302 404 404 404 404 404 404 404 404 404 302 302
    staff:letters                           GET  302 302 302 200 403 403 200 403 200 200 403 200 302 302
    staff:letter_done                       POST 401 401 401 404 403 403 404 403 404 404 403 404 401 401
    staff:presence                          POST 401 401 401 302 302 302 302 302 302 302 302 302 401 401
    staff:here                              POST 401 401 401 204 204 204 204 204 204 204 204 204 401 401
    staff:chats                             POST 401 401 401 200 200 200 200 200 200 200 200 200 401 401
    staff:end_shift                         GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:end_shift                         POST 401 401 401 302 302 302 302 302 302 302 302 302 401 401
    staff:roster                            GET  302 302 302 403 403 403 200 200 200 200 403 403 302 302
    staff:roster_add                        POST 401 401 401 403 403 403 422 403 403 403 403 403 401 401
    staff:roster_remove                     POST 401 401 401 404 404 404 302 403 403 403 404 404 401 401
    staff:dashboard                         GET  302 302 302 403 403 403 200 200 200 200 403 403 302 302
    staff:people                            GET  302 302 302 403 403 403 200 200 200 200 403 403 302 302
    staff:accounts                          GET  302 302 302 403 403 403 200 200 200 403 200 403 302 302
    staff:accounts                          POST 401 401 401 403 403 403 200 200 200 403 200 403 401 401
    staff:invite                            GET  302 302 302 403 403 403 200 200 200 403 200 403 302 302
    staff:invite                            POST 401 401 401 403 403 403 422 422 422 403 422 403 401 401
    staff:import_staff                      GET  302 302 302 403 403 403 200 200 200 403 200 403 302 302
    staff:import_staff                      POST 401 401 401 403 403 403 422 422 422 403 422 403 401 401
    staff:account                           GET  302 302 302 404 404 404 200 200 404 404 200 404 302 302
    staff:account_rights                    POST 401 401 401 404 404 404 422 422 404 404 422 404 401 401
    staff:account_details                   POST 401 401 401 404 404 404 422 422 404 404 422 404 401 401
    staff:own_contact                       GET  302 302 302 200 200 200 200 200 200 200 200 200 302 302
    staff:own_contact                       POST 401 401 401 422 422 422 422 422 422 422 422 422 401 401
    staff:account_off                       POST 401 401 401 404 404 404 422 422 404 404 422 404 401 401
    staff:account_on                        POST 401 401 401 404 404 404 422 422 404 404 422 404 401 401
    staff:account_factor                    POST 401 401 401 404 404 404 422 422 404 404 422 404 401 401
    staff:account_link                      POST 401 401 401 404 404 404 422 422 404 404 422 404 401 401
    staff:roster_import                     GET  302 302 302 403 403 403 200 403 403 403 403 403 302 302
    staff:roster_import                     POST 401 401 401 403 403 403 422 403 403 403 403 403 401 401
    staff:person                            GET  302 302 302 404 404 404 200 404 404 404 404 404 302 302
    staff:person_readings                   GET  302 302 302 404 404 404 200 404 404 404 404 404 302 302
    staff:person_limits                     POST 401 401 401 404 404 404 422 404 404 404 404 404 401 401
    staff:add_leave                         POST 401 401 401 404 404 404 422 404 404 404 404 404 401 401
    staff:move_load                         POST 401 401 401 404 404 404 422 404 404 404 404 404 401 401
    staff:leaves                            GET  302 302 302 403 403 403 200 200 200 200 403 403 302 302
    staff:end_leave                         POST 401 401 401 404 404 404 302 404 404 404 404 404 401 401
    staff:rules                             GET  302 302 302 403 403 403 403 200 200 403 403 403 302 302
    staff:rule_new                          GET  302 302 302 403 403 403 403 200 403 403 403 403 302 302
    staff:rule_new                          POST 401 401 401 403 403 403 403 422 403 403 403 403 401 401
    staff:rule_proposal                     GET  302 302 302 404 404 404 404 200 200 404 404 404 302 302
    staff:rule_settle                       POST 401 401 401 404 404 404 404 422 422 404 404 404 401 401
    staff:rule_decide                       POST 401 401 401 404 404 404 404 403 302 404 404 404 401 401
    staff:region                            GET  302 302 302 403 403 403 403 403 200 200 403 403 302 302
    staff:give                              GET  302 302 302 403 403 403 200 403 404 404 404 404 302 302
    staff:give                              POST 401 401 401 403 403 403 422 403 404 404 404 404 401 401
    staff:help                              GET  302 302 302 403 403 403 200 403 404 404 404 404 302 302
    staff:grant_help                        POST 401 401 401 403 403 403 422 403 404 404 404 404 401 401
    staff:end_help                          POST 401 401 401 403 403 403 302 403 404 404 404 404 401 401
    staff:engine                            GET  302 302 302 403 403 403 200 200 200 403 200 403 302 302
    staff:engine_try_all                    POST 401 401 401 403 403 403 302 302 302 403 302 403 401 401
    staff:engine_try_again                  POST 401 401 401 403 403 403 302 302 302 403 302 403 401 401
    staff:engine_release                    POST 401 401 401 403 403 403 403 403 403 403 302 403 401 401
    staff:engine_acknowledge                POST 401 401 401 403 403 403 302 403 404 403 403 403 401 401
    staff:fairness                          GET  302 302 302 403 403 403 200 200 200 403 200 403 302 302
    staff:sending                           GET  302 302 302 403 403 403 200 200 200 403 200 403 302 302
    staff:send_all_again                    POST 401 401 401 403 403 403 302 302 302 403 302 403 401 401
    staff:send_again                        POST 401 401 401 403 403 403 302 302 302 403 302 403 401 401
    staff:leave_notice                      POST 401 401 401 403 403 403 302 302 302 403 302 403 401 401
    staff:case                              GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:case_thread                       GET  302 302 302 403 200 403 200 403 404 404 404 404 302 302
    staff:dates                             GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:readings                          GET  302 302 302 403 403 403 200 403 404 404 404 404 302 302
    staff:data                              GET  302 302 302 403 200 403 200 403 404 404 404 404 302 302
    staff:data_ask                          POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:data_decide                       POST 401 401 401 403 403 403 302 403 404 404 404 404 401 401
    staff:data_hold                         POST 401 401 401 403 403 403 302 403 404 404 404 404 401 401
    staff:data_lift                         POST 401 401 401 403 403 403 302 403 404 404 404 404 401 401
    staff:unmask                            GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:unmask                            POST 401 401 401 403 200 403 200 403 404 404 404 404 401 401
    staff:file                              GET  302 302 302 403 200 403 200 403 404 404 404 404 302 302
    staff:beside                            GET  302 302 302 403 200 403 200 403 404 404 404 404 302 302
    staff:links                             GET  302 302 302 403 200 403 200 403 404 404 404 404 302 302
    staff:links                             POST 401 401 401 403 422 403 422 403 404 404 404 404 401 401
    staff:unlink                            POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:without_answer                    GET  302 302 302 403 200 403 200 403 404 404 404 404 302 302
    staff:without_answer                    POST 401 401 401 403 422 403 422 403 404 404 404 404 401 401
    staff:decide_without_answer             POST 401 401 401 403 422 403 422 403 404 404 404 404 401 401
    staff:record_notice                     POST 401 401 401 403 403 403 403 403 404 404 404 404 401 401
    staff:case_incident                     GET  302 302 302 403 200 403 200 403 404 404 404 404 302 302
    staff:case_incident                     POST 401 401 401 403 422 403 422 403 404 404 404 404 401 401
    staff:incidents                         GET  302 302 302 403 403 403 200 200 200 200 403 403 302 302
    staff:incident_new                      GET  302 302 302 403 403 403 200 403 200 200 403 403 302 302
    staff:incident_new                      POST 401 401 401 403 403 403 422 403 422 422 403 403 401 401
    staff:incident                          GET  302 302 302 403 403 403 200 200 200 200 403 403 302 302
    staff:incident_change                   GET  302 302 302 403 403 403 200 403 403 403 403 403 302 302
    staff:incident_change                   POST 401 401 401 403 403 403 422 403 403 403 403 403 401 401
    staff:incident_gather                   POST 401 401 401 403 403 403 302 403 403 403 403 403 401 401
    staff:incident_ask                      POST 401 401 401 403 403 403 422 403 403 403 403 403 401 401
    staff:incident_answer                   POST 401 401 401 403 403 403 422 403 403 403 403 403 401 401
    staff:incident_close                    POST 401 401 401 403 403 403 302 403 403 403 403 403 401 401
    staff:incident_inquiry                  GET  302 302 302 403 403 403 200 403 403 403 403 403 302 302
    staff:incident_letter                   GET  302 302 302 403 403 403 200 403 403 403 403 403 302 302
    staff:incident_reply                    POST 401 401 401 403 403 403 302 403 403 403 403 403 401 401
    staff:look                              GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:look                              POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:claim                             GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:claim                             POST 401 401 401 409 302 409 409 409 404 404 404 404 401 401
    staff:acknowledge_call                  POST 401 401 401 409 409 409 409 409 404 404 404 404 401 401
    staff:release                           GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:release                           POST 401 401 401 403 302 403 403 403 404 404 404 404 401 401
    staff:message                           GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:message                           POST 401 401 401 403 302 403 403 403 404 404 404 404 401 401
    staff:note                              GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:note                              POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:wait                              GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:wait                              POST 401 401 401 403 302 403 403 403 404 404 404 404 401 401
    staff:resume                            GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:resume                            POST 401 401 401 403 403 403 403 403 404 404 404 404 401 401
    staff:escalate                          GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:escalate                          POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:return                            GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:return                            POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:resolve                           GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:resolve                           POST 401 401 401 403 302 403 403 403 404 404 404 404 401 401
    staff:dispatch_answer                   GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:dispatch_answer                   POST 401 401 401 403 403 403 403 403 404 404 404 404 401 401
    staff:forward                           GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:forward                           POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:hand_over                         GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:hand_over                         POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:identify                          GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:identify                          POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:renew_code                        GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:renew_code                        POST 401 401 401 403 200 403 200 403 404 404 404 404 401 401
    staff:change_contact                    GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:change_contact                    POST 401 401 401 422 422 422 422 422 404 404 404 404 401 401
    staff:death                             GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:death                             POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:reclassify                        GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:reclassify                        POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:keep_draft                        POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:forget_draft                      POST 401 401 401 302 302 302 302 302 404 404 404 404 401 401
    staff:insert_text                       POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:review_answer                     GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:review_answer                     POST 401 401 401 409 409 409 409 409 404 404 404 404 401 401
    staff:extend                            GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:extend                            POST 401 401 401 403 403 403 302 403 404 404 404 404 401 401
    staff:reopen                            GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:reopen                            POST 401 401 401 409 409 409 409 409 404 404 404 404 401 401
    staff:clinic                            GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:clinic                            POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:naming                            GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:naming                            POST 401 401 401 403 302 403 302 403 404 404 404 404 401 401
    staff:decide_reclassification           GET  302 302 302 200 200 200 200 200 404 404 404 404 302 302
    staff:decide_reclassification           POST 401 401 401 403 302 403 403 403 404 404 404 404 401 401
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One address and method."""

    name: str
    method: str
    statuses: Mapping[str, int]


def _read(text: str) -> list[Row]:
    rows = []
    for line in text.strip().splitlines():
        name, method, *cells = line.split()
        statuses = cells[1:] * len(ROLES) if cells[0] == "all" else cells
        rows.append(Row(name, method, dict(zip(ROLES, map(int, statuses), strict=True))))
    return rows


TABLE = [row for text in (PATIENTS, SIGN_IN, STAFF, LOOKING_AFTER, SETTINGS, API) for row in _read(text)]
