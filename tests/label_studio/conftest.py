import pytest

from tests.helpers.label_studio import stand_in


@pytest.fixture
def studio():
    """A stand-in for Label Studio, and its address."""
    with stand_in() as found:
        yield found
