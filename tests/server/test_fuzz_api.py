"""The service does what its /openapi.json says, whatever it is asked."""
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

OPERATIONS = [('POST', '/tag'), ('POST', '/tags'), ('GET', '/labels'),
              ('GET', '/healthz'), ('GET', '/readyz')]
CHECKS = [
    not_a_server_error, checks.status_code_conformance,
    checks.content_type_conformance, checks.response_schema_conformance,
    checks.negative_data_rejection, checks.allow_header_conformance
]


@pytest.fixture(scope='module')
def schema(server):
    schema = schemathesis.openapi.from_url(f'{server.base_url}/openapi.json')
    # By itself it doesn't take 413 for a refusal.
    schema.config.checks.negative_data_rejection.expected_statuses = [
        '400', '413', '415', '422'
    ]
    return schema


def test_every_operation_is_asked(schema):
    found = [one.ok() for one in schema.get_all_operations()]
    assert [(one.method.upper(), one.path) for one in found] == OPERATIONS


@pytest.mark.parametrize(
    'method, path, mode',
    [
        *((*one, GenerationMode.POSITIVE) for one in OPERATIONS),
        # Those that take nothing can be asked nothing wrong.
        *((*one, GenerationMode.NEGATIVE) for one in OPERATIONS[:2]),
    ])
def test_answers_are_as_documented(schema, method, path, mode):
    operation = schema[path][method]
    number = 60 if method == 'POST' else 15

    @seed(0)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        suppress_health_check=[*HealthCheck])
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(checks=CHECKS)

    ask()
