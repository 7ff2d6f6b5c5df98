"""SQL texts to edges between columns, in a process of its own: `python -m ingestion.parser`.

Pure: no Django, no database, no network. Some texts kill a parser, or hold it for minutes; here they kill a child of
the worker (`ingestion.tracing`), never the worker. The way of a text, from its beginning to the answer:

    cutting     a text to statements, parsed; one that does not parse loses no other
    dialects    which SQL it is: said, or found by trying
    naming      names to stored tables, in any case; what is spoken of is given back as it is stored
    relations   what a query gives: columns, and what each is made of
    scopes      which names an expression may use, and what they are made of
    columns     expressions to what they are made of
    stars       `*` to columns
    joining     FROM and JOIN to relations
    queries     a query to the relation that it gives
    passing     tables that a text makes and that do not outlive it
    pivots      PIVOT and UNPIVOT
    writing     what a statement writes; changing: INSERT, UPDATE, MERGE, DELETE; creating: CREATE, ALTER, COPY
    statements  any of them; commands: those that the parser keeps as text
    texts       a text to its answer: USE, temporary tables, edges
    __main__    JSON lines in, JSON lines out, within limits
    words       which stored tables a text needs, for the parent
"""
