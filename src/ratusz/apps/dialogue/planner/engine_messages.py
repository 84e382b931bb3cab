"""The sentences of the seating engine, so that the catalogue holds them: the engine itself knows no Django.

A test reads the engine's templates and finds what is not here.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

SENTENCES = (
    gettext_noop("%(one)s and %(other)s must sit apart, but also together"),
    gettext_noop("%(one)s and %(other)s must sit apart, but both together with %(names)s"),
    gettext_noop("%(person)s moderates table %(table)s, but is absent"),
    gettext_noop("%(person)s moderates several tables at a time: %(tables)s"),
    gettext_noop("%(person)s is pinned to table %(table)s, but is absent"),
    gettext_noop("%(person)s is pinned to table %(table)s, which is not in use"),
    gettext_noop("%(person)s is bound to several tables at a time: %(tables)s"),
    gettext_noop("there is no table for %(person)s, because of: %(because)s"),
    gettext_noop("there is no table for one of the people, because of: %(because)s"),
    gettext_noop("these rules cannot hold together: %(rules)s"),
    gettext_noop("a moderator's own table"),
    gettext_noop("a pin"),
    gettext_noop("the walls of a circle"),
    gettext_noop("the language of a table"),
    gettext_noop("step-free access"),
    gettext_noop("seats"),
    gettext_noop("minimums"),
    gettext_noop("the seats of table %(table)s"),
    gettext_noop("the minimum of table %(table)s"),
    gettext_noop("%(one)s moderates table %(table)s"),
    gettext_noop("%(one)s is pinned to table %(table)s"),
    gettext_noop("the walls of table %(table)s"),
    gettext_noop("the language of table %(table)s"),
    gettext_noop("%(type)s at each table"),
    gettext_noop("%(one)s and %(other)s apart"),
    gettext_noop("%(one)s and %(other)s together"),
    gettext_noop("In each round: %(sentence)s."),
    gettext_noop("In rounds %(rounds)s: %(sentence)s."),
    gettext_noop("In round %(rounds)s: %(sentence)s."),
    gettext_noop("%(names)s and %(count)s more"),
    gettext_noop("Repeated pairs: %(reached)s, proved best."),
    gettext_noop("Repeated pairs: %(reached)s; at least %(least)s cannot be avoided."),
    gettext_noop("Repeated pairs: %(reached)s."),
    gettext_noop("Distance from an even mix of types: %(reached)s, proved best."),
    gettext_noop("Distance from an even mix of types: %(reached)s; at least %(least)s cannot be avoided."),
    gettext_noop("Distance from an even mix of types: %(reached)s."),
    gettext_noop("Distance from the dearest topic (0 to 1): %(reached)s a seat, proved best."),
    gettext_noop(
        "Distance from the dearest topic (0 to 1): %(reached)s a seat; at least %(least)s cannot be avoided."
    ),
    gettext_noop("Distance from the dearest topic (0 to 1): %(reached)s a seat."),
    gettext_noop("Wishes that hold: %(held)s of %(wishes)s, proved best."),
    gettext_noop("Wishes that hold: %(held)s of %(wishes)s; at most %(most)s can."),
    gettext_noop("Wishes that hold: %(held)s of %(wishes)s."),
    gettext_noop("Pairs of one organisation at a table: %(reached)s, proved best."),
    gettext_noop("Pairs of one organisation at a table: %(reached)s; at least %(least)s cannot be avoided."),
    gettext_noop("Pairs of one organisation at a table: %(reached)s."),
    gettext_noop("Pairs of different context at a table: %(reached)s, proved best."),
    gettext_noop("Pairs of different context at a table: %(reached)s; at least %(least)s cannot be avoided."),
    gettext_noop("Pairs of different context at a table: %(reached)s."),
    gettext_noop("Seats that somebody lacks: %(reached)s, proved best."),
    gettext_noop("Seats that somebody lacks: %(reached)s; at least %(least)s cannot be avoided."),
    gettext_noop("Seats that somebody lacks: %(reached)s."),
    gettext_noop("Round %(round)s, table %(table)s: %(names)s sits there, but it is not in use."),
    gettext_noop("Round %(round)s, table %(table)s: %(names)s has a seat, but is absent."),
    gettext_noop("Round %(round)s, table %(table)s: %(names)s must sit apart."),
    gettext_noop("Round %(round)s: %(names)s must sit together."),
    gettext_noop("Round %(round)s, table %(table)s: its moderator %(names)s is not there."),
    gettext_noop("Round %(round)s, table %(table)s: the walls keep %(names)s out."),
    gettext_noop("Round %(round)s, table %(table)s: is not step-free, as somebody there needs it."),
    gettext_noop("Round %(round)s, table %(table)s: %(names)s does not speak its language."),
    gettext_noop("Round %(round)s, table %(table)s: %(names)s is pinned there, but sits elsewhere."),
    gettext_noop("moderates this table"),
    gettext_noop("is pinned here"),
    gettext_noop("is absent in this round"),
    gettext_noop("has no seat in this round"),
    gettext_noop("topic: number %(count)s of their list"),
    gettext_noop("topic: not on their list"),
    gettext_noop("is the only %(type)s here"),
    gettext_noop("is one of %(count)s × %(type)s here; an even share is %(share)s"),
    gettext_noop("sits together, as asked, with %(names)s"),
    gettext_noop("its people: %(types)s"),
    gettext_noop("the mix is worse by %(amount)s"),
    gettext_noop("the mix is better by %(amount)s"),
    gettext_noop("topics are worse by %(amount)s a seat"),
    gettext_noop("topics are better by %(amount)s a seat"),
    gettext_noop("changes nothing that counts"),
)

COUNTED = (
    ngettext_lazy(
        "no table is in use, but one person is to be seated",
        "no table is in use, but %(people)s people are to be seated",
    ),
    ngettext_lazy(
        "%(people)s people for %(seats)s seats: one seat is missing",
        "%(people)s people for %(seats)s seats: %(short)s seats are missing",
    ),
    ngettext_lazy(
        "the tables' minimums add up to %(need)s, but there are %(people)s people: one is missing",
        "the tables' minimums add up to %(need)s, but there are %(people)s people: %(short)s are missing",
    ),
    ngettext_lazy(
        "%(type)s at each table is impossible: %(have)s < %(need)s; one table will lack one",
        "%(type)s at each table is impossible: %(have)s < %(need)s; %(lacking)s tables will lack one",
    ),
    ngettext_lazy(
        "%(least)s × %(type)s at each table is impossible: %(have)s < %(need)s; one table will lack some",
        "%(least)s × %(type)s at each table is impossible: %(have)s < %(need)s; %(lacking)s tables will lack some",
    ),
    ngettext_lazy(
        "%(count)s people must all sit apart, but there is one table: %(names)s",
        "%(count)s people must all sit apart, but there are %(tables)s tables: %(names)s",
    ),
    ngettext_lazy(
        "%(count)s people cannot be seated so that every pair that must sit apart does, at one table: %(names)s",
        "%(count)s people cannot be seated so that every pair that must sit apart does, at %(tables)s tables: "
        "%(names)s",
    ),
    ngettext_lazy(
        "%(count)s people must sit together, but no table has more than one seat: %(names)s",
        "%(count)s people must sit together, but no table has more than %(seats)s seats: %(names)s",
    ),
    ngettext_lazy(
        "%(count)s people need a step-free table, and these have %(seats)s seats: one seat is missing",
        "%(count)s people need a step-free table, and these have %(seats)s seats: %(short)s seats are missing",
    ),
    ngettext_lazy(
        "%(count)s people must share %(seats)s seats (tables: %(tables)s; why: %(because)s): one seat is missing",
        "%(count)s people must share %(seats)s seats (tables: %(tables)s; why: %(because)s): %(short)s are missing",
    ),
    ngettext_lazy(
        "%(need)s people are needed (tables: %(tables)s), but %(count)s may sit there (%(because)s): one missing",
        "%(need)s people are needed (tables: %(tables)s), but %(count)s may sit there (%(because)s): %(short)s missing",
    ),
    ngettext_lazy(
        "add one seat",
        "add %(count)s seats",
    ),
    ngettext_lazy(
        "make a table larger by one seat",
        "make a table larger by %(count)s seats",
    ),
    ngettext_lazy(
        "add one table",
        "add %(count)s tables",
    ),
    ngettext_lazy(
        "lower the minimums by one seat",
        "lower the minimums by %(count)s seats in all",
    ),
    ngettext_lazy(
        "close one table",
        "close %(count)s tables",
    ),
    ngettext_lazy(
        "drop the rule for one table in each of these rounds",
        "drop the rule for %(count)s tables in each of these rounds",
    ),
    ngettext_lazy(
        "let one pair sit together",
        "let %(count)s pairs sit together",
    ),
    ngettext_lazy(
        "let one pair sit apart",
        "let %(count)s pairs sit apart",
    ),
    ngettext_lazy(
        "release one pin",
        "release %(count)s pins",
    ),
    ngettext_lazy(
        "name another moderator for one table",
        "name another moderator for %(count)s tables",
    ),
    ngettext_lazy(
        "let one person through the walls",
        "let %(count)s people through the walls",
    ),
    ngettext_lazy(
        "seat one person with an interpreter",
        "seat %(count)s people with an interpreter",
    ),
    ngettext_lazy(
        "make one more seat step-free",
        "make %(count)s more seats step-free",
    ),
    ngettext_lazy(
        "invite one person fewer",
        "invite %(count)s people fewer",
    ),
    ngettext_lazy(
        "invite one more person",
        "invite %(count)s more people",
    ),
    ngettext_lazy(
        "invite one more of %(type)s",
        "invite %(count)s more of %(type)s",
    ),
    ngettext_lazy(
        "At most %(most)s of this one wish can hold.",
        "At most %(most)s of these %(wishes)s wishes can hold.",
    ),
    ngettext_lazy(
        "Round %(round)s, table %(table)s: one person too many.",
        "Round %(round)s, table %(table)s: %(count)s people too many.",
    ),
    ngettext_lazy(
        "Round %(round)s, table %(table)s: one person too few.",
        "Round %(round)s, table %(table)s: %(count)s people too few.",
    ),
    ngettext_lazy(
        "Round %(round)s, table %(table)s: lacks one of %(type)s.",
        "Round %(round)s, table %(table)s: lacks %(count)s of %(type)s.",
    ),
    ngettext_lazy(
        "meets one person for the first time",
        "meets %(count)s people for the first time",
    ),
    ngettext_lazy(
        "meets one person again: %(names)s",
        "meets %(count)s people again: %(names)s",
    ),
    ngettext_lazy(
        "fulfils a wish: %(names)s",
        "fulfils %(count)s wishes: %(names)s",
    ),
    ngettext_lazy(
        "sits with one person of their own office: %(names)s",
        "sits with %(count)s people of their own office: %(names)s",
    ),
    ngettext_lazy(
        "has one person at %(seats)s seats",
        "has %(count)s people at %(seats)s seats",
    ),
    ngettext_lazy(
        "lacks one of %(type)s",
        "lacks %(count)s of %(type)s",
    ),
    ngettext_lazy(
        "one pair here meets again",
        "%(count)s pairs here meet again",
    ),
    ngettext_lazy(
        "fulfils one wish",
        "fulfils %(count)s wishes",
    ),
    ngettext_lazy(
        "one pair here is of one office",
        "%(count)s pairs here are of one office",
    ),
    ngettext_lazy(
        "breaks one more hard rule",
        "breaks %(count)s more hard rules",
    ),
    ngettext_lazy(
        "mends one broken rule",
        "mends %(count)s broken rules",
    ),
    ngettext_lazy(
        "leaves one more seat wanting",
        "leaves %(count)s more seats wanting",
    ),
    ngettext_lazy(
        "gives one seat that was wanting",
        "gives %(count)s seats that were wanting",
    ),
    ngettext_lazy(
        "one more repeated pair",
        "%(count)s more repeated pairs",
    ),
    ngettext_lazy(
        "one repeated pair fewer",
        "%(count)s repeated pairs fewer",
    ),
    ngettext_lazy(
        "one wish fewer holds",
        "%(count)s wishes fewer hold",
    ),
    ngettext_lazy(
        "one more wish holds",
        "%(count)s more wishes hold",
    ),
    ngettext_lazy(
        "one more pair of one office at a table",
        "%(count)s more pairs of one office at a table",
    ),
    ngettext_lazy(
        "one pair of one office fewer at a table",
        "%(count)s pairs of one office fewer at a table",
    ),
    ngettext_lazy(
        "one more pair of different context at a table",
        "%(count)s more pairs of different context at a table",
    ),
    ngettext_lazy(
        "one pair of different context fewer at a table",
        "%(count)s pairs of different context fewer at a table",
    ),
)
