"""The method as a person edits it: a sketch that may be wrong for a while, and becomes a method once it is right.

The text of the method stays the truth. A sketch carries the method that it began from, and whatever a field does
not show, or nobody changed, is taken from there to the last digit.
"""

from ratusz.apps.ranking.editor.acts import act
from ratusz.apps.ranking.editor.build import built, looked_at
from ratusz.apps.ranking.editor.sketch import Node, Sketch
from ratusz.apps.ranking.editor.steps import StepsForm

__all__ = ["Node", "Sketch", "StepsForm", "act", "built", "looked_at"]
