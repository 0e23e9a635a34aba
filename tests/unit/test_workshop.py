"""Workshops: bands within the limits, labels by chance, pictures that tell nothing else, a seal that holds."""

import json
import re
from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from random import Random
from statistics import mean, stdev

import pytest

from ingestion.errors import ClubError
from reporting.charts.bands import Band, geometry
from reporting.workshop.banding import Limits, finest_bands, put_in_bands
from reporting.workshop.bound import bound_of_signatures
from reporting.workshop.choosing import MOST_PICTURES, Wanted
from reporting.workshop.key import Key, draw_labels, opens, seal
from reporting.workshop.pages import at_most, share
from samples.members import members
from tests.support.workshops import attack, drawn, invented, marks_on, measured, page_of

FOURTEEN = [member.code for member in members()]


class TestBands:
    def test_the_finest_bands_within_the_limits_are_taken(self):
        values = {code: float(place) for place, code in enumerate(FOURTEEN)}
        assert finest_bands(values, Limits()).how == "thirds"
        assert finest_bands(values, Limits(expected=4)).how == "quarters"
        assert finest_bands(values, Limits(expected=2)).how == "halves"
        assert finest_bands(values, Limits(expected=1.9)) is None

    def test_a_single_guess_has_a_limit_of_its_own(self):
        values = {code: float(place) for place, code in enumerate(FOURTEEN[:8])}
        assert finest_bands(values, Limits()).how == "halves", "thirds of eight have a band of two"
        assert finest_bands(values, Limits(most_certain=0.5)).how == "thirds"

    @pytest.mark.parametrize("count", [2, 3, 4])
    def test_the_same_figure_is_never_in_two_bands(self, count: int):
        for seed in range(50):
            random = Random(seed)
            values = {code: float(random.randrange(6)) for code in FOURTEEN}
            banded = put_in_bands(values, count)
            for one, two in combinations(FOURTEEN, 2):
                if values[one] == values[two]:
                    assert banded.bands[one] == banded.bands[two]
                elif values[one] < values[two]:
                    assert banded.bands[one] <= banded.bands[two]
            assert banded.bound == bound_of_signatures(banded.bands)


class TestDrawing:
    def test_who_has_no_figure_has_no_label(self):
        workshop = drawn(1)
        assert [picture.members for picture in workshop.pictures] == [14, 13, 14]
        assert len(workshop.without_figure["picture_2"]) == 1
        assert not set(workshop.key.labels["picture_2"].values()) & set(workshop.without_figure["picture_2"])

    def test_a_picture_beyond_the_limits_is_refused_and_says_by_how_much(self):
        with pytest.raises(ClubError, match=r"in quarters the best guesser expects 4 of 14 \(at most 3\)"):
            drawn(1, wanted=Wanted(Limits(), bands=4))

    def test_all_pictures_together_have_a_limit_of_their_own(self):
        """Thirds of six pictures would each stay within theirs: about 10.8 of 14 members named once or more."""
        each_alone = drawn(1, invented(indicators=6), Wanted(Limits(named_once=14)))
        assert {picture.banding for picture in each_alone.pictures} == {"thirds"}
        assert each_alone.together.named_once > 10
        together = drawn(1, invented(indicators=6))
        assert together.together.named_once <= 8
        assert len(together.pictures) < 6 and {picture.banding for picture in together.pictures} == {"halves"}
        assert "right at least once about" in " ".join(together.left_out.values())
        assert "8 members at least once over all pictures" in page_of(together)

    def test_pictures_that_stay_within_the_limit_together_are_neither_widened_nor_left_out(self):
        workshop = drawn(1, invented(indicators=3))
        assert {picture.banding for picture in workshop.pictures} == {"thirds"} and not workshop.left_out
        assert 7 < workshop.together.named_once <= 8

    def test_the_last_pictures_are_widened_before_any_is_left_out(self):
        banding = [picture.banding for picture in drawn(1, invented(indicators=4)).pictures]
        assert banding == ["thirds", "thirds", "halves", "halves"]

    def test_bands_that_were_asked_for_and_moved_marks_are_not_widened_but_left_out(self):
        for wanted in (Wanted(Limits(), bands=3), Wanted(Limits(), is_blurred=True)):
            workshop = drawn(1, invented(indicators=6), wanted)
            assert workshop.together.named_once <= 8 and workshop.left_out
            assert {picture.banding for picture in workshop.pictures} != {"halves"}

    def test_where_not_even_one_picture_stays_within_it_nothing_is_drawn(self):
        with pytest.raises(ClubError, match=r"right at least once about 2 of 14 members.*\(at most 1\)"):
            drawn(1, wanted=Wanted(Limits(named_once=1)))

    def test_an_override_is_drawn_and_its_reason_kept_and_printed(self):
        workshop = drawn(1, wanted=Wanted(Limits(), override="The members know each other's figures."))
        assert {picture.banding for picture in workshop.pictures} == {"quarters"}
        assert workshop.together.expected > 3 * len(workshop.pictures) and workshop.together.named_once > 8
        assert "give away more than the limits" in page_of(workshop)
        assert "The members know each other&#39;s figures." in page_of(workshop)

    def test_what_gives_away_too_much_is_left_out_and_the_rest_drawn(self):
        few = measured({code: float(place) for place, code in enumerate(FOURTEEN[:4])}, title="Few have it")
        alike = measured(dict.fromkeys(FOURTEEN, 3.0), title="All the same")
        workshop = drawn(1, [few, alike, *invented(indicators=1)])
        assert set(workshop.left_out) == {"Few have it", "All the same"}
        assert [picture.number for picture in workshop.pictures] == [1]

    def test_an_afternoon_has_six_pictures_at_most(self):
        assert len(drawn(1, invented(indicators=9), Wanted(Limits(named_once=14))).pictures) == MOST_PICTURES

    def test_every_order_of_labels_is_as_likely(self):
        """Of three members, 6,000 draws: each of six orders within four standard errors of a sixth."""
        counts: dict[tuple[str, ...], int] = {}
        for seed in range(6_000):
            order = tuple(draw_labels(1, FOURTEEN[:3], Random(seed)).values())
            counts[order] = counts.get(order, 0) + 1
        assert len(counts) == 6
        assert all(abs(count - 1_000) < 4 * (6_000 * 5 / 36) ** 0.5 for count in counts.values())

    def test_labels_are_drawn_anew_in_each_picture(self):
        same = measured({code: float(place) for place, code in enumerate(FOURTEEN)})
        labels = drawn(3, [same, same]).key.labels
        first, second = (
            {member: label[-1] for label, member in labels[code].items()} for code in ("picture_1", "picture_2")
        )
        assert first != second
        assert not set(labels["picture_1"]) & set(labels["picture_2"])

    def test_marks_moved_by_chance_stay_within_the_limits_too(self):
        for seed in range(5):
            for picture in drawn(seed, wanted=Wanted(Limits(), is_blurred=True)).pictures:
                assert picture.expected <= 3 and picture.most_certain <= 1 / 3
                assert len(picture.bands) == 9


class TestWhatAPictureTells:
    def test_all_marks_of_a_band_are_the_same_apart_from_label_and_place(self):
        for picture in drawn(4).pictures:
            svg = str(picture.drawing.svg)
            marks = re.findall(r"<circle .*?</text>", svg)
            assert len(marks) == picture.members
            bare = {re.sub(r' (cx|cy|x|y)="\d+"|>\d+[A-Z]<', "", mark) for mark in marks}
            assert len(bare) == 1

    def test_the_place_of_a_mark_follows_from_the_labels_of_the_bands_alone(self):
        """Labels are in their own order within a band, so who they are changes nothing."""
        for picture in drawn(4).pictures:
            for band in picture.bands:
                assert list(band.labels) == sorted(band.labels)
        bands = [Band("low", ("1A", "1C")), Band("high", ("1B",))]
        assert geometry(bands, ("", "")) == geometry(list(bands), ("", ""))

    def test_other_figures_in_the_same_bands_give_the_same_bytes(self):
        """Nothing of a figure but its band is in a page: in no coordinate, and in no label for screen readers."""
        figures = invented()
        others = [
            replace(each, figures={code: value and value**1.7 / 31 - 5 for code, value in each.figures.items()})
            for each in figures
        ]
        assert page_of(drawn(5, others)) == page_of(drawn(5, figures))

    def test_two_members_of_a_band_that_change_places_give_the_same_bytes(self):
        """But for the seal, which is of another key."""
        (only,) = invented(indicators=1)
        low = [member for member, place in put_in_bands(only.known, 3).bands.items() if place == 0]
        swapped = only.figures | {low[0]: only.figures[low[1]], low[1]: only.figures[low[0]]}
        assert swapped != only.figures
        assert page_of(drawn(6, [replace(only, figures=swapped)])) == page_of(drawn(6, [only]))


class TestAgainstAnAttacker:
    @pytest.mark.parametrize(("is_blurred", "packs"), [(False, 200), (True, 40)])
    def test_who_knows_every_figure_never_beats_the_bound(self, is_blurred: bool, packs: int):
        """Packs read from their pages: matches less what is printed, within two standard errors of nothing."""
        matches, members_named = [], []
        for seed in range(packs):
            figures = invented(seed, indicators=2)
            workshop = drawn(seed, figures, Wanted(Limits(), is_blurred=is_blurred))
            marks, labels = marks_on(page_of(workshop)), workshop.key.labels
            right = [
                who
                for picture, each in zip(workshop.pictures, figures, strict=True)
                for label, who in attack(marks[picture.code], each.known).items()
                if labels[picture.code][label] == who
            ]
            matches.append(len(right) - workshop.together.expected)
            members_named.append(len(set(right)) - workshop.together.named_once)
        for surplus in (matches, members_named):
            error = stdev(surplus) / len(surplus) ** 0.5
            assert mean(surplus) <= 2 * error
            if not is_blurred:
                assert mean(surplus) >= -3 * error, "who knows all and guesses well gets what the bound says"


class TestTheSeal:
    def test_the_number_in_the_pack_is_of_the_key_and_its_nonce(self):
        workshop = drawn(8)
        key = workshop.key
        assert key.commitment == sha256(f"{key.nonce}\n{key.text}".encode()).hexdigest()
        assert key.commitment in page_of(workshop)
        assert len(key.nonce) == 64
        assert json.loads(key.text)["workshop"] == "a_round"

    def test_a_key_that_was_altered_does_not_open_it(self):
        labels = {"picture_1": {"1A": "dudley", "1B": "walsall"}}
        key = seal("a_round", labels, Random(1))
        assert opens(key, key.commitment)
        assert not opens(Key(key.text.replace("dudley", "sandwell"), key.nonce), key.commitment)
        assert not opens(Key(key.text, key.nonce[::-1]), key.commitment)

    def test_the_same_labels_have_another_number_each_time(self):
        """Else whoever tries all orders of labels finds the one."""
        labels = {"picture_1": {"1A": "dudley"}}
        assert seal("a_round", labels, Random(1)).commitment != seal("a_round", labels, Random(2)).commitment


def test_a_bound_is_never_printed_smaller_than_it_is():
    assert [at_most(value) for value in (3.0, 3.01, 2.999999999, 10.84)] == ["3", "3.1", "3", "10.9"]
    assert [share(value) for value in (1 / 3, 0.25, 0.3001)] == ["1 in 3", "1 in 4", "30.1\N{NO-BREAK SPACE}%"]
