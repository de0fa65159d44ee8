import pytest

from custom.visualization.page.html_page import embed, fill_template


def test_embedded_json_is_ascii_without_an_angle_bracket():
    assert embed('</script>\ud800') == '"\\u003c/script>\\ud800"'


def test_embedded_json_has_no_nan():
    with pytest.raises(ValueError):
        embed(float('nan'))


def test_what_is_filled_in_is_not_filled_in_turn():
    page = ''.join(
        fill_template('<{{data}}|{{script_hash}}|{{script}}>',
                      dict(data=['{{script}}', '!'], script=['go()'])))

    # printf 'go()' | openssl dgst -sha256 -binary | base64
    assert page == (
        '<{{script}}!|sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='
        '|go()>')
