"""The sentences of explanations, as templates with named parameters; an application translates them."""

from __future__ import annotations

# Templates: one text, or a text for one and a text for many; of conflicts also which fact is counted.
Text = str | tuple[str, str]

CONFLICTS: dict[str, str | tuple[str, str, str]] = {
    "no_table": (
        "no table is in use, but one person is to be seated",
        "no table is in use, but %(people)s people are to be seated",
        "people",
    ),
    "too_few_seats": (
        "%(people)s people for %(seats)s seats: one seat is missing",
        "%(people)s people for %(seats)s seats: %(short)s seats are missing",
        "short",
    ),
    "too_few_people": (
        "the tables' minimums add up to %(need)s, but there are %(people)s people: one is missing",
        "the tables' minimums add up to %(need)s, but there are %(people)s people: %(short)s are missing",
        "short",
    ),
    "presence": (
        "%(type)s at each table is impossible: %(have)s < %(need)s; one table will lack one",
        "%(type)s at each table is impossible: %(have)s < %(need)s; %(lacking)s tables will lack one",
        "lacking",
    ),
    "presence_many": (
        "%(least)s × %(type)s at each table is impossible: %(have)s < %(need)s; one table will lack some",
        "%(least)s × %(type)s at each table is impossible: %(have)s < %(need)s; %(lacking)s tables will lack some",
        "lacking",
    ),
    "apart_clique": (
        "%(count)s people must all sit apart, but there is one table: %(names)s",
        "%(count)s people must all sit apart, but there are %(tables)s tables: %(names)s",
        "tables",
    ),
    "apart_web": (
        "%(count)s people cannot be seated so that every pair that must sit apart does, at one table: %(names)s",
        (
            "%(count)s people cannot be seated so that every pair that must sit apart does, at %(tables)s tables: "
            "%(names)s"
        ),
        "tables",
    ),
    "apart_together": "%(one)s and %(other)s must sit apart, but also together",
    "apart_together_through": "%(one)s and %(other)s must sit apart, but both together with %(names)s",
    "group_too_large": (
        "%(count)s people must sit together, but no table has more than one seat: %(names)s",
        "%(count)s people must sit together, but no table has more than %(seats)s seats: %(names)s",
        "seats",
    ),
    "moderator_absent": "%(person)s moderates table %(table)s, but is absent",
    "moderator_twice": "%(person)s moderates several tables at a time: %(tables)s",
    "pin_absent": "%(person)s is pinned to table %(table)s, but is absent",
    "pin_table_closed": "%(person)s is pinned to table %(table)s, which is not in use",
    "sent_to_two": "%(person)s is bound to several tables at a time: %(tables)s",
    "no_place": "there is no table for %(person)s, because of: %(because)s",
    # A need is nobody's business: who it is stands in the rules, for those who may know.
    "no_place_need": "there is no table for one of the people, because of: %(because)s",
    "step_free_seats": (
        "%(count)s people need a step-free table, and these have %(seats)s seats: one seat is missing",
        "%(count)s people need a step-free table, and these have %(seats)s seats: %(short)s seats are missing",
        "short",
    ),
    "too_few_seats_there": (
        "%(count)s people must share %(seats)s seats (tables: %(tables)s; why: %(because)s): one seat is missing",
        "%(count)s people must share %(seats)s seats (tables: %(tables)s; why: %(because)s): %(short)s are missing",
        "short",
    ),
    "too_few_people_there": (
        "%(need)s people are needed (tables: %(tables)s), but %(count)s may sit there (%(because)s): one missing",
        "%(need)s people are needed (tables: %(tables)s), but %(count)s may sit there (%(because)s): %(short)s missing",
        "short",
    ),
    "rules": "these rules cannot hold together: %(rules)s",
}

BECAUSE: dict[str, str] = {
    "moderator": "a moderator's own table",
    "pin": "a pin",
    "walls": "the walls of a circle",
    "language": "the language of a table",
    "step_free": "step-free access",
    "capacity": "seats",
    "minimum": "minimums",
}

RULES: dict[str, str] = {
    "capacity": "the seats of table %(table)s",
    "minimum": "the minimum of table %(table)s",
    "moderator": "%(one)s moderates table %(table)s",
    "pin": "%(one)s is pinned to table %(table)s",
    "walls": "the walls of table %(table)s",
    "language": "the language of table %(table)s",
    "step_free": "step-free access",
    "presence": "%(type)s at each table",
    "apart": "%(one)s and %(other)s apart",
    "together": "%(one)s and %(other)s together",
}

OPTIONS: dict[str, Text] = {
    "add_seats": ("add one seat", "add %(count)s seats"),
    "add_seats_at_one": ("make a table larger by one seat", "make a table larger by %(count)s seats"),
    "add_tables": ("add one table", "add %(count)s tables"),
    "lower_minimum": ("lower the minimums by one seat", "lower the minimums by %(count)s seats in all"),
    "close_tables": ("close one table", "close %(count)s tables"),
    "accept_lack": (
        "drop the rule for one table in each of these rounds",
        "drop the rule for %(count)s tables in each of these rounds",
    ),
    "let_meet": ("let one pair sit together", "let %(count)s pairs sit together"),
    "let_part": ("let one pair sit apart", "let %(count)s pairs sit apart"),
    "unpin": ("release one pin", "release %(count)s pins"),
    "other_moderator": (
        "name another moderator for one table",
        "name another moderator for %(count)s tables",
    ),
    "let_in": ("let one person through the walls", "let %(count)s people through the walls"),
    "interpret": ("seat one person with an interpreter", "seat %(count)s people with an interpreter"),
    "make_step_free": ("make one more seat step-free", "make %(count)s more seats step-free"),
    "invite_fewer": ("invite one person fewer", "invite %(count)s people fewer"),
    "invite_more": ("invite one more person", "invite %(count)s more people"),
    "invite_type": ("invite one more of %(type)s", "invite %(count)s more of %(type)s"),
}

WHEN: dict[str, str] = {
    "each": "In each round: %(sentence)s.",
    "some": "In rounds %(rounds)s: %(sentence)s.",
    "one": "In round %(rounds)s: %(sentence)s.",
    "more": "%(names)s and %(count)s more",
}

# How far each aim is reached: with a proof, against a bound, without one.
AIMS: dict[str, tuple[str, str, str]] = {
    "repeats": (
        "Repeated pairs: %(reached)s, proved best.",
        "Repeated pairs: %(reached)s; at least %(least)s cannot be avoided.",
        "Repeated pairs: %(reached)s.",
    ),
    "off_mix": (
        "Distance from an even mix of types: %(reached)s, proved best.",
        "Distance from an even mix of types: %(reached)s; at least %(least)s cannot be avoided.",
        "Distance from an even mix of types: %(reached)s.",
    ),
    "topic_cost": (
        "Distance from the dearest topic (0 to 1): %(reached)s a seat, proved best.",
        "Distance from the dearest topic (0 to 1): %(reached)s a seat; at least %(least)s cannot be avoided.",
        "Distance from the dearest topic (0 to 1): %(reached)s a seat.",
    ),
    "wishes_missed": (
        "Wishes that hold: %(held)s of %(wishes)s, proved best.",
        "Wishes that hold: %(held)s of %(wishes)s; at most %(most)s can.",
        "Wishes that hold: %(held)s of %(wishes)s.",
    ),
    "same_organisation": (
        "Pairs of one organisation at a table: %(reached)s, proved best.",
        "Pairs of one organisation at a table: %(reached)s; at least %(least)s cannot be avoided.",
        "Pairs of one organisation at a table: %(reached)s.",
    ),
    "context": (
        "Pairs of different context at a table: %(reached)s, proved best.",
        "Pairs of different context at a table: %(reached)s; at least %(least)s cannot be avoided.",
        "Pairs of different context at a table: %(reached)s.",
    ),
    "unseated": (
        "Seats that somebody lacks: %(reached)s, proved best.",
        "Seats that somebody lacks: %(reached)s; at least %(least)s cannot be avoided.",
        "Seats that somebody lacks: %(reached)s.",
    ),
}
WISHES_SHORT = (
    "At most %(most)s of this one wish can hold.",
    "At most %(most)s of these %(wishes)s wishes can hold.",
)

VIOLATIONS: dict[str, Text] = {
    "capacity": (
        "Round %(round)s, table %(table)s: one person too many.",
        "Round %(round)s, table %(table)s: %(count)s people too many.",
    ),
    "minimum": (
        "Round %(round)s, table %(table)s: one person too few.",
        "Round %(round)s, table %(table)s: %(count)s people too few.",
    ),
    "presence": (
        "Round %(round)s, table %(table)s: lacks one of %(type)s.",
        "Round %(round)s, table %(table)s: lacks %(count)s of %(type)s.",
    ),
    "unused": "Round %(round)s, table %(table)s: %(names)s sits there, but it is not in use.",
    "available": "Round %(round)s, table %(table)s: %(names)s has a seat, but is absent.",
    "apart": "Round %(round)s, table %(table)s: %(names)s must sit apart.",
    "together": "Round %(round)s: %(names)s must sit together.",
    "moderator": "Round %(round)s, table %(table)s: its moderator %(names)s is not there.",
    "walls": "Round %(round)s, table %(table)s: the walls keep %(names)s out.",
    "step_free": "Round %(round)s, table %(table)s: is not step-free, as somebody there needs it.",
    "language": "Round %(round)s, table %(table)s: %(names)s does not speak its language.",
    "pin": "Round %(round)s, table %(table)s: %(names)s is pinned there, but sits elsewhere.",
}

REASONS: dict[str, Text] = {
    "moderator": "moderates this table",
    "pin": "is pinned here",
    "absent": "is absent in this round",
    "no_seat": "has no seat in this round",
    "first_meetings": ("meets one person for the first time", "meets %(count)s people for the first time"),
    "repeats": ("meets one person again: %(names)s", "meets %(count)s people again: %(names)s"),
    "topic": "topic: number %(count)s of their list",
    "topic_off_list": "topic: not on their list",
    "wish": ("fulfils a wish: %(names)s", "fulfils %(count)s wishes: %(names)s"),
    "only_of_type": "is the only %(type)s here",
    "of_type": "is one of %(count)s × %(type)s here; an even share is %(share)s",
    "same_organisation": ("sits with one person of their own office: %(names)s",
                          "sits with %(count)s people of their own office: %(names)s"),
    "together": "sits together, as asked, with %(names)s",
    "seats": ("has one person at %(seats)s seats", "has %(count)s people at %(seats)s seats"),
    "types": "its people: %(types)s",
    "missing_type": ("lacks one of %(type)s", "lacks %(count)s of %(type)s"),
    "pairs_again": ("one pair here meets again", "%(count)s pairs here meet again"),
    "wishes_here": ("fulfils one wish", "fulfils %(count)s wishes"),
    "same_pairs": ("one pair here is of one office", "%(count)s pairs here are of one office"),
}  # fmt: skip

COSTS: dict[str, Text] = {
    "violations": ("breaks one more hard rule", "breaks %(count)s more hard rules"),
    "violations_less": ("mends one broken rule", "mends %(count)s broken rules"),
    "unseated": ("leaves one more seat wanting", "leaves %(count)s more seats wanting"),
    "unseated_less": ("gives one seat that was wanting", "gives %(count)s seats that were wanting"),
    "repeats": ("one more repeated pair", "%(count)s more repeated pairs"),
    "repeats_less": ("one repeated pair fewer", "%(count)s repeated pairs fewer"),
    "off_mix": "the mix is worse by %(amount)s",
    "off_mix_less": "the mix is better by %(amount)s",
    "topic_cost": "topics are worse by %(amount)s a seat",
    "topic_cost_less": "topics are better by %(amount)s a seat",
    "wishes_missed": ("one wish fewer holds", "%(count)s wishes fewer hold"),
    "wishes_missed_less": ("one more wish holds", "%(count)s more wishes hold"),
    "same_organisation": (
        "one more pair of one office at a table",
        "%(count)s more pairs of one office at a table",
    ),
    "same_organisation_less": (
        "one pair of one office fewer at a table",
        "%(count)s pairs of one office fewer at a table",
    ),
    "context": (
        "one more pair of different context at a table",
        "%(count)s more pairs of different context at a table",
    ),
    "context_less": (
        "one pair of different context fewer at a table",
        "%(count)s pairs of different context fewer at a table",
    ),
    "nothing": "changes nothing that counts",
}
