"""How far a mailbox was read."""

from storage.mailboxes import Position, move, position_of


def test_a_position_is_kept_for_each_mailbox(db):
    with db.writing() as connection:
        assert position_of(connection, "a") is None
        move(connection, "a", Position(7, 1))
        move(connection, "b", Position(8, 4_294_967_295))
        move(connection, "a", Position(4_294_967_295, 2))
    with db.reading() as connection:
        assert position_of(connection, "a") == Position(4_294_967_295, 2)
        assert position_of(connection, "b") == Position(8, 4_294_967_295)
