"""A model server of a benchmark: streams chat completions at a fixed rate, in a process of its own.

    python -m bench._provider WORD TOKENS RATE

It prints its port. Every request is answered with `TOKENS` times `WORD`, one word in a chunk, `RATE` a second.
"""

from __future__ import annotations

import asyncio
import json
import sys

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
_WHOLE = b'{"choices": [{"index": 0, "message": {"role": "assistant", "content": "Title"}, "finish_reason": "stop"}]}'


def main() -> None:
    """Serve until the process is ended."""
    word, tokens, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    asyncio.run(_serve(word, tokens, rate))


async def _serve(word: str, tokens: int, rate: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
        body = json.loads(await reader.readexactly(length))
        if body.get("stream"):
            writer.write(_HEAD)
            await _stream(writer, word, tokens, rate)
        else:
            kind = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
            writer.write(kind + b"content-length: %d\r\n\r\n" % len(_WHOLE) + _WHOLE)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _stream(writer: asyncio.StreamWriter, word: str, tokens: int, rate: float) -> None:
    chunk = _chunk({"role": "assistant", "content": word}, None)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for index in range(tokens):
        # By the clock, so that a late timer does not slow the model down.
        await asyncio.sleep(began + index / rate - loop.time())
        writer.write(chunk)
    writer.write(_chunk({}, "stop") + b"data: [DONE]\n\n")
    await writer.drain()


def _chunk(delta: dict[str, str], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    fields = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(fields)}\n\n".encode()


if __name__ == "__main__":
    main()
