"""Project in a stand-in for Label Studio."""
from custom.datasets.labeling.project import make_project
from custom.label_studio.client import LabelStudioClient
from tests.helpers.label_studio import StandIn, stand_in

BACKEND = 'http://localhost:8000/label-studio'


def test_a_backend_is_connected_once_and_told_the_login():
    with stand_in() as (studio, url):
        project = make_project(
            LabelStudioClient(url, StandIn.token), 'mine', ['sun'])
        for login in (None, None, 'me:secret', None):
            project.connect(BACKEND, login)

    backend, = studio.backends
    assert (backend['url'], backend['auth_method']) == (BACKEND, 'BASIC_AUTH')
    assert (backend['basic_auth_user'],
            backend['basic_auth_pass']) == ('me', 'secret')
