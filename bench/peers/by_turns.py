"""Runs two commands by turns: one is stopped while the other runs, so that both meet the same machine, whatever else it does.

by_turns.py SECONDS OUT COMMAND... -- COMMAND...    a turn lasts so many seconds; OUT gets a JSON with a list entry for each command

An entry: seconds it was let run, seconds of processor time, MiB of memory at its peak (of its largest process, with the pages of mapped
files), its exit code, and its turns as [begin, end] on the clock. Ends with 1 where a command did not end with 0.
"""

import json
import os
import signal
import sys
import time


class Side:
    def __init__(self, command):
        self.turns, self.result = [], None
        self.pid = os.fork()
        if self.pid == 0:
            os.setpgid(0, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
            os.execvp(command[0], command)
        os.waitpid(self.pid, os.WUNTRACED)

    def ended(self):
        if self.result is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.result = dict(
                    exit=os.waitstatus_to_exitcode(status), seconds=0.0, processor=usage.ru_utime + usage.ru_stime,
                    memory=usage.ru_maxrss / 1024, turns=self.turns)
        return self.result is not None

    def turn(self, seconds):
        begin = time.time()
        self.turns.append([begin, begin])
        os.killpg(self.pid, signal.SIGCONT)
        while not self.ended() and time.time() < begin + seconds:
            time.sleep(0.02)
        self.turns[-1][1] = time.time()
        if not self.ended():
            os.killpg(self.pid, signal.SIGSTOP)


def main():
    seconds, out, *words = sys.argv[1:]
    middle = words.index("--")
    sides = [Side(words[:middle]), Side(words[middle + 1:])]
    try:
        while not all(side.ended() for side in sides):
            for side in sides:
                if not side.ended():
                    side.turn(float(seconds))
    finally:
        for side in sides:
            if not side.ended():
                os.killpg(side.pid, signal.SIGKILL)
    for side in sides:
        side.result["seconds"] = sum(end - begin for begin, end in side.turns)
    with open(out, "w") as file:
        json.dump([side.result for side in sides], file)
    return int(any(side.result["exit"] != 0 for side in sides))


sys.exit(main())
