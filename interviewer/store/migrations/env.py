"""Alembic's entry: runs the revisions on the connection that `interviewer.store.database` gives.

From a checkout, a new revision is written by hand in `versions/`: copy the newest, change its
`revision` and `down_revision`, and raise `HEAD` in `interviewer/store/schema.py`.
"""

from alembic import context

from interviewer.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
