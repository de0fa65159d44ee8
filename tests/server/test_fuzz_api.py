"""The service does what its /openapi.json says, whatever it is asked."""
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from PIL import Image
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.helpers.hostile import GROUPS
from tests.helpers.upload_images import FORMATS, encode

pytestmark = pytest.mark.slow

FORMS = {'/tag': 'file', '/tags': 'files'}
STATES = ['/labels', '/healthz', '/readyz']
CHECKS = [
    not_a_server_error, checks.status_code_conformance,
    checks.content_type_conformance, checks.response_schema_conformance
]


@pytest.fixture(scope='module')
def schema(server):
    said = _without_prefixes(server.get('/openapi.json').json())
    found = schemathesis.openapi.from_dict(said)
    found.config.update(base_url=str(server.base_url))
    return found


@pytest.fixture(scope='module')
def images(drawings):
    """Of all kinds, and a few that are none; the first one is small.

    What Hypothesis prints of a case is limited, to about 30 kB.
    """
    sound = sorted(
        (path.read_bytes() for path in (drawings / 'images').iterdir()),
        key=len)
    with Image.open(min((drawings / 'images').iterdir())) as image:
        sound += [encode(image.convert('RGB'), kind) for kind in FORMATS]
    broken = [one.data for one in GROUPS['other_files']().values()]
    return [*sound, *broken]


def fuzz(strategy, number, mode_checks=()):
    """Asks for each of a number of cases."""

    @seed(0)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        suppress_health_check=[*HealthCheck])
    @given(case=strategy)
    def ask(case):
        case.call_and_validate(checks=[*CHECKS, *mode_checks])

    ask()


def test_every_operation_is_asked(schema):
    found = [one.ok().path for one in schema.get_all_operations()]
    assert sorted(found) == sorted([*FORMS, *STATES])


@pytest.mark.parametrize('path', STATES)
def test_state(schema, path):
    fuzz(schema[path]['GET'].as_strategy(), 10,
         [checks.positive_data_acceptance])


@pytest.mark.parametrize('path', FORMS)
def test_images(schema, images, path):
    image = st.sampled_from(images)
    several = path == '/tags'
    value = st.lists(image, min_size=1, max_size=3) if several else image

    def with_images(case, value):
        case.body = {FORMS[path]: value}
        return case

    fuzz(st.builds(with_images, schema[path]['POST'].as_strategy(), value), 60)


@pytest.mark.parametrize('path', FORMS)
def test_any_form(schema, path):
    fuzz(schema[path]['POST'].as_strategy(), 60)


@pytest.mark.parametrize('path', FORMS)
def test_what_is_no_form(schema, path):
    fuzz(
        schema[path]['POST'].as_strategy(
            generation_mode=GenerationMode.NEGATIVE), 100)


@pytest.mark.parametrize('path', FORMS)
def test_parameters_that_are_refused(schema, images, path):
    value = [images[0]] if path == '/tags' else images[0]
    fuzz(
        schema[path]['POST'].as_strategy(
            generation_mode=GenerationMode.NEGATIVE,
            body={FORMS[path]: value}), 50, [checks.negative_data_rejection])


def _without_prefixes(node):
    """A schema in which a box is a list of four numbers, not a tuple.

    It means the same, but of "prefixItems" in an answer Schemathesis 4.32
    says that the schema is invalid.
    """
    if isinstance(node, list):
        return [_without_prefixes(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = {key: _without_prefixes(one) for key, one in node.items()}
    if 'prefixItems' in node:
        node['items'], = {
            str(one): one
            for one in node.pop('prefixItems')
        }.values()
    return node
