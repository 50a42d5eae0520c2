"""Sessions: born with their first item, over in time, renewed and abandoned."""

from __future__ import annotations

from hwebcore.managed.session import Session, SessionStore


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_life() -> None:
    clock, kept, told = Clock(), {}, list[str]()  # type: ignore[var-annotated]  # told by what is put in
    store = SessionStore(kept, clock)
    session = Session(store, "", None, 10.0, told.append)
    assert (session.id, session.is_new, dict(session), kept) == ("", True, {}, {})
    session["a"] = 1
    session["b"] = 2
    del session["b"]
    assert told == [session.id]
    assert dict(session) == {"a": 1}
    clock.now += 9
    found = store.find(session.id, 10.0)
    assert found is not None
    clock.now += 9  # sliding: the last find counts
    assert store.find(session.id, 10.0) is found
    clock.now += 10
    assert store.find(session.id, 10.0) is None
    assert kept == {}


def test_renewal_keeps_the_items_and_ends_the_old_id() -> None:
    store, told = SessionStore({}, Clock()), list[str]()
    session = Session(store, "", None, 10.0, told.append)
    session["a"] = 1
    old = session.id
    session.renew()
    assert session.id != old
    assert told == [old, session.id]
    assert store.find(old, 10.0) is None
    again = Session(store, session.id, store.find(session.id, 10.0), 10.0, told.append)
    assert (again["a"], again.is_new) == (1, False)


def test_abandon() -> None:
    store = SessionStore({}, Clock())
    session = Session(store, "", None, 10.0, lambda session_id: None)
    session["a"] = 1
    old = session.id
    session.abandon()
    assert (store.find(old, 10.0), len(session)) == (None, 0)


def test_old_ones_are_swept() -> None:
    clock, kept = Clock(), {}  # type: ignore[var-annotated]  # told by what is put in
    store = SessionStore(kept, clock)
    Session(store, "", None, 10.0, lambda session_id: None)["a"] = 1
    clock.now += 100
    store.find("another", 10.0)
    assert kept == {}


def test_an_id_that_nobody_gave_is_not_taken() -> None:
    told = list[str]()
    session = Session(SessionStore({}, Clock()), "mine", None, 10.0, told.append)
    session["a"] = 1
    assert session.id != "mine"
    assert told == [session.id]
