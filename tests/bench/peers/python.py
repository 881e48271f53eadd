"""Python's keyword finders: `python.py MODULE POSTS TERMS EVERY`, MODULE being flashtext or ahocorasick.

Speaks the protocol that ../outside.rs explains. Posts are put in lower case as they are searched; both look at every post anew.
"""

import sys
import time


def read_lines(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n") for line in file]


def resident():
    """Bytes of memory this process holds."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def is_letter(c):
    return c.isalnum()


def use_flashtext(terms):
    from flashtext import KeywordProcessor

    before = resident()
    processor = KeywordProcessor()
    for term in terms:
        processor.add_keyword(term)
    return processor.extract_keywords, resident() - before


def use_ahocorasick(terms):
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for term in terms:
        automaton.add_word(term, term)
    automaton.make_automaton()

    def find(post):
        post = post.lower()
        size = len(post)
        found = []
        for last, term in automaton.iter(post):
            first = last - len(term) + 1
            if first and is_letter(post[first - 1]) or last + 1 < size and is_letter(post[last + 1]):
                continue
            found.append(term)
        return found

    return find, automaton.get_stats()["total_size"]


def main():
    module, posts, terms, every = sys.argv[1:]
    posts, terms = read_lines(posts)[:: int(every)], read_lines(terms)
    start = time.thread_time()
    find, size = {"flashtext": use_flashtext, "ahocorasick": use_ahocorasick}[module](terms)
    print("ready", time.thread_time() - start, size, flush=True)
    for line in sys.stdin:
        what, argument = line.rstrip("\n").split(" ", 1)
        if what == "go":
            cpu, wall = time.thread_time(), time.monotonic()
            found = sum(len(find(post)) for post in posts)
            print(time.thread_time() - cpu, time.monotonic() - wall, found, flush=True)
        else:
            hits = [find(post) for post in read_lines(argument)]
            print(sum(map(len, hits)), sum(len(set(found)) for found in hits), flush=True)


main()
