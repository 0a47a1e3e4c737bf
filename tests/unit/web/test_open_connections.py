"""Open connections are bounded in all and per address, and those without a request give way to new ones."""

from __future__ import annotations

import asyncio

from chat_app.web.descriptors import count_possible_connections, raise_open_files
from chat_app.web.open_connections import STALL_CHECKS, OpenConnections

STALL_SECONDS = 60.0


class FakeTransport(asyncio.Transport):
    """The operating system's side of a connection."""

    def __init__(self) -> None:
        super().__init__()
        self.unsent = 0
        self.closing = self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        self.closing = self.aborted = True


class FakeConnection:
    """A protocol that records that it was given up."""

    def __init__(self) -> None:
        self.given_up = False

    def give_up(self) -> None:
        self.given_up = True


def make(*, most: int = 4, most_per_address: int | None = 4) -> OpenConnections:
    return OpenConnections(most=most, most_per_address=most_per_address, stall_seconds=STALL_SECONDS)


def add(
    connections: OpenConnections, address: str = "192.0.2.1", deadline: float = 10.0
) -> tuple[FakeTransport, FakeConnection, bool]:
    transport, connection = FakeTransport(), FakeConnection()
    return transport, connection, connections.open(transport, connection, address=address, deadline=deadline)


def test_the_connection_that_has_waited_longest_gives_way_to_a_new_one() -> None:
    connections = make(most=3)
    opened = [add(connections, f"192.0.2.{number}") for number in range(3)]
    connections.serve(opened[0][0])
    # Receiving another part of a request does not make it younger.
    connections.wait(opened[1][0], deadline=20.0)
    _, _, accepted = add(connections, "192.0.2.9")
    assert accepted
    assert [connection.given_up for _, connection, _ in opened] == [False, True, False]
    assert opened[1][0].aborted
    assert len(connections) == 3


def test_connections_with_requests_are_kept_and_new_ones_refused() -> None:
    connections = make(most=2)
    for _ in range(2):
        connections.serve(add(connections)[0])
    assert not add(connections)[2]
    assert len(connections) == 2


def test_an_address_at_its_bound_displaces_only_its_own_connections() -> None:
    connections = make(most=10, most_per_address=2)
    other = add(connections, "192.0.2.7")
    first, second, third = (add(connections, "2001:db8::1") for _ in range(3))
    # The same network of a provider's customer.
    fourth = add(connections, "2001:db8::2")
    assert [connection.given_up for _, connection, _ in (first, second, third, fourth, other)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    for transport, _, _ in (third, fourth):
        connections.serve(transport)
    assert not add(connections, "2001:db8::3")[2]
    assert add(connections, "192.0.2.8")[2]


def test_behind_a_proxy_one_address_may_have_all_connections() -> None:
    connections = make(most=5, most_per_address=None)
    assert all(add(connections)[2] for _ in range(5))
    assert len(connections) == 5


def test_a_closed_connection_makes_room_and_may_be_closed_again() -> None:
    connections = make(most=1)
    transport, _, _ = add(connections)
    connections.serve(transport)
    connections.close(transport)
    connections.close(transport)
    assert add(connections)[2]


def test_a_connection_is_given_up_at_its_deadline_and_not_while_it_serves_a_request() -> None:
    connections = make()
    waiting, serving, later = (add(connections, deadline=at) for at in (10.0, 10.0, 11.0))
    connections.serve(serving[0])
    connections.sweep(9.9)
    assert not waiting[1].given_up
    connections.sweep(10.0)
    assert (waiting[1].given_up, serving[1].given_up, later[1].given_up) == (True, False, False)


def sweep_for(connections: OpenConnections, start: float, seconds: float) -> None:
    step = STALL_SECONDS / STALL_CHECKS
    for number in range(int(seconds / step) + 1):
        connections.sweep(start + number * step)


def test_a_client_that_takes_nothing_is_cut_off_also_after_the_server_has_closed() -> None:
    connections = make()
    stalled, closing, done = (add(connections, deadline=1e9)[0] for _ in range(3))
    for transport in (stalled, closing, done):
        connections.serve(transport)
    stalled.unsent = closing.unsent = 100
    closing.closing = True
    sweep_for(connections, 0.0, STALL_SECONDS)
    assert (stalled.aborted, closing.aborted, done.aborted) == (True, True, False)


def test_a_slow_client_that_takes_something_is_kept() -> None:
    connections = make()
    transport = add(connections, deadline=1e9)[0]
    connections.serve(transport)
    for minute in range(10):
        transport.unsent = 1_000 - minute
        sweep_for(connections, minute * STALL_SECONDS, STALL_SECONDS * 0.5)
    for minute in range(10, 20):
        # More is sent as soon as something was taken.
        connections.advance(transport)
        sweep_for(connections, minute * STALL_SECONDS, STALL_SECONDS * 0.5)
    assert not transport.aborted


def test_connections_leave_a_quarter_of_the_open_files_to_the_rest_of_the_program() -> None:
    assert count_possible_connections(1_024, most=10_000) == 704
    assert count_possible_connections(65_536, most=10_000) == 10_000


def test_the_limit_of_open_files_is_never_lowered() -> None:
    before = raise_open_files(1)
    assert raise_open_files(1) == before
    assert before > 1
