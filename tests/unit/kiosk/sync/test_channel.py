from kiosk.sync.channel import Channel


def _channel() -> Channel:
    return Channel(lambda: 1.0)


def test_five_failures_in_a_row_open_the_breaker() -> None:
    channel = _channel()
    opened = [channel.broke(10.0) for _ in range(5)]
    assert opened == [False, False, False, False, True]
    assert not channel.is_open_for_work
    assert channel.probe_at == 11.0


def test_an_answer_between_begins_the_count_anew() -> None:
    channel = _channel()
    for _ in range(4):
        channel.broke(0.0)
    channel.answered()
    assert not channel.broke(0.0)
    assert channel.is_open_for_work


def test_probes_come_slower_up_to_15_s_and_a_good_one_closes_the_breaker() -> None:
    channel = _channel()
    waits = []
    for _ in range(11):
        channel.broke(0.0)
        waits.append(channel.probe_at)
    assert waits == [None] * 4 + [1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]
    channel.answered()
    assert channel.is_open_for_work


def test_a_pause_is_probed_each_minute_and_is_news_once() -> None:
    channel = _channel()
    assert channel.pause(5.0, "terminal-suspended")
    assert channel.probe_at == 65.0
    assert not channel.pause(65.0, "terminal-suspended")
    for _ in range(9):
        channel.broke(65.0)
    assert channel.probe_at == 125.0
    assert channel.paused_why == "terminal-suspended"
    channel.answered()
    assert channel.paused_why == ""
