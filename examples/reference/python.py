from assisters import Assisters

client = Assisters(api_key="sk_live_…")

conversation = client.conversations.create(assistant_id="ast_…")

response = client.messages.create(
    conversation_id=conversation.id,
    content="Hello!",
)
print(response.content)

for chunk in client.messages.stream(
    conversation_id=conversation.id,
    content="Tell me more.",
):
    print(chunk.content, end="", flush=True)
