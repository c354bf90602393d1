"""Lists by limit and offset."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from typing import Any, Generic, TypeVar

from .._call import Call, Options
from .._errors import APIError
from .._json import as_list, as_object
from .._models import Model
from .request import AsyncRequester

Item = TypeVar("Item", bound=Model)


class AsyncPage(Generic[Item]):
    """One page. Iterating gives the items of this page and of all that follow."""

    def __init__(self, pager: AsyncPager[Item], items: list[Item], total: int, has_more: bool) -> None:
        self.items = items
        self.total = total
        self.has_more = has_more
        self._pager = pager

    async def next_page(self) -> AsyncPage[Item] | None:
        """The page after this one, or ``None`` after the last."""
        # An empty page that promises more would be asked for without end.
        if not self.has_more or not self.items:
            return None
        return await self._pager.after(len(self.items))

    async def __aiter__(self) -> AsyncIterator[Item]:
        """The items of this page and of all that follow."""
        page: AsyncPage[Item] | None = self
        while page is not None:
            for item in page.items:
                yield item
            page = await page.next_page()


class AsyncPager(Generic[Item]):
    """A list that was not asked for yet: ``await`` it for the first page, or ``async for`` it for every item."""

    def __init__(
        self,
        requester: AsyncRequester,
        name: str,
        model: type[Item],
        path: str,
        query: dict[str, Any],
        options: Options | None,
    ) -> None:
        self._requester = requester
        self._name = name
        self._model = model
        self._path = path
        self._query = query
        self._options = options or Options()

    def __await__(self) -> Generator[Any, Any, AsyncPage[Item]]:
        """The first page."""
        return self.load().__await__()

    async def __aiter__(self) -> AsyncIterator[Item]:
        """Every item, page by page."""
        async for item in await self.load():
            yield item

    async def after(self, count: int) -> AsyncPage[Item]:
        """The page ``count`` items on."""
        query = {**self._query, "offset": (self._query.get("offset") or 0) + count}
        return await AsyncPager(self._requester, self._name, self._model, self._path, query, self._options).load()

    async def load(self) -> AsyncPage[Item]:
        """Asks for the page."""
        call = Call("GET", self._path, query=self._query, options=self._options)
        data = as_object(await self._requester.json(call)) or {}
        items = as_list(data.get(self._name))
        if items is None:
            message = f'The list has no field "{self._name}".'
            raise APIError(message, status=200, code="unexpected_response")
        models = [self._model.read(item) for item in items]
        return AsyncPage(self, models, int(data.get("total", len(models))), data.get("has_more") is True)
