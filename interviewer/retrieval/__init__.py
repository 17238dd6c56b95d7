"""What the interviewer knows: study notes, sentence embeddings, and the index of passages.

* `notes` reads the notes that ship and the user's own;
* `passages` cuts them along their headings;
* `embeddings` turns text into vectors, offline;
* `builder` builds the index (in a child process), `index` searches it;
* `versions` is the folder they share.
"""
