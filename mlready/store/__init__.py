"""Progress on disk: tables, transactions, migrations, sync and history."""
