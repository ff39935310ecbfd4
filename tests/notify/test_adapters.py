from services.notify import handlers


def test_every_event_that_a_notice_depends_on_has_a_handler() -> None:
    handled = handlers.build_handlers().one

    assert {"cn.duban.supervision.clock.started.v1", "cn.duban.supervision.task.closed.v1"} <= set(handled)
