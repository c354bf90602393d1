"""Lists by limit and offset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from .._call import Call, Options
from .._errors import APIError
from .._json import as_list, as_object
from .._models import Model
from .request import Requester

Item = TypeVar("Item", bound=Model)


class Page(Generic[Item]):
    """One page. Iterating gives the items of this page and of all that follow."""

    def __init__(
        self,
        requester: Requester,
        name: str,
        model: type[Item],
        path: str,
        query: dict[str, Any],
        options: Options | None,
    ) -> None:
        data = as_object(requester.json(Call("GET", path, query=query, options=options or Options()))) or {}
        items = as_list(data.get(name))
        if items is None:
            message = f'The list has no field "{name}".'
            raise APIError(message, status=200, code="unexpected_response")
        self.items: list[Item] = [model.read(item) for item in items]
        self.total = int(data.get("total", len(self.items)))
        self.has_more = data.get("has_more") is True
        self._following = (requester, name, model, path)
        self._query = query
        self._options = options

    def next_page(self) -> Page[Item] | None:
        """The page after this one, or ``None`` after the last."""
        # An empty page that promises more would be asked for without end.
        if not self.has_more or not self.items:
            return None
        query = {**self._query, "offset": (self._query.get("offset") or 0) + len(self.items)}
        return Page(*self._following, query, self._options)

    def __iter__(self) -> Iterator[Item]:
        """The items of this page and of all that follow."""
        page: Page[Item] | None = self
        while page is not None:
            yield from page.items
            page = page.next_page()


#: The name it has in the client made from the other one.
Pager = Page
