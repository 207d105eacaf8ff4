"""The child process: reads tasks from its standard input, writes answers to its standard output, one at a time.

It ends when its input ends, so it never outlives the server, however that died.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from queue import SimpleQueue
from threading import Event
from typing import BinaryIO

from pydantic_core import to_json

from api.solving.tasks import TASKS
from api.solving.wire import HEAD, Mark, faults_data, frame, head
from solver import ProblemError, speaking
from solver.domain.language import Language

Inbox = SimpleQueue[tuple[Mark, Language, bytes]]


def main() -> None:
    """Serve until the input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the server decides when to end
    answers = own_stdout()
    inbox: Inbox = SimpleQueue()
    stop = Event()
    threading.Thread(target=listen, args=(inbox, stop), daemon=True).start()
    mark, payload = Mark.READY, b""
    while True:
        answers.write(frame(mark, payload))
        answers.flush()
        task, language, body = inbox.get()
        with speaking(language):
            mark, payload = _answer(task, body, stop)


def own_stdout() -> BinaryIO:
    """Keep the standard output for frames alone; whatever else is printed goes to the standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def listen(inbox: Inbox, stop: Event) -> None:
    """Sort what comes in; a task clears the stop that may have come too late for the one before."""
    source = sys.stdin.buffer
    while len(start := source.read(HEAD.size)) == HEAD.size:
        mark, language, length = head(start)
        body = source.read(length)
        if mark is Mark.STOP:
            stop.set()
        else:
            stop.clear()
            inbox.put((mark, language, body))
    os._exit(0)  # the server is gone: nobody waits for what is being computed


def _answer(mark: Mark, body: bytes, stop: Event) -> tuple[Mark, bytes]:
    try:
        return Mark.ANSWER, TASKS[mark](body, stop)
    except ProblemError as error:
        return Mark.FAULTS, to_json(faults_data(error.faults))
    except Exception:  # whatever it is, the server logs it and answers 500
        return Mark.CRASH, traceback.format_exc().encode(errors="backslashreplace")


if __name__ == "__main__":
    main()
