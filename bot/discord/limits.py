"""How much Discord takes (message and interaction reference), and how much of it one message uses."""

CONTENT_CHARACTERS = 2_000
TITLE_CHARACTERS = 900
"""Of the headline, which stands in the content; escapes count."""

EMBEDS_CHARACTERS = 5_900
"""Over all embeds of a message; Discord takes 6,000."""
DESCRIPTION_CHARACTERS = 4_000
"""Of one embed; Discord takes 4,096."""
SENTENCES_CHARACTERS = 2_000

FIELDS = 25
FIELD_NAME_CHARACTERS = 256
FIELD_VALUE_CHARACTERS = 1_024
FIELDS_CHARACTERS = 1_500
"""Of all fields together."""
SHORT_FIELD_CHARACTERS = 40
"""A field up to this stands beside others."""

FOOTER_CHARACTERS = 2_000
NOTES_CHARACTERS = 900
REMARKS_CHARACTERS = 500
"""Of our own small print, which must not be lost behind a long one of the answer."""
NEXT_STEP_CHARACTERS = 300

CODE_CHARACTERS = 1_500
TABLE_LEAST_CHARACTERS = 250
"""A table with less room than that is left out."""
TABLE_TITLE_CHARACTERS = 150
TABLE_WIDTH = 55
"""Columns of a code block that a phone shows without breaking lines."""
CELL_CHARACTERS = 150

BUTTONS = 25
BUTTONS_IN_A_ROW = 5
BUTTON_LABEL_CHARACTERS = 80
CUSTOM_ID_CHARACTERS = 100

FILES = 10
FILES_BYTES = 25 * 2**20
"""In one request."""
ALT_TEXT_CHARACTERS = 1_024
NONCE_CHARACTERS = 25

COMMAND_OPTIONS = 25
CHOICES = 25
CHOICE_CHARACTERS = 100
COMMAND_NAME_CHARACTERS = 32
COMMAND_DESCRIPTION_CHARACTERS = 100
STRING_OPTION_CHARACTERS = 2_700
"""What may be typed into one option: the language takes lines of 3,000. Discord takes up to 6,000."""
COMMAND_CHARACTERS = 4_000
"""Of the one line that the options become; more than the language takes, which says so."""
