"""Addresses of the room: signing in, my account, accounts, offices."""

from django.urls import path

from zhian.foundation.offices.web import account, campaign, offices, users

app_name = "offices"
urlpatterns = [
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("me/", account.me, name="me"),
    path("me/password/", account.password, name="password"),
    path("me/language/", account.language, name="language"),
    path("me/tokens/", account.issue_token, name="token_issue"),
    path("me/tokens/<int:token_id>/withdraw/", account.revoke_token, name="token_revoke"),
    path("users/", users.user_list, name="users"),
    path("users/new/", users.user_create, name="user_create"),
    path("users/<int:user_id>/", users.user_detail, name="user"),
    path("users/<int:user_id>/appoint/", users.user_appoint, name="user_appoint"),
    path("users/<int:user_id>/end-post/", users.user_end_post, name="user_end_post"),
    path("users/<int:user_id>/lock/", users.user_lock, name="user_lock"),
    path("users/<int:user_id>/unlock/", users.user_unlock, name="user_unlock"),
    path("users/<int:user_id>/reset/", users.user_reset, name="user_reset"),
    path("offices/", offices.office_list, name="list"),
    path("offices/new/", offices.office_create, name="create"),
    path("offices/tasks/", campaign.task_list, name="tasks"),
    path("offices/tasks/<slug:code>/", campaign.task_assign, name="task"),
    path("offices/areas/", campaign.area_class, name="area"),
    path("offices/<int:office_id>/", offices.office_detail, name="office"),
    path("offices/<int:office_id>/delegate/", offices.delegation_create, name="delegate"),
    path(
        "offices/delegations/<int:delegation_id>/end/",
        offices.delegation_end,
        name="delegation_end",
    ),
]
