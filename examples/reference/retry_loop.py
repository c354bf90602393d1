import sys
import time

from assisters import APIError, Assisters

client = Assisters(api_key="sk_live_…")


def send_with_retry(conversation_id, content, max_retries=3):
    for attempt in range(max_retries):
        try:
            return client.messages.create(conversation_id=conversation_id, content=content)
        except APIError as error:
            if error.code == "rate_limit_exceeded":
                print(f"rate limited, {error.details['retry_after']} s", file=sys.stderr)
                time.sleep(error.details["retry_after"])
            elif error.status >= 500:
                print(f"server error {error.status}", file=sys.stderr)
                time.sleep(2**attempt * 0.1)
            else:
                raise
    raise RuntimeError("Max retries exceeded")


conversation = client.conversations.create(assistant_id="ast_…")
response = send_with_retry(conversation.id, "Hello!")
print(response.content)
