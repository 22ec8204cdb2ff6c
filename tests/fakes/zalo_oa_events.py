"""Events in the envelope that Zalo posts, with string ids and milliseconds."""

from collections.abc import Callable

from tests.fakes.zalo_oa_clock import Clock
from tests.fakes.zalo_oa_habits import Habits
from tests.fakes.zalo_oa_refusals import Json
from tests.fakes.zalo_oa_tokens import App


class Events:
    """Everything that happened, told once each."""

    def __init__(self, app: App, habits: Habits, clock: Clock) -> None:
        self._app, self._habits, self._clock = app, habits, clock
        self.emitted: list[Json] = []
        self.on_new: Callable[[Json], None] | None = None

    def tell(self, name: str, **fields: object) -> Json:
        """Tell of something, known to the documents or not; return the envelope."""
        event: Json = {
            "app_id": self._app.id,
            "event_name": name,
            "timestamp": self._clock.milliseconds(),
            **{key: value for key, value in fields.items() if value is not None},
        }
        self.emitted.append(event)
        if self.on_new:
            self.on_new(event)
        return event

    def message(
        self, name: str, sender: str, recipient: str, message: Json, by_app: str | None = None
    ) -> Json:
        """Tell of a message."""
        return self.tell(
            name,
            sender={"id": sender},
            recipient={"id": recipient},
            user_id_by_app=by_app,
            message=message,
        )

    def numbered(self, number: str, **content: object) -> Json:
        """Return a message with its number under the name that is the habit."""
        return {self._habits.id_key: number, **content}
