"""What the interviewer knows: study notes, sentence embeddings, and the index of passages.

* `notes` reads the notes that ship and the user's own;
* `passages` cuts them along their headings;
* `embedding` turns text into vectors, offline;
* `builder` makes the index and says where it stands, `index` searches it by meaning;
* `lexical` searches it by words, and makes one order of both.
"""
