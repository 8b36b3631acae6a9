"""How much Slack takes (Block Kit reference, Web API), and how much of it one message uses."""

MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 12_800
"""Over all blocks of a message. Undocumented: Slack was seen to answer `msg_blocks_too_long` from about 13,200 on."""
TEXT_CHARACTERS = 3_900
"""Top-level text: 4,000 is recommended, and the most that an edit takes."""

HEADER_CHARACTERS = 150
TITLE_CHARACTERS = 600
"""A title that is too long for the header is repeated beneath it."""

SECTION_FIELDS = 10
FIELDS = 40
"""Fields in all, that is four sections."""
FIELDS_CHARACTERS = 2_000
"""Characters of all fields together; Slack takes 2,000 in each."""

SENTENCES_CHARACTERS = 2_500
CODE_CHARACTERS = 3_000
NOTES_CHARACTERS = 1_000
NEXT_STEP_CHARACTERS = 300

TABLES = 8
"""Tables in all; Slack takes one native table in a message."""
TABLE_ROWS = 100
"""Rows of a native table, its heads included."""
TABLE_COLUMNS = 20
TABLE_CHARACTERS = 10_000
"""Over all cells of a message."""
TABLE_LEAST_CHARACTERS = 400
"""A table with less room than that is left out."""
TABLE_TITLE_CHARACTERS = 150
CELL_CHARACTERS = 300
TEXT_CELL_CHARACTERS = 60
"""Of a cell in a table drawn with text: names of usual lengths are whole."""
TEXT_TABLE_COLUMNS = 90
"""Of such a table, so that a line is not broken on a desk: longer names stand on lines of their own."""

CHARTS = 2
CHART_SERIES = 6
CHART_TITLE_CHARACTERS = 50
CHART_CATEGORIES = 20
CHART_LABEL_CHARACTERS = 20
CHART_LARGEST_VALUE = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""
CHART_NOTES = 4
CHART_NOTE_CHARACTERS = 110
IMAGE_TITLE_CHARACTERS = 150
"""Slack takes 2,000."""

BUTTONS = 25
BUTTON_LABEL_CHARACTERS = 75
BUTTON_VALUE_CHARACTERS = 2_000
