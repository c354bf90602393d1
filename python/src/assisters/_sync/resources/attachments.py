"""``client.attachments``."""

from __future__ import annotations

from ..._call import Call, Options, path
from ..._files import Uploadable, read_upload
from ..._models import ConversationAttachment
from .base import Resource


class AttachmentsResource(Resource):
    """``client.attachments``."""

    def create(
        self, *, conversation_id: str, file: Uploadable, filename: str | None = None, options: Options | None = None
    ) -> ConversationAttachment:
        """``POST /conversations/{id}/attachments``: read at once; name its ``id`` in ``attachments`` of the question.

        Args:
            conversation_id: Of an assistant whose ``attachments`` are enabled.
            file: A path, bytes, text, or an open file.
            filename: Needed for bytes and text.
            options: Of the call.

        Example::

            file = client.attachments.create(
                conversation_id="conv_…",
                file=b"The lamp flickers when it rains.",  # or a Path, or an open file
                filename="notes.txt",
            )
            print(file.id, file.type)
        """
        route = path("/conversations/{}/attachments", conversation_id)
        call = Call("POST", route, files={"file": read_upload(file, filename)}, options=options or Options())
        return ConversationAttachment.read(self._requester.json(call))

    def delete(self, *, conversation_id: str, attachment_id: str, options: Options | None = None) -> None:
        """``DELETE /conversations/{id}/attachments/{aid}``: takes back a file that no question names yet.

        Example::

            client.attachments.delete(conversation_id="conv_…", attachment_id="att_…")
        """
        self._send("DELETE", path("/conversations/{}/attachments/{}", conversation_id, attachment_id), options)
